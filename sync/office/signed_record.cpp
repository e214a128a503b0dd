#include "sync/office/signed_record.h"

#include "shared/base/hash.h"
#include "shared/base/text.h"
#include "shared/domain/service_point.h"
#include "shared/storage/records.h"
#include "sync/office/rules.h"
#include "sync/office/visit_detail.h"
#include "sync/protocol/sealed_visit.h"
#include "sync/server/office.h"

namespace aftercare::office {
namespace {

using Json = nlohmann::json;
using server::OrganisationStore;

constexpr std::size_t kSecretSize = 16;
constexpr const char* kQuestion = "work_finished";

Result<std::optional<domain::Rating>> rating_of(OrganisationStore& store, const domain::VisitId& id) {
  auto found =
      storage::where<domain::Rating>(store.db(), "visit_id = ? AND source = ? ORDER BY rowid DESC LIMIT 1",
                                     id, domain::RatingSource::CustomerPage);
  if (!found) return found.error();
  if (found.value().empty()) return std::optional<domain::Rating>{};
  return std::optional{std::move(found.value().front())};
}

Json hours_json(const std::string& text) {
  auto rows = Json::array();
  const auto hours = domain::read_hours(text);
  if (!hours) return rows;
  for (const auto& row : domain::rows_of(hours.value())) {
    auto spans = Json::array();
    for (const auto& span : row.spans) spans.push_back({{"from", span.from}, {"to", span.to}});
    rows.push_back({{"first_day", row.first_day}, {"last_day", row.last_day}, {"spans", std::move(spans)}});
  }
  return rows;
}

/// Whom the customer can call, where the organisation has said so.
Result<Json> organisation_json(OrganisationStore& store) {
  Json value{{"name", store.organisation().name}, {"phone", ""}, {"hours", Json::array()}};
  const auto points = storage::where<domain::ServicePoint>(store.db(), "1 ORDER BY rowid LIMIT 1");
  if (!points) return points.error();
  if (points.value().empty()) return value;
  const auto& point = points.value().front();
  value["phone"] = point.phone_text.empty() ? point.phone : point.phone_text;
  value["hours"] = hours_json(point.hours);
  return value;
}

Json rating_json(const std::optional<domain::Rating>& rating) {
  if (!rating) return nullptr;
  return {{"stars", rating->stars},
          {"answer", rating->answer == domain::RatingAnswer::None ? "" : domain::name_of(rating->answer)},
          {"comment", rating->comment},
          {"at", to_rfc3339(rating->at)}};
}

/// The words that were on the glass, from the sealed group itself; null once they were erased.
Result<Json> summary_of(OrganisationStore& store, const domain::SignOff& sign_off) {
  const auto sealed =
      storage::where<domain::SealedGroup>(store.db(), "sign_off_id = ? AND name = 'summary'", sign_off.id);
  if (!sealed) return sealed.error();
  if (sealed.value().empty() || sealed.value().front().content.bytes.empty()) return Json(nullptr);
  const auto& group = sealed.value().front();
  const auto facts = protocol::facts_of({{group.name, group.salt.bytes, group.content.bytes}});
  return facts.summary.empty() ? Json(nullptr) : Json(facts.summary);
}

}  // namespace

Result<std::optional<SignedRecordName>> find_signed_record(server::House& house, std::string_view secret) {
  std::optional<SignedRecordName> found;
  const auto bytes = from_base64url(secret);
  if (!bytes || bytes.value().size() != kSecretSize) return found;
  const auto hash = sha256(bytes.value());
  for (const auto& organisation : house.organisations()) {
    const auto store = house.read(organisation.id);
    if (!store) return store.error();
    auto query = store.value()->db().query("SELECT id, visit_id FROM sign_off WHERE link_hash = ?",
                                           storage::AsBlob{view(hash)});
    if (query.next())
      found = SignedRecordName{organisation.id, query.id<domain::SignOffId>(0), query.id<domain::VisitId>(1)};
    if (const auto read = query.done(); !read) return read.error();
  }
  return found;
}

Result<Json> signed_record_json(OrganisationStore& store, const SignedRecordName& name) {
  auto& db = store.db();
  const auto sign_off = storage::find<domain::SignOff>(db, name.sign_off_id);
  if (!sign_off) return sign_off.error();
  const auto visit = storage::find<domain::Visit>(db, name.visit_id);
  if (!visit) return visit.error();
  if (!sign_off.value() || !visit.value()) return Error{ErrorKind::NotFound, "there is no such record"};
  auto organisation = organisation_json(store);
  if (!organisation) return organisation.error();
  auto seal = seal_json(store, *sign_off.value());
  if (!seal) return seal.error();
  auto summary = summary_of(store, *sign_off.value());
  if (!summary) return summary.error();
  const auto rating = rating_of(store, name.visit_id);
  if (!rating) return rating.error();

  const auto& signed_off = *sign_off.value();
  Json value{{"organisation", std::move(organisation).value()},
             {"language", signed_off.language},
             {"number", visit.value()->number},
             {"kind", domain::name_of(visit.value()->kind)},
             {"outcome", domain::name_of(signed_off.outcome)},
             {"reason", domain::name_of(signed_off.reason)},
             {"signer_name", signed_off.signer_name},
             {"signed_at", to_rfc3339(signed_off.signed_at)},
             {"zone", visit.value()->zone},
             {"not_before", seal.value()["not_before"]},
             {"countersigned_at", seal.value()["countersigned_at"]},
             {"summary", std::move(summary).value()},
             {"rating", rating_json(rating.value())},
             {"report", nullptr}};
  value["price"] = visit.value()->currency.empty()
                       ? Json(nullptr)
                       : Json{{"minor", visit.value()->price_minor}, {"currency", visit.value()->currency}};
  value["seal"] = std::move(seal).value();
  return value;
}

Done rate_signed_record(OrganisationStore& store, const SignedRecordName& name, const CustomerRating& said) {
  const auto sign_off = storage::find<domain::SignOff>(store.db(), name.sign_off_id);
  if (!sign_off) return sign_off.error();
  if (!sign_off.value()) return Error{ErrorKind::NotFound, "there is no such record"};
  const auto earlier = rating_of(store, name.visit_id);
  if (!earlier) return earlier.error();
  auto comment = said.comment;
  if (const auto kept = keep_text(comment, domain::kCommentMax); !kept) return kept;

  domain::Rating rating = earlier.value().value_or(domain::Rating{});
  rating.visit_id = name.visit_id;
  rating.source = domain::RatingSource::CustomerPage;
  rating.stars = said.stars;
  rating.question = said.answer == domain::RatingAnswer::None ? "" : kQuestion;
  rating.answer = said.answer;
  rating.comment = std::move(comment);
  rating.language = sign_off.value()->language;
  rating.at = store.clock().now();
  if (const auto checked = domain::check_rating(rating); !checked) return checked;
  if (!earlier.value()) {
    rating.id = make_id<domain::RatingId>(store.clock(), store.random());
    return server::office_create(store, domain::UserId{}, rating);
  }
  auto same = *earlier.value();
  same.at = rating.at;
  if (domain::changes_of(same, rating).empty()) return done();  // the answer to the first try was lost
  return server::office_change(store, domain::UserId{}, *earlier.value(), rating);
}

}  // namespace aftercare::office
