#include "client/screens/customer_screen.h"

#include "client/screens/summary_cards.h"
#include "client/screens/work_pane.h"
#include "client/ui/scroll.h"
#include "shared/language/language.h"

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

std::string own_name(std::string_view code) {
  for (const auto& one : language::languages()) {
    if (one.code == code) return std::string(one.own_name);
  }
  return std::string(code);
}

std::string site_name_of(const shown::CustomerPage& page, const domain::Contact& contact) {
  if (page.sites.size() < 2 || !contact.site_id) return {};
  for (const auto& site : page.sites) {
    if (site.id == *contact.site_id) return site.name.empty() ? site.city : site.name;
  }
  return {};
}

/// Whom to call: phone numbers large, because they are dialled on another phone.
std::vector<CardLine> person_lines(const std::string& phone, const std::string& email) {
  std::vector<CardLine> lines;
  if (!phone.empty()) lines.push_back({.words = phone, .icon = Icon::Phone, .face = Face::Title});
  if (!email.empty()) lines.push_back({.words = email, .icon = Icon::Note, .role = Role::Soft});
  return lines;
}

void draw_own(const Stage& stage, ui::Scroll& scroll, const shown::CustomerPage& page) {
  const auto& customer = page.customer;
  auto lines = person_lines(customer.phone, customer.email);
  if (!customer.language.empty())
    lines.push_back({.words = stage.in.tr("customer.speaks", {{"language", own_name(customer.language)}}),
                     .icon = Icon::Globe});
  draw_lines_card(scroll, customer.name, lines);
  if (!customer.note.empty())
    draw_lines_card(scroll, {}, {{.words = customer.note, .icon = Icon::Info, .icon_role = Role::Waiting}});
}

void draw_contacts(const Stage& stage, ui::Scroll& scroll, const shown::CustomerPage& page) {
  for (const auto& contact : page.contacts) {
    auto lines = person_lines(contact.phone, contact.email);
    auto about = contact.role;
    if (const auto site = site_name_of(page, contact); !site.empty())
      about += (about.empty() ? "" : " · ") + site;
    if (!about.empty()) lines.insert(lines.begin(), {.words = about, .role = Role::Soft});
    if (!contact.language.empty() && contact.language != page.customer.language)
      lines.push_back({.words = stage.in.tr("customer.speaks", {{"language", own_name(contact.language)}}),
                       .icon = Icon::Globe});
    draw_lines_card(scroll, contact.name, lines);
  }
}

void draw_sites(ui::Scroll& scroll, const shown::CustomerPage& page) {
  for (const auto& site : page.sites) {
    std::vector<CardLine> lines{{.words = address_words(site), .icon = Icon::Place}};
    if (!site.access_note.empty()) lines.push_back({.words = site.access_note, .icon = Icon::Key});
    draw_lines_card(scroll, site.name, lines);
  }
}

Wish draw_asset_row(const Stage& stage, const Rect& rect, std::size_t index, const shown::AssetLine& line) {
  const auto& asset = line.asset;
  std::string about = line.product_name;
  const auto add = [&](const std::string& words) {
    if (!words.empty()) about += (about.empty() ? "" : " · ") + words;
  };
  add(asset.serial.empty() ? std::string{} : stage.in.tr("summary.serial", {{"serial", asset.serial}}));
  add(asset.place);
  add(line.site_name);
  ui::card(rect);
  if (ui::list_row("customer.asset." + std::to_string(index), rect, asset.name,
                   {.subtitle = about, .icon = Icon::Asset, .has_chevron = true, .is_bold = true}))
    return intent::OpenAsset{asset.id};
  return std::nullopt;
}

Wish draw_assets(const Stage& stage, ui::Scroll& scroll, const shown::CustomerPage& page) {
  Wish wish;
  ui::group_label(scroll.next(ui::line_height(Face::SmallBold), dp(6)), stage.in.tr("customer.assets"));
  if (page.assets.empty())
    draw_lines_card(scroll, {}, {{.words = stage.in.tr("customer.no_assets"), .role = Role::Soft}});
  const float height = past_visit_height();
  for (std::size_t i = 0; i < page.assets.size(); ++i) {
    const bool is_seen = scroll.is_visible(height);
    const auto rect = scroll.next(height, dp(8));
    if (!is_seen) continue;
    if (auto tapped = draw_asset_row(stage, rect, i, page.assets[i])) wish = std::move(tapped);
  }
  scroll.space(dp(8));
  return wish;
}

Wish draw_visits(const Stage& stage, ui::Scroll& scroll, const shown::CustomerPage& page) {
  Wish wish;
  ui::group_label(scroll.next(ui::line_height(Face::SmallBold), dp(6)),
                  stage.in.tr("count.visits", {{"count", page.visit_count}}));
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

Wish draw_new_visit_button(const Stage& stage, const Rect& bar, const shown::CustomerPage& page) {
  const auto words = stage.in.tr("visits.new");
  const ui::ButtonStyle style{.kind = ui::ButtonKind::Primary, .icon = Icon::Add, .is_large = true};
  auto place = bar;
  if (bar.w > dp(700)) place = place.cut_right(std::max(dp(320), ui::button_width(words, style)));
  if (ui::button("customer.new_visit", place, words, style))
    return intent::BeginNewVisit{page.customer.id, {}};
  return std::nullopt;
}

Wish draw_pages(const Stage& stage, Rect page, const shown::CustomerPage& customer) {
  Wish wish;
  const auto keep = [&](Wish tapped) {
    if (tapped) wish = std::move(tapped);
  };
  if (is_wide(stage.page)) {
    const auto left = page.cut_left((page.w - dp(24)) * 0.45f, dp(24));
    {
      ui::Scroll scroll{"customer", left};
      scroll.space(dp(20));
      draw_own(stage, scroll, customer);
      draw_contacts(stage, scroll, customer);
      draw_sites(scroll, customer);
    }
    ui::Scroll scroll{"customer.thread", page};
    scroll.space(dp(20));
    keep(draw_assets(stage, scroll, customer));
    keep(draw_visits(stage, scroll, customer));
    return wish;
  }
  ui::Scroll scroll{"customer", page};
  scroll.space(dp(16));
  draw_own(stage, scroll, customer);
  draw_contacts(stage, scroll, customer);
  draw_sites(scroll, customer);
  keep(draw_assets(stage, scroll, customer));
  keep(draw_visits(stage, scroll, customer));
  return wish;
}

}  // namespace

Wish draw_customer(Stage stage, const CustomerView& view, const FrameView& frame) {
  const auto title = view.page != nullptr ? view.page->customer.name : stage.in.tr("summary.customer");
  const auto number = view.page != nullptr ? view.page->customer.number : std::string{};
  const float chip = side_chip_width(stage, frame);
  auto room = draw_header(stage, {.title = title, .subtitle = number, .has_back = true}, chip);
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
