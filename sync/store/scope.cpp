#include "sync/store/scope.h"

#include "shared/storage/customer_file.h"
#include "shared/storage/records.h"
#include "shared/storage/search.h"
#include "sync/store/feed_tail.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace aftercare::sync {
namespace {

using domain::CustomerId;
using domain::EntityType;
using storage::Database;
using storage::Owner;

Result<bool> has_row(Database& db, std::string_view sql, const auto&... args) {
  auto query = db.query(sql, args...);
  const bool is_there = query.next();
  if (const auto read = query.done(); !read) return read.error();
  return is_there;
}

// ---- What is still ours to finish --------------------------------------------------------------------

/// Whose a record is, by its table, else by fields that are kept elsewhere.
Result<Owner> owner_by(Database& db, EntityType type, const AnyId& id, std::string_view other_fields) {
  const auto owner = storage::owner_of(db, type, id);
  if (!owner || !std::holds_alternative<storage::Homeless>(owner.value())) return owner;
  const auto fields = cbor::decode_fields(other_fields);
  return fields ? storage::owner_of(db, type, id, fields.value()) : owner;
}

/// Whether one of these (type, id, fields) rows may belong to the customer; when nobody can say, it may.
Result<bool> any_belongs(Database& db, std::string_view sql, const CustomerId& customer) {
  auto query = db.query(sql);
  while (query.next()) {
    const auto owner =
        owner_by(db, static_cast<EntityType>(query.integer(0)), query.id<AnyId>(1), query.bytes(2));
    if (!owner) return owner.error();
    const auto* whose = std::get_if<CustomerId>(&owner.value());
    if (std::holds_alternative<storage::Homeless>(owner.value()) || (whose != nullptr && *whose == customer))
      return true;
  }
  if (const auto read = query.done(); !read) return read.error();
  return false;
}

Result<bool> is_pending(Database& db, const CustomerId& customer) {
  for (const auto* sql : {
           "SELECT type, entity_id, fields FROM confirmed",
           // Set aside: somebody here may still repair it, and needs to see what it is about.
           "SELECT a.type, a.entity_id, o.body FROM attention a JOIN operation o ON o.dseq = a.dseq "
           "WHERE a.code LIKE 'set_aside.%' AND o.body IS NOT NULL",
       }) {
    const auto belongs = any_belongs(db, sql, customer);
    if (!belongs || belongs.value()) return belongs;
  }
  for (
      const auto* sql : {
          "SELECT 1 FROM visit v JOIN open_visit x ON x.visit_id = v.id WHERE v.customer_id = ? "
          "AND EXISTS (SELECT 1 FROM operation o WHERE o.entity_id = v.id) LIMIT 1",
          "SELECT 1 FROM visit v JOIN draft d ON d.visit_id = v.id WHERE v.customer_id = ? LIMIT 1",
          "SELECT 1 FROM visit v JOIN draft_signature d ON d.visit_id = v.id WHERE v.customer_id = ? LIMIT 1",
          "SELECT 1 FROM visit v JOIN photo p ON p.visit_id = v.id JOIN blob b ON b.sha256 IN (p.sha256, p.thumbnail_sha256) "
          "WHERE v.customer_id = ? AND b.is_here AND NOT b.is_held LIMIT 1",
          "SELECT 1 FROM visit v JOIN sign_off s ON s.visit_id = v.id JOIN blob b ON b.sha256 = s.strokes_sha256 "
          "WHERE v.customer_id = ? AND b.is_here AND NOT b.is_held LIMIT 1",
      }) {
    const auto is_there = has_row(db, sql, customer);
    if (!is_there || is_there.value()) return is_there;
  }
  return false;
}

// ---- Letting go --------------------------------------------------------------------------------------

/// Blobs that the record names and nobody else does. Our own stay until they are let go of by their own
/// rules; the files of others' go.
template <class Record>
Done let_go_of_blobs(Database& db, const Record& record, LetGo& let_go) {
  Done done_so_far = done();
  domain::each_field(record, [&](auto, auto, const auto& member, const auto&) {
    using Member = std::remove_cvref_t<decltype(member)>;
    const domain::BlobRef* blob = nullptr;
    if constexpr (std::same_as<Member, domain::BlobRef>) blob = &member;
    if constexpr (std::same_as<Member, std::optional<domain::BlobRef>>) blob = member ? &*member : nullptr;
    if (blob == nullptr || !done_so_far) return;
    const auto is_kept = has_row(
        db,
        "SELECT 1 FROM photo WHERE sha256 = ?1 UNION ALL SELECT 1 FROM photo WHERE thumbnail_sha256 = ?1 "
        "UNION ALL SELECT 1 FROM sign_off WHERE strokes_sha256 = ?1 "
        "UNION ALL SELECT 1 FROM operation o JOIN blob b ON b.sha256 = ?1 WHERE o.entity_id = ?2 AND b.is_here LIMIT 1",
        blob->sha256, record.id);
    if (!is_kept) {
      done_so_far = is_kept.error();
    } else if (!is_kept.value()) {
      done_so_far = db.run("DELETE FROM blob WHERE sha256 = ?", blob->sha256);
      let_go.blobs.push_back(blob->sha256);
    }
  });
  return done_so_far;
}

/// False when something of another file still points there.
template <class Record>
Result<bool> let_go_of_record(Database& db, const Record& record, LetGo& let_go) {
  const auto type = domain::EntityInfo<Record>::type;
  const auto id = id_cast<AnyId>(record.id);
  const auto removed = storage::remove_record(db, type, id);
  if (!removed && removed.error().kind == ErrorKind::Conflict) return false;
  if (!removed) return removed.error();
  if (const auto unsearched = storage::index_record(db, type, id); !unsearched) return unsearched.error();
  for (const auto* sql :
       {"DELETE FROM record_position WHERE entity_id = ?", "DELETE FROM seal_proof WHERE sign_off_id = ?",
        "DELETE FROM lost_value WHERE entity_id = ?", "DELETE FROM waiting_item WHERE entity_id = ?",
        "DELETE FROM attention WHERE entity_id = ? AND dseq IS NULL"}) {
    if (const auto cleaned = db.run(sql, id); !cleaned) return cleaned.error();
  }
  if (const auto emptied = empty_tail(db, id); !emptied) return emptied.error();
  if (const auto blobs = let_go_of_blobs(db, record, let_go); !blobs) return blobs.error();
  return true;
}

/// Records of one type point to each other in any order: each that goes may free another. False when some
/// must stay.
template <class Record>
Result<bool> let_go_of_type(Database& db, const CustomerId& customer, LetGo& let_go) {
  const auto condition = storage::of_customer(domain::EntityInfo<Record>::type);
  for (;;) {
    const auto records =
        storage::where<Record>(db, fmt::format("{} ORDER BY rowid DESC", condition), customer);
    if (!records) return records.error();
    bool is_progress = false;
    for (const auto& record : records.value()) {
      const auto is_gone = let_go_of_record(db, record, let_go);
      if (!is_gone) return is_gone.error();
      is_progress |= is_gone.value();
    }
    if (records.value().empty() || !is_progress) return records.value().empty();
  }
}

/// What was deleted of the file is remembered by the server.
Done let_go_of_deleted(Database& db, const CustomerId& customer) {
  std::vector<AnyId> deleted;
  {
    auto query = db.query("SELECT type, entity_id, fields FROM deleted_record WHERE fields IS NOT NULL");
    while (query.next()) {
      const auto fields = cbor::decode_fields(query.bytes(2));
      if (!fields) continue;
      const auto owner = storage::owner_of(db, static_cast<EntityType>(query.integer(0)), query.id<AnyId>(1),
                                           fields.value());
      if (!owner) return owner.error();
      const auto* whose = std::get_if<CustomerId>(&owner.value());
      if (whose != nullptr && *whose == customer) deleted.push_back(query.id<AnyId>(1));
    }
    if (const auto read = query.done(); !read) return read;
  }
  for (const auto& id : deleted) {
    auto forgotten = db.run("DELETE FROM deleted_record WHERE entity_id = ?", id);
    if (forgotten) forgotten = db.run("DELETE FROM record_position WHERE entity_id = ?", id);
    if (forgotten) forgotten = db.run("DELETE FROM lost_value WHERE entity_id = ?", id);
    if (forgotten) forgotten = empty_tail(db, id);
    if (!forgotten) return forgotten;
  }
  return done();
}

Done let_go_of_file(Database& db, const CustomerId& customer, LetGo& let_go) {
  if (const auto cleaned = let_go_of_deleted(db, customer); !cleaned) return cleaned;
  const auto waiting =
      db.run("DELETE FROM waiting_row WHERE customer_id IS NULL OR customer_id = ?", customer);
  if (!waiting) return waiting;
  bool is_whole = true;
  for (const auto type : storage::kReferencesFirst | std::views::reverse) {
    if (storage::of_customer(type).empty()) continue;
    const auto is_gone = domain::with_entity(
        type, [&]<class Record>() { return let_go_of_type<Record>(db, customer, let_go); });
    if (!is_gone) return is_gone.error();
    is_whole &= is_gone.value();
  }
  if (!is_whole) return done();
  ++let_go.file_count;
  return db.run("DELETE FROM leaving WHERE customer_id = ?", customer);
}

Done note_change(Database& db, const protocol::ScopeChange& change) {
  if (!change.is_enter) {
    const auto noted = db.run("INSERT OR IGNORE INTO leaving (customer_id) VALUES (?)", change.customer_id);
    return noted ? db.run("DELETE FROM taking_in WHERE customer_id = ?", change.customer_id) : noted;
  }
  const auto noted = db.run("INSERT OR REPLACE INTO taking_in (customer_id) VALUES (?)", change.customer_id);
  return noted ? db.run("DELETE FROM leaving WHERE customer_id = ?", change.customer_id) : noted;
}

}  // namespace

Result<LetGo> follow_scope(Database& db, const protocol::PullAnswer& page) {
  for (const auto& change : page.scope_changes) {
    if (const auto noted = note_change(db, change); !noted) return noted.error();
  }
  if (!page.scope_changes.empty()) {
    if (const auto moved = db.run("UPDATE bookmark SET scope_seq = ?", page.scope_seq); !moved)
      return moved.error();
  }
  std::vector<CustomerId> leaving;
  {
    auto query = db.query("SELECT customer_id FROM leaving ORDER BY rowid");
    while (query.next()) leaving.push_back(query.id<CustomerId>(0));
    if (const auto read = query.done(); !read) return read.error();
  }
  LetGo let_go;
  for (const auto& customer : leaving) {
    const auto stays = is_pending(db, customer);
    if (!stays) return stays.error();
    if (stays.value()) continue;
    if (const auto gone = let_go_of_file(db, customer, let_go); !gone) return gone.error();
  }
  return let_go;
}

}  // namespace aftercare::sync
