#pragma once

#include "sync/engine/report.h"

namespace aftercare::sync {

/// One attempt to agree with the server in everything, from beginning to end. It cannot be resumed;
/// whoever calls makes the next one when `next_delay` (schedule.h) says so. Everything that was moved
/// before a failure stays moved.
///
/// Single-threaded: calls `store` and `server` from this thread only, one at a time, and holds nothing
/// of the store while it waits for the network.
[[nodiscard]] RunReport run(Store& store, Server& server, Clock& clock, Session& session,
                            const RunOptions& options = {});

}  // namespace aftercare::sync
