#include "client/screens/thread_page.h"

#include "client/screens/summary_cards.h"
#include "client/ui/widgets.h"

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Icon;
using ui::Rect;

Wish draw_new_visit_button(const Stage& stage, Rect bar, const ThreadPage& page) {
  const auto words = stage.in.tr("visits.new");
  const ui::ButtonStyle style{.kind = ui::ButtonKind::Primary, .icon = Icon::Add, .is_large = true};
  if (bar.w > dp(700)) bar = bar.cut_right(std::max(dp(320), ui::button_width(words, style)));
  if (ui::button(page.key + ".new_visit", bar, words, style)) return page.new_visit();
  return std::nullopt;
}

Wish draw_contents(const Stage& stage, Rect room, const ThreadPage& page) {
  Wish wish;
  if (!is_wide(stage.page)) {
    ui::Scroll scroll{page.key, room};
    scroll.space(dp(16));
    keep(wish, page.draw_facts(scroll));
    keep(wish, page.draw_thread(scroll));
    return wish;
  }
  {
    ui::Scroll scroll{page.key, room.cut_left((room.w - dp(24)) * 0.45f, dp(24))};
    scroll.space(dp(20));
    keep(wish, page.draw_facts(scroll));
  }
  ui::Scroll scroll{page.key + ".thread", room};
  scroll.space(dp(20));
  keep(wish, page.draw_thread(scroll));
  return wish;
}

}  // namespace

Wish draw_thread_page(Stage stage, const ThreadPage& page, const FrameView& frame) {
  const float chip = side_chip_width(stage, frame);
  const auto header =
      draw_header(stage, {.title = page.title, .subtitle = page.subtitle, .has_back = true}, chip);
  Wish wish = header.wish;
  if (chip > 0) keep(wish, draw_sync_chip(stage, header.aside, frame));
  if (!page.is_loaded) {
    draw_loading_page(stage);
    return wish;
  }
  auto room = stage.page.inset(dp(is_wide(stage.page) ? 24 : 16), 0);
  const auto bar = room.cut_bottom(std::max(dp(64), ui::button_height()) + dp(28)).inset(0, dp(14));
  keep(wish, draw_contents(stage, room, page));
  keep(wish, draw_new_visit_button(stage, bar, page));
  return wish;
}

}  // namespace aftercare::screens
