#pragma once

#include "shared/base/clock.h"
#include "shared/base/date.h"

namespace aftercare {

/// What calendar and clock on the wall of a zone show.
struct LocalTime {
  Date date;
  int weekday = 0;  // 0 is Monday
  int minute = 0;   // since midnight
};

/// In a zone that nobody knows it is UTC.
[[nodiscard]] LocalTime local_time(Instant at, const std::string& zone);

}  // namespace aftercare
