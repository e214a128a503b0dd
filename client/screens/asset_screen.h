#pragma once

#include "client/screens/frame.h"

namespace aftercare::screens {

/// The thread of one asset: what it is, where it stands, and every visit to it.
struct AssetView {
  const shown::AssetPage* page = nullptr;  // null: still loading
};
[[nodiscard]] Wish draw_asset(const Stage& stage, const AssetView& view, const FrameView& frame);

}  // namespace aftercare::screens
