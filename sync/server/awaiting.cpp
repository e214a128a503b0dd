#include "sync/server/awaiting.h"

#include "sync/server/deciding.h"
#include "sync/server/releasing.h"

namespace aftercare::server {
namespace {

using protocol::SetAsideReason;

/// The waiting operations of which something that they lacked has come to take effect. A journal whose work
/// is in quarantine is left to people: what waits together is taken in together.
Result<std::vector<std::uint64_t>> ready(storage::Database& db) {
  std::vector<std::uint64_t> seqs;
  auto query = db.query(
      "SELECT DISTINCT a.seq FROM awaited a JOIN feed f ON f.entity_id = a.entity_id AND f.ruling < 3 "
      "JOIN set_aside s ON s.seq = a.seq AND NOT EXISTS "
      "(SELECT 1 FROM set_aside q WHERE q.lineage_id = s.lineage_id AND q.reason = 'revoked' AND q.settled_seq IS NULL) ORDER BY a.seq");
  while (query.next()) seqs.push_back(static_cast<std::uint64_t>(query.integer(0)));
  if (const auto read = query.done(); !read) return read.error();
  return seqs;
}

}  // namespace

Done note_awaited(OrganisationStore& store, std::uint64_t seq, const PreparedOperation& operation,
                  SetAsideReason reason) {
  auto& db = store.db();
  const auto note = [&](const AnyId& id) {
    return db.run("INSERT OR IGNORE INTO awaited (entity_id, seq) VALUES (?, ?)", id, seq);
  };
  if (reason == SetAsideReason::UnknownRecord) return note(operation.header.entity_id);
  if (reason != SetAsideReason::UnknownReference) return done();
  const auto lacked = missing_references(db, operation);
  if (!lacked) return lacked.error();
  for (const auto& id : lacked.value()) {
    if (const auto noted = note(id); !noted) return noted;
  }
  return done();
}

Done take_in_awaited(OrganisationStore& store) {
  for (;;) {
    const auto seqs = ready(store.db());
    if (!seqs) return seqs.error();
    if (seqs.value().empty()) return done();
    for (const auto seq : seqs.value()) {
      // Looked at once for each thing that comes: what lacks another thing is noted under that, too.
      const auto noted = store.db().run(
          "DELETE FROM awaited WHERE seq = ? AND EXISTS (SELECT 1 FROM feed f WHERE f.entity_id = awaited.entity_id AND f.ruling < 3)",
          seq);
      if (!noted) return noted;
      if (const auto settled = release(store, UserId{}, seq); !settled) return settled.error();
    }
  }
}

}  // namespace aftercare::server
