#pragma once

#include "sync/engine/attempt.h"

namespace aftercare::sync {

/// Once a day, after everything else went well: compares what is here with what should be, range by range,
/// and mends the ranges that differ. Never more than those.
[[nodiscard]] Outcome compare(Attempt& attempt);

}  // namespace aftercare::sync
