#pragma once

#include "client/screens/kiosk/kiosk_frame.h"
#include "shared/language/catalogue.h"

/// What a customer meets first, and where they are sent when nothing here can help.
namespace aftercare::screens {

struct AttractView {
  const language::Catalogue& catalogue;  // each language invites in its own words
  std::size_t greeting = 0;              // which of them greets just now
};
[[nodiscard]] KioskWish draw_attract(const Stage& stage, const KioskFrameView& frame,
                                     const AttractView& view);

[[nodiscard]] KioskWish draw_home(const Stage& stage, const KioskFrameView& frame);

/// Behind a door that is not built yet: whom to ask instead.
[[nodiscard]] KioskWish draw_elsewhere(const Stage& stage, const KioskFrameView& frame, shown::Door door);

struct ClosedView {
  bool is_opening = false;
  std::string problem = {};  // a key of the catalogue
  std::string detail = {};   // for the office
};
[[nodiscard]] KioskWish draw_closed(const Stage& stage, const ClosedView& view);

/// Whom to call and when, as a card; the same wherever people are the answer.
[[nodiscard]] float service_card_height(const Stage& stage, float width, const shown::ServiceDesk* desk);
void draw_service_card(const Stage& stage, const ui::Rect& rect, const shown::ServiceDesk* desk);

}  // namespace aftercare::screens
