#include "client/screens/customer_screen.h"

#include "client/screens/past_visits.h"
#include "client/screens/summary_cards.h"
#include "client/screens/thread_page.h"
#include "client/screens/two_values.h"
#include "client/ui/scroll.h"
#include "client/ui/widgets.h"
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
  draw_two_values(stage, scroll, page.two_values);
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
    keep(wish, draw_asset_row(stage, rect, i, page.assets[i]));
  }
  scroll.space(dp(8));
  return wish;
}

}  // namespace

Wish draw_customer(const Stage& stage, const CustomerView& view, const FrameView& frame) {
  const auto* const page = view.page;
  return draw_thread_page(stage,
                          {.key = "customer",
                           .title = page != nullptr ? page->customer.name : stage.in.tr("summary.customer"),
                           .subtitle = page != nullptr ? page->customer.number : std::string{},
                           .is_loaded = page != nullptr,
                           .draw_facts =
                               [&](ui::Scroll& scroll) {
                                 draw_own(stage, scroll, *page);
                                 draw_contacts(stage, scroll, *page);
                                 draw_sites(scroll, *page);
                                 return Wish{};
                               },
                           .draw_thread =
                               [&](ui::Scroll& scroll) {
                                 auto wish = draw_assets(stage, scroll, *page);
                                 keep(wish,
                                      draw_visit_thread(stage, scroll, page->visits, page->visit_count));
                                 return wish;
                               },
                           .new_visit =
                               [&] {
                                 return intent::BeginNewVisit{page->customer.id, {}};
                               }},
                          frame);
}

}  // namespace aftercare::screens
