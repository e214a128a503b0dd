#pragma once

#include "shared/domain/ready_to_leave.h"
#include "shared/storage/database.h"

namespace aftercare::storage {

/// One visit with all that belongs to it; nothing when there is no such visit.
[[nodiscard]] Result<std::optional<domain::VisitFile>> load_visit_file(Database& db,
                                                                       const domain::VisitId& id);

/// Whether the visit was signed, refused or found nobody: from then on it is frozen.
[[nodiscard]] Result<bool> is_sealed(Database& db, const domain::VisitId& id);

}  // namespace aftercare::storage
