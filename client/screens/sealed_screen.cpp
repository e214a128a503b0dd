#include "client/screens/sealed_screen.h"

#include "client/screens/summary_cards.h"
#include "client/ui/scroll.h"
#include "client/ui/widgets.h"

namespace aftercare::screens {
namespace {

using domain::Outcome;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr float kCodePx = 520;
constexpr float kRingPx = 56;

Outcome outcome_of(const shown::VisitPage& page) {
  return page.sign_off ? page.sign_off->outcome : Outcome::Signed;
}

struct Look {
  Icon icon;
  ui::Tone tone;
};
Look look_of(Outcome outcome) {
  if (outcome == Outcome::Signed) return {Icon::Check, ui::Tone::Done};
  return outcome == Outcome::Refused ? Look{Icon::Note, ui::Tone::Waiting}
                                     : Look{Icon::Customer, ui::Tone::Waiting};
}

/// "Visit V-22-0001-K · 12 March 2026, 14:05"
std::string which_words(const Stage& stage, const shown::VisitPage& page) {
  const auto& visit = page.file.visit;
  const auto at = page.sign_off ? page.sign_off->signed_at : stage.now;
  const auto zone = visit.zone.empty() ? stage.zone : visit.zone;
  return stage.in.tr("summary.visit", {{"number", visit.number}}) + " · " + stage.in.date_time({at, zone});
}

struct Words {
  std::string words;
  Face face;
  Role role;
  float gap;
};

std::vector<Words> words_of(const Stage& stage, const shown::VisitPage& page) {
  const std::string outcome{domain::name_of(outcome_of(page))};
  const auto title = "sealed.title." + outcome, about = "sealed.about." + outcome;
  return {{stage.in.tr(title), Face::Page, Role::Ink, dp(8)},
          {stage.in.tr(about), Face::Body, Role::Ink, dp(16)},
          {which_words(stage, page), Face::Body, Role::Soft, dp(16)}};
}

/// As high as it needs; measured with `is_drawn` false.
float draw_thanks(Rect rect, const Stage& stage, const shown::VisitPage& page, bool is_middle,
                  bool is_drawn) {
  const float top = rect.y;
  const auto look = look_of(outcome_of(page));
  auto line = rect.cut_top(dp(kRingPx), dp(16));
  const auto ring = is_middle ? line.centred(dp(kRingPx), dp(kRingPx)) : line.cut_left(dp(kRingPx));
  if (is_drawn) {
    ui::fill(ring, ui::ground_of(look.tone), dp(kRingPx / 2));
    if (ui::glass().theme().line_px > 1) ui::outline(ring, ui::ink_of(look.tone), dp(kRingPx / 2));
    ui::icon(ring, look.icon, ui::ink_of(look.tone));
  }
  float y = rect.y;
  for (const auto& part : words_of(stage, page)) {
    const float height = ui::text_height(part.words, part.face, rect.w);
    if (is_drawn)
      (void)ui::text({rect.x, y, rect.w, height}, part.words,
                     {.face = part.face,
                      .role = part.role,
                      .align = is_middle ? ui::Align::Centre : ui::Align::Left,
                      .fit = ui::Fit::Wrap});
    y += height + part.gap;
  }
  return y - top;
}

struct Code {
  std::string title, note;
};
Code code_of(const Stage& stage, const SealedView& view) {
  if (view.link.empty()) return {stage.in.tr("sealed.no_code"), stage.in.tr("sealed.no_code.hint")};
  const bool is_signed = outcome_of(*view.page) == Outcome::Signed;
  return {stage.in.tr("sealed.photograph"),
          stage.in.tr(is_signed ? "summary.code_note" : "sealed.code_note")};
}

float code_height(const Stage& stage, const SealedView& view, float width, float side) {
  const auto code = code_of(stage, view);
  return dp(40) + side + dp(12) + ui::text_height(code.title, Face::Heading, width - dp(40)) + dp(4) +
         ui::text_height(code.note, Face::Body, width - dp(40));
}

void draw_code(const Rect& rect, const Stage& stage, const SealedView& view, float side) {
  const auto code = code_of(stage, view);
  ui::card(rect);
  auto inner = rect.inset(dp(20));
  const auto square = inner.cut_top(side, dp(12)).centred(side, side);
  if (view.link.empty()) {
    ui::icon(square, Icon::QrCode, Role::Soft);
  } else {
    ui::qr(square, view.link);
  }
  const ui::TextStyle title{.face = Face::Heading, .align = ui::Align::Centre, .fit = ui::Fit::Wrap};
  inner.cut_top(ui::text(inner, code.title, title), dp(4));
  (void)ui::text(inner, code.note, {.role = Role::Soft, .align = ui::Align::Centre, .fit = ui::Fit::Wrap});
}

Wish draw_done(const Stage& stage, const Rect& bar) {
  const auto words = stage.in.tr("sealed.done");
  const ui::ButtonStyle style{
      .kind = ui::ButtonKind::Primary, .icon = Icon::ArrowForward, .is_icon_behind = true, .is_large = true};
  auto place = bar;
  if (bar.w > dp(700)) place = place.cut_right(std::max(dp(360), ui::button_width(words, style)));
  if (ui::button("sealed.done", place, words, style)) return intent::TakeTabletBack{};
  return std::nullopt;
}

/// Words at the left, the code at the right; both begin at one height. Where that is little, the words about
/// the code stand at the left too: a large code is read from further away.
void draw_beside(const Stage& stage, Rect page, const SealedView& view) {
  const auto right = page.cut_right((page.w - dp(32)) / 2, dp(32));
  const float words_height = code_height(stage, view, right.w, 0);
  const bool is_low = right.h - words_height < dp(200) && !view.link.empty();
  const float side = std::clamp(right.h - words_height, dp(140), dp(kCodePx));
  const float height = words_height + side;
  const float top = is_low ? 0 : std::max(0.0f, (right.h - height) / 2);
  if (is_low) {
    ui::card(right);
    ui::qr(right.inset(dp(10)), view.link);
  } else {
    ui::Scroll scroll{"sealed.code", right};
    scroll.space(top);
    draw_code(scroll.next(height), stage, view, side);
  }
  const float thanks = draw_thanks(page, stage, *view.page, false, false);
  ui::Scroll scroll{"sealed.words", page};
  scroll.space(top);
  (void)draw_thanks(scroll.next(thanks, dp(8)), stage, *view.page, false, true);
  if (is_low) {
    const auto code = code_of(stage, view);
    draw_lines_card(scroll, code.title, {{.words = code.note, .role = Role::Soft}});
  }
  draw_promised_card(stage, scroll, *view.page);
  draw_price_card(stage, scroll, *view.page, /*is_small=*/true);
}

void draw_below(const Stage& stage, const Rect& page, const SealedView& view) {
  const float thanks = draw_thanks(page, stage, *view.page, true, false);
  const float words_height = code_height(stage, view, page.w, 0);
  const float side =
      std::clamp(page.h - thanks - dp(16) - words_height, dp(200), std::min(dp(kCodePx), page.w - dp(40)));
  const float height = words_height + side;
  ui::Scroll scroll{"sealed", page};
  scroll.space(std::max(0.0f, (page.h - thanks - dp(16) - height) / 2));
  (void)draw_thanks(scroll.next(thanks, dp(16)), stage, *view.page, true, true);
  draw_code(scroll.next(height, dp(14)), stage, view, side);
}

}  // namespace

Wish draw_sealed(Stage stage, const SealedView& view) {
  if (view.page == nullptr) {
    draw_loading_page(stage);
    return std::nullopt;
  }
  const bool is_large = stage.page.w >= dp(900) && stage.page.h >= dp(600);
  auto page = stage.page.inset(is_large ? dp(48) : dp(16), is_large ? dp(28) : dp(12));
  const auto bar = page.cut_bottom(std::max(dp(64), ui::button_height()), dp(16));
  auto wish = draw_done(stage, bar);
  if (stage.page.w > stage.page.h && stage.page.w >= dp(600)) {
    draw_beside(stage, page, view);
  } else {
    draw_below(stage, page, view);
  }
  return wish;
}

}  // namespace aftercare::screens
