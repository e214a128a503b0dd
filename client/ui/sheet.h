#pragma once

#include "client/ui/rect.h"

namespace aftercare::ui {

/// While one of these lives, what is drawn lies over everything else, lists and keyboard included, and takes
/// the touches that fall on it.
class Sheet {
 public:
  explicit Sheet(const Rect& rect);
  ~Sheet();
  Sheet(const Sheet&) = delete;
  Sheet& operator=(const Sheet&) = delete;
};

}  // namespace aftercare::ui
