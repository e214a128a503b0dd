#pragma once

#include "client/screens/frame.h"

namespace aftercare::screens {

/// Today and what comes, in order; beside it, where there is room, the work that is looked at.
struct DayView {
  const shown::Day* day = nullptr;  // null: still loading
  const shown::WorkRow* chosen = nullptr;
  const shown::WorkDetail* detail = nullptr;  // of the chosen one; null: still loading
  bool is_making_visit = false;
};
[[nodiscard]] Wish draw_day(Stage stage, const DayView& view, const FrameView& frame);

/// One work order on a screen of its own, where list and detail do not fit beside each other.
[[nodiscard]] Wish draw_work(Stage stage, const DayView& view, const FrameView& frame);

}  // namespace aftercare::screens
