#include "shared/storage/visit_file.h"

#include "shared/storage/records.h"

namespace aftercare::storage {
namespace {

/// Reads the records of one kind that belong to the visit, in the order in which they were written.
template <class Record>
Done load_parts(Database& db, const domain::VisitId& id, std::vector<Record>& parts) {
  auto found = where<Record>(db, "visit_id = ? ORDER BY rowid", id);
  if (!found) return found.error();
  parts = std::move(found).value();
  return done();
}

}  // namespace

Result<std::optional<domain::VisitFile>> load_visit_file(Database& db, const domain::VisitId& id) {
  auto visit = find<domain::Visit>(db, id);
  if (!visit) return visit.error();
  if (!visit.value()) return std::optional<domain::VisitFile>{};

  domain::VisitFile file;
  file.visit = std::move(*visit.value());
  if (file.visit.form_id) {
    auto form = find<domain::Form>(db, *file.visit.form_id);
    if (!form) return form.error();
    file.form = std::move(form).value();
  }
  for (const auto& loaded : {load_parts(db, id, file.events), load_parts(db, id, file.answers),
                             load_parts(db, id, file.photos), load_parts(db, id, file.notes)}) {
    if (!loaded) return loaded.error();
  }
  return std::optional{std::move(file)};
}

Result<bool> is_sealed(Database& db, const domain::VisitId& id) {
  auto query = db.query("SELECT 1 FROM sign_off WHERE visit_id = ? LIMIT 1", id);
  const bool is_there = query.next();
  if (const auto read = query.done(); !read) return read.error();
  return is_there;
}

}  // namespace aftercare::storage
