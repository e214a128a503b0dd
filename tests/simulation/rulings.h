#pragma once

#include "tests/simulation/invariants.h"

/// What the feed must tell when it is read as a history. The rules of merge are told here a second time, by
/// the feed alone, so that the program's own cannot be wrong together with what it wrote.
namespace aftercare::simulation {

/// Of two words that had not heard of each other the right one stands: the office's or the technician's where
/// the field is theirs, else the later one by a clock that counts five minutes ahead at most.
[[nodiscard]] Found rulings_follow_the_rules(Headquarters& headquarters);
/// Each value that lost against another is on every device that shows the record.
[[nodiscard]] Found losing_values_are_kept(Tablet& tablet, Headquarters& headquarters);
/// Nothing takes effect on a visit or its parts after its seal.
[[nodiscard]] Found signed_stays(Headquarters& headquarters);
/// What one journal says about a record takes effect in the order in which it was said.
[[nodiscard]] Found dependents_wait(Headquarters& headquarters);
/// Nobody's wall clock shows in a journal when it is set back. The office has the server's own clock.
[[nodiscard]] Found time_grows(Headquarters& headquarters);

}  // namespace aftercare::simulation
