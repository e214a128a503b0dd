#pragma once

#include "sync/engine/attempt.h"

namespace aftercare::sync {

/// Reads the organisation's feed from where we stand to its end, page by page. A page is stored only
/// with a statement that the organisation signed, and only whole. A revoked device reads nothing.
[[nodiscard]] Outcome pull(Attempt& attempt);

}  // namespace aftercare::sync
