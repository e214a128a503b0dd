#include "sync/server/visit_list.h"

#include "shared/base/money.h"
#include "shared/storage/records.h"
#include "shared/storage/visit_file.h"
#include "sync/server/seal_check.h"

namespace aftercare::server {
namespace {

using Json = nlohmann::json;
using storage::Database;

/// The last word of the customer on a visit: an amendment replaces what it names.
Result<std::optional<domain::SignOff>> last_sign_off(Database& db, const domain::VisitId& id) {
  auto found = storage::where<domain::SignOff>(db, "visit_id = ? ORDER BY rowid DESC LIMIT 1", id);
  if (!found) return found.error();
  if (found.value().empty()) return std::optional<domain::SignOff>{};
  return std::optional{std::move(found.value().front())};
}

Done add_missing_blobs(Database& db, const storage::BlobFiles& blobs, VisitLine& line) {
  auto query = db.query(
      "SELECT sha256 FROM photo WHERE visit_id = ?1 UNION SELECT strokes_sha256 FROM sign_off WHERE visit_id = ?1 AND strokes_sha256 IS NOT NULL",
      line.id);
  while (query.next()) {
    const auto name = query.hash(0);
    if (name != Hash{} && !blobs.has(name)) line.missing_blobs.push_back(name);  // zero: erased by law
  }
  return query.done();
}

Done complete(OrganisationStore& store, const storage::BlobFiles& blobs, VisitLine& line) {
  const auto sign_off = last_sign_off(store.db(), line.id);
  if (!sign_off) return sign_off.error();
  line.state = "open";
  if (sign_off.value()) {
    line.state = domain::name_of(sign_off.value()->outcome);
    const auto check = check_seal_of(store, *sign_off.value());
    if (!check) return check.error();
    line.seal = domain::name_of(check.value().state);
  }
  return add_missing_blobs(store.db(), blobs, line);
}

template <class Record>
std::string name_of_record(Database& db, const std::optional<decltype(Record::id)>& id) {
  if (!id) return {};
  const auto found = storage::find<Record>(db, *id);
  return found && found.value() ? found.value()->name : std::string{};
}

Json event_json(const domain::VisitEvent& event) {
  Json value{{"id", to_text(event.id)},    {"kind", domain::name_of(event.kind)},
             {"at", to_rfc3339(event.at)}, {"zone", event.zone},
             {"boot_id", event.boot_id},   {"monotonic_ms", event.monotonic_ms}};
  value["server_offset_ms"] = event.server_offset_ms ? Json(*event.server_offset_ms) : Json(nullptr);
  return value;
}

Json photo_json(const domain::Photo& photo, const storage::BlobFiles& blobs) {
  const bool is_erased = photo.blob == domain::BlobRef{};
  return {{"id", to_text(photo.id)},
          {"question", photo.question},
          {"moment", domain::name_of(photo.moment)},
          {"caption", photo.caption},
          {"sha256", is_erased ? Json(nullptr) : Json(to_hex(photo.blob.sha256))},
          {"is_here", !is_erased && blobs.has(photo.blob.sha256)},
          {"media_type", photo.media_type},
          {"byte_count", photo.byte_count},
          {"width", photo.width},
          {"height", photo.height},
          {"taken_at", to_rfc3339(photo.taken_at)}};
}

Json seal_json(const SealCheck& check) {
  Json groups = Json::array();
  for (const auto& group : check.groups)
    groups.push_back({{"name", group.name}, {"state", domain::name_of(group.state)}});
  return {{"state", domain::name_of(check.state)},
          {"sha256", to_hex(check.seal)},
          {"groups", std::move(groups)},
          {"is_signed_by_device", check.is_signed},
          {"countersigned_at",
           check.countersigned_at ? Json(to_rfc3339(*check.countersigned_at)) : Json(nullptr)}};
}

Result<Json> sign_off_json(OrganisationStore& store, const storage::BlobFiles& blobs,
                           const domain::SignOff& sign_off) {
  const auto check = check_seal_of(store, sign_off);
  if (!check) return check.error();
  Json value{{"id", to_text(sign_off.id)},
             {"outcome", domain::name_of(sign_off.outcome)},
             {"reason", domain::name_of(sign_off.reason)},
             {"reason_text", sign_off.reason_text},
             {"signer_name", sign_off.signer_name},
             {"signer_role", domain::name_of(sign_off.signer_role)},
             {"signed_at", to_rfc3339(sign_off.signed_at)},
             {"language", sign_off.language},
             {"seal", seal_json(check.value())}};
  value["replaces_id"] = sign_off.replaces_id ? Json(to_text(*sign_off.replaces_id)) : Json(nullptr);
  value["strokes"] = nullptr;
  if (sign_off.strokes && sign_off.strokes->sha256 != Hash{}) {
    value["strokes"] = {{"sha256", to_hex(sign_off.strokes->sha256)},
                        {"is_here", blobs.has(sign_off.strokes->sha256)}};
  }
  return value;
}

Json visit_json(Database& db, const domain::VisitFile& file) {
  const auto& visit = file.visit;
  Json value{{"id", to_text(visit.id)},
             {"number", visit.number},
             {"kind", domain::name_of(visit.kind)},
             {"language", visit.language},
             {"started_at", to_rfc3339(visit.started_at)},
             {"zone", visit.zone},
             {"reason", visit.reason},
             {"result", visit.result},
             {"promised", visit.promised},
             {"site", name_of_record<domain::Site>(db, visit.site_id)},
             {"asset", name_of_record<domain::Asset>(db, visit.asset_id)},
             {"technician", name_of_record<domain::User>(db, visit.technician_id)}};
  value["form"] = file.form ? Json{{"key", file.form->key}, {"version", file.form->version}} : Json(nullptr);
  value["price"] = visit.currency.empty() ? Json(nullptr)
                                          : Json{{"minor", visit.price_minor}, {"currency", visit.currency}};
  value["work_order"] = nullptr;
  if (visit.work_order_id) {
    const auto order = storage::find<domain::WorkOrder>(db, *visit.work_order_id);
    if (order && order.value()) {
      value["work_order"] = {{"number", order.value()->number},
                             {"state", domain::name_of(order.value()->state)}};
    }
  }
  if (const auto customer = storage::find<domain::Customer>(db, visit.customer_id);
      customer && customer.value()) {
    value["customer"] = {{"number", customer.value()->number},
                         {"name", customer.value()->name},
                         {"language", customer.value()->language}};
  }
  return value;
}

}  // namespace

Result<VisitPage> list_visits(OrganisationStore& store, const storage::BlobFiles& blobs,
                              const std::optional<domain::VisitId>& after, std::size_t count_max) {
  auto& db = store.db();
  std::int64_t before_ms = std::numeric_limits<std::int64_t>::max();
  if (after) {
    const auto last = storage::find<domain::Visit>(db, *after);
    if (!last) return last.error();
    if (!last.value()) return Error{ErrorKind::NotFound, "there is no visit of this id to go on after"};
    before_ms = to_ms(last.value()->started_at);
  }
  count_max = std::clamp<std::size_t>(count_max, 1, kVisitPageMax);

  VisitPage page;
  {
    auto query = db.query(
        "SELECT v.id, v.number, v.kind, c.name, c.number, u.name, v.started_at_ms, v.zone, "
        "(SELECT count(*) FROM photo p WHERE p.visit_id = v.id) "
        "FROM visit v JOIN customer c ON c.id = v.customer_id LEFT JOIN user u ON u.id = v.technician_id "
        "WHERE v.started_at_ms < ?1 OR (v.started_at_ms = ?1 AND v.id < ?2) ORDER BY v.started_at_ms DESC, v.id DESC LIMIT ?3",
        before_ms, after.value_or(domain::VisitId{}), static_cast<std::int64_t>(count_max + 1));
    while (query.next()) {
      if (page.visits.size() == count_max) {
        page.next = page.visits.back().id;
        break;
      }
      page.visits.push_back({.id = query.id<domain::VisitId>(0),
                             .number = query.text(1),
                             .kind = query.text(2),
                             .customer = query.text(3),
                             .customer_number = query.text(4),
                             .technician = query.text(5),
                             .started_at = from_ms(query.integer(6)),
                             .zone = query.text(7),
                             .state = {},
                             .seal = {},
                             .photo_count = query.integer(8),
                             .missing_blobs = {}});
    }
    if (const auto read = query.done(); !read) return read.error();
  }
  for (auto& line : page.visits) {
    if (const auto completed = complete(store, blobs, line); !completed) return completed.error();
  }
  return page;
}

Json to_json(const VisitLine& line) {
  Json missing = Json::array();
  for (const auto& name : line.missing_blobs) missing.push_back(to_hex(name));
  return {{"id", to_text(line.id)},
          {"number", line.number},
          {"kind", line.kind},
          {"customer", {{"number", line.customer_number}, {"name", line.customer}}},
          {"technician", line.technician},
          {"started_at", to_rfc3339(line.started_at)},
          {"zone", line.zone},
          {"state", line.state},
          {"seal", line.seal.empty() ? Json(nullptr) : Json(line.seal)},
          {"photo_count", line.photo_count},
          {"missing_blobs", std::move(missing)}};
}

Json to_json(const VisitPage& page) {
  Json visits = Json::array();
  for (const auto& line : page.visits) visits.push_back(to_json(line));
  return {{"visits", std::move(visits)}, {"next", page.next ? Json(to_text(*page.next)) : Json(nullptr)}};
}

Result<std::optional<Json>> visit_detail(OrganisationStore& store, const storage::BlobFiles& blobs,
                                         const domain::VisitId& id) {
  auto& db = store.db();
  const auto loaded = storage::load_visit_file(db, id);
  if (!loaded) return loaded.error();
  if (!loaded.value()) return std::optional<Json>{};
  const auto& file = *loaded.value();

  auto value = visit_json(db, file);
  value["events"] = Json::array();
  for (const auto& event : file.events) value["events"].push_back(event_json(event));
  value["answers"] = Json::array();
  for (const auto& answer : file.answers) {
    value["answers"].push_back(
        {{"question", answer.question}, {"kind", domain::name_of(answer.kind)}, {"value", answer.value}});
  }
  value["photos"] = Json::array();
  for (const auto& photo : file.photos) value["photos"].push_back(photo_json(photo, blobs));
  value["notes"] = Json::array();
  for (const auto& note : file.notes) {
    value["notes"].push_back({{"at", to_rfc3339(note.at)},
                              {"author", name_of_record<domain::User>(db, note.author_id)},
                              {"text", note.text}});
  }

  const auto sign_offs = storage::where<domain::SignOff>(db, "visit_id = ? ORDER BY rowid", id);
  if (!sign_offs) return sign_offs.error();
  value["sign_offs"] = Json::array();
  value["state"] = "open";
  for (const auto& sign_off : sign_offs.value()) {
    auto entry = sign_off_json(store, blobs, sign_off);
    if (!entry) return entry.error();
    value["state"] = domain::name_of(sign_off.outcome);
    value["sign_offs"].push_back(std::move(entry).value());
  }
  return std::optional{std::move(value)};
}

}  // namespace aftercare::server
