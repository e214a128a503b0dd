#pragma once

#include "client/screens/kiosk/kiosk_frame.h"

#include <chrono>

/// Where staff choose the PIN of this machine, and where they leave with it.
namespace aftercare::screens {

struct StaffView {
  enum class Step { Enter, ChooseNew, RepeatNew };
  Step step = Step::Enter;
  std::size_t digit_count = 0;
  bool is_checking = false;
  bool is_wrong = false;
  bool is_unequal = false;
  std::optional<std::chrono::milliseconds> wait = std::nullopt;
};
[[nodiscard]] KioskWish draw_staff(const Stage& stage, const KioskFrameView& frame, const StaffView& view);

}  // namespace aftercare::screens
