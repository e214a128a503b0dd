#pragma once

#include "tests/simulation/world.h"

namespace aftercare::simulation {

/// The shortest schedule found that still breaks the same invariant: steps are left out by halves, then by
/// fewer, then one by one.
[[nodiscard]] Schedule shrink(Schedule schedule, const Finding& finding, const WorldOptions& options);

}  // namespace aftercare::simulation
