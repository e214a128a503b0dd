#pragma once

#include "sync/engine/attempt.h"

namespace aftercare::sync {

/// Offers our operations to the server, oldest first, until it holds all of them or says no.
///
/// Nothing is locked while we wait: a batch is read, sent, and noted as held only by a receipt that
/// the organisation signed and whose head is our own. If we stop in between, the same bytes go out
/// again, and the server, which counts by dseq, gives the same answer.
[[nodiscard]] Outcome push(Attempt& attempt);

}  // namespace aftercare::sync
