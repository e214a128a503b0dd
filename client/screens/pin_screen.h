#pragma once

#include "client/screens/stage.h"

#include <chrono>

namespace aftercare::screens {

/// Who is at the tablet, and their PIN: typed, chosen for the first time, or asked for when a customer hands
/// the tablet back. The shell turns typed digits into the same intents as the keys of the pad.
struct PinView {
  const std::vector<shown::Technician>* technicians = nullptr;
  const shown::Technician* chosen = nullptr;  // null: choose who you are
  enum class Step { Enter, ChooseNew, RepeatNew } step = Step::Enter;
  std::size_t digit_count = 0;  // typed so far, of 6
  bool is_checking = false, is_wrong = false, is_unequal = false;
  std::optional<std::chrono::milliseconds> wait;  // slowed after wrong tries; counted down
  bool is_taking_back = false;                    // the customer hands the tablet back
  std::string device_name, organisation_name;
  std::size_t unsent_visit_count = 0;
};
[[nodiscard]] Wish draw_pin(Stage stage, const PinView& view);

}  // namespace aftercare::screens
