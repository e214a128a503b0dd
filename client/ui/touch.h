#pragma once

#include "client/ui/glass.h"

#include <string>
#include <string_view>

namespace aftercare::ui {

/// Sizes a gloved thumb can hit, in multiples of the body size so they follow display and text size.
inline constexpr float kTargetHeightEm = 2.75f;

/// What a finger does with something tappable in this frame.
struct Touch {
  bool is_tapped = false;   // pressed and lifted on it, and not scrolled in between
  bool is_pressed = false;  // held down now
};

/// Makes a rectangle tappable. `key` names it for tests and journeys and never changes; what is not
/// enabled is still named, so that a journey can say why nothing happened.
[[nodiscard]] Touch touch(std::string_view key, const Rect& rect, bool is_enabled = true);
[[nodiscard]] inline bool tapped(std::string_view key, const Rect& rect, bool is_enabled = true) {
  return touch(key, rect, is_enabled).is_tapped;
}

/// While one of these lives, what is drawn cannot be tapped: the page under a sheet.
class Inert {
 public:
  Inert();
  ~Inert();
  Inert(const Inert&) = delete;
  Inert& operator=(const Inert&) = delete;
};

}  // namespace aftercare::ui
