#include "sync/office/history.h"

#include "shared/domain/codec.h"
#include "shared/storage/records.h"
#include "sync/protocol/decision.h"
#include "sync/protocol/operation.h"

#include <algorithm>
#include <map>

namespace aftercare::office {
namespace {

using Json = nlohmann::json;
using cbor::FieldMap;
using domain::EntityType;
using server::OrganisationStore;

/// Names of people and things by id, asked for once each.
class Names {
 public:
  explicit Names(storage::Database& db) : db_(db) {}

  const std::string& name(std::string_view table, const AnyId& id) {
    auto [entry, is_new] = names_.try_emplace({std::string(table), to_text(id)});
    if (is_new) {
      const bool has_number = table == "work_order" || table == "visit";
      auto query = db_.query("SELECT " + std::string(has_number ? "number" : "name") + " FROM " +
                                 std::string(table) + " WHERE id = ?",
                             id);
      if (query.next()) entry->second = query.text(0);
    }
    return entry->second;
  }

 private:
  storage::Database& db_;
  std::map<std::pair<std::string, std::string>, std::string> names_;
};

std::string text_of(Names&, const std::string& value) { return value; }
std::string text_of(Names&, bool value) { return value ? "yes" : "no"; }
std::string text_of(Names&, std::int64_t value) { return std::to_string(value); }
std::string text_of(Names&, Instant value) { return to_rfc3339(value); }
std::string text_of(Names&, const domain::BlobRef& value) { return to_hex(value.sha256).substr(0, 12); }
std::string text_of(Names&, const domain::Blob& value) { return std::to_string(value.bytes.size()) + " B"; }
template <domain::Named Enum>
std::string text_of(Names&, Enum value) {
  return std::string(domain::name_of(value));
}
template <class Tag>
std::string text_of(Names& names, const Id<Tag>& id) {
  if constexpr (requires { domain::ReferenceTo<Id<Tag>>::type; }) {
    constexpr auto type = domain::ReferenceTo<Id<Tag>>::type;
    if constexpr (type != EntityType::SignOff && type != EntityType::Form)
      return names.name(domain::table_of(type), id_cast<AnyId>(id));
  }
  return to_text(id);
}
template <class T>
std::string text_of(Names& names, const std::optional<T>& value) {
  return value ? text_of(names, *value) : std::string{};
}

/// The values of some fields in words, by the field's name, in the record's own order.
std::vector<std::pair<std::string, std::string>> texts_of(Names& names, EntityType type, const AnyId& id,
                                                          const FieldMap& fields) {
  std::vector<std::pair<std::string, std::string>> texts;
  domain::with_entity(type, [&]<class Record>() {
    Record record{};
    record.id = id_cast<decltype(record.id)>(id);
    if (!domain::apply(fields, record)) return;
    domain::each_field(record,
                       [&](std::uint32_t number, std::string_view name, const auto& member, const auto&) {
                         if (fields.contains(number)) texts.emplace_back(name, text_of(names, member));
                       });
  });
  return texts;
}

std::string_view word_of(protocol::Ruling ruling) {
  switch (ruling) {
    case protocol::Ruling::Accepted: return "accepted";
    case protocol::Ruling::Merged: return "merged";
    case protocol::Ruling::SetAside: return "set_aside";
    case protocol::Ruling::Dismissed: return "dismissed";
  }
  return "";
}

Done read_written(OrganisationStore& store, const RecordName& name, std::vector<Written>& all) {
  auto query = store.db().query(
      "SELECT f.seq, f.header, COALESCE(f.remainder, f.body), f.decision, f.received_ms, a.prefix, s.settled_by, s.settled_ms FROM feed f "
      "JOIN lineage l ON l.id = f.lineage_id LEFT JOIN device_access a ON a.device_id = l.device_id "
      "LEFT JOIN set_aside s ON s.seq = f.again_of "
      "WHERE f.entity_id = ? AND NOT (f.ruling = 3 AND EXISTS (SELECT 1 FROM set_aside w WHERE w.seq = f.seq AND w.settled_seq IS NOT NULL)) "
      "ORDER BY f.seq",
      name.id);
  while (query.next()) {
    const auto header = protocol::decode_header(query.bytes(1));
    if (!header) continue;
    auto& written = all.emplace_back();
    written.seq = static_cast<std::uint64_t>(query.integer(0));
    written.type = name.type;
    written.id = name.id;
    written.header = header.value();
    written.received_at = from_ms(query.integer(4));
    written.device = query.text(5);
    if (!query.is_null(6)) written.settled_by = query.id<domain::UserId>(6);
    if (!query.is_null(7)) written.settled_at = from_ms(query.integer(7));
    if (auto fields = cbor::decode_fields(query.bytes(2))) written.fields = std::move(fields).value();
    if (auto decision = protocol::decode_decision(query.bytes(3)))
      written.decision = std::move(decision).value();
  }
  return query.done();
}

void tell(Names& names, const Written& written, Json& entries) {
  const auto user = id_cast<AnyId>(written.header.user_id);
  const auto by = user == AnyId{} ? std::string{} : names.name("user", user);
  const Json settled_by =
      written.settled_by ? Json(names.name("user", id_cast<AnyId>(*written.settled_by))) : Json(nullptr);
  const Json settled_at = written.settled_at ? Json(to_rfc3339(*written.settled_at)) : Json(nullptr);
  const auto entry = [&](const std::string& field, const std::string& value, const Json& lost_value) {
    entries.push_back({{"at", to_rfc3339(from_ms(written.header.time.ms))},
                       {"received_at", to_rfc3339(written.received_at)},
                       {"by", by},
                       {"device", written.device},
                       {"record", domain::table_of(written.type)},
                       {"field", field},
                       {"value", value},
                       {"lost_value", lost_value},
                       {"ruling", word_of(written.decision.ruling)},
                       {"reason", written.decision.reason == protocol::SetAsideReason::None
                                      ? Json(nullptr)
                                      : Json(protocol::word_of(written.decision.reason))},
                       {"settled_by", settled_by},
                       {"settled_at", settled_at}});
  };
  std::map<std::string, std::string> lost;
  for (auto& [field, value] : texts_of(names, written.type, written.id, written.decision.lost))
    lost[field] = value;
  std::map<std::string, std::string> replaced;
  for (auto& [field, value] : texts_of(names, written.type, written.id, written.decision.replaced))
    replaced[field] = value;

  for (const auto& [field, value] : texts_of(names, written.type, written.id, written.fields)) {
    if (lost.contains(field)) {
      entry(field, "", lost[field]);  // what somebody else wrote stands: an entry of theirs says what
    } else {
      entry(field, value, replaced.contains(field) ? Json(replaced[field]) : Json(nullptr));
    }
  }
  if (written.header.verb == protocol::Verb::Delete) entry("", "", nullptr);
}

}  // namespace

Result<Json> history_of(OrganisationStore& store, const std::vector<RecordName>& records) {
  std::vector<Written> all;
  for (const auto& record : records) {
    if (const auto read = read_written(store, record, all); !read) return read.error();
  }
  std::ranges::sort(all, {}, &Written::seq);
  return told(store, all);
}

Json told(OrganisationStore& store, const std::vector<Written>& operations) {
  Names names{store.db()};
  Json entries = Json::array();
  for (const auto& written : operations) tell(names, written, entries);
  return entries;
}

}  // namespace aftercare::office
