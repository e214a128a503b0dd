#pragma once

#include "sync/engine/attempt.h"

/// Work of other devices that came here as a sealed file, on a stick. We hand it in piece by piece and go on
/// where we were cut off. Our copy goes when the server says that it is done with the file, and not before.
namespace aftercare::sync {

[[nodiscard]] Outcome hand_in_rescues(Attempt& attempt);

}  // namespace aftercare::sync
