#pragma once

#include "client/shown/visit_page.h"
#include "client/ui/rect.h"

#include <string_view>

/// Where somebody signs. Every report of the digitiser is kept as it came: nothing is dropped, and what is
/// smoothed is only drawn. Kept in the measure of the pad when the first stroke began; after the tablet was
/// turned it is drawn in the middle with its shape, and what follows is brought into that first measure.
namespace aftercare::screens {

struct PadEvent {
  bool is_changed = false;  // a sample was added in this frame
};

/// To be drawn outside of any scroll, in a place whose size does not depend on what is written in it: a pad
/// that changes its size under the finger ends the stroke there. Draws the line and the strokes, no ground.
PadEvent signature_pad(std::string_view key, const ui::Rect& rect, shown::Signature& signature);

/// Somebody really wrote: more than a dot by accident.
[[nodiscard]] bool has_strokes(const shown::Signature& signature);

}  // namespace aftercare::screens
