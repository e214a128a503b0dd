#pragma once

#include "client/shown/visit_page.h"
#include "shared/storage/database.h"

/// The visit without an appointment that a technician half typed: one each. Never synced, like all drafts.
namespace aftercare::work {

/// Keeps exactly this, in one transaction.
[[nodiscard]] Done save_new_visit_draft(storage::Database& db, const domain::UserId& by,
                                        const shown::NewVisitDraft& draft);
/// An empty one when there is none.
[[nodiscard]] Result<shown::NewVisitDraft> load_new_visit_draft(storage::Database& db,
                                                                const domain::UserId& by);

// In the transaction of what makes it superfluous:
[[nodiscard]] Done drop_new_visit_draft(storage::Database& db, const domain::UserId& by);
/// Those for a customer whose data was destroyed by law.
[[nodiscard]] Done drop_new_visit_drafts_of_erased(storage::Database& db);

}  // namespace aftercare::work
