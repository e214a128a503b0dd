#include "sync/office/customers.h"
#include "sync/office/office_routes.h"
#include "sync/office/rules.h"
#include "sync/office/schemas.h"
#include "sync/server/json_body.h"

namespace aftercare::office {
namespace {

using server::BodyKind;
using server::JsonBody;
using server::Method;
using server::OrganisationStore;

/// Texts of the allowed length fit in the alphabet that needs most bytes.
constexpr std::size_t kBodyMax = 32 << 10;

constexpr std::size_t kListDefault = 20;
constexpr std::size_t kListMax = 100;

Response unknown() { return server::problem(Problem::NotFound, "there is no customer of this id"); }

Reply list(const Office& office, const Request& request, const PersonCaller& caller) {
  ListQuery query{request};
  const auto limit = query.limit(kListDefault, kListMax);
  if (auto refusal = query.refusal()) return std::move(*refusal);
  const auto store = office.service.house.read(caller.organisation_id);
  if (!store) return server::refusal_of(store.error());
  auto found = find_customers(*store.value(), query.text("q"), limit);
  if (!found) return server::refusal_of(found.error());
  return server::json({{"customers", std::move(found).value()}});
}

Reply show(const Office& office, const Request& request, const PersonCaller& caller) {
  const auto id = server::id_param<domain::CustomerId>(request, "id");
  if (!id) return unknown();
  const auto store = office.service.house.read(caller.organisation_id);
  if (!store) return server::refusal_of(store.error());
  const auto customer = customer_json(*store.value(), *id);
  if (!customer) return server::refusal_of(customer.error());
  return customer.value() ? server::json(*customer.value()) : unknown();
}

domain::Site site_in(JsonBody& body) {
  domain::Site site;
  site.name = body.text("name").value_or("");
  site.street = body.needed(body.text("street"), "street");
  site.city = body.needed(body.text("city"), "city");
  site.postcode = body.text("postcode").value_or("");
  site.country = body.text("country").value_or("");
  site.access_note = body.text("access_note").value_or("");
  return site;
}

domain::Asset asset_in(JsonBody& body) {
  domain::Asset asset;
  asset.name = body.needed(body.text("name"), "name");
  asset.serial = body.text("serial").value_or("");
  asset.place = body.text("place").value_or("");
  asset.product_id = body.id<domain::ProductId>("product_id");
  return asset;
}

/// A conflict tells who is there.
Response refuse(OrganisationStore& store, const domain::CustomerId& id, const Error& error) {
  if (error.kind != ErrorKind::Conflict) return refusal_by_rule(error);
  const auto standing = customer_json(store, id);
  if (!standing || !standing.value()) return server::refusal_of(error);
  return server::problem(Problem::Conflict, error.detail, {{"customer", *standing.value()}});
}

Reply add(const Office&, const Request& request, const PersonCaller& caller) {
  JsonBody body{request.body, kBodyMax};
  NewCustomer wanted;
  wanted.customer.id = body.id<domain::CustomerId>("id").value_or(domain::CustomerId{});
  wanted.customer.name = body.needed(body.text("name"), "name");
  wanted.customer.is_company = body.flag("is_company").value_or(false);
  wanted.customer.language = body.needed(body.text("language"), "language");
  wanted.customer.phone = body.text("phone").value_or("");
  wanted.customer.email = body.text("email").value_or("");
  if (auto site = body.object("site")) {
    wanted.site = site_in(*site);
    if (auto refusal = site->refusal()) return std::move(*refusal);
  }
  if (auto asset = body.object("asset")) {
    wanted.asset = asset_in(*asset);
    if (auto refusal = asset->refusal()) return std::move(*refusal);
  }
  if (auto refusal = body.refusal()) return std::move(*refusal);
  return server::write_job<OrganisationStore>(
      caller.organisation_id, [wanted, by = caller.user_id](OrganisationStore& store) {
        const auto added = add_customer(store, by, wanted);
        if (!added) return refuse(store, wanted.customer.id, added.error());
        const auto customer = customer_json(store, added.value());
        if (!customer) return server::refusal_of(customer.error());
        return server::with_feed(server::json(*customer.value(), 201), store);
      });
}

}  // namespace

std::vector<Route> customer_routes(const Office& office) {
  std::vector<Route> routes;
  routes.push_back(
      {.method = Method::Get,
       .pattern = "/v1/customers",
       .id = "customers",
       .summary = "Customers by words of name, number, phone or place; the newest first",
       .who = server::kOfficePeople,
       .parameters = {{"q", "what was said on the phone"}, {"limit", "how many, 20 unless told"}},
       .answers = {{200, "application/json", "customers", schema::customers()}},
       .limits = {{"customer_count_max", kListMax}},
       .handler = as_person(office, list)});
  routes.push_back({.method = Method::Get,
                    .pattern = "/v1/customers/{id}",
                    .id = "customer",
                    .summary = "One customer with places and products",
                    .who = server::kOfficePeople,
                    .answers = {{200, "application/json", "the customer", schema::customer()}},
                    .problems = {Problem::NotFound},
                    .handler = as_person(office, show)});
  routes.push_back({.method = Method::Post,
                    .pattern = "/v1/customers",
                    .id = "add_customer",
                    .summary = "Somebody new; the same id again answers with who is there",
                    .who = server::kOfficePeople,
                    .body = BodyKind::Json,
                    .body_byte_count_max = kBodyMax,
                    .body_schema = schema::new_customer(),
                    .answers = {{201, "application/json", "the customer", schema::customer()}},
                    .problems = {Problem::NotFound, Problem::Conflict},
                    .handler = as_person(office, add)});
  return routes;
}

}  // namespace aftercare::office
