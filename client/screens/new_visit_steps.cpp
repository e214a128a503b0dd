#include "client/screens/new_visit_steps.h"

#include "client/screens/product_chooser.h"
#include "client/ui/widgets.h"
#include "shared/base/text.h"
#include "shared/language/language.h"

#include <algorithm>
#include <cmath>

namespace aftercare::screens {
namespace {

using shown::NewVisitDraft;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr std::size_t kFoundMax = 8;
constexpr std::size_t kAssetsMax = 30;  // shown at once: more are found by typing
constexpr std::size_t kFilterFrom = 8;  // assets from which on one wants to type
constexpr float kGapPx = 12;

/// What is typed or tapped into the draft itself is saved because of this.
Wish edited(const std::string& field) { return intent::EditField{field}; }

void forget(NewVisitDraft& draft, std::initializer_list<const char*> fields) {
  for (const auto* field : fields) draft.texts.erase(field);
  ui::leave_fields();
  ui::draw_again_in_ms(0);
}

float small_row_height() { return dp(20) + ui::line_height(Face::BodyBold) + ui::line_height(Face::Small); }

/// A row in a card of its own.
bool card_row(ui::Scroll& scroll, const std::string& key, std::string_view title, const ui::RowStyle& style) {
  const float height = std::max(ui::row_height(), style.subtitle.empty() ? 0 : small_row_height());
  const bool is_seen = scroll.is_visible(height);
  const auto rect = scroll.next(height, dp(8));
  if (!is_seen) return false;
  ui::card(rect);
  if (style.is_chosen) ui::outline(rect, Role::Accent, dp(12), std::max(2.0f, dp(2)));
  return ui::list_row(key, style.is_chosen ? rect.inset(dp(3)) : rect, title, style);
}

bool wide_button(ui::Scroll& scroll, const std::string& key, const std::string& words, Icon icon) {
  const auto rect = scroll.next(ui::button_height(), dp(kGapPx));
  return ui::button(key, {rect.x, rect.y, std::min(rect.w, dp(420)), rect.h}, words, {.icon = icon});
}

// ---- The customer

Wish draw_chosen_customer(const Stage& stage, ui::Scroll& scroll, const NewVisitView& view) {
  const auto& name = view.customer != nullptr ? view.customer->customer.name : view.draft->customer_name;
  std::string about;
  if (view.customer != nullptr && !view.customer->sites.empty())
    about = address_words(view.customer->sites.front());
  const float height = small_row_height();
  auto rect = scroll.next(height, dp(kGapPx));
  ui::card(rect, Role::AccentSoft, Role::Accent);
  auto inner = rect.inset(dp(12), dp(4));
  const auto change = stage.in.tr("new_visit.change");
  const auto button = inner.cut_right(std::min(ui::button_width(change), inner.w * 0.4f), dp(8));
  ui::icon(inner.cut_left(dp(28), dp(12)), Icon::CheckCircle, Role::Accent);
  auto lines = inner.centred(
      inner.w, ui::line_height(Face::BodyBold) + (about.empty() ? 0 : ui::line_height(Face::Small)));
  (void)ui::text(lines.cut_top(ui::line_height(Face::BodyBold)), name, {.face = Face::BodyBold});
  (void)ui::text(lines, about, {.face = Face::Small, .role = Role::Soft});
  if (ui::button("new_visit.change_customer", button.centred(button.w, dp(52)), change))
    return intent::ChooseCustomer{};
  return std::nullopt;
}

Wish draw_found(const Stage& stage, ui::Scroll& scroll, const NewVisitView& view) {
  Wish wish;
  if (view.found == nullptr || trimmed(*view.search_text).empty()) return wish;
  std::vector<AnyId> seen;
  for (const auto& row : view.found->rows) {
    if (row.type != domain::EntityType::Customer || std::ranges::find(seen, row.id) != seen.end()) continue;
    if (seen.size() == kFoundMax) break;
    const auto key = "new_visit.customer." + std::to_string(seen.size());
    seen.push_back(row.id);
    if (!card_row(scroll, key, row.title,
                  {.subtitle = row.subtitle, .icon = Icon::Customer, .is_bold = true}))
      continue;
    forget(*view.draft, {"customer", "phone", "street", "city", "postcode"});
    wish = intent::ChooseCustomer{id_cast<domain::CustomerId>(row.id), row.title};
  }
  if (!seen.empty() || view.found->text != *view.search_text) return wish;
  const auto words = stage.in.tr("new_visit.no_customer");
  (void)ui::text(scroll.next(ui::text_height(words, Face::Body, scroll.width()), dp(kGapPx)), words,
                 {.role = Role::Soft, .fit = ui::Fit::Wrap});
  return wish;
}

Wish draw_search(const Stage& stage, ui::Scroll& scroll, const NewVisitView& view) {
  Wish wish;
  const auto edit =
      ui::text_field("new_visit.search", scroll.next(ui::button_height(), dp(kGapPx)), *view.search_text,
                     {.placeholder = stage.in.tr("search.placeholder"), .icon = Icon::Search});
  keep(wish, draw_found(stage, scroll, view));
  if (edit.is_changed) wish = intent::ChangeSearch{};
  if (wide_button(scroll, "new_visit.new_customer", stage.in.tr("new_visit.new_customer"), Icon::Add)) {
    // What was searched for in vain is most often the name.
    const auto typed = trimmed(*view.search_text);
    const bool is_number = std::ranges::any_of(typed, [](char c) { return c >= '0' && c <= '9'; });
    forget(*view.draft, {});
    view.draft->texts["customer"] = is_number ? std::string{} : typed;
    if (is_number) view.draft->texts["phone"] = typed;
    wish = edited("customer");
  }
  return wish;
}

Wish draw_kind_of_customer(const Stage& stage, const Rect& rect, NewVisitDraft& draft) {
  const ui::ChoiceGrid grid{rect, std::floor((rect.w - dp(10)) / 2), 2, dp(10)};
  const bool is_person =
      ui::choice("new_visit.person", grid.at(0), stage.in.tr("new_visit.person"), !draft.is_company);
  const bool is_company =
      ui::choice("new_visit.company", grid.at(1), stage.in.tr("new_visit.company"), draft.is_company);
  if (!is_person && !is_company) return std::nullopt;
  draft.is_company = is_company;
  return edited("customer");
}

Wish draw_language(const Stage& stage, ui::Scroll& scroll, NewVisitDraft& draft) {
  Wish wish;
  ui::group_label(scroll.next(ui::line_height(Face::SmallBold), dp(4)), stage.in.tr("new_visit.language"));
  const auto all = language::languages();
  const float gap = dp(8);
  const float columns = scroll.width() < dp(480) ? 2 : 3;
  const float width = std::floor((scroll.width() - gap * (columns - 1)) / columns);
  const ui::ChoiceGrid measure{{0, 0, scroll.width(), 0}, width, all.size(), gap};
  const ui::ChoiceGrid grid{scroll.next(measure.height(), dp(16)), width, all.size(), gap};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto key = "new_visit.language." + std::string(all[i].code);
    if (!ui::choice(key, grid.at(i), all[i].own_name, draft.language == all[i].code)) continue;
    draft.language = all[i].code;
    wish = edited("language");
  }
  return wish;
}

/// Two fields beside each other where both have room.
Wish draw_pair(const Stage& stage, ui::Scroll& scroll, NewVisitDraft& draft, const std::string& one,
               const std::string& other, float share, const ui::FieldStyle& other_style = {}) {
  auto row = scroll.next(draft_field_height(), dp(kGapPx));
  const bool is_beside = scroll.width() >= dp(420);
  auto wish = draw_draft_field(stage, is_beside ? row.cut_left(row.w * share, dp(kGapPx)) : row, draft, one);
  if (!is_beside) row = scroll.next(draft_field_height(), dp(kGapPx));
  if (auto typed = draw_draft_field(stage, row, draft, other, other_style)) wish = std::move(typed);
  return wish;
}

Wish draw_new_customer(const Stage& stage, ui::Scroll& scroll, NewVisitDraft& draft) {
  if (wide_button(scroll, "new_visit.search_instead", stage.in.tr("new_visit.search_instead"),
                  Icon::Search)) {
    forget(draft, {"customer", "phone", "street", "city", "postcode"});
    return edited("customer");
  }
  Wish wish;
  keep(wish, draw_kind_of_customer(stage, scroll.next(ui::button_height(), dp(kGapPx)), draft));
  keep(wish, draw_pair(stage, scroll, draft, "customer", "phone", 0.55f, {.pad = ui::Pad::Phone}));
  keep(wish, draw_draft_field(stage, scroll.next(draft_field_height(), dp(kGapPx)), draft, "street"));
  keep(wish, draw_pair(stage, scroll, draft, "city", "postcode", 0.6f));
  keep(wish, draw_language(stage, scroll, draft));
  return wish;
}

// ---- What is serviced

bool fits(const domain::Asset& asset, const std::string& wanted) {
  if (wanted.empty()) return true;
  for (const auto* words : {&asset.name, &asset.serial, &asset.place}) {
    if (fold_for_search(*words).find(wanted) != std::string::npos) return true;
  }
  return false;
}

Wish draw_assets(const Stage& stage, ui::Scroll& scroll, const NewVisitView& view) {
  Wish wish;
  auto& draft = *view.draft;
  if (view.customer == nullptr) {  // its others are on their way
    if (draft.asset_id)
      (void)card_row(scroll, "new_visit.asset.chosen", draft.asset_label,
                     {.icon = Icon::CheckCircle, .is_chosen = true});
    return wish;
  }
  const auto& assets = view.customer->assets;
  std::string wanted;
  if (assets.size() > kFilterFrom) {
    (void)ui::text_field("new_visit.asset_search", scroll.next(ui::button_height(), dp(kGapPx)),
                         draft.texts["asset_search"],
                         {.placeholder = stage.in.tr("new_visit.asset_search"), .icon = Icon::Search});
    wanted = fold_for_search(trimmed(draft.texts["asset_search"]));
  }
  std::size_t shown_count = 0;
  for (std::size_t i = 0; i < assets.size(); ++i) {
    const auto& asset = assets[i].asset;
    const bool is_chosen = draft.asset_id == asset.id;
    if (!is_chosen && (shown_count >= kAssetsMax || !fits(asset, wanted))) continue;
    ++shown_count;
    const auto about = asset.serial.empty() ? asset.place : asset.serial;
    if (!card_row(
            scroll, "new_visit.asset." + std::to_string(i), asset.name,
            {.subtitle = about, .icon = is_chosen ? Icon::CheckCircle : Icon::Asset, .is_chosen = is_chosen}))
      continue;
    forget(draft, {"asset", "serial", "place", "product"});
    wish = intent::ChooseAsset{asset.id, asset.name};
  }
  return wish;
}

}  // namespace

void draw_step(ui::Scroll& scroll, std::string_view number, std::string_view title, bool is_done) {
  const float badge = dp(32);
  const float words_width = scroll.width() - badge - dp(12);
  const float height = std::max(badge, ui::text_height(title, Face::Heading, words_width));
  auto line = scroll.next(height, dp(kGapPx));
  const auto round = line.cut_left(badge, dp(12)).centred(badge, badge);
  ui::fill(round, is_done ? Role::DoneSoft : Role::Press, badge / 2);
  if (ui::glass().theme().line_px > 1) ui::outline(round, is_done ? Role::Done : Role::Line, badge / 2);
  if (is_done) {
    ui::icon(round, Icon::Check, Role::Done, Face::IconSmall);
  } else {
    ui::text_in_middle(round, number,
                       {.face = Face::SmallBold, .role = Role::Soft, .align = ui::Align::Centre});
  }
  ui::text_in_middle(line, title, {.face = Face::Heading, .fit = ui::Fit::Wrap});
}

float draft_field_height() { return ui::line_height(Face::SmallBold) + dp(4) + ui::button_height(); }

Wish draw_draft_field(const Stage& stage, const Rect& rect, NewVisitDraft& draft, const std::string& field,
                      ui::FieldStyle style) {
  const auto key = "new_visit." + field;
  auto place = rect;
  const auto label = place.cut_top(ui::line_height(Face::SmallBold), dp(4));
  ui::group_label(label, stage.in.tr(key));
  if (ui::text_field(key, place, draft.texts[field], style).is_changed) return edited(field);
  return std::nullopt;
}

bool is_new_customer(const NewVisitDraft& draft) {
  return !draft.customer_id && draft.texts.contains("customer");
}
bool is_new_asset(const NewVisitDraft& draft) { return !draft.asset_id && draft.texts.contains("asset"); }

std::string draft_text(const NewVisitDraft& draft, const std::string& field) {
  const auto found = draft.texts.find(field);
  return found == draft.texts.end() ? std::string{} : trimmed(found->second);
}

Wish draw_customer_step(const Stage& stage, ui::Scroll& scroll, const NewVisitView& view) {
  if (view.draft->customer_id) return draw_chosen_customer(stage, scroll, view);
  if (!is_new_customer(*view.draft)) return draw_search(stage, scroll, view);
  return draw_new_customer(stage, scroll, *view.draft);
}

Wish draw_asset_step(const Stage& stage, ui::Scroll& scroll, const NewVisitView& view) {
  auto& draft = *view.draft;
  auto wish = draw_assets(stage, scroll, view);
  const bool is_new = is_new_asset(draft);
  const bool is_none = !draft.asset_id && !is_new;
  if (card_row(scroll, "new_visit.asset.none", stage.in.tr("new_visit.no_asset"),
               {.icon = is_none ? Icon::CheckCircle : Icon::Minus, .is_chosen = is_none})) {
    forget(draft, {"asset", "serial", "place", "product"});
    wish = intent::ChooseAsset{};
  }
  if (card_row(scroll, "new_visit.asset.new", stage.in.tr("new_visit.new_asset"),
               {.icon = is_new ? Icon::CheckCircle : Icon::Add, .is_chosen = is_new}) &&
      !is_new) {
    forget(draft, {});
    draft.texts["asset"] = {};
    wish = intent::ChooseAsset{};
  }
  if (!is_new) return wish;
  const ProductChooser chooser{"new_visit.product", "product", view.products};
  Column column{scroll, 0, scroll.width()};
  column.space(dp(4));
  keep(wish, draw_product_chooser(stage, column, chooser, draft.texts));
  const auto* product = chosen_product(chooser, draft.texts);
  const auto name = product != nullptr ? product->name : std::string{};  // it is called so, if nothing else
  if (auto typed = draw_draft_field(stage, scroll.next(draft_field_height(), dp(kGapPx)), draft, "asset",
                                    {.placeholder = name}))
    wish = std::move(typed);
  if (auto typed = draw_pair(stage, scroll, draft, "place", "serial", 0.5f, {.icon = Icon::Scanner}))
    wish = std::move(typed);
  const auto hint = stage.in.tr("new_visit.serial.hint");
  (void)ui::text(scroll.next(ui::text_height(hint, Face::Small, scroll.width()), dp(kGapPx)), hint,
                 {.face = Face::Small, .role = Role::Soft, .fit = ui::Fit::Wrap});
  return wish;
}

}  // namespace aftercare::screens
