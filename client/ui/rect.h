#pragma once

#include <algorithm>

namespace aftercare::ui {

/// A part of the glass, in pixels. Screens are laid out by cutting pieces off a rectangle.
struct Rect {
  float x = 0, y = 0, w = 0, h = 0;

  [[nodiscard]] float right() const { return x + w; }
  [[nodiscard]] float bottom() const { return y + h; }
  [[nodiscard]] float middle_x() const { return x + w / 2; }
  [[nodiscard]] float middle_y() const { return y + h / 2; }
  [[nodiscard]] bool is_empty() const { return w <= 0 || h <= 0; }
  [[nodiscard]] bool contains(float px, float py) const {
    return px >= x && px < right() && py >= y && py < bottom();
  }
  [[nodiscard]] Rect inset(float all) const { return inset(all, all); }
  [[nodiscard]] Rect inset(float across, float down) const {
    return {x + across, y + down, std::max(0.0f, w - 2 * across), std::max(0.0f, h - 2 * down)};
  }
  /// The same middle, another size.
  [[nodiscard]] Rect centred(float width, float height) const {
    return {x + (w - width) / 2, y + (h - height) / 2, width, height};
  }
  [[nodiscard]] Rect intersection(const Rect& other) const {
    const float left = std::max(x, other.x), top = std::max(y, other.y);
    return {left, top, std::max(0.0f, std::min(right(), other.right()) - left),
            std::max(0.0f, std::min(bottom(), other.bottom()) - top)};
  }

  /// Cuts a piece off one side and keeps the rest; `gap` is lost between both.
  Rect cut_top(float height, float gap = 0) {
    const Rect piece{x, y, w, std::min(height, h)};
    const float taken = std::min(height + gap, h);
    y += taken;
    h -= taken;
    return piece;
  }
  Rect cut_bottom(float height, float gap = 0) {
    const float piece_height = std::min(height, h);
    const Rect piece{x, bottom() - piece_height, w, piece_height};
    h -= std::min(height + gap, h);
    return piece;
  }
  Rect cut_left(float width, float gap = 0) {
    const Rect piece{x, y, std::min(width, w), h};
    const float taken = std::min(width + gap, w);
    x += taken;
    w -= taken;
    return piece;
  }
  Rect cut_right(float width, float gap = 0) {
    const float piece_width = std::min(width, w);
    const Rect piece{right() - piece_width, y, piece_width, h};
    w -= std::min(width + gap, w);
    return piece;
  }
};

}  // namespace aftercare::ui
