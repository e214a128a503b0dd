#include "client/screens/refuse_screen.h"

#include "client/screens/signer_fields.h"
#include "client/screens/summary_cards.h"
#include "client/ui/scroll.h"
#include "client/ui/text_field.h"
#include "client/ui/widgets.h"
#include "shared/base/text.h"

#include <array>
#include <cmath>

namespace aftercare::screens {
namespace {

using domain::OutcomeReason;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr std::array kReasons{OutcomeReason::NotSatisfied,   OutcomeReason::PriceDisputed,
                              OutcomeReason::WorkUnfinished, OutcomeReason::NoTime,
                              OutcomeReason::WontSign,       OutcomeReason::Other};
constexpr float kReasonPx = 300, kGapPx = 12;

void draw_title(const Stage& stage, ui::Scroll& scroll) {
  const auto part = [&](const char* key, Face face, Role role, float gap) {
    const auto words = stage.in.tr(key);
    const auto place = scroll.next(ui::text_height(words, face, scroll.width()), gap);
    (void)ui::text(place, words, {.face = face, .role = role, .fit = ui::Fit::Wrap});
  };
  part("refuse.title", stage.page.w < dp(600) ? Face::Title : Face::Page, Role::Ink, dp(6));
  part("refuse.about", Face::Body, Role::Soft, dp(20));
}

Wish draw_reasons(const Stage& stage, ui::Scroll& scroll, OutcomeReason chosen) {
  Wish wish;
  const float gap = dp(10);
  const float least =
      scroll.width() < dp(2 * kReasonPx) ? scroll.width() : std::floor((scroll.width() - gap) / 2);
  const ui::ChoiceGrid measure{{0, 0, scroll.width(), 0}, least, kReasons.size(), gap};
  const ui::ChoiceGrid grid{scroll.next(measure.height(), dp(20)), least, kReasons.size(), gap};
  const auto words = [&](OutcomeReason reason) {
    const auto key = "refuse.reason." + std::string(domain::name_of(reason));
    return stage.in.tr(key);
  };
  const bool is_small = std::ranges::any_of(
      kReasons, [&](OutcomeReason reason) { return ui::is_small_choice(words(reason), grid.width); });
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    const std::string code{domain::name_of(kReasons[i])};
    if (ui::choice("refuse." + code, grid.at(i), words(kReasons[i]), kReasons[i] == chosen, is_small))
      wish = intent::ChooseReason{kReasons[i]};
  }
  return wish;
}

Wish draw_words(const Stage& stage, ui::Scroll& scroll, shown::VisitDraft& draft) {
  auto& words = draft.texts["reason"];
  const auto place = scroll.next(ui::field_height(words, scroll.width(), 2, 6), dp(20));
  const auto edit = ui::text_field("refuse.words", place, words,
                                   {.placeholder = stage.in.tr("refuse.words"), .has_lines = true});
  if (edit.is_changed) return intent::EditField{"reason"};
  return std::nullopt;
}

Wish draw_who(const Stage& stage, ui::Scroll& scroll, shown::VisitDraft& draft) {
  ui::group_label(scroll.next(ui::line_height(Face::SmallBold), dp(6)), stage.in.tr("refuse.who"));
  auto wish = draw_signer(stage, scroll.next(ui::button_height(), dp(kGapPx)), "refuse", draft);
  if (is_list_open(draft, kRoleList)) {
    const auto place = scroll.next(roles_height(scroll.width()), dp(kGapPx));
    keep(wish, draw_roles(stage, place, "refuse", draft));
  }
  return wish;
}

Hint hint_of(const Stage& stage, const RefuseView& view) {
  const auto words = view.draft->texts.find("reason");
  const bool has_words = words != view.draft->texts.end() && !trimmed(words->second).empty();
  if (view.reason == OutcomeReason::None) return {stage.in.tr("refuse.missing.reason")};
  if (view.reason == OutcomeReason::Other && !has_words) return {stage.in.tr("refuse.missing.words")};
  return {stage.in.tr("refuse.ready"), true};
}

Wish draw_buttons(const Stage& stage, Rect bar, const RefuseView& view, bool is_ready) {
  const auto back = bar.cut_left(bar.w * 0.42f, dp(kGapPx));
  const auto words = stage.in.tr("refuse.back");
  // The icon goes before the words do.
  const ui::ButtonStyle with_icon{.icon = Icon::ArrowBack};
  const bool has_room = ui::button_width(words, with_icon) <= back.w + dp(16);
  if (ui::button("refuse.back", back, words, has_room ? with_icon : ui::ButtonStyle{}))
    return intent::GoBack{};
  if (ui::button("refuse.seal", bar, stage.in.tr(view.is_sealing ? "sign.sealing" : "refuse.seal"),
                 {.kind = ui::ButtonKind::Primary,
                  .icon = Icon::Lock,
                  .is_enabled = is_ready && !view.is_sealing,
                  .is_large = true}))
    return intent::Refuse{};
  return std::nullopt;
}

}  // namespace

Wish draw_refuse(Stage stage, const RefuseView& view) {
  if (view.page == nullptr || view.draft == nullptr) {
    draw_loading_page(stage);
    return std::nullopt;
  }
  std::optional<ui::Inert> inert;
  if (view.is_sealing) inert.emplace();
  Wish wish;
  const float margin = stage.page.w >= dp(900) ? dp(28) : dp(12);
  auto page = stage.page.inset(dp(16), margin);
  page = page.centred(std::min(page.w, dp(800)), page.h);
  const auto hint = hint_of(stage, view);
  const auto bar = page.cut_bottom(std::max(dp(64), ui::button_height()), dp(8));
  const float height =
      hint_height(stage, page.w, {"refuse.missing.reason", "refuse.missing.words", "refuse.ready"});
  draw_hint(page.cut_bottom(height, dp(8)), hint);
  if (!view.problem.empty()) {
    const auto place = page.cut_bottom(ui::banner_height(view.problem, page.w), dp(kGapPx));
    ui::banner(place, view.problem, Icon::Alert, ui::Tone::Danger);
  }
  {
    ui::Scroll scroll{"refuse", page};
    draw_title(stage, scroll);
    keep(wish, draw_reasons(stage, scroll, view.reason));
    keep(wish, draw_words(stage, scroll, *view.draft));
    keep(wish, draw_who(stage, scroll, *view.draft));
  }
  keep(wish, draw_buttons(stage, bar, view, hint.is_ready));
  return wish;
}

}  // namespace aftercare::screens
