#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

/// How a technician unlocks a tablet: six digits, and patience for whoever guesses.
namespace aftercare::domain {

/// Exactly six digits.
[[nodiscard]] bool is_pin(std::string_view text);

/// A moment by the clock that nobody sets, and the start of the machine that it counts from.
struct Tick {
  std::string boot_id;
  std::int64_t monotonic_ms = 0;
};

/// The wrong tries since the last right one, and when the wait for the next began.
struct WrongPins {
  std::int64_t count = 0;
  Tick since;
};

/// How long to wait after so many wrong tries in a row: three are free, then 30 s, doubling to 15 min.
[[nodiscard]] std::chrono::milliseconds pin_wait(std::int64_t wrong_count);

/// Whether the wait began in another life of the machine, or of its clock. Then nobody knows how long it
/// has lasted, and it begins anew.
[[nodiscard]] bool is_other_clock(const WrongPins& wrong, const Tick& now);

/// What is left of the wait; all of it by another clock.
[[nodiscard]] std::chrono::milliseconds rest_of_wait(const WrongPins& wrong, const Tick& now);

}  // namespace aftercare::domain
