#include "client/work/drafts.h"

#include "client/work/new_visit_draft.h"
#include "client/work/signatures.h"
#include "shared/storage/records.h"
#include "shared/storage/visit_file.h"

namespace aftercare::work {
namespace {

Done drop_draft(storage::Database& db, const domain::UserId& by, const domain::VisitId& visit) {
  for (const char* sql : {"DELETE FROM draft WHERE visit_id = ? AND user_id = ?",
                          "DELETE FROM draft_signature WHERE visit_id = ? AND user_id = ?"}) {
    if (const auto dropped = db.run(sql, visit, by); !dropped) return dropped;
  }
  return done();
}

}  // namespace

Done save_draft(storage::Database& db, const domain::UserId& by, const domain::VisitId& visit,
                const shown::VisitDraft& draft) {
  return db.transaction([&]() -> Done {
    const auto sealed = storage::is_sealed(db, visit);
    if (!sealed) return sealed.error();
    if (sealed.value()) return done();
    if (const auto dropped = drop_draft(db, by, visit); !dropped) return dropped;
    for (const auto& [field, text] : draft.texts) {
      const auto kept = db.run("INSERT INTO draft (visit_id, user_id, field, value) VALUES (?, ?, ?, ?)",
                               visit, by, field, text);
      if (!kept) return kept;
    }
    return db.run("INSERT INTO draft_signature (visit_id, user_id, signer_role, strokes) VALUES (?, ?, ?, ?)",
                  visit, by, draft.signer_role, storage::AsBlob{encode(strokes_of(draft.signature))});
  });
}

Result<shown::VisitDraft> load_draft(storage::Database& db, const domain::UserId& by,
                                     const domain::VisitId& visit) {
  shown::VisitDraft draft;
  {
    auto query = db.query("SELECT field, value FROM draft WHERE visit_id = ? AND user_id = ?", visit, by);
    while (query.next()) draft.texts[query.text(0)] = query.text(1);
    if (const auto read = query.done(); !read) return read.error();
  }
  auto query = db.query("SELECT signer_role, strokes FROM draft_signature WHERE visit_id = ? AND user_id = ?",
                        visit, by);
  if (query.next()) {
    storage::read_column(query, 0, draft.signer_role);
    const auto strokes = protocol::decode_strokes(query.bytes(1));
    if (!strokes) return strokes.error();
    draft.signature = signature_of(strokes.value());
  }
  if (const auto read = query.done(); !read) return read.error();
  return draft;
}

Done drop_draft_field(storage::Database& db, const domain::UserId& by, const domain::VisitId& visit,
                      const std::string& field) {
  return db.run("DELETE FROM draft WHERE visit_id = ? AND user_id = ? AND field = ?", visit, by, field);
}

Done drop_draft_fields(storage::Database& db, const domain::UserId& by, const domain::VisitId& visit,
                       const std::string& beginning) {
  return db.run("DELETE FROM draft WHERE visit_id = ? AND user_id = ? AND substr(field, 1, length(?)) = ?",
                visit, by, beginning, beginning);
}

Done drop_drafts(storage::Database& db, const domain::VisitId& visit) {
  if (const auto dropped = db.run("DELETE FROM draft WHERE visit_id = ?", visit); !dropped) return dropped;
  return db.run("DELETE FROM draft_signature WHERE visit_id = ?", visit);
}

Done drop_drafts_of_erased(storage::Database& db) {
  return db.transaction([&]() -> Done {
    for (
        const char* sql :
        {"DELETE FROM draft WHERE visit_id IN (SELECT v.id FROM erasure e JOIN visit v ON v.customer_id = e.customer_id)",
         "DELETE FROM draft_signature WHERE visit_id IN "
         "(SELECT v.id FROM erasure e JOIN visit v ON v.customer_id = e.customer_id)",
         "DELETE FROM sealed_link WHERE visit_id IN "
         "(SELECT v.id FROM erasure e JOIN visit v ON v.customer_id = e.customer_id)"}) {
      if (const auto dropped = db.run(sql); !dropped) return dropped;
    }
    return drop_new_visit_drafts_of_erased(db);
  });
}

}  // namespace aftercare::work
