#pragma once

#include "client/screens/stage.h"

namespace aftercare::screens {

/// Thank you: the code that proves what was signed (or refused, or that nobody was there), before the
/// technician takes the tablet back. `stage.in` is the customer's language.
struct SealedView {
  const shown::VisitPage* page = nullptr;
  std::string link;  // empty until it is sealed, and where the secret is not known here
};
[[nodiscard]] Wish draw_sealed(Stage stage, const SealedView& view);

}  // namespace aftercare::screens
