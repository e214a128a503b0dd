#pragma once

#include "client/screens/kiosk/kiosk_parts.h"

namespace aftercare::screens {

/// What stands around every page of a kiosk.
struct KioskFrameView {
  std::string organisation_name;
  std::string language;
  const shown::ServiceDesk* desk = nullptr;
  std::optional<std::int64_t> seconds_left = std::nullopt;
  bool is_closing = false;  // the sheet that asks for more time lies over the page
};

/// The page between the head and the foot, and what was tapped on these.
struct KioskRoom {
  ui::Rect rect;
  KioskWish wish = std::nullopt;
};

/// The organisation's name and the languages.
[[nodiscard]] KioskRoom draw_home_frame(const Stage& stage, const KioskFrameView& frame);
/// Back and Start again, always in the same place.
[[nodiscard]] KioskRoom draw_page_frame(const Stage& stage, const KioskFrameView& frame);
/// Only the foot of it: for nobody yet.
[[nodiscard]] KioskRoom draw_attract_frame(const Stage& stage, const KioskFrameView& frame);

/// "Are you still here?"
[[nodiscard]] KioskWish draw_closing_sheet(const Stage& stage, const KioskFrameView& frame);

}  // namespace aftercare::screens
