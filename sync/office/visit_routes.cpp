#include "sync/office/office_routes.h"
#include "sync/office/schemas.h"
#include "sync/office/visit_detail.h"
#include "sync/office/visit_log.h"

namespace aftercare::office {
namespace {

using server::Method;

constexpr std::size_t kPageDefault = 50;

Reply list(const Office& office, const Request& request, const PersonCaller& caller) {
  ListQuery query{request};
  VisitFilter filter;
  filter.from = query.instant("from");
  filter.until = query.instant("until");
  filter.technician = query.id<domain::UserId>("technician");
  filter.kind = query.word<domain::VisitKind>("kind");
  filter.customer = query.id<domain::CustomerId>("customer");
  filter.id = query.id<domain::VisitId>("id");
  filter.state = query.text("state");
  filter.words = query.text("q");
  if (!filter.state.empty() && filter.state != "open" && !domain::value_of<domain::Outcome>(filter.state))
    query.complain("state", "open, signed, refused or absent");
  const auto after = query.id<domain::VisitId>("after");
  const auto limit = query.limit(kPageDefault, kVisitPageMax);
  if (auto refusal = query.refusal()) return std::move(*refusal);

  const auto store = office.service.house.read(caller.organisation_id);
  if (!store) return server::refusal_of(store.error());
  // Before the list: what comes in between is told twice, never missed.
  const auto head = store.value()->head();
  if (!head) return server::refusal_of(head.error());
  const auto page =
      list_visits(*store.value(), office.service.house.blobs(caller.organisation_id), filter, after, limit);
  if (!page) return server::refusal_of(page.error());
  auto value = to_json(page.value());
  value["seq"] = head.value().seq;
  return server::json(value);
}

Reply show(const Office& office, const Request& request, const PersonCaller& caller) {
  const auto id = server::id_param<domain::VisitId>(request, "id");
  const auto unknown = server::problem(Problem::NotFound, "there is no visit of this id");
  if (!id) return unknown;
  const auto store = office.service.house.read(caller.organisation_id);
  if (!store) return server::refusal_of(store.error());
  const auto detail = visit_detail(*store.value(), office.service.house.blobs(caller.organisation_id),
                                   language_of(office, request), *id);
  if (!detail) return server::refusal_of(detail.error());
  return detail.value() ? server::json(*detail.value()) : unknown;
}

}  // namespace

std::vector<Route> visit_routes(const Office& office) {
  std::vector<Route> routes;
  routes.push_back({.method = Method::Get,
                    .pattern = "/v1/visits",
                    .id = "visits",
                    .summary = "The visits, newest first",
                    .who = server::kOfficePeople,
                    .parameters = {{"after", "`next` of the page before"},
                                   {"limit", "how many, 50 unless told"},
                                   {"from", "started at this time or later"},
                                   {"until", "started before this time"},
                                   {"technician", "the id of who did it"},
                                   {"kind", "installation, maintenance, repair …"},
                                   {"customer", "the customer's id"},
                                   {"state", "open, signed, refused or absent"},
                                   {"q", "words of number, customer, product or serial"},
                                   {"id", "only this one, if it fits the rest"}},
                    .answers = {{200, "application/json", "a page of visits", schema::visit_page()}},
                    .problems = {Problem::NotFound},
                    .limits = {{"visit_count_max", kVisitPageMax}},
                    .handler = as_person(office, list)});
  routes.push_back(
      {.method = Method::Get,
       .pattern = "/v1/visits/{id}",
       .id = "visit",
       .summary =
           "One visit: clock, answers, photos, notes, sign-offs, the check of each seal, and its history",
       .who = server::kOfficePeople,
       .parameters = {{"language", "en, cs, ka, sl, ru or vi: of the answers' labels"}},
       .answers = {{200, "application/json", "the visit", schema::visit()}},
       .problems = {Problem::NotFound},
       .handler = as_person(office, show)});
  return routes;
}

}  // namespace aftercare::office
