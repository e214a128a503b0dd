#pragma once

#include "client/ui/glass.h"

#include <deque>

namespace aftercare::shell {

/// What fingers and keys did and no frame has seen yet. Hands it out so that a frame never sees more than
/// one press or one lift: a tap that is shorter than a frame is two frames, and never lost.
class InputQueue {
 public:
  void push(ui::PointerSample sample) { entries_.push_back({sample, {}, std::nullopt, 0, {}}); }
  void push_text(std::string text) {
    entries_.push_back({std::nullopt, std::move(text), std::nullopt, 0, {}});
  }
  void push_key(ui::KeyPress key, std::string clipboard = {}) {
    entries_.push_back({std::nullopt, {}, key, 0, std::move(clipboard)});
  }
  void push_wheel(float lines, float x, float y);
  [[nodiscard]] bool is_empty() const { return entries_.empty(); }

  /// Everything up to and with the next press or lift.
  [[nodiscard]] ui::Input take();

 private:
  struct Entry {
    std::optional<ui::PointerSample> pointer;
    std::string text;
    std::optional<ui::KeyPress> key;
    float wheel_lines = 0;
    std::string clipboard;
  };
  std::deque<Entry> entries_;
};

}  // namespace aftercare::shell
