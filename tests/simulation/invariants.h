#pragma once

#include "tests/simulation/headquarters.h"
#include "tests/simulation/tablet.h"
#include "tests/simulation/world.h"

/// What must hold, each by its name. A check that needs a machine which is down is not made.
namespace aftercare::simulation {

using Found = std::optional<Finding>;

/// What a device said to have saved is in its journal, in order, whatever happened since.
[[nodiscard]] Found saved_is_kept(Tablet& tablet);
/// What the server said to hold, it holds (as long as it was not restored since).
[[nodiscard]] Found held_is_there(Tablet& tablet, Headquarters& headquarters);
/// The feed has each number once, from 1 to its head, and its roots follow from one another.
[[nodiscard]] Found feed_is_dense(Headquarters& headquarters);

// At rest

/// Everything that a device saved stands in the feed, and nothing stands there twice.
[[nodiscard]] Found each_operation_once(const std::vector<std::unique_ptr<Tablet>>& tablets,
                                        Headquarters& headquarters);
/// A device shows what the server has, no more and no less of what it may read; sealed bytes among it.
[[nodiscard]] Found all_converge(Tablet& tablet, Headquarters& headquarters);
/// The programs' own checks: chains, seals, roots, receipts, photos.
[[nodiscard]] Found device_verifies(Tablet& tablet);
[[nodiscard]] Found server_verifies(Headquarters& headquarters);
/// Whatever a record at the server names and some device can still give is there, and its bytes match its
/// name.
[[nodiscard]] Found blobs_match(const std::vector<std::unique_ptr<Tablet>>& tablets,
                                Headquarters& headquarters);

/// How each operation ended, for the coverage.
void note_ends(Headquarters& headquarters, Coverage& coverage);

}  // namespace aftercare::simulation
