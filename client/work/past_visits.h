#pragma once

#include "client/shown/work_list.h"
#include "shared/storage/database.h"

/// Earlier visits to a customer or an asset, newest first. For the readers of this folder only.
namespace aftercare::work {

[[nodiscard]] Result<std::vector<shown::PastVisit>> past_visits(storage::Database& db,
                                                                const domain::CustomerId& id,
                                                                std::size_t count_max);
[[nodiscard]] Result<std::vector<shown::PastVisit>> past_visits(storage::Database& db,
                                                                const domain::AssetId& id,
                                                                std::size_t count_max);
[[nodiscard]] Result<std::size_t> visit_count(storage::Database& db, const domain::CustomerId& id);
[[nodiscard]] Result<std::size_t> visit_count(storage::Database& db, const domain::AssetId& id);

}  // namespace aftercare::work
