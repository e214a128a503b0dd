#pragma once

#include "sync/engine/attempt.h"

/// Photos and signatures. They travel in two lanes: a signature never waits behind fifty photos.
/// Both ways go on where they were cut; a blob that cannot be moved is reported and holds up no other.
namespace aftercare::sync {

[[nodiscard]] Outcome send_signatures(Attempt& attempt);

/// Everything that is left to send, with what the server lost since it had it. What is recorded meanwhile
/// (operations, then signatures) goes first, between the parts of a photo.
[[nodiscard]] Outcome send_photos(Attempt& attempt);

/// Lets what was recorded here meanwhile go before the next part of something large.
[[nodiscard]] Outcome let_urgent_go_first(Attempt& attempt);

/// What pulled records name and is not here yet, small ones first; photos only while there is room.
[[nodiscard]] Outcome fetch_blobs(Attempt& attempt);

}  // namespace aftercare::sync
