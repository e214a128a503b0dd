#include "client/ui/theme.h"

#include <algorithm>
#include <cmath>

namespace aftercare::ui {
namespace {

constexpr Colour rgb(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 8 & 0xff),
          static_cast<std::uint8_t>(value & 0xff)};
}

// In the order of Role.
constexpr Theme kLight{{rgb(0xF4F6F8), rgb(0xFFFFFF), rgb(0xD8DEE5), rgb(0xEAEFF3), rgb(0x12202B),
                        rgb(0x51606E), rgb(0x0A6B66), rgb(0xFFFFFF), rgb(0xE1F1EF), rgb(0x1B7A43),
                        rgb(0xE3F3E9), rgb(0x8F5400), rgb(0xFFF1D9), rgb(0xB3261E), rgb(0xFBE6E4)},
                       1,
                       false};
constexpr Theme kDark{{rgb(0x0E1317), rgb(0x182026), rgb(0x2B363F), rgb(0x222C34), rgb(0xE9EFF4),
                       rgb(0x9BA9B6), rgb(0x56C7BD), rgb(0x04211E), rgb(0x15302E), rgb(0x6CCB92),
                       rgb(0x15301F), rgb(0xF0B65C), rgb(0x33260F), rgb(0xFF8A80), rgb(0x3A1A18)},
                      1,
                      true};
constexpr Theme kContrast{{rgb(0x000000), rgb(0x000000), rgb(0xFFFFFF), rgb(0x000000), rgb(0xFFFFFF),
                           rgb(0xFFFFFF), rgb(0xFFE600), rgb(0x000000), rgb(0x000000), rgb(0xFFFFFF),
                           rgb(0x000000), rgb(0xFFE600), rgb(0x000000), rgb(0xFFE600), rgb(0x000000)},
                          2,
                          true};

double linear(std::uint8_t channel) {
  const double value = channel / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(Colour colour) {
  return 0.2126 * linear(colour.r) + 0.7152 * linear(colour.g) + 0.0722 * linear(colour.b);
}

}  // namespace

const Theme& light_theme() { return kLight; }
const Theme& dark_theme() { return kDark; }
const Theme& contrast_theme() { return kContrast; }

double contrast(Colour one, Colour other) {
  const double a = luminance(one);
  const double b = luminance(other);
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

}  // namespace aftercare::ui
