#include "client/screens/summary_cards.h"

#include "client/ui/widgets.h"
#include "shared/base/text.h"
#include "shared/language/words.h"

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr float kSidePx = 20, kTopPx = 18, kLineGapPx = 6, kIconPx = 26, kIconGapPx = 12, kGroupGapPx = 10;

float indent_of(const CardLine& line) { return line.icon == Icon::None ? 0 : dp(kIconPx) + dp(kIconGapPx); }

float height_of(const CardLine& line, float width) {
  return ui::text_height(line.words, line.face, width - indent_of(line)) + dp(kLineGapPx) +
         (line.begins_group ? dp(kGroupGapPx) : 0);
}

void draw_line(Rect& inner, const CardLine& line) {
  auto row = inner.cut_top(height_of(line, inner.w));
  if (line.begins_group) row.cut_top(dp(kGroupGapPx));
  if (line.icon != Icon::None) {
    const auto mark = row.cut_left(dp(kIconPx), dp(kIconGapPx));
    ui::icon({mark.x, mark.y, mark.w, ui::line_height(line.face)}, line.icon, line.icon_role);
  }
  (void)ui::text(row, line.words, {.face = line.face, .role = line.role, .fit = ui::Fit::Wrap});
}

CardLine asset_line(const Stage& stage, const shown::VisitPage& page) {
  auto words = language::words(stage.in, page.file.visit.kind);
  if (page.asset) words = page.asset->name + " · " + words;
  return {.words = std::move(words), .role = Role::Soft};
}

void draw_done(const Stage& stage, ui::Scroll& scroll, const shown::VisitPage& page) {
  std::vector<CardLine> lines{asset_line(stage, page)};
  for (auto& line : lines_of(page.file.visit.result))
    lines.push_back({.words = std::move(line), .icon = Icon::Check, .icon_role = Role::Done});
  draw_lines_card(scroll, stage.in.tr("summary.done"), lines);
}

}  // namespace

std::vector<std::string> lines_of(std::string_view words) {
  std::vector<std::string> lines;
  while (!words.empty()) {
    const auto end = words.find('\n');
    if (auto line = trimmed(words.substr(0, end)); !line.empty()) lines.push_back(std::move(line));
    if (end == std::string_view::npos) break;
    words.remove_prefix(end + 1);
  }
  return lines;
}

void draw_lines_card(ui::Scroll& scroll, std::string_view title, const std::vector<CardLine>& lines) {
  const float width = scroll.width() - 2 * dp(kSidePx);
  const float title_height =
      title.empty() ? 0 : ui::text_height(title, Face::Heading, width) + dp(kLineGapPx);
  float height = 2 * dp(kTopPx) - dp(kLineGapPx) + title_height;
  for (const auto& line : lines) height += height_of(line, width);
  const bool is_seen = scroll.is_visible(height);
  const auto rect = scroll.next(height, dp(14));
  if (!is_seen) return;
  ui::card(rect);
  auto inner = rect.inset(dp(kSidePx), dp(kTopPx));
  inner.h += dp(kLineGapPx);
  if (!title.empty())
    inner.cut_top(ui::text(inner, title, {.face = Face::Heading, .fit = ui::Fit::Wrap}), dp(kLineGapPx));
  for (const auto& line : lines) draw_line(inner, line);
}

float side_chip_width(const Stage& stage, const FrameView& frame) {
  const float width = sync_chip_width(stage, frame);
  return width <= stage.page.w * 0.36f ? width : 0;
}

void draw_loading_page(const Stage& stage) {
  const auto& page = stage.page;
  ui::spinner(page.centred(dp(48), dp(48)));
  (void)ui::text({page.x, page.middle_y() + dp(32), page.w, dp(26)}, stage.in.tr("state.loading"),
                 {.role = Role::Soft, .align = ui::Align::Centre});
}

void draw_promised_card(const Stage& stage, ui::Scroll& scroll, const shown::VisitPage& page) {
  std::vector<CardLine> lines;
  for (auto& line : lines_of(page.file.visit.promised))
    lines.push_back({.words = std::move(line), .icon = Icon::Calendar, .icon_role = Role::Waiting});
  if (lines.empty()) lines.push_back({.words = stage.in.tr("summary.promised.none"), .role = Role::Soft});
  draw_lines_card(scroll, stage.in.tr("summary.promised"), lines);
}

void draw_price_card(const Stage& stage, ui::Scroll& scroll, const shown::VisitPage& page, bool is_small) {
  const auto& visit = page.file.visit;
  const float width = scroll.width() - 2 * dp(kSidePx);
  const auto title = stage.in.tr("summary.price");
  const bool is_free = visit.price_minor == 0;
  const auto label = is_free ? stage.in.tr("summary.price.nothing") : stage.in.tr("summary.price.total");
  const auto amount = is_free ? std::string{} : stage.in.money({visit.price_minor, visit.currency});
  const float amount_width = is_free ? 0 : ui::text_width(amount, Face::Page);
  const bool is_beside = ui::text_width(label, Face::Title) + dp(16) + amount_width <= width;
  const float label_height =
      is_beside ? ui::line_height(Face::Page) : ui::text_height(label, Face::Title, width);
  const float rest = is_beside || is_free ? 0 : ui::line_height(Face::Page);
  const float title_height = is_small ? 0 : ui::line_height(Face::Heading) + dp(kLineGapPx);
  const float height = 2 * dp(kTopPx) + title_height + label_height + rest;
  const auto rect = scroll.next(height, dp(14));
  ui::card(rect);
  auto inner = rect.inset(dp(kSidePx), dp(kTopPx));
  if (!is_small) inner.cut_top(ui::text(inner, title, {.face = Face::Heading}), dp(kLineGapPx));
  if (is_beside) {
    if (!is_free)
      ui::text_in_middle(inner.cut_right(amount_width), amount,
                         {.face = Face::Page, .align = ui::Align::Right});
    ui::text_in_middle(inner, label, {.face = Face::Title});
    return;
  }
  (void)ui::text(inner.cut_top(label_height), label, {.face = Face::Title, .fit = ui::Fit::Wrap});
  (void)ui::text(inner, amount, {.face = Face::Page, .align = ui::Align::Right});
}

void draw_summary_cards(const Stage& stage, ui::Scroll& scroll, const shown::VisitPage& page, bool is_small) {
  // Whoever signs has seen the price: on a small glass with large text it comes before everything.
  const bool is_price_first = is_small && scroll.room() < dp(290);
  if (is_price_first) draw_price_card(stage, scroll, page, is_small);
  draw_done(stage, scroll, page);
  if (is_small && !is_price_first) draw_price_card(stage, scroll, page, is_small);
  draw_promised_card(stage, scroll, page);
  if (!is_small) draw_price_card(stage, scroll, page, is_small);
}

void draw_whole_summary(ui::Scroll& scroll, std::string_view title, std::string_view summary) {
  std::vector<CardLine> lines;
  while (!summary.empty()) {
    const auto end = summary.find('\n');
    const auto line = summary.substr(0, end);
    const bool is_heading = !line.starts_with(' ');
    auto words = trimmed(line);
    if (!words.empty() && is_heading)
      lines.push_back({.words = std::move(words),
                       .face = Face::SmallBold,
                       .role = Role::Soft,
                       .begins_group = !lines.empty()});
    else if (!words.empty())
      lines.push_back({.words = std::move(words)});
    if (end == std::string_view::npos) break;
    summary.remove_prefix(end + 1);
  }
  draw_lines_card(scroll, title, lines);
}

}  // namespace aftercare::screens
