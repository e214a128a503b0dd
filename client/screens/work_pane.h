#pragma once

#include "client/screens/stage.h"
#include "client/ui/widgets.h"

namespace aftercare::screens {

/// How a piece of work stands, in words and a tone: "On site 24 min", "10 min late", "2 parts to bring".
struct StandingChip {
  std::string words;
  ui::Icon icon = ui::Icon::None;
  ui::Tone tone = ui::Tone::Quiet;
};
[[nodiscard]] StandingChip standing_chip(const Stage& stage, const shown::WorkRow& row);

/// The work order that is looked at: who, where, what, what was done before, and the one next step.
[[nodiscard]] Wish draw_work_pane(const Stage& stage, ui::Rect rect, const shown::WorkDetail& detail,
                                  bool is_making_visit);

}  // namespace aftercare::screens
