#pragma once

#include "client/screens/stage.h"

namespace aftercare::screens {

/// The customer's view: what was done, what follows, what it costs, and where to sign. `stage.in` is the
/// customer's language. Nothing of the technician's can be reached from here without the PIN.
struct HandOverView {
  const shown::VisitPage* page = nullptr;
  shown::VisitDraft* draft = nullptr;
  bool is_sealing = false;
  std::string problem;  // in words: why it could not be sealed
};
[[nodiscard]] Wish draw_hand_over(Stage stage, const HandOverView& view);

}  // namespace aftercare::screens
