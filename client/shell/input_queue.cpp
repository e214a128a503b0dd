#include "client/shell/input_queue.h"

namespace aftercare::shell {

void InputQueue::add(Entry entry) {
  if (entries_.size() < kCountMax) entries_.push_back(std::move(entry));
}

void InputQueue::push(ui::PointerSample sample) {
  using What = ui::PointerSample::What;
  const bool is_lift = sample.what == What::Up || sample.what == What::Cancel;
  const bool is_full = entries_.size() >= kCountMax;
  if (is_full && !(is_lift && is_down_)) return;
  if (sample.what == What::Down) is_down_ = true;
  if (is_lift) is_down_ = false;
  entries_.push_back({sample, {}, std::nullopt, 0, {}});
}

void InputQueue::push_wheel(float lines, float x, float y) {
  ui::PointerSample over;
  over.x = x;
  over.y = y;
  over.from = ui::PointerSample::From::Mouse;
  add({over, {}, std::nullopt, lines, {}});
}

ui::Input InputQueue::take() {
  using What = ui::PointerSample::What;
  ui::Input input;
  while (!entries_.empty()) {
    auto entry = std::move(entries_.front());
    entries_.pop_front();
    input.text += entry.text;
    input.wheel_lines += entry.wheel_lines;
    if (entry.key) input.keys.push_back(*entry.key);
    if (!entry.clipboard.empty()) input.clipboard = std::move(entry.clipboard);
    if (!entry.pointer) {
      // Letters and keys keep their order: a key ends the text before it.
      const bool is_next_text = !entries_.empty() && !entries_.front().text.empty();
      if (entry.key && is_next_text) break;
      const bool is_next_key = !entries_.empty() && entries_.front().key;
      if (!entry.text.empty() && is_next_key) break;
      continue;
    }
    input.pointer.push_back(*entry.pointer);
    if (entry.pointer->what != What::Move) break;
  }
  return input;
}

}  // namespace aftercare::shell
