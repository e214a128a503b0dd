#pragma once

#include "client/screens/frame.h"

namespace aftercare::screens {

/// What is where, in plain words: only here, on its way, held by the server, what needs somebody, and room.
struct SyncView {
  const shown::SyncPage* page = nullptr;  // null: still loading
  shown::SyncProgress progress;
};
[[nodiscard]] Wish draw_sync(Stage stage, const SyncView& view, const FrameView& frame);

}  // namespace aftercare::screens
