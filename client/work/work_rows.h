#pragma once

#include "client/work/reading.h"

/// One line of the day, however it is looked for. For the readers of this folder only.
namespace aftercare::work {

[[nodiscard]] Result<std::optional<shown::WorkRow>> row_of_order(storage::Database& db,
                                                                 const domain::WorkOrderId& id);
[[nodiscard]] Result<std::optional<shown::WorkRow>> row_of_visit(storage::Database& db,
                                                                 const domain::VisitId& id);

}  // namespace aftercare::work
