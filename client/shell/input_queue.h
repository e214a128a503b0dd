#pragma once

#include "client/ui/glass.h"

#include <deque>

namespace aftercare::shell {

/// What fingers and keys did and no frame has seen yet. Hands it out so that a frame never sees more than
/// one press or one lift: a tap that is shorter than a frame is two frames, and never lost.
class InputQueue {
 public:
  /// So many wait at most; of a broken scanner or twenty fingers the rest is dropped, a lift never.
  static constexpr std::size_t kCountMax = 2048;

  void push(ui::PointerSample sample);
  void push_text(std::string text) { add({std::nullopt, std::move(text), std::nullopt, 0, {}}); }
  void push_key(ui::KeyPress key, std::string clipboard = {}) {
    add({std::nullopt, {}, key, 0, std::move(clipboard)});
  }
  void push_wheel(float lines, float x, float y);
  [[nodiscard]] bool is_empty() const { return entries_.empty(); }
  [[nodiscard]] std::size_t count() const { return entries_.size(); }

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
  void add(Entry entry);

  std::deque<Entry> entries_;
  bool is_down_ = false;  // as far as it was taken
};

}  // namespace aftercare::shell
