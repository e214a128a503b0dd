#pragma once

#include "shared/base/clock.h"

namespace aftercare::testing {

/// A wall clock that people can set wrong and a monotonic one that only `pass` moves.
class FakeClock : public Clock {
 public:
  Instant wall = from_ms(1'790'000'000'000);
  std::int64_t monotonic = 1'000;
  std::string boot = "boot-1";

  Instant now() override { return wall; }
  std::int64_t monotonic_ms() override { return monotonic; }
  std::string boot_id() override { return boot; }
  std::string zone() override { return "Europe/Prague"; }

  void pass(std::chrono::milliseconds time) {
    wall += time;
    monotonic += time.count();
  }
};

}  // namespace aftercare::testing
