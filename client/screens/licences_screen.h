#pragma once

#include "client/screens/frame.h"

namespace aftercare::screens {

/// What Aftercare is made of and under which terms each part may be used.
[[nodiscard]] Wish draw_licences(Stage stage, const FrameView& frame);

}  // namespace aftercare::screens
