#pragma once

#include "sync/engine/report.h"

namespace aftercare::sync {

/// How the pauses between runs grow, for each class of failure. `first` doubles with each failure in a
/// row up to `longest`; where in between we come back is left to chance, so that a hundred tablets
/// which lost one server do not all return in the same second.
struct Pace {
  struct Pause {
    std::chrono::milliseconds first;
    std::chrono::milliseconds longest;
  };
  Pause network{std::chrono::seconds{1}, std::chrono::minutes{2}};  // a van leaves the tunnel
  Pause server{std::chrono::seconds{2}, std::chrono::minutes{10}};
  Pause sign_in{std::chrono::seconds{30}, std::chrono::minutes{30}};
  Pause operation{std::chrono::seconds{30}, std::chrono::minutes{30}};
  Pause device{std::chrono::seconds{10}, std::chrono::minutes{10}};
  std::chrono::milliseconds idle{std::chrono::minutes{1}};
  std::chrono::seconds retry_after_max{std::chrono::hours{1}};  // no server may silence us for longer
};

/// How long to wait for the next run. Pure: `random` is any number from the whole range, and
/// `failure_count` counts the runs in a row that failed, this one included. Wake earlier when somebody
/// saves something or the network comes back; the wait is then simply dropped, unless the server
/// asked for it.
[[nodiscard]] std::chrono::milliseconds next_delay(const RunReport& report, std::uint32_t failure_count,
                                                   std::uint64_t random, const Pace& pace = {});

}  // namespace aftercare::sync
