#include "client/app/place_word.h"

#include <array>
#include <sstream>

namespace aftercare::app {
namespace {

struct Named {
  Place place;
  std::string_view word;
};
// Only places to which one can come back without losing the way.
constexpr std::array kWords{
    Named{Place::Day, "day"},       Named{Place::Search, "search"},    Named{Place::Visit, "visit"},
    Named{Place::Ready, "ready"},   Named{Place::Absent, "absent"},    Named{Place::HandOver, "hand_over"},
    Named{Place::Refuse, "refuse"}, Named{Place::Sealed, "sealed"},    Named{Place::NewVisit, "new_visit"},
    Named{Place::Sync, "sync"},     Named{Place::Settings, "settings"}};

bool has_visit(Place place) {
  return place == Place::Visit || place == Place::Ready || place == Place::Absent ||
         shown::is_customers(place);
}

}  // namespace

std::string to_word(const AppState& state) {
  auto place = state.place;
  if (place == Place::Camera || place == Place::PhotoFiles) place = Place::Visit;
  std::string_view name = "day";
  for (const auto& known : kWords) {
    if (known.place == place) name = known.word;
  }
  std::string word{name};
  word += " " + (state.user ? to_text(*state.user) : std::string("-"));
  if (has_visit(place) && state.visit.id) {
    word += " " + to_text(*state.visit.id);
    if (!state.visit.section.empty()) word += " " + state.visit.section;
  }
  return word;
}

std::optional<PlaceWord> place_of_word(std::string_view word) {
  std::istringstream parts{std::string(word)};
  std::string name, user, visit;
  PlaceWord known;
  parts >> name >> user >> visit >> known.section;
  bool is_known = false;
  for (const auto& one : kWords) {
    if (one.word != name) continue;
    known.place = one.place;
    is_known = true;
  }
  if (!is_known) return std::nullopt;
  if (const auto id = id_of_text<domain::UserId>(user)) known.user = id.value();
  if (const auto id = id_of_text<domain::VisitId>(visit)) known.visit = id.value();
  if (has_visit(known.place) && (!known.visit || !known.user)) return std::nullopt;
  return known;
}

}  // namespace aftercare::app
