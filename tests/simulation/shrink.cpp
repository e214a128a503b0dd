#include "tests/simulation/shrink.h"

namespace aftercare::simulation {

Schedule shrink(Schedule schedule, const Finding& finding, const WorldOptions& options) {
  constexpr int kTriesMax = 400;
  int tries = 0;
  const auto still_breaks = [&](const Schedule& shorter) {
    if (++tries > kTriesMax) return false;
    const auto outcome = play(shorter, options);
    return outcome.finding && outcome.finding->invariant == finding.invariant;
  };
  for (auto size = std::max<std::size_t>(1, schedule.steps.size() / 2); size > 0;) {
    bool has_shrunk = false;
    for (std::size_t at = 0; at < schedule.steps.size();) {
      auto shorter = schedule;
      const auto end = std::min(at + size, schedule.steps.size());
      shorter.steps.erase(shorter.steps.begin() + static_cast<std::ptrdiff_t>(at),
                          shorter.steps.begin() + static_cast<std::ptrdiff_t>(end));
      if (still_breaks(shorter)) {
        schedule = std::move(shorter);
        has_shrunk = true;
      } else {
        at = end;
      }
    }
    if (size == 1 && !has_shrunk) break;
    size = size == 1 ? 1 : size / 2;
  }
  return schedule;
}

}  // namespace aftercare::simulation
