#pragma once

#include "shared/base/clock.h"

#include <optional>
#include <string_view>

namespace aftercare {

/// Reads what `to_rfc3339` writes and what browsers send: a date, a time of day, at most nine digits of
/// a second, `Z` or an offset. Nothing for what is no such moment (the 31st of February, hour 24).
[[nodiscard]] std::optional<Instant> instant_of_rfc3339(std::string_view text);

}  // namespace aftercare
