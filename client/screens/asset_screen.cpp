#include "client/screens/asset_screen.h"

#include "client/screens/summary_cards.h"
#include "client/screens/work_pane.h"
#include "client/ui/scroll.h"

#include <charconv>

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

/// "2021-09-03" as the language writes it; as it stands where it is no date.
std::string date_words(const Stage& stage, const std::string& text) {
  int year = 0;
  unsigned month = 0, day = 0;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, year);
  if (first.ec != std::errc{} || first.ptr == end) return text;
  const auto second = std::from_chars(first.ptr + 1, end, month);
  if (second.ec != std::errc{} || second.ptr == end) return text;
  if (std::from_chars(second.ptr + 1, end, day).ec != std::errc{}) return text;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  return date.ok() ? stage.in.date(date) : text;
}

void draw_facts(const Stage& stage, ui::Scroll& scroll, const shown::AssetPage& page) {
  const auto& asset = page.asset;
  std::vector<CardLine> lines;
  if (page.product) {
    auto model = page.product->brand;
    if (!page.product->name.empty()) model += (model.empty() ? "" : " ") + page.product->name;
    if (!model.empty()) lines.push_back({.words = model, .icon = Icon::Asset});
  }
  lines.push_back({.words = asset.serial.empty() ? stage.in.tr("summary.no_serial")
                                                 : stage.in.tr("summary.serial", {{"serial", asset.serial}}),
                   .icon = Icon::QrCode,
                   .face = asset.serial.empty() ? Face::Body : Face::BodyBold,
                   .role = asset.serial.empty() ? Role::Soft : Role::Ink});
  if (!asset.place.empty()) lines.push_back({.words = asset.place, .icon = Icon::Place});
  if (page.site) lines.push_back({.words = address_words(*page.site), .icon = Icon::Site});
  if (!asset.installed_on.empty())
    lines.push_back(
        {.words = stage.in.tr("asset.installed", {{"date", date_words(stage, asset.installed_on)}}),
         .icon = Icon::Calendar});
  draw_lines_card(scroll, asset.name, lines);
}

Wish draw_link(ui::Scroll& scroll, const std::string& key, std::string_view title, const ui::RowStyle& style,
               Wish wish) {
  const float height = style.subtitle.empty() ? ui::row_height() : past_visit_height();
  const bool is_seen = scroll.is_visible(height);
  const auto rect = scroll.next(height, dp(8));
  if (!is_seen) return std::nullopt;
  ui::card(rect);
  if (ui::list_row(key, rect, title, style)) return wish;
  return std::nullopt;
}

Wish draw_around(const Stage& stage, ui::Scroll& scroll, const shown::AssetPage& page) {
  Wish wish;
  const auto keep = [&](Wish tapped) {
    if (tapped) wish = std::move(tapped);
  };
  ui::group_label(scroll.next(ui::line_height(Face::SmallBold), dp(6)), stage.in.tr("summary.customer"));
  keep(draw_link(
      scroll, "asset.customer", page.customer.name,
      {.subtitle = page.customer.phone, .icon = Icon::Customer, .has_chevron = true, .is_bold = true},
      intent::OpenCustomer{page.customer.id}));
  if (page.parent) {
    ui::group_label(scroll.next(ui::line_height(Face::SmallBold), dp(6)), stage.in.tr("asset.inside"));
    keep(draw_link(scroll, "asset.parent", page.parent->name, {.icon = Icon::Asset, .has_chevron = true},
                   intent::OpenAsset{page.parent->id}));
  }
  if (!page.parts.empty())
    ui::group_label(scroll.next(ui::line_height(Face::SmallBold), dp(6)), stage.in.tr("asset.parts"));
  for (std::size_t i = 0; i < page.parts.size(); ++i) {
    const auto& part = page.parts[i];
    keep(draw_link(scroll, "asset.part." + std::to_string(i), part.name,
                   {.aside = part.serial, .icon = Icon::Parts, .has_chevron = true},
                   intent::OpenAsset{part.id}));
  }
  return wish;
}

Wish draw_thread(const Stage& stage, ui::Scroll& scroll, const shown::AssetPage& page) {
  Wish wish;
  ui::group_label(scroll.next(ui::line_height(Face::SmallBold), dp(6)),
                  stage.in.tr("count.visits", {{"count", page.visit_count}}));
  if (page.visits.empty())
    draw_lines_card(scroll, {}, {{.words = stage.in.tr("asset.no_visits"), .role = Role::Soft}});
  for (const auto& visit : page.visits) {
    const bool is_seen = scroll.is_visible(past_visit_height());
    const auto rect = scroll.next(past_visit_height(), dp(8));
    if (!is_seen) continue;
    if (auto tapped = draw_past_visit(stage, rect, visit)) wish = std::move(tapped);
  }
  if (page.visits.size() < page.visit_count)
    draw_lines_card(scroll, {},
                    {{.words = stage.in.tr("visits.newest_only"), .icon = Icon::Info, .role = Role::Soft}});
  return wish;
}

Wish draw_new_visit_button(const Stage& stage, const Rect& bar, const shown::AssetPage& page) {
  const auto words = stage.in.tr("visits.new");
  const ui::ButtonStyle style{.kind = ui::ButtonKind::Primary, .icon = Icon::Add, .is_large = true};
  auto place = bar;
  if (bar.w > dp(700)) place = place.cut_right(std::max(dp(320), ui::button_width(words, style)));
  if (ui::button("asset.new_visit", place, words, style))
    return intent::BeginNewVisit{page.customer.id, page.asset.id};
  return std::nullopt;
}

Wish draw_pages(const Stage& stage, Rect page, const shown::AssetPage& asset) {
  Wish wish;
  const auto keep = [&](Wish tapped) {
    if (tapped) wish = std::move(tapped);
  };
  if (is_wide(stage.page)) {
    const auto left = page.cut_left((page.w - dp(24)) * 0.45f, dp(24));
    {
      ui::Scroll scroll{"asset", left};
      scroll.space(dp(20));
      draw_facts(stage, scroll, asset);
      keep(draw_around(stage, scroll, asset));
    }
    ui::Scroll scroll{"asset.thread", page};
    scroll.space(dp(20));
    keep(draw_thread(stage, scroll, asset));
    return wish;
  }
  ui::Scroll scroll{"asset", page};
  scroll.space(dp(16));
  draw_facts(stage, scroll, asset);
  keep(draw_around(stage, scroll, asset));
  keep(draw_thread(stage, scroll, asset));
  return wish;
}

}  // namespace

Wish draw_asset(Stage stage, const AssetView& view, const FrameView& frame) {
  const auto title = view.page != nullptr ? view.page->asset.name : stage.in.tr("summary.asset");
  const float chip = side_chip_width(stage, frame);
  auto room = draw_header(stage, {.title = title, .has_back = true}, chip);
  Wish wish = room.wish;
  const auto keep = [&](Wish tapped) {
    if (tapped) wish = std::move(tapped);
  };
  if (chip > 0) keep(draw_sync_chip(stage, room.aside, frame));
  if (view.page == nullptr) {
    draw_loading_page(stage);
    return wish;
  }
  auto page = stage.page.inset(dp(is_wide(stage.page) ? 24 : 16), 0);
  const auto bar = page.cut_bottom(std::max(dp(64), ui::button_height()) + dp(28)).inset(0, dp(14));
  keep(draw_pages(stage, page, *view.page));
  keep(draw_new_visit_button(stage, bar, *view.page));
  return wish;
}

}  // namespace aftercare::screens
