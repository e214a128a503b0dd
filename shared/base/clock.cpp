#include "shared/base/clock.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare {
namespace {

// What RFC 3339 can write. A device may claim any number of milliseconds.
constexpr Instant kFirst = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
constexpr Instant kLast =
    Instant{std::chrono::sys_days{std::chrono::year{10000} / 1 / 1}} - std::chrono::milliseconds{1};

}  // namespace

// Not fmt::gmtime: it counts in nanoseconds, which end in the year 2262.
std::string to_rfc3339(Instant instant) {
  const auto told = std::clamp(instant, kFirst, kLast);
  const auto day = std::chrono::floor<std::chrono::days>(told);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{told - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(),
                     time.subseconds().count());
}

}  // namespace aftercare
