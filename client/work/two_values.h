#pragma once

#include "client/shown/work_list.h"
#include "shared/domain/entity.h"
#include "shared/storage/database.h"

#include <utility>
#include <vector>

namespace aftercare::work {

/// What two people wrote into the same field of these records unseen by each other, newest first. A value
/// that somebody has chosen since, and what only machines read, is not told.
[[nodiscard]] Result<std::vector<shown::TwoValues>> two_values_of(
    storage::Database& db, const std::vector<std::pair<domain::EntityType, AnyId>>& records);

}  // namespace aftercare::work
