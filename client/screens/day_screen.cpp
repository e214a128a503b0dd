#include "client/screens/day_screen.h"

#include "client/screens/work_pane.h"
#include "client/ui/scroll.h"
#include "client/ui/widgets.h"

namespace aftercare::screens {
namespace {

using shown::Standing;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;
using ui::Tone;

enum class Group { Now, Earlier, Today, Coming, Done };

Group group_of(const Stage& stage, const shown::WorkRow& row) {
  if (shown::is_sealed(row.standing)) return Group::Done;
  if (shown::is_open_visit(row.standing)) return Group::Now;
  if (!row.window_start || is_same_day(stage, *row.window_start, stage.now)) return Group::Today;
  return *row.window_start < stage.now ? Group::Earlier : Group::Coming;
}

const char* label_of(Group group) {
  switch (group) {
    case Group::Now: return "day.group.now";
    case Group::Earlier: return "day.group.earlier";
    case Group::Today: return "day.group.today";
    case Group::Coming: return "day.group.coming";
    case Group::Done: return "day.group.done";
  }
  return "";
}

bool is_same(const shown::WorkRow& one, const shown::WorkRow* other) {
  if (other == nullptr) return false;
  if (one.work_order_id || other->work_order_id) return one.work_order_id == other->work_order_id;
  return one.visit_id == other->visit_id;
}

std::string key_of(const shown::WorkRow& row) {
  return "day.work." + (row.number.empty() && row.visit_id ? to_text(*row.visit_id) : row.number);
}

float card_height() {
  return dp(18) + ui::line_height(Face::BodyBold) + dp(10) + ui::line_height(Face::BodyBold) +
         ui::line_height(Face::Body) + dp(16);
}

std::string when_words(const Stage& stage, const shown::WorkRow& row, Group group) {
  auto words = window_words(stage, row);
  if (words.empty() && row.since) words = clock_words(stage, *row.since, row.zone);
  const bool is_other_day = group == Group::Coming || group == Group::Earlier;
  if (is_other_day && row.window_start)
    words = stage.in.date(language::Moment{*row.window_start, row.zone.empty() ? stage.zone : row.zone},
                          language::DateStyle::Short) +
            "  " + words;
  return words;
}

Wish draw_card(const Stage& stage, const Rect& rect, const shown::WorkRow& row, Group group, bool is_chosen) {
  const auto touched = ui::touch(key_of(row), rect);
  ui::fill(rect, touched.is_pressed ? Role::Press : Role::Card, dp(12));
  ui::outline(rect, is_chosen ? Role::Accent : Role::Line, dp(12), is_chosen ? std::max(2.0f, dp(2)) : 0);
  auto inner = rect.inset(dp(20), dp(16));
  auto line = inner.cut_top(ui::line_height(Face::BodyBold), dp(10));
  const auto standing = standing_chip(stage, row);
  const auto when = when_words(stage, row, group);
  if (!standing.words.empty()) {
    const float room = line.w - ui::text_width(when, Face::BodyBold) - dp(12);
    const float width = std::min(ui::chip_width(standing.words, standing.icon), room);
    ui::chip(line.cut_right(width, dp(12)), standing.words, standing.icon, standing.tone, ui::Align::Right);
  }
  ui::text_in_middle(line, when, {.face = Face::BodyBold});
  (void)ui::text(inner.cut_top(ui::line_height(Face::BodyBold)), work_words(stage, row),
                 {.face = Face::BodyBold});
  const auto place = row.city.empty() ? row.customer_name : row.customer_name + ", " + row.city;
  (void)ui::text(inner, place, {.face = Face::Body, .role = Role::Soft});
  if (touched.is_tapped) return intent::OpenWork{row};
  return std::nullopt;
}

void draw_loading(const Rect& rect, const Stage& stage) {
  ui::spinner(rect.centred(dp(48), dp(48)));
  (void)ui::text({rect.x, rect.middle_y() + dp(32), rect.w, dp(26)}, stage.in.tr("state.loading"),
                 {.role = Role::Soft, .align = ui::Align::Centre});
}

Wish draw_list(const Stage& stage, Rect rect, const DayView& view) {
  Wish wish;
  rect = rect.inset(dp(16), 0);
  // A notice may leave little room: the list comes first.
  const bool has_room = rect.h > dp(240);
  const auto bottom = has_room ? rect.cut_bottom(ui::button_height() + dp(32)) : Rect{};
  if (has_room && ui::button("day.new_visit", bottom.inset(0, dp(16)), stage.in.tr("button.new_visit"),
                             {.icon = Icon::Add}))
    wish = intent::BeginNewVisit{};
  if (view.day == nullptr) {
    draw_loading(rect, stage);
    return wish;
  }
  if (view.day->rows.empty()) {
    ui::empty_state(rect, Icon::Today, stage.in.tr("state.no_visits_today"), stage.in.tr("day.empty.hint"));
    return wish;
  }
  ui::Scroll scroll{"day.list", rect};
  for (const auto group : {Group::Now, Group::Earlier, Group::Today, Group::Coming, Group::Done}) {
    bool is_first = true;
    for (const auto& row : view.day->rows) {
      if (group_of(stage, row) != group) continue;
      if (std::exchange(is_first, false)) {
        const auto label = scroll.next(dp(48));
        ui::group_label({label.x + dp(4), label.y + dp(12), label.w, dp(30)}, stage.in.tr(label_of(group)));
      }
      const float height = card_height();
      const bool is_seen = scroll.is_visible(height);
      const auto card = scroll.next(height, dp(10));
      if (!is_seen) continue;
      keep(wish, draw_card(stage, card, row, group, is_same(row, view.chosen)));
    }
  }
  scroll.space(dp(8));
  if (scroll.is_at_end() && view.day->rows.size() < view.day->row_count && !wish) wish = intent::LoadMore{};
  return wish;
}

Wish draw_day_header(Stage& stage, const FrameView& frame, bool has_back) {
  const auto title = has_back ? stage.in.tr("work.title") : day_words(stage, stage.now);
  const float badge = dp(48);
  const float chip = std::min(sync_chip_width(stage, frame), stage.page.w * 0.55f);
  auto room = draw_header(stage, {.title = title, .has_back = has_back}, chip + badge + dp(16));
  auto aside = room.aside;
  const auto round = aside.cut_right(badge, dp(16)).centred(badge, dp(32));
  ui::fill(round, Role::Press, dp(16));
  ui::text_in_middle(round, initials(frame.technician_name),
                     {.face = Face::SmallBold, .role = Role::Soft, .align = ui::Align::Centre});
  if (auto tapped = draw_sync_chip(stage, aside, frame)) return tapped;
  return room.wish;
}

}  // namespace

Wish draw_day(Stage stage, const DayView& view, const FrameView& frame) {
  auto wish = draw_day_header(stage, frame, /*has_back=*/false);
  if (!is_wide(stage.page)) {
    if (auto tapped = draw_list(stage, stage.page, view)) {
      if (auto* work = std::get_if<intent::OpenWork>(&*tapped)) work->has_own_screen = true;
      wish = std::move(tapped);
    }
    return wish;
  }
  auto rest = stage.page;
  const auto list = rest.cut_left(std::min(dp(480), rest.w * 0.42f));
  ui::hairline_down(list.right() - 1, list.y, list.h);
  keep(wish, draw_list(stage, list, view));
  if (view.detail != nullptr) {
    keep(wish, draw_work_pane(stage, rest, *view.detail, view.is_making_visit));
  } else if (view.chosen != nullptr) {
    draw_loading(rest, stage);
  } else if (view.day != nullptr) {
    ui::empty_state(rest, Icon::Work, stage.in.tr("day.nothing_chosen"));
  }
  return wish;
}

Wish draw_work(Stage stage, const DayView& view, const FrameView& frame) {
  auto wish = draw_day_header(stage, frame, /*has_back=*/true);
  if (view.detail == nullptr) {
    draw_loading(stage.page, stage);
    return wish;
  }
  keep(wish, draw_work_pane(stage, stage.page, *view.detail, view.is_making_visit));
  return wish;
}

}  // namespace aftercare::screens
