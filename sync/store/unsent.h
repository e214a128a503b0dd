#pragma once

#include "shared/storage/database.h"
#include "sync/protocol/message.h"

#include <set>

/// What is on this device and nowhere else.
namespace aftercare::sync {

/// Visits of which something has not reached the server: a change, or a picture.
[[nodiscard]] Result<std::set<domain::VisitId>> unsent_visits(storage::Database& db);

[[nodiscard]] Result<protocol::Unsent> count_unsent(storage::Database& db);

}  // namespace aftercare::sync
