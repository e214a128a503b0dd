#pragma once

#include "sync/engine/attempt.h"

namespace aftercare::sync {

/// After a restore, and before anything else is offered: what this device read of the feed that ended, so
/// that what others wrote since the backup (the office, tablets that are lost) stands before what builds on
/// it. What could not be handed back now waits for the next run.
[[nodiscard]] Outcome hand_back(Attempt& attempt);

}  // namespace aftercare::sync
