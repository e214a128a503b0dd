#pragma once

#include "shared/base/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace aftercare {

/// An exact measured number, as it was typed: 22.50 is mantissa 2250, scale 2. Compared by value.
struct Decimal {
  std::int64_t mantissa = 0;
  int scale = 0;  // digits behind the point, 0 to 9
};

/// An optional sign, up to 15 digits, an optional point and up to 9 digits behind it.
[[nodiscard]] Result<Decimal> decimal_of_text(std::string_view text);
[[nodiscard]] std::string to_text(const Decimal& decimal);
[[nodiscard]] std::strong_ordering compare(const Decimal& left, const Decimal& right);

}  // namespace aftercare
