#pragma once

#include "client/screens/stage.h"

/// Ready to leave? What is still missing, by the server's own rules; else a calm yes and the hand-over.
namespace aftercare::screens {

struct ReadyView {
  const shown::VisitPage* page = nullptr;  // null: still loading
};
[[nodiscard]] Wish draw_ready(Stage stage, const ReadyView& view);

}  // namespace aftercare::screens
