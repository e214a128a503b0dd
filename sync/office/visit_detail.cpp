#include "sync/office/visit_detail.h"

#include "shared/language/words.h"
#include "shared/storage/records.h"
#include "shared/storage/visit_file.h"
#include "sync/office/history.h"
#include "sync/office/visit_log.h"
#include "sync/protocol/sealed_visit.h"
#include "sync/protocol/strokes.h"
#include "sync/server/seal_check.h"

namespace aftercare::office {
namespace {

using Json = nlohmann::json;
using domain::EntityType;
using server::OrganisationStore;
using storage::Database;

constexpr std::size_t kStrokeBytesMax = 4 << 20;

Json or_null(const std::optional<Instant>& at) { return at ? Json(to_rfc3339(*at)) : Json(nullptr); }

template <class Record>
std::string name_of_record(Database& db, const std::optional<decltype(Record::id)>& id) {
  if (!id) return {};
  const auto found = storage::find<Record>(db, *id);
  return found && found.value() ? found.value()->name : std::string{};
}

std::optional<Instant> received_at(Database& db, const AnyId& id) {
  auto query = db.query("SELECT received_ms FROM feed WHERE entity_id = ? ORDER BY seq LIMIT 1", id);
  return query.next() ? std::optional{from_ms(query.integer(0))} : std::nullopt;
}

Json event_json(Database& db, const domain::VisitEvent& event) {
  Json value{{"id", to_text(event.id)},    {"kind", domain::name_of(event.kind)},
             {"at", to_rfc3339(event.at)}, {"zone", event.zone},
             {"boot_id", event.boot_id},   {"monotonic_ms", event.monotonic_ms}};
  value["server_offset_ms"] = event.server_offset_ms ? Json(*event.server_offset_ms) : Json(nullptr);
  value["corrected_at"] =
      event.server_offset_ms ? Json(to_rfc3339(event.at + std::chrono::milliseconds{*event.server_offset_ms}))
                             : Json(nullptr);
  value["received_at"] = or_null(received_at(db, id_cast<AnyId>(event.id)));
  return value;
}

Json photo_json(const domain::Photo& photo, const storage::BlobFiles& blobs) {
  const bool is_erased = photo.blob == domain::BlobRef{};
  const bool has_thumbnail = !is_erased && photo.thumbnail && blobs.has(photo.thumbnail->sha256);
  const bool is_smaller = !photo.original_sha256.bytes.empty();
  return {{"id", to_text(photo.id)},
          {"question", photo.question},
          {"moment", domain::name_of(photo.moment)},
          {"caption", photo.caption},
          {"sha256", is_erased ? Json(nullptr) : Json(to_hex(photo.blob.sha256))},
          {"is_here", !is_erased && blobs.has(photo.blob.sha256)},
          {"thumbnail_sha256", has_thumbnail ? Json(to_hex(photo.thumbnail->sha256)) : Json(nullptr)},
          {"original_sha256", is_smaller ? Json(to_hex(photo.original_sha256.bytes)) : Json(nullptr)},
          {"original_byte_count", photo.original_byte_count},
          {"media_type", photo.media_type},
          {"byte_count", photo.byte_count},
          {"width", photo.width},
          {"height", photo.height},
          {"taken_at", to_rfc3339(photo.taken_at)}};
}

/// The drawn lines, for whoever shows them; null while the blob is on its way or when it was erased.
Json strokes_json(storage::BlobFiles& blobs, const std::optional<domain::BlobRef>& blob) {
  if (!blob || blob->sha256 == Hash{}) return nullptr;
  Json value{{"sha256", to_hex(blob->sha256)},
             {"is_here", false},
             {"digitiser", ""},
             {"width_px", 0},
             {"height_px", 0},
             {"strokes", Json::array()}};
  if (!blobs.has(blob->sha256)) return value;
  const auto bytes = blobs.read_or_put_aside(blob->sha256, kStrokeBytesMax);
  if (!bytes) return value;
  const auto drawn = protocol::decode_strokes(bytes.value());
  if (!drawn) return value;
  value["is_here"] = true;
  value["digitiser"] = drawn.value().digitiser;
  value["width_px"] = drawn.value().width_px;
  value["height_px"] = drawn.value().height_px;
  for (const auto& stroke : drawn.value().strokes) {
    auto points = Json::array();
    for (const auto& point : stroke) {
      Json list{point.x, point.y, point.t_ms};
      if (point.pressure) list.push_back(*point.pressure);
      points.push_back(std::move(list));
    }
    value["strokes"].push_back(std::move(points));
  }
  return value;
}

Result<Json> sign_off_json(OrganisationStore& store, storage::BlobFiles& blobs,
                           const domain::SignOff& sign_off) {
  auto seal = seal_json(store, sign_off);
  if (!seal) return seal.error();
  return Json{{"id", to_text(sign_off.id)},
              {"outcome", domain::name_of(sign_off.outcome)},
              {"reason", domain::name_of(sign_off.reason)},
              {"reason_text", sign_off.reason_text},
              {"signer_name", sign_off.signer_name},
              {"signer_role", domain::name_of(sign_off.signer_role)},
              {"signed_at", to_rfc3339(sign_off.signed_at)},
              {"language", sign_off.language},
              {"replaces_id", sign_off.replaces_id ? Json(to_text(*sign_off.replaces_id)) : Json(nullptr)},
              {"strokes", strokes_json(blobs, sign_off.strokes)},
              {"seal", std::move(seal).value()}};
}

/// Answers in the words of the form that the visit was filled with, in the form's order; what the form does
/// not know comes last, as it was kept.
Json answers_json(const language::Formatter& in, const domain::VisitFile& file) {
  std::map<std::string, std::string> left;
  std::map<std::string, domain::AnswerKind> kinds;
  for (const auto& answer : file.answers) {
    left[answer.question] = answer.value;
    kinds[answer.question] = answer.kind;
  }
  auto list = Json::array();
  const auto add = [&](const std::string& question, const std::string& section, const std::string& label,
                       const std::string& text) {
    list.push_back({{"question", question},
                    {"section", section},
                    {"label", label},
                    {"kind", domain::name_of(kinds[question])},
                    {"value", left[question]},
                    {"text", text}});
    left.erase(question);
  };
  const std::string code{in.code()};
  if (file.form) {
    if (const auto form = domain::read_form(file.form->definition)) {
      for (const auto& section : form.value().sections) {
        for (const auto& question : section.questions) {
          if (!left.contains(question.key)) continue;
          add(question.key, domain::in_language(section.title, code),
              domain::in_language(question.label, code), language::words(in, question, left[question.key]));
        }
      }
    }
  }
  const auto others = left;
  for (const auto& [question, value] : others) add(question, "", question, value);
  return list;
}

Json work_order_json(Database& db, const std::optional<domain::WorkOrderId>& id) {
  if (!id) return nullptr;
  const auto order = storage::find<domain::WorkOrder>(db, *id);
  if (!order || !order.value()) return nullptr;
  const auto& found = *order.value();
  return {{"id", to_text(found.id)},
          {"number", found.number},
          {"state", domain::name_of(found.state)},
          {"technician", name_of_record<domain::User>(db, found.technician_id)}};
}

Json asset_json(Database& db, const std::optional<domain::AssetId>& id) {
  if (!id) return nullptr;
  const auto asset = storage::find<domain::Asset>(db, *id);
  if (!asset || !asset.value()) return nullptr;
  return {{"id", to_text(*id)}, {"name", asset.value()->name}, {"serial", asset.value()->serial}};
}

Result<Json> history_json(OrganisationStore& store, const domain::VisitFile& file) {
  std::vector<RecordName> records{{EntityType::Visit, id_cast<AnyId>(file.visit.id)}};
  if (file.visit.work_order_id)
    records.push_back({EntityType::WorkOrder, id_cast<AnyId>(*file.visit.work_order_id)});
  for (const auto& answer : file.answers) records.push_back({EntityType::Answer, id_cast<AnyId>(answer.id)});
  for (const auto& photo : file.photos) records.push_back({EntityType::Photo, id_cast<AnyId>(photo.id)});
  return history_of(store, records);
}

}  // namespace

Result<Json> seal_json(OrganisationStore& store, const domain::SignOff& sign_off) {
  const auto check = server::check_seal_of(store, sign_off);
  if (!check) return check.error();
  auto groups = Json::array();
  for (const auto& group : check.value().groups)
    groups.push_back({{"name", group.name}, {"state", domain::name_of(group.state)}});

  const auto sealed = storage::where<domain::SealedGroup>(store.db(), "sign_off_id = ?", sign_off.id);
  if (!sealed) return sealed.error();
  std::vector<protocol::Group> contents;
  for (const auto& group : sealed.value())
    contents.push_back({group.name, group.salt.bytes, group.content.bytes});
  std::optional<Instant> not_before;
  if (const auto facts = protocol::facts_of(contents); facts.root_statement) {
    if (const auto root = protocol::decode_root_statement(facts.root_statement->statement))
      not_before = root.value().server_time;
  }
  return Json{{"state", domain::name_of(check.value().state)},
              {"sha256", to_hex(check.value().seal)},
              {"groups", std::move(groups)},
              {"is_signed_by_device", check.value().is_signed},
              {"countersigned_at", or_null(check.value().countersigned_at)},
              {"not_before", or_null(not_before)}};
}

Result<std::optional<Json>> visit_detail(OrganisationStore& store, storage::BlobFiles& blobs,
                                         const language::Formatter& in, const domain::VisitId& id) {
  auto& db = store.db();
  const auto loaded = storage::load_visit_file(db, id);
  if (!loaded) return loaded.error();
  if (!loaded.value()) return std::optional<Json>{};
  const auto& file = *loaded.value();
  VisitFilter only_this;
  only_this.id = id;
  const auto line = list_visits(store, blobs, only_this, std::nullopt, 1);
  if (!line) return line.error();
  if (line.value().visits.empty()) return std::optional<Json>{};

  auto value = to_json(line.value().visits.front());
  value["language"] = file.visit.language;
  value["reason"] = file.visit.reason;
  value["result"] = file.visit.result;
  value["promised"] = file.visit.promised;
  value["asset"] = asset_json(db, file.visit.asset_id);
  value["form"] = file.form ? Json{{"key", file.form->key}, {"version", file.form->version}} : Json(nullptr);
  value["work_order"] = work_order_json(db, file.visit.work_order_id);
  value["events"] = Json::array();
  for (const auto& event : file.events) value["events"].push_back(event_json(db, event));
  value["answers"] = answers_json(in, file);
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
  for (const auto& sign_off : sign_offs.value()) {
    auto entry = sign_off_json(store, blobs, sign_off);
    if (!entry) return entry.error();
    value["sign_offs"].push_back(std::move(entry).value());
  }
  auto history = history_json(store, file);
  if (!history) return history.error();
  value["history"] = std::move(history).value();
  const auto ratings = storage::where<domain::Rating>(db, "visit_id = ? ORDER BY rowid", id);
  if (!ratings) return ratings.error();
  value["ratings"] = Json::array();
  for (const auto& rating : ratings.value()) {
    value["ratings"].push_back({{"at", to_rfc3339(rating.at)},
                                {"stars", rating.stars},
                                {"comment", rating.comment},
                                {"source", domain::name_of(rating.source)}});
  }
  value["report"] = nullptr;
  value["coverage"] = nullptr;
  return std::optional{std::move(value)};
}

}  // namespace aftercare::office
