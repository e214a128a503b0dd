#pragma once

#include "client/screens/kiosk/kiosk_frame.h"

/// Tell us: one touch, one question, a word if somebody likes to.
namespace aftercare::screens {

[[nodiscard]] KioskWish draw_rate(const Stage& stage, const KioskFrameView& frame, std::int64_t stars);
[[nodiscard]] KioskWish draw_rate_question(const Stage& stage, const KioskFrameView& frame,
                                           domain::RatingAnswer answer);

struct CommentView {
  std::string* comment = nullptr;  // half typed
};
[[nodiscard]] KioskWish draw_comment(const Stage& stage, const KioskFrameView& frame,
                                     const CommentView& view);
[[nodiscard]] KioskWish draw_thanks(const Stage& stage, const KioskFrameView& frame);

}  // namespace aftercare::screens
