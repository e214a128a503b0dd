#include "shared/base/decimal.h"

#include <fmt/format.h>

namespace aftercare {
namespace {

constexpr int kScaleMax = 9;
constexpr int kDigitsMax = 15;

}  // namespace

Result<Decimal> decimal_of_text(std::string_view text) {
  const Error wrong{ErrorKind::Invalid, "not a plain decimal number such as -12.5"};
  Decimal decimal;
  const bool is_negative = !text.empty() && text[0] == '-';
  if (is_negative) text.remove_prefix(1);
  bool has_point = false;
  int digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.' && !has_point && digits > 0 && i + 1 < text.size()) {
      has_point = true;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > kDigitsMax) return wrong;
    if (has_point && ++decimal.scale > kScaleMax) return wrong;
    decimal.mantissa = decimal.mantissa * 10 + (c - '0');
  }
  if (digits == 0) return wrong;
  if (is_negative) decimal.mantissa = -decimal.mantissa;
  return decimal;
}

std::string to_text(const Decimal& decimal) {
  auto digits =
      fmt::format("{:0{}}", decimal.mantissa < 0 ? -decimal.mantissa : decimal.mantissa, decimal.scale + 1);
  if (decimal.scale > 0) digits.insert(digits.size() - static_cast<std::size_t>(decimal.scale), 1, '.');
  return decimal.mantissa < 0 ? "-" + digits : digits;
}

std::strong_ordering compare(const Decimal& left, const Decimal& right) {
  __extension__ using Wide = __int128;  // 15 digits and a factor of up to 10^9 pass 64 bits
  Wide a = left.mantissa;
  Wide b = right.mantissa;
  for (int i = left.scale; i < right.scale; ++i) a *= 10;
  for (int i = right.scale; i < left.scale; ++i) b *= 10;
  return a < b   ? std::strong_ordering::less
         : b < a ? std::strong_ordering::greater
                 : std::strong_ordering::equal;
}

}  // namespace aftercare
