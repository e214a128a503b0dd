#include "sync/office/history.h"
#include "sync/office/office_routes.h"
#include "sync/office/rules.h"
#include "sync/office/schemas.h"
#include "sync/office/work_orders.h"

namespace aftercare::office {
namespace {

using server::BodyKind;
using server::JsonBody;
using server::Method;
using server::OrganisationStore;

/// Texts of the allowed length fit in the alphabet that needs most bytes.
constexpr std::size_t kBodyMax = 32 << 10;

constexpr std::size_t kPageDefault = 50;

Response unknown() { return server::problem(Problem::NotFound, "there is no work order of this id"); }

Reply list(const Office& office, const Request& request, const PersonCaller& caller) {
  ListQuery query{request};
  WorkOrderFilter filter;
  filter.from = query.instant("from");
  filter.until = query.instant("until");
  filter.is_unassigned = query.text("technician") == "none";
  if (!filter.is_unassigned) filter.technician = query.id<domain::UserId>("technician");
  filter.id = query.id<domain::WorkOrderId>("id");
  filter.state = query.text("state");
  if (filter.state == "all") filter.state.clear();
  if (!filter.state.empty() && filter.state != "open" &&
      !domain::value_of<domain::WorkOrderState>(filter.state))
    query.complain("state", "open, all, or a state of a work order");
  filter.words = query.text("q");
  const auto after = query.id<domain::WorkOrderId>("after");
  const auto limit = query.limit(kPageDefault, kWorkOrderPageMax);
  if (auto refusal = query.refusal()) return std::move(*refusal);

  const auto store = office.service.house.read(caller.organisation_id);
  if (!store) return server::refusal_of(store.error());
  const auto head = store.value()->head();
  if (!head) return server::refusal_of(head.error());
  auto page = list_work_orders(*store.value(), filter, after, limit);
  if (!page) return server::refusal_of(page.error());
  page.value()["seq"] = head.value().seq;
  return server::json(page.value());
}

Reply show(const Office& office, const Request& request, const PersonCaller& caller) {
  const auto id = server::id_param<domain::WorkOrderId>(request, "id");
  if (!id) return unknown();
  const auto store = office.service.house.read(caller.organisation_id);
  if (!store) return server::refusal_of(store.error());
  auto order = work_order_json(*store.value(), *id);
  if (!order) return server::refusal_of(order.error());
  if (!order.value()) return unknown();
  auto history = history_of(*store.value(), {{domain::EntityType::WorkOrder, id_cast<AnyId>(*id)}});
  if (!history) return server::refusal_of(history.error());
  (*order.value())["history"] = std::move(history).value();
  return server::json(*order.value());
}

Response answer_with(OrganisationStore& store, const domain::WorkOrderId& id, int status) {
  const auto order = work_order_json(store, id);
  if (!order) return server::refusal_of(order.error());
  if (!order.value()) return unknown();
  return server::with_feed(server::json(*order.value(), status), store);
}

/// A conflict tells how the order stands now.
Response refuse(OrganisationStore& store, const domain::WorkOrderId& id, const Error& error) {
  if (error.kind != ErrorKind::Conflict) return refusal_by_rule(error);
  const auto standing = work_order_json(store, id);
  if (!standing || !standing.value()) return server::refusal_of(error);
  return server::problem(Problem::Conflict, error.detail, {{"work_order", *standing.value()}});
}

Reply add(const Office&, const Request& request, const PersonCaller& caller) {
  JsonBody body{request.body, kBodyMax};
  NewWorkOrder wanted;
  wanted.id = body.id<domain::WorkOrderId>("id");
  auto& order = wanted.order;
  order.customer_id = body.needed(body.id<domain::CustomerId>("customer_id"), "customer_id");
  order.site_id = body.id<domain::SiteId>("site_id");
  order.asset_id = body.id<domain::AssetId>("asset_id");
  order.kind = body.needed(body.word<domain::VisitKind>("kind"), "kind");
  order.technician_id = body.id<domain::UserId>("technician_id");
  order.window_start = body.instant("window_start");
  order.window_end = body.instant("window_end");
  order.zone = body.text("zone").value_or("Etc/UTC");
  order.summary = body.needed(body.text("summary"), "summary");
  order.bring = body.text("bring").value_or("");
  order.form_key = body.text("form_key").value_or("");
  if (auto refusal = body.refusal()) return std::move(*refusal);
  return server::write_job<OrganisationStore>(
      caller.organisation_id, [wanted, by = caller.user_id](OrganisationStore& store) {
        const auto added = add_work_order(store, by, wanted);
        if (!added) return refuse(store, wanted.id.value_or(domain::WorkOrderId{}), added.error());
        return answer_with(store, added.value(), 201);
      });
}

WorkOrderChange change_in(JsonBody& body) {
  WorkOrderChange change;
  const auto seen = body.needed(body.integer("seen_seq"), "seen_seq");
  if (seen < 0) body.complain("seen_seq is the seq that the order was read with");
  change.seen_seq = static_cast<std::uint64_t>(std::max<std::int64_t>(seen, 0));
  change.technician = body.given_id<domain::UserId>("technician_id");
  change.site = body.given_id<domain::SiteId>("site_id");
  change.asset = body.given_id<domain::AssetId>("asset_id");
  change.window_start = body.given_instant("window_start");
  change.window_end = body.given_instant("window_end");
  change.kind = body.word<domain::VisitKind>("kind");
  change.zone = body.text("zone");
  change.summary = body.text("summary");
  change.bring = body.text("bring");
  change.form_key = body.text("form_key");
  change.state = body.word<domain::WorkOrderState>("state");
  using enum domain::WorkOrderState;
  if (change.state && *change.state != Planned && *change.state != Closed && *change.state != Cancelled)
    body.complain("the office plans, closes and cancels; the rest happens on site");
  return change;
}

Reply change(const Office&, const Request& request, const PersonCaller& caller) {
  const auto id = server::id_param<domain::WorkOrderId>(request, "id");
  if (!id) return unknown();
  JsonBody body{request.body, kBodyMax};
  const auto wanted = change_in(body);
  if (auto refusal = body.refusal()) return std::move(*refusal);
  return server::write_job<OrganisationStore>(
      caller.organisation_id, [id = *id, wanted, by = caller.user_id](OrganisationStore& store) {
        const auto changed = change_work_order(store, by, id, wanted);
        if (changed) return answer_with(store, id, 200);
        return refuse(store, id, changed.error());
      });
}

}  // namespace

std::vector<Route> work_order_routes(const Office& office) {
  std::vector<Route> routes;
  routes.push_back(
      {.method = Method::Get,
       .pattern = "/v1/work_orders",
       .id = "work_orders",
       .summary = "The work orders by promised window; those without one first",
       .who = server::kOfficePeople,
       .parameters = {{"after", "`next` of the page before"},
                      {"limit", "how many, 50 unless told"},
                      {"from", "promised from this time on"},
                      {"until", "promised before this time"},
                      {"technician", "the id of whose it is, or none"},
                      {"state", "open, all, or one of the states"},
                      {"q", "words of number, customer, product or summary"},
                      {"id", "only this one, if it fits the rest"}},
       .answers = {{200, "application/json", "a page of work orders", schema::work_order_page()}},
       .problems = {Problem::NotFound},
       .limits = {{"work_order_count_max", kWorkOrderPageMax}},
       .handler = as_person(office, list)});
  routes.push_back(
      {.method = Method::Get,
       .pattern = "/v1/work_orders/{id}",
       .id = "work_order",
       .summary = "One work order with its history",
       .who = server::kOfficePeople,
       .answers = {{200, "application/json", "the work order", schema::work_order_with_history()}},
       .problems = {Problem::NotFound},
       .handler = as_person(office, show)});
  routes.push_back({.method = Method::Post,
                    .pattern = "/v1/work_orders",
                    .id = "add_work_order",
                    .summary = "Plan a work order; the same id again answers with the one that is there",
                    .who = server::kOfficePeople,
                    .body = BodyKind::Json,
                    .body_byte_count_max = kBodyMax,
                    .body_schema = schema::new_work_order(),
                    .answers = {{201, "application/json", "the work order", schema::work_order()}},
                    .problems = {Problem::NotFound, Problem::Conflict},
                    .handler = as_person(office, add)});
  routes.push_back(
      {.method = Method::Patch,
       .pattern = "/v1/work_orders/{id}",
       .id = "change_work_order",
       .summary = "Assign, move, change or cancel a work order; a conflict tells how it stands now",
       .who = server::kOfficePeople,
       .body = BodyKind::Json,
       .body_byte_count_max = kBodyMax,
       .body_schema = schema::work_order_change(),
       .answers = {{200, "application/json", "the work order", schema::work_order()}},
       .problems = {Problem::NotFound, Problem::Conflict},
       .handler = as_person(office, change)});
  return routes;
}

}  // namespace aftercare::office
