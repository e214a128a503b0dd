#pragma once

#include "client/app/kiosk_state.h"
#include "client/screens/kiosk/kiosk_parts.h"
#include "shared/language/catalogue.h"

/// Which page the state is drawn by, and with what.
namespace aftercare::kiosk {

struct Surroundings {
  const language::Catalogue& catalogue;
  app::Now now;
  std::string zone;
};

/// Draws the whole glass and returns what was asked for. Half-typed texts of the state are written by it;
/// nothing else is.
[[nodiscard]] screens::KioskWish draw_kiosk(app::KioskState& state, const Surroundings& around);

/// look.md's sizes on this glass: what is read at arm's length, in a shop.
[[nodiscard]] int text_percent_of(const app::KioskState& state, int width_px, int height_px);

}  // namespace aftercare::kiosk
