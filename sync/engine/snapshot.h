#pragma once

#include "sync/engine/attempt.h"

namespace aftercare::sync {

/// Takes in, page by page, what this device lacks as it stands: everything when it is new, the files of
/// customers that entered its scope. The feed is read on only when nothing of it is left. A server that
/// does not offer a snapshot is read from its feed's beginning.
[[nodiscard]] Outcome take_in(Attempt& attempt);
/// Makes what was taken in findable. Apart from the taking in, because it costs many times as much.
[[nodiscard]] Outcome index(Attempt& attempt);

}  // namespace aftercare::sync
