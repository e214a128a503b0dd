#include "sync/store/unsent.h"

namespace aftercare::sync {

Result<std::set<domain::VisitId>> unsent_visits(storage::Database& db) {
  auto query = db.query(
      "WITH unsent AS MATERIALIZED (SELECT o.entity_id AS id, o.type AS type FROM operation o "
      "  WHERE o.dseq > (SELECT held_dseq FROM bookmark)) "
      "SELECT id FROM unsent WHERE type = ?1 UNION "
      "SELECT x.visit_id FROM unsent u JOIN visit_event x ON x.id = u.id WHERE u.type = ?2 UNION "
      "SELECT x.visit_id FROM unsent u JOIN answer x ON x.id = u.id WHERE u.type = ?3 UNION "
      "SELECT x.visit_id FROM unsent u JOIN photo x ON x.id = u.id WHERE u.type = ?4 UNION "
      "SELECT x.visit_id FROM unsent u JOIN note x ON x.id = u.id WHERE u.type = ?5 AND x.visit_id IS NOT NULL UNION "
      "SELECT x.visit_id FROM unsent u JOIN sign_off x ON x.id = u.id WHERE u.type = ?6 UNION "
      "SELECT x.visit_id FROM blob b INDEXED BY blob_to_send CROSS JOIN photo x ON x.sha256 = b.sha256 "
      "  WHERE b.is_here AND NOT b.is_held UNION "
      "SELECT x.visit_id FROM blob b INDEXED BY blob_to_send CROSS JOIN sign_off x ON x.strokes_sha256 = b.sha256 "
      "  WHERE b.is_here AND NOT b.is_held",
      static_cast<std::int64_t>(domain::EntityType::Visit),
      static_cast<std::int64_t>(domain::EntityType::VisitEvent),
      static_cast<std::int64_t>(domain::EntityType::Answer),
      static_cast<std::int64_t>(domain::EntityType::Photo),
      static_cast<std::int64_t>(domain::EntityType::Note),
      static_cast<std::int64_t>(domain::EntityType::SignOff));
  std::set<domain::VisitId> ids;
  while (query.next()) ids.insert(query.id<domain::VisitId>(0));
  if (const auto read = query.done(); !read) return read.error();
  return ids;
}

Result<protocol::Unsent> count_unsent(storage::Database& db) {
  protocol::Unsent unsent;
  {
    auto query = db.query(
        "SELECT max(head_dseq - held_dseq, 0), "
        "(SELECT count(*) FROM blob b INDEXED BY blob_to_send WHERE is_here AND NOT is_held AND NOT is_small "
        " AND EXISTS (SELECT 1 FROM photo p WHERE p.sha256 = b.sha256)), "
        "(SELECT coalesce(sum(byte_count), 0) FROM blob b INDEXED BY blob_to_send WHERE is_here AND NOT is_held AND NOT is_small "
        " AND EXISTS (SELECT 1 FROM photo p WHERE p.sha256 = b.sha256)) FROM bookmark");
    if (query.next()) {
      unsent.operation_count = static_cast<std::uint64_t>(query.integer(0));
      unsent.photo_count = static_cast<std::uint64_t>(query.integer(1));
      unsent.photo_byte_count = static_cast<std::uint64_t>(query.integer(2));
    }
    if (const auto read = query.done(); !read) return read.error();
  }
  const auto visits = unsent_visits(db);
  if (!visits) return visits.error();
  unsent.visit_count = visits.value().size();

  auto query = db.query("SELECT kind, value FROM counter WHERE kind GLOB '[A-Z]'");
  while (query.next()) unsent.numbers[query.text(0)] = static_cast<std::uint64_t>(query.integer(1));
  if (const auto read = query.done(); !read) return read.error();
  return unsent;
}

}  // namespace aftercare::sync
