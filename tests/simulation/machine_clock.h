#pragma once

#include "shared/base/clock.h"

#include <fmt/format.h>

namespace aftercare::simulation {

/// The time that passes for everybody. Nothing waits: whoever would, moves it on.
struct Course {
  std::int64_t ms = 1'790'000'000'000;  // 21 September 2026
};

/// What one machine takes the time to be: its people may set the wall clock, nobody sets the other one.
class MachineClock final : public Clock {
 public:
  explicit MachineClock(Course& course) : course_(course), booted_at_ms_(course.ms) {}

  Instant now() override { return from_ms(course_.ms + offset_ms_); }
  std::int64_t monotonic_ms() override { return course_.ms - booted_at_ms_; }
  std::string boot_id() override { return fmt::format("boot-{}", boot_count_); }
  std::string zone() override { return "Europe/Prague"; }

  void set_wrong(std::int64_t by_ms) { offset_ms_ += by_ms; }
  void set_right() { offset_ms_ = 0; }
  void boot() {
    booted_at_ms_ = course_.ms;
    ++boot_count_;
  }

 private:
  Course& course_;
  std::int64_t booted_at_ms_;
  std::int64_t offset_ms_ = 0;
  int boot_count_ = 1;
};

}  // namespace aftercare::simulation
