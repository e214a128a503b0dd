#pragma once

#include "client/screens/stage.h"

/// Nobody is here to sign: the reason, in the technician's hand, and the seal without a signature.
namespace aftercare::screens {

struct AbsentView {
  const shown::VisitPage* page = nullptr;  // null: still loading
  shown::VisitDraft* draft = nullptr;
  domain::OutcomeReason reason = domain::OutcomeReason::None;
  bool is_sealing = false;
};
[[nodiscard]] Wish draw_absent(Stage stage, const AbsentView& view);

}  // namespace aftercare::screens
