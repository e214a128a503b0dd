#pragma once

#include "client/ui/glass.h"

#include <string>
#include <string_view>

namespace aftercare::ui {

/// How a list moves under a finger and after it: pure, in pixels and seconds.
class ScrollMotion {
 public:
  /// The finger moved by `dy` in `dt_s`. Returns how far the list moves.
  float drag(float dy, float dt_s);
  /// The finger left: the list glides on, unless it had come to rest under the finger.
  void lift();
  void stop() { speed_ = 0; }
  /// How far the list moves in the next `dt_s` by itself; 0 once it rests.
  float step(float dt_s);
  [[nodiscard]] bool is_gliding() const { return is_gliding_; }

 private:
  float speed_ = 0;  // pixels a second
  bool is_gliding_ = false;
};

struct ScrollState {
  ScrollMotion motion;
  float offset = 0;   // how far the content is moved up
  float content = 0;  // its height in the last frame
  float room = 0;     // the height of the window on it
  bool is_jump_wanted = false;
  float jump_to = 0;
};

/// A window on content that is higher than it: dragged, glided, wheeled. Between construction and
/// destruction draw by `next`, which gives one rectangle after the other from the top.
class Scroll {
 public:
  Scroll(std::string_view key, const Rect& view);
  ~Scroll();
  Scroll(const Scroll&) = delete;
  Scroll& operator=(const Scroll&) = delete;

  /// The next piece of the content, in place on the glass. `gap` follows it.
  Rect next(float height, float gap = 0);
  void space(float height) { y_ += height; }
  /// Whether a piece of that height that would come next can be seen: what cannot need not be drawn, only
  /// `next`ed, so that a list of thousands costs what is seen.
  [[nodiscard]] bool is_visible(float height) const;
  [[nodiscard]] float width() const { return view_.w; }
  [[nodiscard]] float room() const { return view_.h; }  // what can be seen at once
  /// Moves so that the part of the content can be seen: `top` as `next` began it.
  void show(const Rect& piece);
  [[nodiscard]] bool is_at_end() const;

 private:
  std::string key_;
  Rect view_;
  std::shared_ptr<ScrollState> scroll_;
  float y_ = 0;
};

/// Back to its top, for a list that shows something else now.
void scroll_to_top(std::string_view key);

}  // namespace aftercare::ui
