#include "client/screens/hand_over_screen.h"

#include "client/screens/signature_pad.h"
#include "client/screens/signer_fields.h"
#include "client/screens/summary_cards.h"
#include "client/ui/text_field.h"
#include "client/ui/widgets.h"
#include "shared/base/text.h"
#include "shared/language/language.h"

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr float kGapPx = 12, kChipGapPx = 8;
constexpr float kPrimaryPx = 64;
constexpr float kPadRowPx = 54;

constexpr const char* kLanguageList = "language";

/// Summary at the left, signature at the right; else one above the other.
bool is_beside(const Rect& page) { return page.w > page.h && page.w >= dp(600); }
/// So little room that the line of what is missing stands in the pad's own card.
bool is_tight(const Rect& page) { return page.h < dp(is_beside(page) ? 430 : 700); }
bool is_large(const Rect& page) { return is_beside(page) && page.w >= dp(900) && page.h >= dp(600); }

std::string_view own_name(std::string_view code) {
  for (const auto& one : language::languages()) {
    if (one.code == code) return one.own_name;
  }
  return code;
}

// ---- The header: who asks, in which language, and the way back for the technician

std::string who_words(const Stage& stage, const shown::VisitPage& page) {
  const auto day = stage.in.date(language::Moment{stage.now, stage.zone}, language::DateStyle::Long);
  return page.organisation_name.empty() ? day : page.organisation_name + " · " + day;
}

struct ChipWidths {
  float language = 0, technician = 0;
  [[nodiscard]] float all() const { return language + dp(kChipGapPx) + technician; }
};

ChipWidths chip_widths(const Stage& stage) {
  return {ui::chip_width(own_name(stage.in.code()), Icon::Globe) + dp(4),
          ui::chip_width(stage.in.tr("sign.technician"), Icon::Lock) + dp(4)};
}

Wish draw_chips(const Stage& stage, Rect rect, shown::VisitDraft& draft) {
  auto widths = chip_widths(stage);
  auto lock = Icon::Lock;
  if (widths.all() > rect.w) {
    lock = Icon::None;
    widths.technician = std::min(widths.technician - dp(26), rect.w - widths.language - dp(kChipGapPx));
  }
  rect.cut_left(rect.w - widths.all());
  if (ui::chip_button("sign.language", rect.cut_left(widths.language, dp(kChipGapPx)),
                      own_name(stage.in.code()), Icon::Globe, is_list_open(draft, kLanguageList)))
    toggle_list(draft, kLanguageList);
  if (ui::chip_button("sign.technician", rect, stage.in.tr("sign.technician"), lock, false))
    return intent::TakeTabletBack{};
  return std::nullopt;
}

/// Over both columns, where there is room.
Wish draw_wide_header(const Stage& stage, Rect rect, const HandOverView& view) {
  const auto chips = rect.cut_right(chip_widths(stage).all(), dp(24));
  rect.cut_top(ui::text(rect, who_words(stage, *view.page), {.role = Role::Soft}));
  (void)ui::text(rect, stage.in.tr("summary.title"), {.face = Face::Page});
  return draw_chips(stage, {chips.x, chips.y, chips.w, dp(54)}, *view.draft);
}

float wide_header_height() { return ui::line_height(Face::Body) + ui::line_height(Face::Page) + dp(24); }

/// Before the summary, scrolled with it.
Wish draw_small_header(const Stage& stage, ui::Scroll& scroll, const HandOverView& view) {
  auto row = scroll.next(dp(54), dp(2));
  const float chips = std::min(chip_widths(stage).all(), row.w);
  auto wish = draw_chips(stage, row.cut_right(chips, dp(kGapPx)), *view.draft);
  if (row.w > dp(100))
    ui::text_in_middle(row, who_words(stage, *view.page), {.face = Face::Small, .role = Role::Soft});
  const auto title = stage.in.tr("summary.title");
  const float height = ui::text_height(title, Face::Title, scroll.width());
  (void)ui::text(scroll.next(height, dp(kGapPx)), title, {.face = Face::Title, .fit = ui::Fit::Wrap});
  return wish;
}

// ---- The summary

Wish draw_languages(const Stage& stage, ui::Scroll& scroll, shown::VisitDraft& draft) {
  Wish wish;
  (void)ui::text(scroll.next(ui::line_height(Face::Heading), dp(kGapPx)), stage.in.tr("language.choose"),
                 {.face = Face::Heading});
  const auto all = language::languages();
  const ui::ChoiceGrid measure{{0, 0, scroll.width(), 0}, dp(150), all.size(), dp(10)};
  const ui::ChoiceGrid grid{scroll.next(measure.height(), dp(kGapPx)), dp(150), all.size(), dp(10)};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto key = "sign.language." + std::string(all[i].code);
    if (!ui::choice(key, grid.at(i), all[i].own_name, all[i].code == stage.in.code())) continue;
    close_lists(draft);
    wish = intent::SetCustomerLanguage{std::string(all[i].code)};
  }
  return wish;
}

Wish draw_comment(const Stage& stage, const Rect& rect, shown::VisitDraft& draft) {
  const auto edit = ui::text_field("sign.comment", rect, draft.texts["comment"],
                                   {.placeholder = stage.in.tr("sign.comment"), .icon = Icon::Edit});
  if (edit.is_changed) return intent::EditField{"comment"};
  return std::nullopt;
}

Wish draw_summary(const Stage& stage, Rect rect, const HandOverView& view) {
  Wish wish;
  if (!view.problem.empty()) {
    const auto place = rect.cut_top(ui::banner_height(view.problem, rect.w), dp(14));
    ui::banner(place, view.problem, Icon::Alert, ui::Tone::Danger);
  }
  ui::Scroll scroll{"sign.summary", rect};
  if (!is_large(stage.page)) keep(wish, draw_small_header(stage, scroll, view));
  if (is_list_open(*view.draft, kLanguageList)) {
    keep(wish, draw_languages(stage, scroll, *view.draft));
    return wish;
  }
  draw_summary_cards(stage, scroll, *view.page, !is_large(stage.page));
  if (!is_large(stage.page))
    keep(wish, draw_comment(stage, scroll.next(ui::button_height(), dp(14)), *view.draft));
  draw_whole_summary(scroll, stage.in.tr("sign.whole"), view.page->summary);
  draw_lines_card(scroll, {},
                  {{.words = stage.in.tr("summary.seal_note"), .icon = Icon::Lock, .role = Role::Soft}});
  return wish;
}

// ---- Who signs, and the signature

/// Where the pad was, until one is chosen.
Wish draw_role_list(const Stage& stage, const Rect& rect, shown::VisitDraft& draft) {
  ui::card(rect);
  ui::Scroll scroll{"sign.roles", rect.inset(dp(10))};
  return draw_roles(stage, scroll.next(roles_height(scroll.width())), "sign", draft);
}

// ---- What comes of it

Hint hint_of(const Stage& stage, const shown::VisitDraft& draft) {
  const auto name = draft.texts.find("signer_name");
  const bool has_name = name != draft.texts.end() && !trimmed(name->second).empty();
  const bool has_signature = has_strokes(draft.signature);
  if (has_name && has_signature) return {stage.in.tr("sign.ready"), true};
  if (has_signature) return {stage.in.tr("sign.missing.name")};
  return {stage.in.tr(has_name ? "sign.missing.signature" : "sign.missing.both")};
}

float hints_height(const Stage& stage, float width) {
  return hint_height(stage, width,
                     {"sign.ready", "sign.missing.name", "sign.missing.signature", "sign.missing.both"});
}

Wish draw_signature(const Stage& stage, const Rect& rect, shown::VisitDraft& draft, const Hint& hint) {
  Wish wish;
  ui::card(rect);
  const ui::Clip clip{rect};
  auto pad = rect;
  auto row = pad.cut_bottom(dp(kPadRowPx)).inset(dp(8), 0);
  const bool is_empty = draft.signature.strokes.empty();
  const auto clear = stage.in.tr("button.clear_signature");
  const float clear_width = std::max(dp(54), ui::button_width(clear));
  const auto clear_rect = is_empty ? Rect{} : row.cut_right(clear_width, dp(8));
  if (!is_empty && ui::button("sign.clear", clear_rect, clear, {.kind = ui::ButtonKind::Quiet}))
    wish = intent::ClearSignature{};
  if (is_tight(stage.page) && !hint.is_ready) {
    draw_hint(row.inset(dp(4), 0), hint, /*is_tight=*/true);
  } else {
    row.cut_left(dp(24));
    ui::text_in_middle(row, stage.in.tr("sign_off.signature"), {.face = Face::Small, .role = Role::Soft});
  }
  if (is_empty) {
    const auto words = pad.inset(dp(24), dp(14));
    ui::text_in_middle(words, stage.in.tr("sign.here"),
                       {.role = Role::Soft, .align = ui::Align::Centre, .fit = ui::Fit::Wrap});
  }
  if (signature_pad("sign.pad", pad, draft.signature).is_changed) wish = intent::EditSignature{};
  return wish;
}

Wish draw_buttons(const Stage& stage, Rect bar, const HandOverView& view, bool is_ready) {
  Wish wish;
  const bool is_narrow = bar.w < dp(340);
  const auto refuse = bar.cut_left(bar.w * (is_narrow ? 0.47f : 0.4f), dp(is_narrow ? kChipGapPx : kGapPx));
  if (ui::button("sign.refuse", refuse, stage.in.tr("button.refuse"))) wish = intent::WantToRefuse{};
  const auto words = stage.in.tr(view.is_sealing ? "sign.sealing" : "button.sign");
  if (ui::button("sign.seal", bar, words,
                 {.kind = ui::ButtonKind::Primary,
                  .icon = is_narrow ? Icon::None : Icon::Lock,
                  .is_enabled = is_ready && !view.is_sealing,
                  .is_large = true}))
    wish = intent::Sign{};
  return wish;
}

Wish draw_signing(const Stage& stage, Rect rect, const HandOverView& view) {
  auto& draft = *view.draft;
  Wish wish;
  const auto hint = hint_of(stage, draft);
  const auto bar = rect.cut_bottom(std::max(dp(kPrimaryPx), ui::button_height()), dp(8));
  if (!is_tight(stage.page)) draw_hint(rect.cut_bottom(hints_height(stage, rect.w), dp(8)), hint);
  keep(wish, draw_signer(stage, rect.cut_top(ui::button_height(), dp(kGapPx)), "sign", draft));
  if (is_large(stage.page))
    keep(wish, draw_comment(stage, rect.cut_bottom(ui::button_height(), dp(kGapPx)), draft));
  keep(wish, is_list_open(draft, kRoleList) ? draw_role_list(stage, rect, draft)
                                            : draw_signature(stage, rect, draft, hint));
  keep(wish, draw_buttons(stage, bar, view, hint.is_ready));
  return wish;
}

/// One above the other: how high the lower part is.
float signing_height(const Stage& stage, const Rect& page) {
  const float fixed = ui::button_height() + dp(kGapPx) + std::max(dp(kPrimaryPx), ui::button_height()) +
                      dp(16) + (is_tight(stage.page) ? 0 : hints_height(stage, page.w));
  return std::min(page.h * 0.62f, fixed + std::clamp(page.h * 0.26f, dp(150), dp(400)));
}

Wish draw_pages(const Stage& stage, const HandOverView& view) {
  Wish wish;
  const bool has_room = is_large(stage.page);
  auto page = stage.page.inset(dp(has_room ? 40 : 16), dp(has_room ? 28 : 12));
  if (has_room) keep(wish, draw_wide_header(stage, page.cut_top(wide_header_height()), view));
  if (is_beside(stage.page)) {
    const auto left = page.cut_left((page.w - dp(24)) * (has_room ? 0.525f : 0.5f), dp(has_room ? 24 : 16));
    keep(wish, draw_summary(stage, left, view));
    keep(wish, draw_signing(stage, page, view));
    return wish;
  }
  const auto lower = page.cut_bottom(signing_height(stage, page), dp(kGapPx));
  keep(wish, draw_summary(stage, page, view));
  keep(wish, draw_signing(stage, lower, view));
  return wish;
}

}  // namespace

Wish draw_hand_over(Stage stage, const HandOverView& view) {
  if (view.page == nullptr || view.draft == nullptr) {
    draw_loading_page(stage);
    return std::nullopt;
  }
  std::optional<ui::Inert> inert;
  if (view.is_sealing) inert.emplace();
  return draw_pages(stage, view);
}

}  // namespace aftercare::screens
