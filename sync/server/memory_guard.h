#pragma once

#include "shared/base/result.h"

namespace aftercare::server {

/// Keeps what the server knows (keys, records, passwords being checked) out of swap and core dumps, once, for
/// the whole process. SQLCipher's own guard locks and wipes every allocation instead: that took 435 of 523 µs
/// of server CPU an operation (`aftercare-bench sync`), and left everything outside SQLite unguarded.
/// Refused, with what to do, where the system does not allow it (LimitMEMLOCK); core dumps are off then too.
[[nodiscard]] Done guard_memory();

}  // namespace aftercare::server
