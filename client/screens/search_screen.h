#pragma once

#include "client/screens/frame.h"

namespace aftercare::screens {

/// Everything that this tablet knows, found as one types.
struct SearchView {
  std::string* text = nullptr;
  const shown::Found* found = nullptr;  // null: nothing was asked yet, or the first answer is on its way
  bool is_loading = false;
};
[[nodiscard]] Wish draw_search(Stage stage, const SearchView& view, const FrameView& frame);

}  // namespace aftercare::screens
