#pragma once

#include "client/screens/stage.h"
#include "client/ui/scroll.h"

/// What was done before, at a customer, on an asset, under a work order: a card for each visit.
namespace aftercare::screens {

[[nodiscard]] Wish draw_past_visits(const Stage& stage, ui::Scroll& scroll,
                                    const std::vector<shown::PastVisit>& visits);
/// The newest of `count` under their number.
[[nodiscard]] Wish draw_visit_thread(const Stage& stage, ui::Scroll& scroll,
                                     const std::vector<shown::PastVisit>& visits, std::size_t count);
/// Two lines in a card, as a past visit has.
[[nodiscard]] float past_visit_height();

}  // namespace aftercare::screens
