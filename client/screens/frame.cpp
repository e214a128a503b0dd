#include "client/screens/frame.h"

#include "client/ui/widgets.h"

#include <array>

namespace aftercare::screens {
namespace {

using intent::Place;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

struct RailItem {
  Place place;
  const char* key;
  const char* label;
  Icon icon;
};
constexpr std::array kItems{RailItem{Place::Day, "rail.day", "rail.today", Icon::Today},
                            RailItem{Place::Search, "rail.search", "rail.search", Icon::Search},
                            RailItem{Place::Sync, "rail.sync", "rail.sync", Icon::Sync},
                            RailItem{Place::Settings, "rail.settings", "rail.settings", Icon::Settings}};

bool is_chosen(Place item, Place now) {
  if (item == Place::Day) return now == Place::Day || now == Place::Work || now == Place::NewVisit;
  if (item == Place::Search) return now == Place::Search || now == Place::Customer || now == Place::Asset;
  if (item == Place::Settings) return now == Place::Settings || now == Place::Licences;
  return item == now;
}

bool rail_item(const Rect& rect, const RailItem& item, std::string_view label, bool is_on,
               std::size_t badge_count) {
  const auto touched = ui::touch(item.key, rect);
  if (is_on || touched.is_pressed) ui::fill(rect, is_on ? Role::AccentSoft : Role::Press, dp(10));
  if (is_on && ui::glass().theme().line_px > 1) ui::outline(rect, Role::Accent, dp(10));
  auto inner = rect.centred(rect.w, dp(52));
  const auto role = is_on ? Role::Accent : Role::Soft;
  const auto mark = inner.cut_top(dp(28), dp(2));
  ui::icon(mark, item.icon, role);
  (void)ui::text(inner, label,
                 {.face = is_on ? Face::SmallBold : Face::Small,
                  .role = role,
                  .align = ui::Align::Centre,
                  .fit = ui::Fit::Label});
  if (badge_count > 0) {
    const auto words = badge_count > 99 ? std::string("99+") : std::to_string(badge_count);
    const float width = std::max(dp(20), ui::text_width(words, Face::SmallBold) + dp(10));
    const Rect badge{mark.middle_x() + dp(8), mark.y - dp(4), width, dp(20)};
    ui::fill(badge, Role::Waiting, dp(10));
    ui::text_in_middle(badge, words,
                       {.face = Face::SmallBold, .role = Role::Card, .align = ui::Align::Centre});
  }
  return touched.is_tapped;
}

}  // namespace

Wish draw_rail(Stage& stage, const FrameView& frame) {
  Wish wish;
  const bool is_side = stage.page.w > stage.page.h;
  const std::size_t unsent = frame.sync != nullptr ? frame.sync->unsent_visit_count : 0;
  const auto draw = [&](const Rect& rect, const RailItem& item) {
    const auto badge = item.place == Place::Sync ? unsent : 0;
    if (rail_item(rect, item, stage.in.tr(item.label), is_chosen(item.place, frame.place), badge))
      wish = intent::GoTo{item.place};
  };
  const RailItem lock{Place::Pin, "rail.lock", "rail.lock", Icon::Lock};
  if (is_side) {
    auto rail = stage.page.cut_left(dp(96));
    ui::fill(rail, Role::Card);
    ui::hairline_down(rail.right() - 1, rail.y, rail.h);
    auto column = rail.inset(dp(8), dp(12));
    const float height = std::min(dp(72), (column.h - 4 * dp(6)) / 5);
    if (rail_item(column.cut_bottom(height), lock, stage.in.tr("rail.lock"), false, 0)) wish = intent::Lock{};
    for (const auto& item : kItems) draw(column.cut_top(height, dp(6)), item);
    return wish;
  }
  auto rail = stage.page.cut_bottom(dp(80));
  ui::fill(rail, Role::Card);
  ui::hairline(rail.x, rail.y, rail.w);
  auto line = rail.inset(dp(8), dp(6));
  const float width = line.w / 5;
  for (const auto& item : kItems) draw(line.cut_left(width).inset(dp(2), 0), item);
  if (rail_item(line.inset(dp(2), 0), lock, stage.in.tr("rail.lock"), false, 0)) wish = intent::Lock{};
  return wish;
}

Wish draw_notice(Stage& stage, const FrameView& frame) {
  if (frame.notice.empty()) return std::nullopt;
  const auto close = stage.in.tr("button.close");
  const float close_width = ui::button_width(close);
  const float width = std::min(stage.page.w - dp(32), dp(820));
  // Beside a few letters, the button leaves the words a column that breaks them.
  const bool is_stacked = width - close_width < dp(320);
  const float words_width = is_stacked ? width : width - close_width - dp(12);
  const float words_height = ui::banner_height(frame.notice, words_width);
  const float bar = ui::button_height() + dp(16);
  const float height = is_stacked ? words_height + bar : std::max(words_height, bar);
  const auto place = stage.page.cut_bottom(height + dp(24));
  const Rect rect{place.middle_x() - width / 2, place.y + dp(8), width, height};
  ui::fill(rect, Role::DangerSoft, dp(12));
  auto inner = rect;
  const auto side = is_stacked ? inner.cut_bottom(bar).inset(dp(8), 0) : inner.cut_right(close_width + dp(8));
  const auto close_rect = side.centred(is_stacked ? side.w : close_width - dp(8), ui::button_height());
  ui::banner(inner, frame.notice, Icon::Alert, ui::Tone::Danger);
  ui::outline(rect, Role::Danger, dp(12));
  if (ui::button("notice.close", close_rect, close)) return intent::CloseNotice{};
  return std::nullopt;
}

HeaderRoom draw_header(Stage& stage, const Header& header, float aside_width) {
  HeaderRoom room;
  auto bar = stage.page.cut_top(dp(68));
  ui::fill(bar, Role::Card);
  ui::hairline(bar.x, bar.bottom() - 1, bar.w);
  bar = bar.inset(dp(24), 0);
  if (header.has_back) {
    bar.x -= dp(12);
    bar.w += dp(12);
    const auto back = bar.cut_left(dp(54), dp(4)).centred(dp(54), dp(54));
    if (ui::icon_button("header.back", back, Icon::ArrowBack, /*is_outlined=*/false))
      room.wish = intent::GoBack{};
  }
  const float title_width = ui::text_width(header.title, Face::Title);
  const float aside_max = header.title.empty() ? bar.w : std::max(bar.w / 2, bar.w - title_width - dp(12));
  room.aside = bar.cut_right(std::min(aside_width, aside_max), dp(12));
  if (title_width > bar.w) {
    ui::text_in_middle(bar, header.title, {.face = Face::Heading});
    return room;
  }
  ui::text_in_middle(bar.cut_left(title_width), header.title, {.face = Face::Title});
  if (!header.subtitle.empty() && bar.w > dp(60))
    ui::text_in_middle(bar, " · " + std::string(header.subtitle), {.face = Face::Body, .role = Role::Soft});
  return room;
}

namespace {

struct SyncWords {
  std::string words;
  Icon icon = Icon::CloudDone;
  ui::Tone tone = ui::Tone::Quiet;
};

SyncWords sync_words(const Stage& stage, const FrameView& frame) {
  using Progress = shown::SyncProgress;
  const std::size_t unsent = frame.sync != nullptr ? frame.sync->unsent_visit_count : 0;
  const bool needs_somebody =
      frame.sync != nullptr &&
      std::ranges::any_of(frame.sync->attention, [](const auto& one) { return !one.is_left_to_office; });
  if (needs_somebody) return {stage.in.tr("sync.needs_you"), Icon::Alert, ui::Tone::Danger};
  if (frame.progress.stage != Progress::Stage::Resting && unsent > 0)
    return {stage.in.tr("sync.chip.sending"), Icon::CloudUpload, ui::Tone::Accent};
  if (!frame.progress.problem.empty() && unsent > 0) {
    // On a narrow page the number stands in the rail below.
    const auto words = is_wide(stage.page) ? stage.in.tr("sync.chip.offline_unsent", {{"count", unsent}})
                                           : stage.in.tr("sync.chip.offline");
    return {words, Icon::CloudOff, ui::Tone::Waiting};
  }
  if (!frame.progress.problem.empty())
    return {stage.in.tr("sync.chip.offline"), Icon::CloudOff, ui::Tone::Quiet};
  if (unsent > 0)
    return {stage.in.tr("sync.chip.unsent", {{"count", unsent}}), Icon::CloudUpload, ui::Tone::Waiting};
  return {stage.in.tr("sync.chip.all_held"), Icon::CloudDone, ui::Tone::Quiet};
}

}  // namespace

float sync_chip_width(const Stage& stage, const FrameView& frame) {
  const auto words = sync_words(stage, frame);
  return ui::chip_width(words.words, words.icon);
}

Wish draw_sync_chip(const Stage& stage, const Rect& rect, const FrameView& frame) {
  const auto words = sync_words(stage, frame);
  const auto target = rect.centred(rect.w, std::max(dp(50), ui::button_height() - dp(4)));
  const bool is_tapped = ui::tapped("header.sync", target);
  // Half a word says less than the picture alone.
  const bool has_room = ui::chip_width(words.words, words.icon) <= rect.w;
  ui::chip(rect, has_room ? words.words : "", words.icon, words.tone, ui::Align::Right);
  if (is_tapped) return intent::GoTo{Place::Sync};
  return std::nullopt;
}

}  // namespace aftercare::screens
