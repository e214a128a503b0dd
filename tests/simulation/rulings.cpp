#include "tests/simulation/rulings.h"

#include "shared/storage/records.h"
#include "sync/protocol/decision.h"
#include "sync/protocol/erasure.h"
#include "sync/protocol/limits.h"

#include <fmt/format.h>

#include <set>

namespace aftercare::simulation {
namespace {

using domain::EntityType;
using domain::FieldMap;
using domain::Merge;
using protocol::Verb;

/// One item of the feed that takes effect.
struct Item {
  std::uint64_t seq = 0;
  std::int64_t lineage_id = 0;
  protocol::Header header;
  FieldMap fields;
  protocol::Decision decision;
  Instant received_at{};
  bool is_settled_later = false;  // set aside at first
};

/// The feed in its order, without what was set aside, and without records that an erasure emptied.
struct History {
  std::vector<Item> items;
  domain::DeviceId office;
};

std::set<AnyId> erased_records(storage::Database& db) {
  std::set<AnyId> erased;
  const auto erasures = storage::where<domain::Erasure>(db, "1");
  if (!erasures) return erased;
  for (const auto& erasure : erasures.value()) {
    const auto records = protocol::decode_erased_records(erasure.records.bytes);
    if (!records) continue;
    for (const auto& record : records.value()) erased.insert(record.id);
  }
  return erased;
}

History history_of(server::OrganisationStore& store) {
  const auto erased = erased_records(store.db());
  History history;
  history.office = store.organisation().office_device_id;
  auto query = store.db().query(
      "SELECT seq, lineage_id, header, body, decision, received_ms, again_of FROM feed WHERE ruling < 3 ORDER BY seq");
  while (query.next()) {
    const auto header = protocol::decode_header(query.bytes(2));
    const auto fields = cbor::decode_fields(query.bytes(3));
    const auto decision = protocol::decode_decision(query.bytes(4));
    if (!header || !fields || !decision || erased.contains(header.value().entity_id)) continue;
    history.items.push_back({.seq = static_cast<std::uint64_t>(query.integer(0)),
                             .lineage_id = query.integer(1),
                             .header = header.value(),
                             .fields = fields.value(),
                             .decision = decision.value(),
                             .received_at = from_ms(query.integer(5)),
                             .is_settled_later = query.integer(6) != 0});
  }
  return history;
}

template <class Check>
Found read(Headquarters& headquarters, const char* invariant, const Check& check) {
  auto reader = headquarters.house().read(headquarters.organisation_id());
  if (!reader) return Finding{invariant, "the server's file cannot be read: " + reader.error().detail};
  return check(*reader.value());
}

std::optional<Merge> merge_of(EntityType type, std::uint32_t number) {
  return domain::with_entity(type, [&]<class Record>() {
    std::optional<Merge> merge;
    const Record record{};
    domain::each_field(
        record, [&](std::uint32_t field, std::string_view, const auto&, const domain::FieldRule& rule) {
          if (field == number) merge = rule.merge;
        });
    return merge;
  });
}

/// What two people said about one field of a record.
struct Word {
  const Item* item = nullptr;
  Bytes value;
};

protocol::HybridTime counted(const Item& item) {
  const auto ahead = to_ms(item.received_at + protocol::kLimits.clock_ahead_max);
  return item.header.time.ms > ahead ? protocol::HybridTime{ahead, 0} : item.header.time;
}

bool wins(Merge merge, const Item& item, const Item& other, const domain::DeviceId& office) {
  const bool is_office = item.header.device_id == office;
  const bool was_office = other.header.device_id == office;
  if (merge == Merge::Office && is_office != was_office) return is_office;
  if (merge == Merge::Field && is_office != was_office) return was_office;
  const auto ours = counted(item);
  const auto theirs = counted(other);
  return ours == theirs ? item.header.device_id > other.header.device_id : ours > theirs;
}

enum class End { Plain, Lost, Replaced };

End end_of(const Item& item, std::uint32_t field) {
  if (item.decision.lost.contains(field)) return End::Lost;
  return item.decision.replaced.contains(field) ? End::Replaced : End::Plain;
}

/// The records as the feed makes them, item by item, and who said what about each field.
class Replay {
 public:
  explicit Replay(const domain::DeviceId& office) : office_(office) {}

  /// What the item's end should have been, when that is other than it was.
  std::string complaint(const Item& item) {
    if (item.header.verb == Verb::Change && !item.is_settled_later) {
      for (const auto& [field, value] : item.fields) {
        const auto expected = expected_end(item, field, value);
        if (expected && *expected != end_of(item, field))
          return fmt::format("field {} of a {} at {} of the feed should have {}", field,
                             domain::table_of(item.header.type), item.seq,
                             *expected == End::Lost       ? "lost"
                             : *expected == End::Replaced ? "replaced another"
                                                          : "met nobody");
      }
    }
    return {};
  }
  void take(const Item& item) {
    auto& record = records_[item.header.entity_id];
    if (item.header.verb == Verb::Create || item.header.verb == Verb::Seal) record.standing.clear();
    for (const auto& [field, value] : item.fields) {
      if (item.decision.lost.contains(field)) continue;
      record.standing[field] = value;
      record.said[field].push_back({&item, value});
    }
  }

 private:
  struct Record {
    FieldMap standing;
    std::map<std::uint32_t, std::vector<Word>> said;
  };

  std::optional<End> expected_end(const Item& item, std::uint32_t field, const Bytes& value) {
    const auto merge = merge_of(item.header.type, field);
    if (!merge || *merge == Merge::Once || *merge == Merge::State) return std::nullopt;
    const auto& record = records_[item.header.entity_id];
    const auto standing = record.standing.find(field);
    if ((standing == record.standing.end() ? Bytes{cbor::kNull} : standing->second) == value)
      return End::Plain;
    const auto said = record.said.find(field);
    if (said == record.said.end()) return End::Plain;
    for (auto word = said->second.rbegin(); word != said->second.rend(); ++word) {
      if (word->item->seq <= item.header.base_seq) return End::Plain;
      if (word->item->lineage_id == item.lineage_id) continue;
      if (word->value == value) return End::Plain;
      return wins(*merge, item, *word->item, office_) ? End::Replaced : End::Lost;
    }
    return End::Plain;
  }

  domain::DeviceId office_;
  std::map<AnyId, Record> records_;
};

}  // namespace

Found rulings_follow_the_rules(Headquarters& headquarters) {
  const char* kName = "concurrent words end by the rules";
  return read(headquarters, kName, [&](server::OrganisationStore& store) -> Found {
    const auto history = history_of(store);
    Replay replay{history.office};
    for (const auto& item : history.items) {
      const auto complaint = replay.complaint(item);
      if (!complaint.empty()) return Finding{kName, complaint};
      replay.take(item);
    }
    return {};
  });
}

Found losing_values_are_kept(Tablet& tablet, Headquarters& headquarters) {
  const char* kName = "what lost is kept";
  return read(headquarters, kName, [&](server::OrganisationStore& store) -> Found {
    auto& db = tablet.store().db();
    for (const auto& item : history_of(store).items) {
      const auto& header = item.header;
      if (item.seq <= tablet.taken_in_seq) continue;  // it came as it stood, without its history
      const auto is_shown = storage::exists(db, header.type, header.entity_id);
      if (!is_shown || !is_shown.value()) continue;
      for (const auto* values : {&item.decision.lost, &item.decision.replaced}) {
        for (const auto& [field, value] : *values) {
          auto query = db.query("SELECT 1 FROM lost_value WHERE seq = ? AND field = ? AND value = ?",
                                item.seq, static_cast<std::int64_t>(field), storage::AsBlob{value});
          if (!query.next())
            return Finding{kName, fmt::format("{} does not know what lost field {} of a {} at {} of the feed",
                                              tablet.name(), field, domain::table_of(header.type), item.seq)};
        }
      }
    }
    return {};
  });
}

Found signed_stays(Headquarters& headquarters) {
  const char* kName = "what was signed stays as it was signed";
  return read(headquarters, kName, [&](server::OrganisationStore& store) -> Found {
    auto query = store.db().query(
        "WITH sealed AS (SELECT s.visit_id AS visit, min(f.seq) AS seq FROM sign_off s JOIN feed f ON f.entity_id = s.id "
        "  WHERE f.ruling < 3 GROUP BY s.visit_id), "
        "part AS (SELECT visit AS id, visit, seq FROM sealed UNION ALL "
        "  SELECT x.id, visit, seq FROM sealed JOIN visit_event x ON x.visit_id = visit UNION ALL "
        "  SELECT x.id, visit, seq FROM sealed JOIN answer x ON x.visit_id = visit UNION ALL "
        "  SELECT x.id, visit, seq FROM sealed JOIN photo x ON x.visit_id = visit UNION ALL "
        "  SELECT x.id, visit, seq FROM sealed JOIN note x ON x.visit_id = visit) "
        "SELECT f.seq, p.seq FROM part p JOIN feed f ON f.entity_id = p.id WHERE f.ruling < 3 AND f.seq > p.seq LIMIT 1");
    if (!query.next()) return {};
    return Finding{kName, fmt::format("item {} of the feed changes a visit that was sealed at {}",
                                      query.integer(0), query.integer(1))};
  });
}

Found dependents_wait(Headquarters& headquarters) {
  const char* kName = "what builds on a waiting operation waits";
  return read(headquarters, kName, [&](server::OrganisationStore& store) -> Found {
    std::map<std::pair<std::int64_t, AnyId>, std::int64_t> last;
    auto query =
        store.db().query("SELECT lineage_id, entity_id, dseq, seq FROM feed WHERE ruling < 3 ORDER BY seq");
    while (query.next()) {
      auto& before = last[{query.integer(0), query.id<AnyId>(1)}];
      if (query.integer(2) < before)
        return Finding{kName, fmt::format("item {} of the feed takes effect after what was built on it",
                                          query.integer(3))};
      before = query.integer(2);
    }
    return {};
  });
}

Found time_grows(Headquarters& headquarters) {
  const char* kName = "a device's time only grows";
  return read(headquarters, kName, [&](server::OrganisationStore& store) -> Found {
    std::map<std::int64_t, protocol::HybridTime> last;
    auto query =
        store.db().query("SELECT lineage_id, header FROM feed WHERE again_of = 0 ORDER BY lineage_id, dseq");
    while (query.next()) {
      const auto header = protocol::decode_header(query.bytes(1));
      if (!header || header.value().device_id == store.organisation().office_device_id) continue;
      const auto& time = header.value().time;
      auto& before = last[query.integer(0)];
      if (time <= before)
        return Finding{kName, fmt::format("operation {} of a device is older than the one before it",
                                          header.value().dseq)};
      before = time;
    }
    return {};
  });
}

}  // namespace aftercare::simulation
