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

/// False when what is here is newer than the row.
Result<bool> move_position(Database& db, const RecordRow& row) {
  const auto moved = db.run(
      "INSERT INTO record_position (entity_id, seq) VALUES (?, ?) ON CONFLICT (entity_id) DO UPDATE SET seq = excluded.seq "
      "WHERE excluded.seq >= seq",
      row.id, row.seq);
  if (!moved) return moved.error();
  return db.changes() > 0;
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
    return kept ? rebuild_view(db, type, row.id) : kept;
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

/// Whether it found its place; false when it points to something that is not here.
Result<bool> take_in_row(Database& db, Instant now, const RecordRow& row) {
  if (row.type > domain::kEntityTypeLast) return true;  // a newer program's: it comes when we are updated
  const auto type = static_cast<EntityType>(row.type);
  const auto fields = cbor::decode_fields(row.fields);
  if (!fields) return Error{ErrorKind::Corrupt, "the server sent a record that cannot be read"};
  const auto is_newer = move_position(db, row);
  if (!is_newer || !is_newer.value()) return is_newer ? Result<bool>{true} : is_newer;
  if (const auto remembered = remember(db, row); !remembered) return remembered.error();
  const auto written = write(db, type, row, fields.value());
  if (!written && written.error().kind == ErrorKind::Conflict) return false;
  if (!written && written.error().kind == ErrorKind::Invalid) {  // words of a newer program
    const auto told = db.run(
        "INSERT INTO attention (code, type, entity_id, at_ms) VALUES ('set_aside.newer_record', ?, ?, ?)",
        static_cast<std::int64_t>(row.type), row.id, now);
    return told ? Result<bool>{true} : told.error();
  }
  if (!written) return written.error();
  if (const auto kept = keep_proof(db, row); !kept) return kept.error();
  if (!row.is_deleted) {
    if (const auto wanted = want_blobs(db, type, row.id, fields.value()); !wanted) return wanted.error();
  }
  return true;
}

Done wait(Database& db, const RecordRow& row, const std::optional<domain::CustomerId>& customer_id) {
  return db.run("INSERT OR REPLACE INTO waiting_row (entity_id, row, customer_id) VALUES (?, ?, ?)", row.id,
                AsBlob{protocol::encode(row)}, customer_id);
}

/// Each that finds its place may be what another one waits for.
Done take_in_waiting(Database& db, Instant now) {
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
      const auto is_placed = take_in_row(db, now, row);
      if (!is_placed) return is_placed.error();
      if (!is_placed.value()) continue;
      if (const auto left = db.run("DELETE FROM waiting_row WHERE entity_id = ?", row.id); !left) return left;
      is_progress = true;
    }
  }
  return done();
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

Done take_in_rows(Database& db, Instant now, const std::vector<RecordRow>& rows,
                  const std::optional<domain::CustomerId>& customer_id) {
  for (const auto& row : rows) {
    const auto is_placed = take_in_row(db, now, row);
    if (!is_placed) return is_placed.error();
    if (is_placed.value()) continue;
    if (const auto waits = wait(db, row, customer_id); !waits) return waits;
  }
  return take_in_waiting(db, now);
}

Done take_in(Database& db, Instant now, const SnapshotPlace& place, const protocol::SnapshotAnswer& page,
             const protocol::RootStatement& at) {
  if (const auto taken = take_in_rows(db, now, page.rows, place.customer_id); !taken) return taken;
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
