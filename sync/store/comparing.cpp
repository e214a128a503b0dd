#include "sync/store/comparing.h"

#include "shared/storage/each_record.h"
#include "shared/storage/search.h"
#include "sync/protocol/seal.h"
#include "sync/store/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace aftercare::sync {
namespace {

using domain::EntityType;
using protocol::RecordRow;
using storage::Database;

constexpr auto kComparedEvery = std::chrono::days{1};
constexpr const char* kComparedSetting = "compared_ms";

/// The fields as a record of them would be written: what an operation said need not be.
Bytes canonical(EntityType type, const AnyId& id, std::string_view bytes) {
  const auto fields = cbor::decode_fields(bytes);
  if (!fields) return Bytes{bytes};
  return domain::with_entity(type, [&]<class Record>() -> Bytes {
    const auto record = domain::record_of<Record>(id, fields.value());
    return record ? cbor::encode(domain::fields_of(record.value())) : Bytes{bytes};
  });
}

/// What the server said last of records on which work of ours is pending; empty where it does not know them.
using PendingFields = std::map<AnyId, std::pair<EntityType, Bytes>>;
Result<PendingFields> pending_fields(Database& db) {
  PendingFields pending;
  auto query = db.query("SELECT type, entity_id, fields FROM confirmed");
  while (query.next())
    pending[query.id<AnyId>(1)] = {static_cast<EntityType>(query.integer(0)), query.bytes(2)};
  if (const auto read = query.done(); !read) return read.error();
  return pending;
}

Result<bool> is_time(Database& db, Instant now) {
  auto query = db.query("SELECT value FROM device_setting WHERE key = ?", kComparedSetting);
  std::int64_t last = 0;
  if (query.next()) {
    const auto text = query.text(0);
    std::from_chars(text.data(), text.data() + text.size(), last);
  }
  if (const auto read = query.done(); !read) return read.error();
  const auto since = now - from_ms(last);
  return since >= kComparedEvery || since < -kComparedEvery;  // a clock that was years ahead holds nothing up
}

Result<bool> is_moving(Database& db) {
  auto query = db.query("SELECT 1 FROM taking_in UNION ALL SELECT 1 FROM leaving LIMIT 1");
  const bool is_any = query.next();
  if (const auto read = query.done(); !read) return read.error();
  return is_any;
}

/// The record as the server said it last; nothing where it is not here.
Result<std::optional<Bytes>> held_fields(Database& db, EntityType type, const AnyId& id) {
  {
    auto query = db.query("SELECT fields FROM confirmed WHERE entity_id = ?", id);
    if (query.next()) {
      if (query.is_null(0)) return std::optional<Bytes>{};
      return std::optional{canonical(type, id, query.bytes(0))};
    }
    if (const auto read = query.done(); !read) return read.error();
  }
  const auto fields = storage::read_fields(db, type, id);
  if (!fields) return fields.error();
  if (!fields.value()) return std::optional<Bytes>{};
  return std::optional{cbor::encode(*fields.value())};
}

/// The ids of this range that are here and not among the rows, and whose last word from the server is not
/// newer than what the rows show.
Result<std::vector<AnyId>> surplus_of(Database& db, const protocol::RecordRange& range,
                                      const std::map<AnyId, const RecordRow*>& rows, std::uint64_t at) {
  std::vector<AnyId> surplus;
  auto query = db.query(
      fmt::format("SELECT id FROM {} t WHERE NOT EXISTS (SELECT 1 FROM confirmed c WHERE c.entity_id = t.id) "
                  "AND NOT EXISTS (SELECT 1 FROM record_position p WHERE p.entity_id = t.id AND p.seq > ?)",
                  domain::table_of(range.type)),
      at);
  while (query.next()) {
    const auto id = query.id<AnyId>(0);
    if (protocol::range_of(id) == range.number && !rows.contains(id)) surplus.push_back(id);
  }
  if (const auto read = query.done(); !read) return read.error();
  return surplus;
}

/// The groups of a seal are read in the order in which they stand: that of its list.
Done put_groups_in_order(Database& db, const domain::SealId& seal_id) {
  const auto sign_off = storage::find<domain::SignOff>(db, id_cast<AnyId>(seal_id));
  if (!sign_off) return sign_off.error();
  if (!sign_off.value()) return done();
  const auto list = protocol::decode_seal_list(sign_off.value()->seal_list.bytes);
  const auto groups = storage::where<domain::SealedGroup>(db, "sign_off_id = ?", seal_id);
  if (!groups) return groups.error();
  if (!list) return done();
  if (const auto taken_out = db.run("DELETE FROM sealed_group WHERE sign_off_id = ?", seal_id); !taken_out)
    return taken_out;
  const auto place_of = [&](const domain::SealedGroup& group) {
    return std::ranges::find(list.value(), group.name, &protocol::SealEntry::name) - list.value().begin();
  };
  auto in_order = groups.value();
  std::ranges::stable_sort(in_order, {}, place_of);
  for (const auto& group : in_order) {
    if (const auto put_back = storage::save(db, group); !put_back) return put_back;
  }
  return done();
}

Done put_in_order(Database& db, const std::vector<RecordRow>& rows) {
  for (const auto& row : rows) {
    const auto group = storage::find<domain::SealedGroup>(db, row.id);
    if (!group) return group.error();
    if (!group.value()) continue;
    if (const auto ordered = put_groups_in_order(db, group.value()->sign_off_id); !ordered) return ordered;
  }
  return done();
}

}  // namespace

Result<std::optional<protocol::Checksums>> sum_up(Database& db, domain::DeviceRole role, Instant now,
                                                  bool is_asked) {
  const auto moving = is_moving(db);
  if (!moving) return moving.error();
  const auto is_due = is_asked ? Result<bool>{true} : is_time(db, now);
  if (!is_due) return is_due.error();
  if (moving.value() || !is_due.value()) return std::optional<protocol::Checksums>{};

  const auto pending = pending_fields(db);
  if (!pending) return pending.error();
  protocol::Checksums sums;
  for (std::uint8_t number = 1; number <= domain::kEntityTypeLast; ++number) {
    const auto type = static_cast<EntityType>(number);
    if (!domain::may_read(role, type)) continue;
    const auto summed = domain::with_entity(type, [&]<class Record>() {
      return storage::each_record<Record>(db, "1", AnyId{}, [&](const Record& record) {
        const auto id = id_cast<AnyId>(record.id);
        if (!pending.value().contains(id))
          protocol::add(sums, type, id, cbor::encode(domain::fields_of(record)));
        return done();
      });
    });
    if (!summed) return summed.error();
  }
  for (const auto& [id, what] : pending.value()) {
    const auto& [type, fields] = what;
    if (!fields.empty() && domain::may_read(role, type))
      protocol::add(sums, type, id, canonical(type, id, fields));
  }
  return std::optional{std::move(sums)};
}

Result<std::uint64_t> repair_range(Database& db, const protocol::RecordRange& range,
                                   const std::vector<RecordRow>& rows, std::uint64_t at) {
  std::map<AnyId, const RecordRow*> by_id;
  for (const auto& row : rows) by_id[row.id] = &row;
  const auto surplus = surplus_of(db, range, by_id, at);
  if (!surplus) return surplus.error();
  std::uint64_t repaired_count = 0;
  for (const auto& id : surplus.value()) {
    const auto removed = storage::remove_record(db, range.type, id);
    if (!removed && removed.error().kind == ErrorKind::Conflict)
      continue;  // another range's turn comes first
    if (!removed) return removed.error();
    auto cleaned = storage::index_record(db, range.type, id);
    if (cleaned) cleaned = db.run("DELETE FROM record_position WHERE entity_id = ?", id);
    if (!cleaned) return cleaned.error();
    ++repaired_count;
  }
  for (const auto& row : rows) {
    const auto before = held_fields(db, range.type, row.id);
    if (!before) return before.error();
    if (before.value() == row.fields) continue;
    // What is here is wrong, whatever its position says.
    if (const auto freed = db.run("DELETE FROM record_position WHERE entity_id = ?", row.id); !freed)
      return freed.error();
    if (const auto taken = take_in_rows(db, {row}, std::nullopt); !taken) return taken.error();
    const auto after = held_fields(db, range.type, row.id);
    if (!after) return after.error();
    if (after.value() == row.fields) ++repaired_count;
  }
  if (repaired_count > 0 && range.type == EntityType::SealedGroup) {
    if (const auto ordered = put_in_order(db, rows); !ordered) return ordered.error();
  }
  return repaired_count;
}

Done note_compared(Database& db, Instant now) {
  return db.run(
      "INSERT INTO device_setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      kComparedSetting, std::to_string(to_ms(now)));
}

}  // namespace aftercare::sync
