#pragma once

#include "client/screens/frame.h"

namespace aftercare::screens {

/// Everything that this tablet knows of one customer: whom to call, where to go, what stands there, what was
/// done.
struct CustomerView {
  const shown::CustomerPage* page = nullptr;  // null: still loading
};
[[nodiscard]] Wish draw_customer(const Stage& stage, const CustomerView& view, const FrameView& frame);

}  // namespace aftercare::screens
