#pragma once

#include "shared/base/result.h"

#include <cstdint>
#include <string>

namespace aftercare {

/// An amount in the smallest unit of its currency (cents, haléře, tetri, đồng), never floating point.
struct Money {
  std::int64_t minor = 0;
  std::string currency;  // ISO 4217, "CZK"
  bool operator==(const Money&) const = default;
};

/// Refused when the currencies differ or the sum would not fit.
[[nodiscard]] Result<Money> add(const Money& left, const Money& right);

/// How many digits stand behind the point: 0 for VND and JPY, 2 for most, 3 for KWD (ISO 4217).
[[nodiscard]] int minor_digits(const std::string& currency);

/// Plain and exact, for logs and files: "1234.50 CZK". Screens use language::Formatter.
[[nodiscard]] std::string to_text(const Money& money);

}  // namespace aftercare
