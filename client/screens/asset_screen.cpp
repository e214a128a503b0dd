#include "client/screens/asset_screen.h"

#include "client/screens/past_visits.h"
#include "client/screens/summary_cards.h"
#include "client/screens/thread_page.h"
#include "client/ui/scroll.h"
#include "client/ui/widgets.h"

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
  ui::group_label(scroll.next(ui::line_height(Face::SmallBold), dp(6)), stage.in.tr("summary.customer"));
  keep(wish,
       draw_link(
           scroll, "asset.customer", page.customer.name,
           {.subtitle = page.customer.phone, .icon = Icon::Customer, .has_chevron = true, .is_bold = true},
           intent::OpenCustomer{page.customer.id}));
  if (page.parent) {
    ui::group_label(scroll.next(ui::line_height(Face::SmallBold), dp(6)), stage.in.tr("asset.inside"));
    keep(wish, draw_link(scroll, "asset.parent", page.parent->name,
                         {.icon = Icon::Asset, .has_chevron = true}, intent::OpenAsset{page.parent->id}));
  }
  if (!page.parts.empty())
    ui::group_label(scroll.next(ui::line_height(Face::SmallBold), dp(6)), stage.in.tr("asset.parts"));
  for (std::size_t i = 0; i < page.parts.size(); ++i) {
    const auto& part = page.parts[i];
    keep(wish, draw_link(scroll, "asset.part." + std::to_string(i), part.name,
                         {.aside = part.serial, .icon = Icon::Parts, .has_chevron = true},
                         intent::OpenAsset{part.id}));
  }
  return wish;
}

}  // namespace

Wish draw_asset(const Stage& stage, const AssetView& view, const FrameView& frame) {
  const auto* const page = view.page;
  return draw_thread_page(stage,
                          {.key = "asset",
                           .title = page != nullptr ? page->asset.name : stage.in.tr("summary.asset"),
                           .subtitle = {},
                           .is_loaded = page != nullptr,
                           .draw_facts =
                               [&](ui::Scroll& scroll) {
                                 draw_facts(stage, scroll, *page);
                                 return draw_around(stage, scroll, *page);
                               },
                           .draw_thread =
                               [&](ui::Scroll& scroll) {
                                 return draw_visit_thread(stage, scroll, page->visits, page->visit_count);
                               },
                           .new_visit =
                               [&] {
                                 return intent::BeginNewVisit{page->customer.id, page->asset.id};
                               }},
                          frame);
}

}  // namespace aftercare::screens
