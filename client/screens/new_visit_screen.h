#pragma once

#include "client/screens/frame.h"

namespace aftercare::screens {

/// A visit without an appointment, on one page: which kind, for whom, on what, and why.
struct NewVisitView {
  shown::NewVisitDraft* draft = nullptr;
  std::string* search_text = nullptr;
  const shown::Found* found = nullptr;                     // of that search; null: nothing asked yet
  const shown::CustomerPage* customer = nullptr;           // of the chosen customer, for its assets
  const std::vector<domain::Product>* products = nullptr;  // of the catalogue; null: on their way
  bool is_making = false;
};
[[nodiscard]] Wish draw_new_visit(Stage stage, const NewVisitView& view, const FrameView& frame);

}  // namespace aftercare::screens
