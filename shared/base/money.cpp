#include "shared/base/money.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace aftercare {

Result<Money> add(const Money& left, const Money& right) {
  if (left.currency != right.currency)
    return Error{ErrorKind::Refused, "amounts of two currencies cannot be added"};
  Money sum{0, left.currency};
  if (__builtin_add_overflow(left.minor, right.minor, &sum.minor)) {
    return Error{ErrorKind::Refused, "the sum is larger than any amount we keep"};
  }
  return sum;
}

int minor_digits(const std::string& currency) {
  constexpr std::array<std::string_view, 7> kNone{"VND", "JPY", "KRW", "CLP", "ISK", "XAF", "XOF"};
  constexpr std::array<std::string_view, 5> kThree{"KWD", "BHD", "OMR", "JOD", "TND"};
  if (std::ranges::find(kNone, currency) != kNone.end()) return 0;
  if (std::ranges::find(kThree, currency) != kThree.end()) return 3;
  return 2;
}

std::string to_text(const Money& money) {
  const int digits = minor_digits(money.currency);
  std::uint64_t unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  const bool is_negative = money.minor < 0;
  const auto amount =
      is_negative ? 0 - static_cast<std::uint64_t>(money.minor) : static_cast<std::uint64_t>(money.minor);
  auto text = fmt::format("{}{}", is_negative ? "-" : "", amount / unit);
  if (digits > 0) text += fmt::format(".{:0{}}", amount % unit, digits);
  return text + " " + money.currency;
}

}  // namespace aftercare
