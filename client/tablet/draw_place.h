#pragma once

#include "client/app/state.h"
#include "client/screens/stage.h"
#include "shared/language/catalogue.h"

/// Which screen the state is drawn by, and with what.
namespace aftercare::tablet {

struct Surroundings {
  const language::Catalogue& catalogue;
  screens::Pictures& pictures;
  app::Now now;
  std::string zone;
};

/// Draws the whole glass and returns what was asked for. Half-typed texts of the state are written by it;
/// nothing else is.
[[nodiscard]] screens::Wish draw_place(app::AppState& state, const Surroundings& around);

/// The language that the glass speaks just now: the customer's on the customer's screens.
[[nodiscard]] std::string language_of(const app::AppState& state);

}  // namespace aftercare::tablet
