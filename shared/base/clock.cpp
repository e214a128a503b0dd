#include "shared/base/clock.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace aftercare {

std::string to_rfc3339(Instant instant) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), (instant - seconds).count());
}

}  // namespace aftercare
