#include "sync/office/office_routes.h"
#include "sync/office/rules.h"
#include "sync/office/schemas.h"
#include "sync/office/signed_record.h"
#include "sync/server/json_body.h"

namespace aftercare::office {
namespace {

using server::BodyKind;
using server::JsonBody;
using server::Method;
using server::OrganisationStore;

/// Texts of the allowed length fit in the alphabet that needs most bytes.
constexpr std::size_t kBodyMax = 32 << 10;

Response unknown() {
  return server::problem(Problem::NotFound,
                         "nothing was signed under this code, or it has not arrived here yet");
}

Reply show(const Office& office, const Request& request) {
  JsonBody body{request.body, kBodyMax};
  const auto secret = body.needed(body.text("secret"), "secret");
  if (auto refusal = body.refusal()) return std::move(*refusal);
  const auto name = find_signed_record(office.service.house, secret);
  if (!name) return server::refusal_of(name.error());
  if (!name.value()) return unknown();
  const auto store = office.service.house.read(name.value()->organisation_id);
  if (!store) return server::refusal_of(store.error());
  const auto record = signed_record_json(*store.value(), *name.value());
  return record ? server::json(record.value()) : server::refusal_of(record.error());
}

Reply rate(const Office& office, const Request& request) {
  JsonBody body{request.body, kBodyMax};
  const auto secret = body.needed(body.text("secret"), "secret");
  CustomerRating said;
  said.stars = body.needed(body.integer("stars"), "stars");
  said.answer = body.word<domain::RatingAnswer>("answer").value_or(domain::RatingAnswer::None);
  said.comment = body.text("comment").value_or("");
  if (auto refusal = body.refusal()) return std::move(*refusal);
  const auto name = find_signed_record(office.service.house, secret);
  if (!name) return server::refusal_of(name.error());
  if (!name.value()) return unknown();
  return server::write_job<OrganisationStore>(
      name.value()->organisation_id, [name = *name.value(), said](OrganisationStore& store) {
        if (const auto rated = rate_signed_record(store, name, said); !rated)
          return refusal_by_rule(rated.error());
        const auto record = signed_record_json(store, name);
        if (!record) return server::refusal_of(record.error());
        return server::with_feed(server::json(record.value()), store);
      });
}

server::Handler as_customer(const Office& office, Reply (*run)(const Office&, const Request&)) {
  return [office, run](const Request& request, const server::Caller&) { return run(office, request); };
}

}  // namespace

std::vector<Route> signed_record_routes(const Office& office) {
  std::vector<Route> routes;
  routes.push_back({.method = Method::Post,
                    .pattern = "/v1/signed_record",
                    .id = "signed_record",
                    .summary = "What a customer signed, for whoever holds the secret of their QR code",
                    .who = {server::Who::Nobody},
                    .body = BodyKind::Json,
                    .body_byte_count_max = kBodyMax,
                    .body_schema = schema::secret(),
                    .answers = {{200, "application/json", "the record", schema::signed_record()}},
                    .problems = {Problem::NotFound},
                    .rate_per_minute = 60,
                    .handler = as_customer(office, show)});
  routes.push_back({.method = Method::Post,
                    .pattern = "/v1/signed_record/rating",
                    .id = "rate_signed_record",
                    .summary = "What the customer thinks of it; saying it again changes it",
                    .who = {server::Who::Nobody},
                    .body = BodyKind::Json,
                    .body_byte_count_max = kBodyMax,
                    .body_schema = schema::customer_rating(),
                    .answers = {{200, "application/json", "the record", schema::signed_record()}},
                    .problems = {Problem::NotFound},
                    .rate_per_minute = 20,
                    .handler = as_customer(office, rate)});
  return routes;
}

}  // namespace aftercare::office
