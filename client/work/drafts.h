#pragma once

#include "client/shown/visit_page.h"
#include "shared/storage/database.h"

/// What technicians half typed, each one's apart. Never synced; gone once it is in the journal.
namespace aftercare::work {

/// Keeps exactly this draft, in one transaction. A visit that is sealed takes none any more.
[[nodiscard]] Done save_draft(storage::Database& db, const domain::UserId& by, const domain::VisitId& visit,
                              const shown::VisitDraft& draft);
[[nodiscard]] Result<shown::VisitDraft> load_draft(storage::Database& db, const domain::UserId& by,
                                                   const domain::VisitId& visit);

// In the transaction of what makes the draft superfluous:
[[nodiscard]] Done drop_draft_field(storage::Database& db, const domain::UserId& by,
                                    const domain::VisitId& visit, const std::string& field);
/// All fields whose names begin so.
[[nodiscard]] Done drop_draft_fields(storage::Database& db, const domain::UserId& by,
                                     const domain::VisitId& visit, const std::string& beginning);
[[nodiscard]] Done drop_drafts(storage::Database& db, const domain::VisitId& visit);

/// Drafts and links of customers whose data was destroyed by law go, too.
[[nodiscard]] Done drop_drafts_of_erased(storage::Database& db);

}  // namespace aftercare::work
