#pragma once

#include "sync/engine/attempt.h"

namespace aftercare::sync {

/// Counts what is left, and closes what is done: a revoked device whose work is all held learns that
/// it may erase itself. Needs no network, so it ends every run, however that went.
[[nodiscard]] Outcome settle(Attempt& attempt);

}  // namespace aftercare::sync
