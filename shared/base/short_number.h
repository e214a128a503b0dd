#pragma once

#include "shared/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aftercare {

/// A number that people read out on the phone: `V-K7-0412-Q`. Kind letter, the prefix that the
/// device got at enrolment, the device's own counter (four digits, more when it outgrows them), and
/// a check character over all of it. Unique in the organisation without a network.
///
/// The check is a weighted sum modulo 31. Written with its hyphens, every single wrong character and every
/// swap of two neighbours is noticed; the prefix uses no I, L, O, U, 0 or 1, which people confuse.
struct ShortNumber {
  char kind = 'V';     // a letter, but none of I, L, O, U
  std::string prefix;  // two to four signs of the alphabet
  std::uint32_t counter = 0;
};

[[nodiscard]] std::string to_text(const ShortNumber& number);

/// Forgives case, blanks and missing hyphens of hurried typing; Invalid when the check fails.
[[nodiscard]] Result<ShortNumber> short_number_of_text(std::string_view text);

/// The prefix of the n-th enrolled device: 22, 23, … ZZ, then three signs.
[[nodiscard]] std::string device_prefix(std::uint32_t n);
/// Which device has this prefix; nothing when no device can.
[[nodiscard]] std::optional<std::uint32_t> device_of_prefix(std::string_view prefix);

}  // namespace aftercare
