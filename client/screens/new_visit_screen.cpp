#include "client/screens/new_visit_screen.h"

#include "client/screens/new_visit_steps.h"
#include "client/screens/signer_fields.h"
#include "client/screens/summary_cards.h"
#include "client/ui/widgets.h"
#include "shared/language/words.h"

namespace aftercare::screens {
namespace {

using domain::VisitKind;
using shown::NewVisitDraft;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;

constexpr float kStepGapPx = 20;

bool has_customer(const NewVisitDraft& draft) {
  return draft.customer_id.has_value() || !draft_text(draft, "customer").empty();
}

/// A new one needs a name, if only its product's, and something by which somebody could find it again.
bool is_asset_settled(const NewVisitDraft& draft) {
  if (!is_new_asset(draft)) return true;
  return (!draft_text(draft, "asset").empty() || !draft_text(draft, "product").empty()) &&
         (!draft_text(draft, "serial").empty() || !draft_text(draft, "place").empty());
}

Wish draw_kinds(const Stage& stage, ui::Scroll& scroll, VisitKind chosen) {
  Wish wish;
  constexpr std::size_t kCount = domain::Names<VisitKind>::values.size();
  const ui::ChoiceGrid measure{{0, 0, scroll.width(), 0}, dp(155), kCount, dp(8)};
  const ui::ChoiceGrid grid{scroll.next(measure.height(), dp(kStepGapPx)), dp(155), kCount, dp(8)};
  bool is_small = false;
  for (std::size_t i = 0; i < kCount; ++i)
    is_small |= ui::is_small_choice(language::words(stage.in, static_cast<VisitKind>(i)), grid.width);
  for (std::size_t i = 0; i < kCount; ++i) {
    const auto kind = static_cast<VisitKind>(i);
    if (ui::choice("new_visit.kind." + std::string(domain::name_of(kind)), grid.at(i),
                   language::words(stage.in, kind), kind == chosen, is_small))
      wish = intent::ChooseVisitKind{kind};
  }
  return wish;
}

Wish draw_kind(const Stage& stage, ui::Scroll& scroll, const NewVisitView& view) {
  draw_step(scroll, "1", stage.in.tr("new_visit.step.kind"), true);
  return draw_kinds(stage, scroll, view.draft->kind);
}

Wish draw_whom(const Stage& stage, ui::Scroll& scroll, const NewVisitView& view) {
  draw_step(scroll, "2", stage.in.tr("new_visit.step.customer"), has_customer(*view.draft));
  auto wish = draw_customer_step(stage, scroll, view);
  scroll.space(dp(kStepGapPx - 8));
  return wish;
}

Wish draw_what(const Stage& stage, ui::Scroll& scroll, const NewVisitView& view) {
  const bool is_done = has_customer(*view.draft) && is_asset_settled(*view.draft);
  draw_step(scroll, "3", stage.in.tr("new_visit.step.asset"), is_done);
  auto wish = draw_asset_step(stage, scroll, view);
  scroll.space(dp(kStepGapPx - 8));
  return wish;
}

Wish draw_reason(const Stage& stage, ui::Scroll& scroll, NewVisitDraft& draft) {
  ui::group_label(scroll.next(ui::line_height(Face::SmallBold), dp(4)), stage.in.tr("new_visit.reason"));
  auto& words = draft.texts["reason"];
  const auto place = scroll.next(ui::field_height(words, scroll.width(), 2, 6), dp(kStepGapPx));
  const auto edit = ui::text_field("new_visit.reason", place, words,
                                   {.placeholder = stage.in.tr("new_visit.reason.hint"), .has_lines = true});
  if (edit.is_changed) return intent::EditField{"reason"};
  return std::nullopt;
}

Wish draw_steps(const Stage& stage, Rect page, const NewVisitView& view) {
  Wish wish;
  if (is_wide(stage.page)) {
    const auto left = page.cut_left((page.w - dp(32)) * 0.46f, dp(32));
    {
      ui::Scroll scroll{"new_visit.left", left};
      scroll.space(dp(20));
      keep(wish, draw_kind(stage, scroll, view));
      keep(wish, draw_reason(stage, scroll, *view.draft));
    }
    ui::Scroll scroll{"new_visit", page};
    scroll.space(dp(20));
    keep(wish, draw_whom(stage, scroll, view));
    keep(wish, draw_what(stage, scroll, view));
    return wish;
  }
  ui::Scroll scroll{"new_visit", page};
  scroll.space(dp(16));
  keep(wish, draw_kind(stage, scroll, view));
  keep(wish, draw_whom(stage, scroll, view));
  keep(wish, draw_what(stage, scroll, view));
  keep(wish, draw_reason(stage, scroll, *view.draft));
  return wish;
}

Hint hint_of(const Stage& stage, const NewVisitDraft& draft) {
  if (!has_customer(draft)) return {stage.in.tr("new_visit.missing.customer")};
  if (!is_asset_settled(draft)) return {stage.in.tr("new_visit.missing.asset")};
  return {{}, true};
}

Wish draw_start(const Stage& stage, Rect bar, const NewVisitView& view) {
  const auto hint = hint_of(stage, *view.draft);
  const auto words = stage.in.tr(view.is_making ? "state.saving" : "work.start");
  const ui::ButtonStyle style{.kind = ui::ButtonKind::Primary,
                              .icon = Icon::ArrowForward,
                              .is_icon_behind = true,
                              .is_enabled = hint.is_ready && !view.is_making,
                              .is_large = true};
  const bool is_beside = bar.w > dp(700);
  const float height = std::max(dp(64), ui::button_height());
  const auto button = is_beside ? bar.cut_right(std::max(dp(320), ui::button_width(words, style)), dp(16))
                                : bar.cut_bottom(height, dp(8));
  if (!hint.words.empty()) draw_hint(bar, hint);
  if (ui::button("new_visit.start", button.centred(button.w, height), words, style))
    return intent::StartNewVisit{};
  return std::nullopt;
}

/// With the line of what is missing over the button, where it has no room beside it.
float bar_height(const Stage& stage, const Rect& page, const NewVisitDraft& draft) {
  const float button = std::max(dp(64), ui::button_height()) + dp(28);
  if (page.w > dp(700) || hint_of(stage, draft).is_ready) return button;
  return button + dp(8) +
         hint_height(stage, page.w, {"new_visit.missing.customer", "new_visit.missing.asset"});
}

}  // namespace

Wish draw_new_visit(Stage stage, const NewVisitView& view, const FrameView& frame) {
  const float chip = side_chip_width(stage, frame);
  auto room = draw_header(stage, {.title = stage.in.tr("button.new_visit"), .has_back = true}, chip);
  Wish wish = room.wish;
  if (chip > 0) keep(wish, draw_sync_chip(stage, room.aside, frame));
  if (view.draft == nullptr || view.search_text == nullptr) return wish;
  auto page = stage.page.inset(dp(is_wide(stage.page) ? 24 : 16), 0);
  const auto bar = page.cut_bottom(bar_height(stage, page, *view.draft)).inset(0, dp(14));
  keep(wish, draw_steps(stage, page, view));
  keep(wish, draw_start(stage, bar, view));
  return wish;
}

}  // namespace aftercare::screens
