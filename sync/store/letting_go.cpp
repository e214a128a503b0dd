#include "sync/store/letting_go.h"

#include "sync/protocol/statement.h"

namespace aftercare::sync {
namespace {

using protocol::Keeper;
using protocol::kLettingGo;

constexpr std::size_t kCountMax = 1'000;  // in one look: the next one goes on

Result<std::vector<Hash>> hashes_of(storage::Query query) {
  std::vector<Hash> hashes;
  while (query.next()) hashes.push_back(query.hash(0));
  if (const auto read = query.done(); !read) return read.error();
  return hashes;
}

Result<bool> is_named(storage::Database& db, const Hash& sha256) {
  // An operation may name it that was set aside, and stands in no table.
  auto query = db.query(
      "SELECT 1 FROM photo WHERE sha256 = ?1 UNION ALL SELECT 1 FROM photo WHERE thumbnail_sha256 = ?1 "
      "UNION ALL SELECT 1 FROM sign_off WHERE strokes_sha256 = ?1 "
      "UNION ALL SELECT 1 FROM operation WHERE instr(body, ?1) > 0 "
      "UNION ALL SELECT 1 FROM draft WHERE instr(value, lower(hex(?1))) > 0 LIMIT 1",
      sha256);
  const bool is_there = query.next();
  if (const auto read = query.done(); !read) return read.error();
  return is_there;
}

}  // namespace

Result<std::optional<Keeper>> keeper(storage::Database& db) {
  auto query =
      db.query("SELECT root_statement, backed_up_seq FROM bookmark WHERE root_statement IS NOT NULL");
  if (!query.next()) {
    if (const auto read = query.done(); !read) return read.error();
    return std::optional<Keeper>{};
  }
  const auto word = protocol::decode_signed(query.bytes(0));
  const auto statement = word ? protocol::decode_root_statement(word.value().statement)
                              : Result<protocol::RootStatement>{word.error()};
  if (!statement) return statement.error();
  Keeper found{.now = statement.value().server_time, .backed_up_seq = std::nullopt};
  if (!query.is_null(1)) found.backed_up_seq = static_cast<std::uint64_t>(query.integer(1));
  return std::optional{found};
}

Result<bool> begin_look(storage::Database& db, const Keeper& keeper, bool is_room_low) {
  {
    auto query = db.query("SELECT 1 FROM bookmark WHERE looked_ms > ? AND looked_ms <= ?",
                          keeper.now - kLettingGo.pause, keeper.now);
    const bool is_early = query.next();
    if (const auto read = query.done(); !read) return read.error();
    if (is_early && !is_room_low) return false;
  }
  if (const auto noted = db.run("UPDATE bookmark SET looked_ms = ?", keeper.now); !noted)
    return noted.error();
  return true;
}

Result<std::vector<Hash>> mark_let_go(storage::Database& db, const Keeper& keeper, bool is_room_low) {
  std::vector<Hash> going;
  {
    auto query = db.query(
        "SELECT b.sha256, b.is_held, b.held_seq, b.held_ms, NOT EXISTS "
        "(SELECT 1 FROM photo p WHERE p.sha256 = b.sha256 AND NOT EXISTS "
        " (SELECT 1 FROM sign_off s JOIN record_position r ON r.entity_id = s.id WHERE s.visit_id = p.visit_id)) "
        "FROM blob b WHERE b.is_here AND b.is_held AND NOT b.is_small AND b.let_go_ms IS NULL AND b.held_seq IS NOT NULL "
        "AND EXISTS (SELECT 1 FROM photo p WHERE p.sha256 = b.sha256) ORDER BY b.held_ms");
    while (going.size() < kCountMax && query.next()) {
      const protocol::KeptPhoto photo{.is_of_sealed_visit = query.integer(4) != 0,
                                      .is_held = query.integer(1) != 0,
                                      .held_seq = static_cast<std::uint64_t>(query.integer(2)),
                                      .held_at = from_ms(query.integer(3))};
      if (protocol::may_let_go(photo, keeper, is_room_low)) going.push_back(query.hash(0));
    }
    if (const auto read = query.done(); !read) return read.error();
  }
  for (const auto& sha256 : going) {
    const auto marked = db.run("UPDATE blob SET let_go_ms = ? WHERE sha256 = ?", keeper.now, sha256);
    if (!marked) return marked.error();
  }
  return hashes_of(db.query("SELECT sha256 FROM blob WHERE is_here AND let_go_ms IS NOT NULL"));
}

Done note_gone(storage::Database& db, const Hash& sha256) {
  return db.run("UPDATE blob SET is_here = 0, is_wanted = 0 WHERE sha256 = ? AND let_go_ms IS NOT NULL",
                sha256);
}

Result<std::vector<Hash>> find_unnamed(storage::Database& db, const Keeper& keeper) {
  const auto kept = hashes_of(db.query(
      "SELECT b.sha256 FROM blob b WHERE b.is_here AND NOT b.is_held AND NOT EXISTS (SELECT 1 FROM photo p WHERE p.sha256 = b.sha256) "
      "AND NOT EXISTS (SELECT 1 FROM photo p WHERE p.thumbnail_sha256 = b.sha256) "
      "AND NOT EXISTS (SELECT 1 FROM sign_off s WHERE s.strokes_sha256 = b.sha256) LIMIT ?",
      kCountMax));
  if (!kept) return kept;
  std::vector<Hash> going;
  for (const auto& sha256 : kept.value()) {
    const auto named = is_named(db, sha256);
    if (!named) return named.error();
    const auto noted =
        named.value()
            ? db.run("UPDATE blob SET unnamed_ms = NULL WHERE sha256 = ? AND unnamed_ms IS NOT NULL", sha256)
            : db.run("UPDATE blob SET unnamed_ms = ? WHERE sha256 = ? AND unnamed_ms IS NULL", keeper.now,
                     sha256);
    if (!noted) return noted.error();
    if (named.value()) continue;
    auto query = db.query("SELECT 1 FROM blob WHERE sha256 = ? AND unnamed_ms <= ?", sha256,
                          keeper.now - kLettingGo.unnamed_for);
    if (query.next()) going.push_back(sha256);
    if (const auto read = query.done(); !read) return read.error();
  }
  return going;
}

Done forget_unnamed(storage::Database& db, const Hash& sha256) {
  return db.run("DELETE FROM blob WHERE sha256 = ?", sha256);
}

Done place_held(storage::Database& db, std::uint64_t feed_seq, Instant server_time) {
  return db.run(
      "UPDATE blob SET held_seq = ?1, held_ms = ?2, asked_ms = ?2 WHERE is_here AND is_held AND held_seq IS NULL",
      feed_seq, server_time);
}

}  // namespace aftercare::sync
