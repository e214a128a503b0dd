#pragma once

#include "client/app/state.h"

namespace aftercare::app {

/// Where the window is, in one word that is saved at once: "visit <user> <visit> <section>". After the
/// program died, it comes back there.
struct PlaceWord {
  Place place = Place::Day;
  std::optional<domain::UserId> user;
  std::optional<domain::VisitId> visit;
  std::string section;
};

[[nodiscard]] std::string to_word(const AppState& state);
/// Nothing for a word of another program or none.
[[nodiscard]] std::optional<PlaceWord> place_of_word(std::string_view word);

}  // namespace aftercare::app
