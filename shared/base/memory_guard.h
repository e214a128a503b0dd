#pragma once

#include "shared/base/result.h"

namespace aftercare {

/// Keeps what this program knows (keys, records, what is on the screen) out of swap and core dumps, once, for
/// the whole process, before the first key is read. SQLCipher's own guard locks and wipes every allocation of
/// SQLite instead (`cipher_memory_security`): that took 435 of 523 µs of server CPU an operation, made
/// filling a tablet 18 times slower (70 s against 3.9 s), guarded nothing outside SQLite, and let go of a
/// page as soon as any neighbour on it was freed, because Linux does not count locks. SQLCipher locks and
/// wipes its keys in any case. Refused, with what to do, where the system does not allow it (LimitMEMLOCK);
/// core dumps are off then too.
[[nodiscard]] Done guard_memory();

}  // namespace aftercare
