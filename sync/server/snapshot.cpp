#include "sync/server/snapshot.h"

#include "shared/storage/customer_file.h"
#include "shared/storage/records.h"
#include "sync/protocol/decision.h"
#include "sync/protocol/letting_go.h"
#include "sync/protocol/limits.h"
#include "sync/server/feeding.h"
#include "sync/server/scoping.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace aftercare::server {
namespace {

using domain::EntityType;
using protocol::kLimits;
using protocol::RecordRow;
using storage::Database;
using storage::kReferencesFirst;

// ---- Where a reader stands --------------------------------------------------------------------------

constexpr std::size_t kDeletedPhase = kReferencesFirst.size();
constexpr std::size_t kTouchedPhase = kDeletedPhase + 1;
constexpr std::size_t kPhaseCount = kTouchedPhase + 1;

/// The phase (a type of record, then what was deleted, then what was touched meanwhile) and how far in it.
struct Cursor {
  std::size_t phase = 0;
  std::uint64_t position = 0;
};

std::string to_text(const Cursor& cursor) { return fmt::format("{}.{}", cursor.phase, cursor.position); }

Result<Cursor> cursor_of(std::string_view text) {
  Cursor cursor;
  if (text.empty()) return cursor;
  const auto* const end = text.data() + text.size();
  const auto phase = std::from_chars(text.data(), end, cursor.phase);
  if (phase.ec == std::errc{} && phase.ptr != end && *phase.ptr == '.') {
    const auto position = std::from_chars(phase.ptr + 1, end, cursor.position);
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (position.ec == std::errc{} && position.ptr == end && cursor.phase < kPhaseCount &&
        cursor.position <= kMax)
      return cursor;
  }
  return Error{ErrorKind::Invalid, "this is no place in a snapshot"};
}

// ---- Rows --------------------------------------------------------------------------------------------

Result<std::uint64_t> position_of(Database& db, const AnyId& id) {
  // An erasure names its records in its body.
  auto query = db.query(
      "SELECT max(coalesce((SELECT max(seq) FROM feed WHERE entity_id = ?1), 0), "
      "coalesce((SELECT seq FROM erased_record WHERE entity_id = ?1), 0))",
      id);
  const auto seq = query.next() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
  if (const auto read = query.done(); !read) return read.error();
  return seq;
}

/// What an export of the sealed visit needs beside the record: the sealing header and our countersignature.
Done add_proof(Database& db, RecordRow& row) {
  auto query =
      db.query("SELECT header, decision FROM feed WHERE entity_id = ? AND ruling < 3 ORDER BY seq", row.id);
  while (query.next()) {
    if (row.seal_header.empty()) row.seal_header = query.bytes(0);
    const auto decision = protocol::decode_decision(query.bytes(1));
    if (decision && decision.value().countersign) row.countersign = decision.value().countersign;
  }
  return query.done();
}

Result<RecordRow> row_of(Database& db, EntityType type, const AnyId& id, Bytes fields, bool is_deleted) {
  RecordRow row;
  row.type = static_cast<std::uint32_t>(type);
  row.id = id;
  row.fields = std::move(fields);
  row.is_deleted = is_deleted;
  const auto position = position_of(db, id);
  if (!position) return position.error();
  row.seq = position.value();
  if (type == EntityType::SignOff && !is_deleted) {
    if (const auto proved = add_proof(db, row); !proved) return proved.error();
  }
  return row;
}

/// The record as it stands or as it was deleted; nothing when it was never made.
Result<std::optional<RecordRow>> find_row(Database& db, EntityType type, const AnyId& id) {
  const auto standing = storage::read_fields(db, type, id);
  if (!standing) return standing.error();
  std::optional<Bytes> fields;
  if (standing.value()) fields = cbor::encode(*standing.value());
  const bool is_deleted = !fields;
  if (is_deleted) {
    auto query = db.query("SELECT fields FROM deleted_record WHERE entity_id = ? AND fields IS NOT NULL", id);
    if (query.next()) fields = query.bytes(0);
    if (const auto read = query.done(); !read) return read.error();
  }
  if (!fields) return std::optional<RecordRow>{};
  auto row = row_of(db, type, id, *std::move(fields), is_deleted);
  if (!row) return row.error();
  return std::optional{std::move(row).value()};
}

// ---- Pages -------------------------------------------------------------------------------------------

class Page {
 public:
  Page(OrganisationStore& store, const SnapshotReader& reader, bool is_assigned, std::uint64_t at)
      : db_(store.db()), reader_(reader), is_assigned_(is_assigned), at_(at) {}

  /// The records of one range, and nothing after them.
  Done fill_with(const protocol::RecordRange& range, Cursor cursor) {
    const auto phase = std::ranges::find(kReferencesFirst, range.type);
    cursor.phase = static_cast<std::size_t>(phase - kReferencesFirst.begin());
    return domain::may_read(reader_.role, range.type) ? add_standing(cursor) : done();
  }

  Done fill(Cursor cursor) {
    for (; cursor.phase < kPhaseCount && !next_; cursor = {cursor.phase + 1, 0}) {
      const auto added = cursor.phase == kDeletedPhase   ? add_deleted(cursor)
                         : cursor.phase == kTouchedPhase ? add_touched(cursor)
                                                         : add_standing(cursor);
      if (!added) return added;
    }
    return done();
  }
  std::vector<RecordRow> take_rows() { return std::move(rows_); }
  [[nodiscard]] std::string next() const { return next_ ? to_text(*next_) : std::string{}; }

 private:
  /// False when there is no room left; the page then ends before this row.
  bool add(RecordRow row) {
    constexpr std::size_t kFrame = 64;
    byte_count_ += kFrame + row.fields.size() + row.seal_header.size();
    const bool is_full = rows_.size() == kLimits.pull_operation_count_max ||
                         (byte_count_ > kLimits.pull_byte_count_max && !rows_.empty());
    if (!is_full) rows_.push_back(std::move(row));
    return !is_full;
  }

  /// Which rows of the type are this reader's; empty for none.
  [[nodiscard]] std::string condition(EntityType type) const {
    if (!domain::may_read(reader_.role, type)) return {};
    if (reader_.range) {
      const auto width = 256 / protocol::kRangeCount;
      const auto first = reader_.range->number * width;
      return fmt::format(
          "({}) AND substr(id, 16, 1) BETWEEN x'{:02x}' AND x'{:02x}'",
          rows_in_scope(is_assigned_ ? domain::Scope::Assigned : domain::Scope::Organisation, type), first,
          first + width - 1);
    }
    if (reader_.customer_id) return std::string{storage::of_customer(type)};
    return is_assigned_ ? std::string{storage::of_nobody(type)} : "1";
  }

  Done add_standing(const Cursor& cursor) {
    const auto type = kReferencesFirst.at(cursor.phase);
    const auto which = condition(type);
    if (which.empty()) return done();
    return domain::with_entity(type, [&]<class Record>() -> Done {
      const auto whose =
          reader_.customer_id ? id_cast<AnyId>(*reader_.customer_id) : id_cast<AnyId>(reader_.device_id);
      const auto found =
          storage::where<Record>(db_, fmt::format("({}) AND rowid > ?2 ORDER BY rowid LIMIT ?3", which),
                                 whose, cursor.position, kLimits.pull_operation_count_max + 1);
      if (!found) return found.error();
      std::optional<AnyId> last;
      for (const auto& record : found.value()) {
        const auto id = id_cast<AnyId>(record.id);
        auto row = row_of(db_, type, id, cbor::encode(domain::fields_of(record)), /*is_deleted=*/false);
        if (!row) return row.error();
        if (!add(std::move(row).value())) return go_on_behind(cursor, domain::table_of(type), last);
        last = id;
      }
      return done();
    });
  }

  Done go_on_behind(const Cursor& cursor, std::string_view table, const std::optional<AnyId>& last) {
    next_ = cursor;
    if (!last) return done();
    auto query = db_.query(fmt::format("SELECT rowid FROM {} WHERE id = ?", table), *last);
    if (query.next()) next_->position = static_cast<std::uint64_t>(query.integer(0));
    return query.done();
  }

  /// Whether a record without a row in its table is this reader's.
  Result<bool> is_readers(EntityType type, const storage::Owner& owner) const {
    if (!domain::may_read(reader_.role, type)) return false;
    const auto* customer = std::get_if<domain::CustomerId>(&owner);
    if (reader_.customer_id) return customer != nullptr && *customer == *reader_.customer_id;
    return !is_assigned_ || std::holds_alternative<storage::Nobodys>(owner);
  }

  /// Ids deleted are remembered for ever, and what an unseen edit would bring back.
  Done add_deleted(const Cursor& cursor) {
    auto query = db_.query(
        "SELECT rowid, type, entity_id, fields FROM deleted_record WHERE rowid > ? AND fields IS NOT NULL ORDER BY rowid",
        cursor.position);
    auto behind = cursor;
    while (query.next()) {
      const auto type = static_cast<EntityType>(query.integer(1));
      const auto id = query.id<AnyId>(2);
      auto bytes = query.bytes(3);
      const auto fields = cbor::decode_fields(bytes);
      if (!fields) return fields.error();
      const auto owner = storage::owner_of(db_, type, id, fields.value());
      if (!owner) return owner.error();
      const auto is_ours = is_readers(type, owner.value());
      if (!is_ours) return is_ours.error();
      if (is_ours.value()) {
        auto row = row_of(db_, type, id, std::move(bytes), /*is_deleted=*/true);
        if (!row) return row.error();
        if (!add(std::move(row).value())) {
          next_ = behind;
          return done();
        }
      }
      behind.position = static_cast<std::uint64_t>(query.integer(0));
    }
    return query.done();
  }

  /// What changed behind the reader's back, as it stands now. Over when it has reached the feed's end.
  Done add_touched(const Cursor& cursor) {
    auto query = db_.query("SELECT seq, type, entity_id FROM feed WHERE seq > ? ORDER BY seq",
                           std::max(at_, cursor.position));
    auto behind = cursor;
    std::set<AnyId> seen;
    while (query.next()) {
      const auto type = static_cast<EntityType>(query.integer(1));
      const auto id = query.id<AnyId>(2);
      if (seen.insert(id).second) {
        const auto owner = storage::owner_of(db_, type, id);
        if (!owner) return owner.error();
        const auto is_ours = is_readers(type, owner.value());
        if (!is_ours) return is_ours.error();
        if (is_ours.value()) {
          auto row = find_row(db_, type, id);
          if (!row) return row.error();
          if (row.value() && !add(*std::move(row).value())) {
            next_ = behind;
            return done();
          }
        }
      }
      behind.position = static_cast<std::uint64_t>(query.integer(0));
    }
    return query.done();
  }

  Database& db_;
  const SnapshotReader& reader_;
  const bool is_assigned_;  // customers' files reach it one by one
  const std::uint64_t at_;
  std::vector<RecordRow> rows_;
  std::size_t byte_count_ = 0;
  std::optional<Cursor> next_;
};

/// What no backup holds is read as a feed, too, and applied only where it is news: a server that is restored
/// gets it back from its newest tablet as well.
Result<std::uint64_t> newest_place(OrganisationStore& store, const FeedHead& head) {
  auto query = store.db().query("SELECT backed_up_seq FROM organisation WHERE backed_up_seq IS NOT NULL");
  auto place = query.next() ? static_cast<std::uint64_t>(query.integer(0)) : head.seq;
  if (const auto read = query.done(); !read) return read.error();
  if (head.seq > protocol::kTailItemCountMax) place = std::max(place, head.seq - protocol::kTailItemCountMax);
  return std::min(place, head.seq);
}

/// The newest position of the feed that still lies before everything that this device wrote.
Result<std::uint64_t> place_for(OrganisationStore& store, const SnapshotReader& reader) {
  const auto head = store.head();
  if (!head) return head.error();
  if (reader.customer_id || reader.range) return head.value().seq;
  auto query = store.db().query(
      "SELECT min((SELECT f.seq FROM feed f WHERE f.lineage_id = l.id ORDER BY f.dseq LIMIT 1)) "
      "FROM lineage l WHERE l.device_id = ?",
      reader.device_id);
  const bool has_written = query.next() && !query.is_null(0);
  const auto first = has_written ? static_cast<std::uint64_t>(query.integer(0)) : 0;
  if (const auto read = query.done(); !read) return read.error();
  const auto newest = newest_place(store, head.value());
  if (!newest) return newest.error();
  return has_written ? std::min(first - 1, newest.value()) : newest.value();
}

Result<protocol::SnapshotAnswer> page_of(OrganisationStore& store, const SnapshotReader& reader) {
  const auto cursor = cursor_of(reader.after);
  if (!cursor) return cursor.error();
  const bool is_range_known =
      !reader.range || (reader.range->number < protocol::kRangeCount &&
                        std::ranges::find(kReferencesFirst, reader.range->type) != kReferencesFirst.end());
  if (!is_range_known) return Error{ErrorKind::Invalid, "there is no such range of records"};
  const auto place = reader.at ? Result<std::uint64_t>{*reader.at} : place_for(store, reader);
  if (!place) return place.error();
  protocol::SnapshotAnswer answer;
  auto statement = root_statement(store, place.value());
  if (!statement) return statement.error();
  answer.statement = std::move(statement).value();
  if (reader.customer_id) {
    const auto may_have = may_have_file(store.db(), reader.device_id, *reader.customer_id);
    if (!may_have) return may_have.error();
    if (!may_have.value()) return answer;  // it left again meanwhile, which the next pull says
  }
  const auto scope = scope_of(store.db(), reader.device_id);
  if (!scope) return scope.error();
  Page page{store, reader, scope.value() == domain::Scope::Assigned, place.value()};
  const auto filled =
      reader.range ? page.fill_with(*reader.range, cursor.value()) : page.fill(cursor.value());
  if (!filled) return filled.error();
  answer.rows = page.take_rows();
  answer.next = page.next();
  return answer;
}

}  // namespace

Result<protocol::SnapshotAnswer> read_snapshot(OrganisationStore& store, const SnapshotReader& reader) {
  if (const auto begun = store.db().run("BEGIN"); !begun) return begun.error();
  auto answer = page_of(store, reader);
  (void)store.db().run("COMMIT");
  return answer;
}

}  // namespace aftercare::server
