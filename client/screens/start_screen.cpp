#include "client/screens/start_screen.h"

#include "client/ui/scroll.h"
#include "client/ui/text_field.h"
#include "client/ui/widgets.h"

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;
using ui::Tone;

constexpr float kColumn = 560;
constexpr const char* kLineKey = "start.line";

/// One column in the middle of the glass, high enough for its content or scrolled.
Rect column_of(const Rect& page) { return page.centred(std::min(page.w - dp(48), dp(kColumn)), page.h); }

std::string words_of(const Stage& stage, const std::string& key, const std::string& file) {
  return stage.in.tr(key, {{"file", file}});
}

void draw_name(const Rect& rect) {
  (void)ui::text(rect, "Aftercare",
                 {.face = Face::BodyBold, .role = Role::Accent, .align = ui::Align::Centre});
}

void draw_waiting(const Stage& stage, const std::string& title, const std::string& hint) {
  const auto column = column_of(stage.page);
  const float title_height = ui::text_height(title, Face::Heading, column.w);
  const float hint_height = ui::text_height(hint, Face::Body, column.w);
  auto rest = column.centred(column.w, dp(48) + dp(24) + title_height + dp(8) + hint_height);
  draw_name({column.x, stage.page.y + dp(24), column.w, ui::line_height(Face::BodyBold)});
  ui::spinner(rest.cut_top(dp(48), dp(24)));
  rest.cut_top(
      ui::text(rest, title, {.face = Face::Heading, .align = ui::Align::Centre, .fit = ui::Fit::Wrap}),
      dp(8));
  (void)ui::text(rest, hint, {.role = Role::Soft, .align = ui::Align::Centre, .fit = ui::Fit::Wrap});
}

void draw_banner(ui::Scroll& scroll, const std::string& words, Icon icon, Tone tone) {
  ui::banner(scroll.next(ui::banner_height(words, scroll.width()), dp(16)), words, icon, tone);
}

void draw_words(ui::Scroll& scroll, const std::string& words, const ui::TextStyle& style, float gap) {
  (void)ui::text(scroll.next(ui::text_height(words, style.face, scroll.width()), gap), words, style);
}

/// What went wrong with the data or the last try, and the small print of it.
void draw_problem(const Stage& stage, ui::Scroll& scroll, const StartView& view) {
  if (!view.key.empty())
    draw_banner(scroll, words_of(stage, view.key, view.set_aside_file), Icon::Error, Tone::Danger);
  if (!view.detail.empty())
    draw_words(scroll, stage.in.tr("start.for_office", {{"detail", view.detail}}),
               {.face = Face::Small, .role = Role::Soft, .fit = ui::Fit::Wrap}, dp(16));
  if (!view.set_aside_file.empty() && view.key != "start.damaged")
    draw_banner(scroll, words_of(stage, "start.damaged", view.set_aside_file), Icon::Alert, Tone::Waiting);
}

float top_space(const Rect& page) { return page.h > dp(700) ? page.h * 0.14f : dp(24); }

/// The column above the one button, and the button's place.
struct Parts {
  Rect column, bar;
};
Parts parts_of(const Rect& page) {
  Parts parts{column_of(page), {}};
  parts.bar = parts.column.cut_bottom(dp(64) + dp(40)).inset(0, dp(20));
  return parts;
}

bool has_line(const StartView& view) {
  return view.line != nullptr && view.line->find_first_not_of(' ') != std::string::npos;
}

/// What the office sent, and right under it why it was not taken: both in sight on the smallest glass.
Wish draw_line(const Stage& stage, const StartView& view) {
  Wish wish;
  const auto parts = parts_of(stage.page);
  ui::Scroll scroll{"start.scroll", parts.column};
  scroll.space(top_space(stage.page));
  draw_words(scroll, "Aftercare", {.face = Face::BodyBold, .role = Role::Accent, .fit = ui::Fit::Wrap},
             dp(4));
  draw_words(scroll, stage.in.tr("start.enrol.title"), {.face = Face::Page, .fit = ui::Fit::Wrap}, dp(12));
  draw_words(scroll, stage.in.tr("start.not_enrolled"), {.fit = ui::Fit::Wrap}, dp(8));
  if (view.key.empty())
    draw_words(scroll, stage.in.tr("start.enrol.scan"), {.role = Role::Soft, .fit = ui::Fit::Wrap}, dp(8));
  scroll.space(dp(12));
  if (view.line != nullptr) {
    ui::group_label(scroll.next(ui::line_height(Face::SmallBold), dp(4)), stage.in.tr("start.enrol.line"));
    const auto edit = ui::text_field(kLineKey, scroll.next(dp(58), dp(16)), *view.line,
                                     {.is_wrong = !view.key.empty(), .icon = Icon::QrCode});
    if (edit.is_entered && has_line(view)) wish = intent::Enrol{*view.line};
  }
  draw_problem(stage, scroll, view);
  return wish;
}

Wish draw_not_enrolled(const Stage& stage, const StartView& view) {
  auto wish = draw_line(stage, view);
  const auto bar = parts_of(stage.page).bar;
  if (ui::button("start.enrol", bar, stage.in.tr("start.enrol"),
                 {.kind = ui::ButtonKind::Primary,
                  .icon = Icon::ArrowForward,
                  .is_icon_behind = true,
                  .is_enabled = has_line(view),
                  .is_large = true}))
    wish = intent::Enrol{*view.line};
  return wish;
}

Wish draw_failed(const Stage& stage, const StartView& view) {
  const auto parts = parts_of(stage.page);
  {
    ui::Scroll scroll{"start.scroll", parts.column};
    scroll.space(top_space(stage.page));
    draw_words(scroll, "Aftercare", {.face = Face::BodyBold, .role = Role::Accent, .fit = ui::Fit::Wrap},
               dp(4));
    draw_words(scroll, stage.in.tr("start.closed"), {.face = Face::Page, .fit = ui::Fit::Wrap}, dp(20));
    draw_problem(stage, scroll, view);
  }
  if (ui::button("start.try_again", parts.bar, stage.in.tr("button.try_again"),
                 {.kind = ui::ButtonKind::Primary, .icon = Icon::Sync, .is_large = true}))
    return intent::TryAgain{};
  return std::nullopt;
}

}  // namespace

Wish draw_start(Stage stage, const StartView& view) {
  using Step = StartView::Step;
  switch (view.step) {
    case Step::Opening:
      // Should the line be wanted next, a scanner can type it at once, without a tap.
      ui::focus_field(kLineKey);
      draw_waiting(stage, stage.in.tr("start.opening"), {});
      return std::nullopt;
    case Step::Enrolling:
      draw_waiting(stage, stage.in.tr("start.enrolling"), stage.in.tr("start.enrolling.hint"));
      return std::nullopt;
    case Step::NotEnrolled: return draw_not_enrolled(stage, view);
    case Step::Failed: return draw_failed(stage, view);
  }
  return std::nullopt;
}

}  // namespace aftercare::screens
