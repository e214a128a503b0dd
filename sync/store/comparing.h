#pragma once

#include "shared/domain/user.h"
#include "shared/storage/database.h"
#include "sync/protocol/checksum.h"
#include "sync/protocol/snapshot.h"

#include <optional>

/// Whether this device holds what it should, and the mending of what it does not. For the store's own files.
namespace aftercare::sync {

/// Over every record here as the server said it last, whatever is pending above it. Nothing when they were
/// compared less than a day ago (unless asked for now), or while files are entering or leaving.
[[nodiscard]] Result<std::optional<protocol::Checksums>> sum_up(storage::Database& db,
                                                                domain::DeviceRole role, Instant now,
                                                                bool is_asked);
/// In the caller's transaction: the records of one range become those rows, and no others stay but what is
/// pending or newer than `at`. Returns how many were made, changed or taken away.
[[nodiscard]] Result<std::uint64_t> repair_range(storage::Database& db, const protocol::RecordRange& range,
                                                 const std::vector<protocol::RecordRow>& rows,
                                                 std::uint64_t at);
[[nodiscard]] Done note_compared(storage::Database& db, Instant now);

}  // namespace aftercare::sync
