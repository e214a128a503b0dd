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

/// An assigned device shows no customer's file but those in its scope, those on the way in or out, and those
/// with work of its own that is not settled.
[[nodiscard]] Found nobody_holds_more(Tablet& tablet, Headquarters& headquarters);

/// Work that is nowhere but here: records with operations that the feed has not brought back, photos and
/// strokes that the server does not hold.
struct PendingWork {
  std::vector<std::pair<domain::EntityType, AnyId>> records;
  std::vector<Hash> blobs;
};
[[nodiscard]] PendingWork pending_work(Tablet& tablet);
/// Whether a customer left its scope whose file is still there.
[[nodiscard]] bool is_any_leaving(Tablet& tablet);
/// What was pending before a sync is settled after it, or still here. Customers who left take nothing along.
[[nodiscard]] Found pending_work_stays(Tablet& tablet, Headquarters& headquarters, const PendingWork& before);

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
