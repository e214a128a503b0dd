#pragma once

#include "client/screens/frame.h"
#include "client/ui/scroll.h"

#include <functional>

namespace aftercare::screens {

/// A page about something that is visited again and again: what it is, what was done there, and the button
/// for the next visit. On a wide glass both stand side by side, otherwise one above the other.
struct ThreadPage {
  std::string key;  // "customer"
  std::string title;
  std::string subtitle;
  bool is_loaded = false;
  std::function<Wish(ui::Scroll&)> draw_facts;
  std::function<Wish(ui::Scroll&)> draw_thread;
  std::function<intent::BeginNewVisit()> new_visit;
};
[[nodiscard]] Wish draw_thread_page(Stage stage, const ThreadPage& page, const FrameView& frame);

}  // namespace aftercare::screens
