#include "sync/store/snapshot.h"

#include "shared/storage/records.h"
#include "shared/storage/search.h"
#include "sync/store/inbox.h"
#include "sync/store/journal.h"

namespace aftercare::sync {
namespace {

using domain::EntityType;
using domain::FieldMap;
using protocol::RecordRow;
using storage::AsBlob;
using storage::AsBlobOrNull;
using storage::Database;

Result<bool> is_newer_here(Database& db, const RecordRow& row) {
  auto query = db.query("SELECT 1 FROM record_position WHERE entity_id = ? AND seq > ?", row.id, row.seq);
  const bool is_newer = query.next();
  if (const auto read = query.done(); !read) return read.error();
  return is_newer;
}

Done move_position(Database& db, const RecordRow& row) {
  return db.run(
      "INSERT INTO record_position (entity_id, seq) VALUES (?, ?) ON CONFLICT (entity_id) DO UPDATE SET seq = excluded.seq",
      row.id, row.seq);
}

/// Not a fault of the disk: what it points to is not here, or it has words of a newer program.
bool is_for_later(const Done& written) {
  return !written &&
         (written.error().kind == ErrorKind::Conflict || written.error().kind == ErrorKind::Invalid);
}

Result<bool> has_pending(Database& db, const AnyId& id) {
  auto query = db.query("SELECT 1 FROM confirmed WHERE entity_id = ?", id);
  const bool is_there = query.next();
  if (const auto read = query.done(); !read) return read.error();
  return is_there;
}

Done write(Database& db, EntityType type, const RecordRow& row, const FieldMap& fields) {
  const auto is_pending = has_pending(db, row.id);
  if (!is_pending) return is_pending.error();
  if (is_pending.value()) {
    const auto bytes = row.is_deleted ? Bytes{} : row.fields;
    const auto kept =
        db.run("UPDATE confirmed SET fields = ? WHERE entity_id = ?", AsBlobOrNull{bytes}, row.id);
    if (!kept) return kept;
    const auto rebuilt = rebuild_view(db, type, row.id);
    return is_for_later(rebuilt) ? done() : rebuilt;  // tried again with each page, as what the feed brings
  }
  const auto written = row.is_deleted ? storage::remove_record(db, type, row.id)
                                      : storage::write_fields(db, type, row.id, fields);
  if (!written || !storage::is_searched(type)) return written;
  return db.run("INSERT INTO to_index (type, entity_id) VALUES (?, ?)", static_cast<std::int64_t>(type),
                row.id);
}

Done remember(Database& db, const RecordRow& row) {
  if (!row.is_deleted) return db.run("DELETE FROM deleted_record WHERE entity_id = ?", row.id);
  return db.run(
      "INSERT INTO deleted_record (type, entity_id, fields) VALUES (?, ?, ?) ON CONFLICT (entity_id) DO UPDATE SET fields = excluded.fields",
      static_cast<std::int64_t>(row.type), row.id, AsBlob{row.fields});
}

Done keep_proof(Database& db, const RecordRow& row) {
  if (row.seal_header.empty()) return done();
  const auto countersign = row.countersign ? protocol::encode(*row.countersign) : Bytes{};
  return db.run(
      "INSERT INTO seal_proof (sign_off_id, header, countersign) VALUES (?, ?, ?) ON CONFLICT (sign_off_id) DO UPDATE SET "
      "countersign = coalesce(excluded.countersign, countersign)",
      row.id, AsBlob{row.seal_header}, AsBlobOrNull{countersign});
}

/// Whether it found its place; false when it waits for what it points to, or for a program that can read it.
Result<bool> take_in_row(Database& db, const protocol::Known& known, const RecordRow& row) {
  if (row.type > known.type_last) return false;
  const auto type = static_cast<EntityType>(row.type);
  const auto fields = cbor::decode_fields(row.fields);
  if (!fields) return Error{ErrorKind::Corrupt, "the server sent a record that cannot be read"};
  const auto is_older = is_newer_here(db, row);
  if (!is_older || is_older.value()) return is_older;
  const auto written = write(db, type, row, fields.value());
  if (is_for_later(written)) return false;
  if (!written) return written.error();
  for (const auto& noted : {remember(db, row), move_position(db, row), keep_proof(db, row)}) {
    if (!noted) return noted.error();
  }
  if (!row.is_deleted) {
    if (const auto wanted = want_blobs(db, type, row.id, fields.value()); !wanted) return wanted.error();
  }
  return true;
}

Done wait(Database& db, const RecordRow& row, const std::optional<domain::CustomerId>& customer_id) {
  return db.run("INSERT OR REPLACE INTO waiting_row (entity_id, seq, row, customer_id) VALUES (?, ?, ?, ?)",
                row.id, row.seq, AsBlob{protocol::encode(row)}, customer_id);
}

Result<bool> are_rows_waiting(Database& db) {
  auto query = db.query("SELECT 1 FROM waiting_row LIMIT 1");
  const bool is_any = query.next();
  if (const auto read = query.done(); !read) return read.error();
  return is_any;
}

}  // namespace

Done want_snapshot(Database& db) { return db.run("INSERT INTO taking_in (customer_id) VALUES (NULL)"); }

Result<std::optional<SnapshotPlace>> next_to_take_in(Database& db) {
  auto query = db.query("SELECT customer_id, at_seq, after FROM taking_in ORDER BY rowid LIMIT 1");
  std::optional<SnapshotPlace> place;
  if (query.next()) {
    place.emplace();
    if (!query.is_null(0)) place->customer_id = query.id<domain::CustomerId>(0);
    if (!query.is_null(1)) place->at = static_cast<std::uint64_t>(query.integer(1));
    place->after = query.text(2);
  }
  if (const auto read = query.done(); !read) return read.error();
  return place;
}

Done take_in_rows(Database& db, const std::vector<RecordRow>& rows,
                  const std::optional<domain::CustomerId>& customer_id, const protocol::Known& known) {
  auto are_waiting = are_rows_waiting(db);
  if (!are_waiting) return are_waiting.error();
  for (const auto& row : rows) {
    const auto is_placed = take_in_row(db, known, row);
    if (!is_placed) return is_placed.error();
    if (is_placed.value() && !are_waiting.value()) continue;
    const auto noted = is_placed.value() ? db.run("DELETE FROM waiting_row WHERE entity_id = ?", row.id)
                                         : wait(db, row, customer_id);
    if (!noted) return noted;
    are_waiting = true;
  }
  return done();
}

/// Each that finds its place may be what another one waits for.
Done take_in_waiting_rows(Database& db, const protocol::Known& known) {
  for (bool is_progress = true; is_progress;) {
    is_progress = false;
    std::vector<RecordRow> waiting;
    {
      auto query = db.query("SELECT row FROM waiting_row ORDER BY rowid");
      while (query.next()) {
        auto row = protocol::decode_record_row(query.bytes(0));
        if (!row) return row.error();
        waiting.push_back(std::move(row).value());
      }
      if (const auto read = query.done(); !read) return read;
    }
    for (const auto& row : waiting) {
      const auto is_placed = take_in_row(db, known, row);
      if (!is_placed) return is_placed.error();
      if (!is_placed.value()) continue;
      if (const auto left = db.run("DELETE FROM waiting_row WHERE entity_id = ?", row.id); !left) return left;
      is_progress = true;
    }
  }
  return done();
}

Done take_in(Database& db, const SnapshotPlace& place, const protocol::SnapshotAnswer& page,
             const protocol::RootStatement& at) {
  if (const auto taken = take_in_rows(db, page.rows, place.customer_id); !taken) return taken;
  if (!page.next.empty()) {
    return db.run("UPDATE taking_in SET at_seq = ?, after = ? WHERE customer_id IS ?", at.seq, page.next,
                  place.customer_id);
  }
  if (const auto over = db.run("DELETE FROM taking_in WHERE customer_id IS ?", place.customer_id); !over)
    return over;
  if (place.customer_id) return done();
  return db.run("UPDATE bookmark SET feed_seq = ?1, root = ?2, root_statement = ?3 WHERE feed_seq < ?1",
                at.seq, at.root, AsBlob{protocol::encode(page.statement)});
}

Result<bool> index_waiting(Database& db) {
  constexpr std::size_t kCount = 100;
  struct Waiting {
    std::int64_t rowid = 0;
    EntityType type{};
    AnyId id;
  };
  std::vector<Waiting> waiting;
  {
    auto query = db.query("SELECT rowid, type, entity_id FROM to_index ORDER BY rowid LIMIT ?", kCount);
    while (query.next())
      waiting.push_back({query.integer(0), static_cast<EntityType>(query.integer(1)), query.id<AnyId>(2)});
    if (const auto read = query.done(); !read) return read.error();
  }
  if (waiting.empty()) return false;
  for (const auto& one : waiting) {
    if (const auto indexed = storage::index_record(db, one.type, one.id); !indexed) return indexed.error();
  }
  const auto over = db.run("DELETE FROM to_index WHERE rowid <= ?", waiting.back().rowid);
  if (!over) return over.error();
  return waiting.size() == kCount;
}

}  // namespace aftercare::sync
