#include "client/screens/ready_screen.h"

#include "client/screens/frame.h"
#include "client/screens/visit_column.h"
#include "client/screens/visit_outline.h"
#include "client/ui/widgets.h"
#include "shared/base/text.h"
#include "shared/language/language.h"
#include "shared/language/words.h"

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

// ---- the answer

/// What was recorded, in numbers: for a last look.
std::vector<std::string> facts_of(const Stage& stage, const shown::VisitPage& page) {
  domain::VisitEvent until;
  until.at = stage.now;
  const std::chrono::milliseconds worked{domain::worked_ms(page.file.events, until)};
  std::vector<std::string> facts{stage.in.tr("summary.work_time", {{"duration", stage.in.duration(worked)}})};
  if (!page.file.photos.empty())
    facts.push_back(stage.in.tr("count.photos", {{"count", page.file.photos.size()}}));
  if (!page.file.notes.empty())
    facts.push_back(stage.in.tr("count.notes", {{"count", page.file.notes.size()}}));
  return facts;
}

/// A big calm yes, in the middle of the room that there is.
void draw_yes(const Stage& stage, Column& column, const shown::VisitPage& page, float room) {
  const auto words = stage.in.tr("ready.yes");
  const auto facts = facts_of(stage, page);
  const float side = dp(64);
  const float width = std::min(column.width(), dp(460));
  const float height = side + dp(12) + ui::line_height(Face::Page) + dp(6) +
                       ui::text_height(words, Face::Body, width) + dp(16) +
                       ui::line_height(Face::Small) * static_cast<float>(facts.size());
  auto rect = column.next(std::max(height, room), dp(20)).centred(width, height);
  const ui::TextStyle quiet{.face = Face::Small, .role = Role::Soft, .align = ui::Align::Centre};
  const auto mark = rect.cut_top(side, dp(12)).centred(side, side);
  ui::fill(mark, Role::DoneSoft, side / 2);
  ui::outline(mark, Role::Done, side / 2, std::max(2.0f, dp(2)));
  ui::icon(mark, Icon::Check, Role::Done);
  (void)ui::text(rect.cut_top(ui::line_height(Face::Page), dp(6)), stage.in.tr("answer.yes"),
                 {.face = Face::Page, .role = Role::Done, .align = ui::Align::Centre});
  rect.cut_top(ui::text(rect, words, {.align = ui::Align::Centre, .fit = ui::Fit::Wrap}), dp(16));
  for (const auto& fact : facts) (void)ui::text(rect.cut_top(ui::line_height(Face::Small)), fact, quiet);
}

Icon icon_of(domain::Missing::Code code) {
  using enum domain::Missing::Code;
  switch (code) {
    case Arrival: return Icon::Place;
    case WorkTime: return Icon::Time;
    case PhotoMissing: return Icon::Photo;
    case Result: return Icon::Edit;
    case AnswerOutOfLimits:
    case AnswerWrongShape:
    case FormUnreadable: return Icon::Alert;
    case RequiredAnswer: break;
  }
  return Icon::Circle;
}

/// One thing to do; the first of them is the next step.
Wish draw_missing(const Stage& stage, Column& column, const shown::VisitPage& page, std::size_t index) {
  const auto& missing = page.missing[index];
  const bool is_next = index == 0;
  const auto words = language::words(stage.in, missing, page.form ? &*page.form : nullptr);
  const auto face = is_next ? Face::BodyBold : Face::Body;
  const bool has_icon = column.width() >= dp(400);
  const float width = column.width() - dp(has_icon ? 20 + 26 + 16 : 20) - dp(12 + 24 + 16);
  const float height = std::max(ui::button_height(), ui::text_height(words, face, width) + dp(32));
  const auto rect = column.next(height, dp(10));
  const auto touched = ui::touch("ready.missing." + std::to_string(index), rect);
  ui::fill(rect, touched.is_pressed ? Role::Press : is_next ? Role::WaitingSoft : Role::Card, dp(12));
  ui::outline(rect, is_next ? Role::Waiting : Role::Line, dp(12), is_next ? std::max(2.0f, dp(2)) : 0);
  auto inner = rect;
  inner.cut_left(dp(20));
  inner.cut_right(dp(16));
  if (has_icon)
    ui::icon(inner.cut_left(dp(26), dp(16)), icon_of(missing.code), is_next ? Role::Waiting : Role::Soft);
  ui::icon(inner.cut_right(dp(24), dp(12)), is_next ? Icon::ArrowForward : Icon::ChevronRight,
           is_next ? Role::Ink : Role::Soft);
  inner = inner.centred(inner.w, ui::text_height(words, face, inner.w));
  (void)ui::text(inner, words, {.face = face, .fit = ui::Fit::Wrap});
  if (touched.is_tapped) return intent::GoToMissing{missing};
  return std::nullopt;
}

Wish draw_answer(const Stage& stage, Column& column, const shown::VisitPage& page, float room) {
  Wish wish;
  if (page.missing.empty()) {
    draw_yes(stage, column, page, room);
    return wish;
  }
  const auto title = stage.in.tr("ready.no", {{"count", page.missing.size()}});
  const auto rect = column.next(ui::text_height(title, Face::Title, column.width()), dp(14));
  (void)ui::text(rect, title, {.face = Face::Title, .fit = ui::Fit::Wrap});
  for (std::size_t i = 0; i < page.missing.size(); ++i) keep(wish, draw_missing(stage, column, page, i));
  return wish;
}

// ---- what the customer gets

Wish draw_languages(const Stage& stage, Column& column, const shown::VisitPage& page) {
  Wish wish;
  ui::group_label(column.next(dp(28), dp(4)), stage.in.tr("ready.language"));
  const auto languages = language::languages();
  const ui::ChoiceGrid measure{{0, 0, column.width(), 0}, dp(150), languages.size(), dp(10)};
  const ui::ChoiceGrid grid{column.next(measure.height(), dp(24)), dp(150), languages.size(), dp(10)};
  for (std::size_t i = 0; i < languages.size(); ++i) {
    const auto& one = languages[i];
    const bool is_chosen = page.file.visit.language == one.code;
    if (ui::choice("ready.language." + std::string(one.code), grid.at(i), one.own_name, is_chosen) &&
        !is_chosen)
      wish = intent::SetCustomerLanguage{std::string(one.code)};
  }
  return wish;
}

struct PreviewLine {
  std::string label;
  std::string words;
  bool is_large = false;
};

std::vector<PreviewLine> preview_of(const Stage& stage, const shown::VisitPage& page) {
  const auto& visit = page.file.visit;
  const auto or_else = [&](const std::string& words, const char* key) {
    return trimmed(words).empty() ? stage.in.tr(key) : words;
  };
  return {{stage.in.tr("summary.done"), or_else(visit.result, "answer.none")},
          {stage.in.tr("summary.promised"), or_else(visit.promised, "summary.promised.none")},
          {stage.in.tr("summary.price.total"),
           visit.price_minor == 0 ? stage.in.tr("summary.price.nothing")
                                  : stage.in.money({visit.price_minor, visit.currency}),
           visit.price_minor != 0}};
}

void draw_preview(const Stage& stage, Column& column, const shown::VisitPage& page) {
  const auto lines = preview_of(stage, page);
  const float width = column.width() - dp(40);
  const auto face_of = [](const PreviewLine& line) { return line.is_large ? Face::Title : Face::Body; };
  constexpr std::size_t kLinesMax = 4;
  float height = dp(36);
  for (const auto& line : lines)
    height += ui::line_height(Face::SmallBold) + dp(2) +
              ui::text_height(line.words, face_of(line), width, kLinesMax) + dp(12);
  ui::group_label(column.next(dp(28), dp(4)), stage.in.tr("ready.preview"));
  const auto rect = column.next(height - dp(12), dp(20));
  ui::card(rect);
  auto inner = rect.inset(dp(20), dp(18));
  for (const auto& line : lines) {
    inner.cut_top(ui::text(inner, line.label, {.face = Face::SmallBold, .role = Role::Soft}), dp(2));
    inner.cut_top(
        ui::text(inner, line.words, {.face = face_of(line), .fit = ui::Fit::Wrap, .lines_max = kLinesMax}),
        dp(12));
  }
}

// ---- going on

Wish draw_foot(const Stage& stage, Rect rect, const shown::VisitPage& page) {
  Wish wish;
  ui::fill(rect, Role::Card);
  ui::hairline(rect.x, rect.y, rect.w);
  rect = rect.inset(dp(24), dp(14));
  const bool is_ready = page.missing.empty();
  const bool is_over = rect.w < dp(560);
  const auto hand_over =
      is_over ? rect.cut_bottom(dp(64), dp(10)) : rect.cut_right((rect.w - dp(14)) * 0.58f, dp(14));
  // A lock says that they wait, where a theme has no paler ink for it.
  const ui::ButtonStyle primary{.kind = ui::ButtonKind::Primary,
                                .icon = is_ready ? Icon::ArrowForward : Icon::Lock,
                                .is_icon_behind = is_ready,
                                .is_enabled = is_ready,
                                .is_large = true};
  const ui::ButtonStyle absent{.icon = is_ready ? Icon::None : Icon::Lock, .is_enabled = is_ready};
  if (ui::button("ready.hand_over", hand_over, stage.in.tr("ready.hand_over"), primary))
    wish = intent::HandOver{};
  if (ui::button("ready.absent", rect, stage.in.tr("button.absent"), absent)) wish = intent::WantToBeAbsent{};
  return wish;
}

float foot_height(float width) {
  return (width - dp(48) < dp(560) ? dp(64) + dp(10) + ui::button_height() : dp(64)) + dp(28);
}

Wish draw_customer_part(const Stage& stage, Column& column, const shown::VisitPage& page) {
  auto wish = draw_languages(stage, column, page);
  draw_preview(stage, column, page);
  return wish;
}

}  // namespace

Wish draw_ready(Stage stage, const ReadyView& view) {
  std::string subtitle;
  if (view.page != nullptr) subtitle = subject_words(stage, *view.page) + ", " + view.page->customer.name;
  auto wish =
      draw_header(stage, {.title = stage.in.tr("ready.title"), .subtitle = subtitle, .has_back = true}).wish;
  auto rect = stage.page;
  if (view.page == nullptr) {
    ui::spinner(rect.centred(dp(48), dp(48)));
    return wish;
  }
  const auto& page = *view.page;
  keep(wish, draw_foot(stage, rect.cut_bottom(foot_height(rect.w)), page));
  const bool is_beside = is_wide(stage.page);
  if (is_beside) {
    auto side = rect.cut_right(std::min(dp(480), rect.w * 0.42f));
    ui::hairline_down(side.x, side.y, side.h);
    ui::Scroll scroll{"ready.customer", side};
    Column column{scroll, dp(24), dp(940)};
    column.space(dp(20));
    keep(wish, draw_customer_part(stage, column, page));
  }
  ui::Scroll scroll{"ready", rect};
  Column column{scroll, dp(is_beside ? 32 : 20), dp(820)};
  column.space(dp(24));
  keep(wish, draw_answer(stage, column, page, is_beside ? rect.h - dp(80) : 0));
  if (!is_beside) {
    column.space(dp(12));
    keep(wish, draw_customer_part(stage, column, page));
  }
  column.space(dp(16));
  return wish;
}

}  // namespace aftercare::screens
