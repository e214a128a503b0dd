#pragma once

#include "client/screens/stage.h"

namespace aftercare::screens {

/// The keys of a PIN, three in a row: 1 to 9, then 0 and one that erases. As large as the rectangle, within
/// reason: no higher than `pin_pad_height_max`.
[[nodiscard]] Wish draw_pin_pad(const Stage& stage, const ui::Rect& rect, bool is_enabled);
[[nodiscard]] float pin_pad_height_max();

/// When the next try may be: seconds while there are few, then whole minutes, rounded up: nobody tries too
/// early.
[[nodiscard]] std::string pin_wait_words(const Stage& stage, std::chrono::milliseconds wait);

/// How many of six digits are typed.
void draw_pin_dots(const ui::Rect& rect, std::size_t typed_count, bool is_wrong, ui::Align align);

}  // namespace aftercare::screens
