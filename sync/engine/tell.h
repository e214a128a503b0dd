#pragma once

#include "sync/engine/attempt.h"

namespace aftercare::sync {

/// After a restore: shows the server what it had signed in the epoch that ended, once, so that people see
/// what was lost. Nothing ends because it could not be told.
[[nodiscard]] Outcome tell_lost(Attempt& attempt);

/// Tells the office what is held here only, when that is other than what it was told last: once for each
/// token, and when something waits or has gone. A run that found everything sent costs no request more, and
/// nothing ends because the office could not be told.
[[nodiscard]] Outcome tell_unsent(Attempt& attempt);

}  // namespace aftercare::sync
