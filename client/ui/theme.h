#pragma once

#include <array>
#include <cstdint>

/// Colours by what they are for. No other folder names a colour.
namespace aftercare::ui {

enum class Role {
  Surface,     // the page
  Card,        // what lies on it
  Line,        // hairlines and outlines
  Press,       // pressed and quiet things
  Ink,         // text
  Soft,        // secondary text
  Accent,      // the one primary action, selection
  OnAccent,    // text on it
  AccentSoft,  // ground of what is selected
  Done,
  DoneSoft,
  Waiting,
  WaitingSoft,
  Danger,
  DangerSoft,
};
inline constexpr std::size_t kRoleCount = 15;

struct Colour {
  std::uint8_t r = 0, g = 0, b = 0;
  bool operator==(const Colour&) const = default;
};

struct Theme {
  std::array<Colour, kRoleCount> colours{};
  float line_px = 1;  // at 100 %
  bool is_dark = false;
  [[nodiscard]] Colour of(Role role) const { return colours[static_cast<std::size_t>(role)]; }
};

[[nodiscard]] const Theme& light_theme();
[[nodiscard]] const Theme& dark_theme();
/// Black, white and one yellow; 7:1 everywhere.
[[nodiscard]] const Theme& contrast_theme();

/// WCAG 2.1 contrast ratio, 1 to 21.
[[nodiscard]] double contrast(Colour one, Colour other);

}  // namespace aftercare::ui
