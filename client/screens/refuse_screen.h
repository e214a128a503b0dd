#pragma once

#include "client/screens/stage.h"

namespace aftercare::screens {

/// The customer says why they do not sign: as easy as signing, and said without blame what comes of it.
/// `stage.in` is the customer's language.
struct RefuseView {
  const shown::VisitPage* page = nullptr;
  shown::VisitDraft* draft = nullptr;
  domain::OutcomeReason reason = domain::OutcomeReason::None;
  bool is_sealing = false;
  std::string problem = {};  // in words: why it could not be sealed
};
[[nodiscard]] Wish draw_refuse(Stage stage, const RefuseView& view);

}  // namespace aftercare::screens
