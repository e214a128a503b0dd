#include "shared/base/printable.h"

#include <unicode/utf8.h>

#include <cstdint>

namespace aftercare {

std::string printable(std::string_view text) {
  constexpr std::string_view kVisible = "\xef\xbf\xbd";  // U+FFFD
  std::string safe;
  safe.reserve(text.size());
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t i = 0; i < size;) {
    const auto from = i;
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    const bool is_control = c < 0 || (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
    const bool turns =
        (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f;
    safe += is_control || turns
                ? kVisible
                : text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(i - from));
  }
  return safe;
}

}  // namespace aftercare
