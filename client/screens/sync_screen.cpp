#include "client/screens/sync_screen.h"

#include "client/screens/sync_cards.h"
#include "client/ui/widgets.h"

#include <cmath>

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Icon;
using ui::Rect;
using ui::Role;

void draw_loading(const Stage& stage, const Rect& rect) {
  ui::spinner(rect.centred(dp(48), dp(48)));
  (void)ui::text({rect.x, rect.middle_y() + dp(32), rect.w, dp(26)}, stage.in.tr("state.loading"),
                 {.role = Role::Soft, .align = ui::Align::Centre});
}

Wish draw_sync_now(const Stage& stage, const Rect& rect, bool is_running) {
  const auto label = stage.in.tr(is_running ? "sync.running" : "button.sync_now");
  if (ui::button("sync.now", rect, label,
                 {.kind = ui::ButtonKind::Primary, .icon = Icon::Sync, .is_enabled = !is_running}))
    return intent::SyncNow{};
  return std::nullopt;
}

/// What needs a decision stands first where one reads from the top to the bottom.
Wish draw_one_column(const Stage& stage, const Rect& rect, const SyncView& view) {
  ui::Scroll scroll{"sync.page", rect};
  scroll.space(dp(16));
  draw_sync_problems(stage, scroll, view);
  Wish wish;
  if (!view.page->attention.empty()) wish = draw_needs_you(stage, scroll, *view.page);
  keep(wish, draw_only_here(stage, scroll, *view.page));
  draw_on_its_way(stage, scroll, view.progress);
  draw_held(stage, scroll, *view.page);
  if (view.page->attention.empty()) (void)draw_needs_you(stage, scroll, *view.page);  // only says so
  draw_room(stage, scroll, *view.page);
  return wish;
}

Wish draw_two_columns(const Stage& stage, Rect rect, const SyncView& view) {
  Wish wish;
  const auto left = rect.cut_left(std::floor((rect.w - dp(20)) * 0.555f), dp(20));
  {
    ui::Scroll scroll{"sync.left", left};
    scroll.space(dp(24));
    draw_sync_problems(stage, scroll, view);
    wish = draw_only_here(stage, scroll, *view.page);
    keep(wish, draw_needs_you(stage, scroll, *view.page));
  }
  ui::Scroll scroll{"sync.right", rect};
  scroll.space(dp(24));
  draw_on_its_way(stage, scroll, view.progress);
  draw_held(stage, scroll, *view.page);
  draw_room(stage, scroll, *view.page);
  return wish;
}

}  // namespace

Wish draw_sync(Stage stage, const SyncView& view, const FrameView& /*frame*/) {
  Wish wish;
  const bool is_running = view.progress.stage != shown::SyncProgress::Stage::Resting;
  const bool has_two = is_wide(stage.page);
  const float button_width = std::max(
      ui::button_width(stage.in.tr(is_running ? "sync.running" : "button.sync_now"), {.icon = Icon::Sync}),
      dp(166));
  auto room = draw_header(stage, {.title = stage.in.tr("sync.title")}, has_two ? button_width : 0);
  if (has_two) {
    wish = draw_sync_now(stage, room.aside.centred(room.aside.w, ui::button_height()), is_running);
  } else {
    const auto bar = stage.page.cut_bottom(dp(64) + dp(24)).inset(dp(16), dp(12));
    wish = draw_sync_now(stage, bar, is_running);
  }
  if (view.page == nullptr) {
    draw_loading(stage, stage.page);
    return wish;
  }
  auto tapped = has_two ? draw_two_columns(stage, stage.page.inset(dp(24), 0), view)
                        : draw_one_column(stage, stage.page.inset(dp(16), 0), view);
  return wish ? wish : tapped;
}

}  // namespace aftercare::screens
