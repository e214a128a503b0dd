#pragma once

#include "client/screens/stage.h"
#include "client/ui/scroll.h"

namespace aftercare::screens {

/// A scroll with margins, no wider than one reads and reaches: what questions and notes stand in.
class Column {
 public:
  Column(ui::Scroll& scroll, float margin, float width_max)
      : scroll_(scroll), margin_(margin), width_(std::min(scroll.width() - 2 * margin, width_max)) {}

  [[nodiscard]] float width() const { return width_; }
  ui::Rect next(float height, float gap = 0) {
    auto piece = scroll_.next(height, gap);
    piece.x += margin_;
    piece.w = width_;
    return piece;
  }
  void space(float height) { scroll_.space(height); }
  void show(const ui::Rect& piece) { scroll_.show(piece); }

 private:
  ui::Scroll& scroll_;
  float margin_ = 0;
  float width_ = 0;
};

}  // namespace aftercare::screens
