#include "client/screens/absent_screen.h"

#include "client/screens/frame.h"
#include "client/screens/question.h"
#include "client/screens/visit_outline.h"
#include "client/ui/widgets.h"
#include "shared/base/text.h"
#include "shared/language/words.h"

#include <array>

namespace aftercare::screens {
namespace {

using domain::OutcomeReason;
using ui::dp;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr std::array kReasons{OutcomeReason::NotHome, OutcomeReason::LeftBeforeEnd, OutcomeReason::Remote,
                              OutcomeReason::UnmannedSite, OutcomeReason::Other};

Wish draw_reasons(const Stage& stage, Column& column, OutcomeReason chosen) {
  Wish wish;
  draw_label(column, stage.in.tr("sign_off.reason"),
             chosen == OutcomeReason::None ? stage.in.tr("state.required") : "");
  const auto words = [&](OutcomeReason reason) {
    return language::words(stage.in, domain::Outcome::Absent, reason);
  };
  float widest = 0;
  for (const auto reason : kReasons)
    widest = std::max(widest, ui::text_width(words(reason), ui::Face::BodyBold));
  const float width = choice_width(column, widest), gap = dp(kChoiceGapPx);
  const ui::ChoiceGrid measure{{0, 0, column.width(), 0}, width, kReasons.size(), gap};
  const ui::ChoiceGrid grid{column.next(measure.height(), dp(26)), width, kReasons.size(), gap};
  const bool is_small = std::ranges::any_of(
      kReasons, [&](OutcomeReason reason) { return ui::is_small_choice(words(reason), grid.width); });
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    const auto key = "absent." + std::string(domain::name_of(kReasons[i]));
    if (ui::choice(key, grid.at(i), words(kReasons[i]), kReasons[i] == chosen, is_small))
      wish = intent::ChooseReason{kReasons[i]};
  }
  return wish;
}

Wish draw_words(const Stage& stage, Column& column, const AbsentView& view, bool is_needed) {
  const auto& words = view.draft->texts.try_emplace("reason").first->second;
  const bool is_missing = is_needed && trimmed(words).empty();
  draw_label(column, stage.in.tr("absent.words"), is_missing ? stage.in.tr("state.required") : "");
  const auto hint = stage.in.tr("absent.words.hint");
  return draw_lines(column, *view.draft, "reason", {}, {.placeholder = hint});
}

Wish draw_foot(const Stage& stage, Rect rect, const AbsentView& view) {
  ui::fill(rect, Role::Card);
  ui::hairline(rect.x, rect.y, rect.w);
  rect = rect.inset(dp(24), dp(14));
  const bool has_words = !trimmed(view.draft->texts["reason"]).empty();
  const bool is_enough =
      view.reason != OutcomeReason::None && (view.reason != OutcomeReason::Other || has_words);
  const auto label = stage.in.tr(view.is_sealing ? "absent.sealing" : "absent.seal");
  const ui::ButtonStyle style{.kind = ui::ButtonKind::Primary,
                              .icon = Icon::Lock,
                              .is_enabled = is_enough && !view.is_sealing,
                              .is_large = true};
  const float width =
      rect.w < dp(560) ? rect.w : std::min(rect.w, std::max(dp(360), ui::button_width(label, style)));
  if (ui::button("absent.seal", rect.cut_right(width), label, style)) return intent::BeAbsent{};
  return std::nullopt;
}

}  // namespace

Wish draw_absent(Stage stage, const AbsentView& view) {
  std::string subtitle;
  if (view.page != nullptr) subtitle = subject_words(stage, *view.page) + ", " + view.page->customer.name;
  auto wish =
      draw_header(stage, {.title = stage.in.tr("absent.title"), .subtitle = subtitle, .has_back = true}).wish;
  auto rect = stage.page;
  if (view.page == nullptr || view.draft == nullptr) {
    ui::spinner(rect.centred(dp(48), dp(48)));
    return wish;
  }
  const auto foot = rect.cut_bottom(dp(64) + dp(28));
  {
    ui::Scroll scroll{"absent", rect};
    Column column{scroll, dp(24), dp(820)};
    column.space(dp(20));
    const auto effect = stage.in.tr("absent.effect");
    ui::banner(column.next(ui::banner_height(effect, column.width()), dp(24)), effect, Icon::Info,
               ui::Tone::Accent);
    keep(wish, draw_reasons(stage, column, view.reason));
    keep(wish, draw_words(stage, column, view, view.reason == OutcomeReason::Other));
    column.space(dp(24));
  }
  keep(wish, draw_foot(stage, foot, view));
  return wish;
}

}  // namespace aftercare::screens
