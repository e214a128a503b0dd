#include "client/screens/question.h"
#include "client/screens/visit_outline.h"
#include "client/ui/widgets.h"
#include "shared/base/text.h"
#include "shared/language/words.h"

/// Measured numbers: the unit, the limits, and why a value lies outside them.
namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr float kFieldPx = 240;

/// What is typed as a number, with a comma or a point; empty when it is none.
std::optional<Decimal> number_of(std::string_view typed) {
  auto plain = trimmed(typed);
  std::ranges::replace(plain, ',', '.');
  auto number = decimal_of_text(plain);
  return number ? std::optional(number.value()) : std::nullopt;
}

struct Limit {
  bool is_broken = false;
  std::string words;
};

/// Which limit the value breaks; else which limits there are, for who is about to measure.
Limit limit_of(const Stage& stage, const domain::Question& question, const std::optional<Decimal>& value) {
  const auto unit = language::unit_words(stage.in, question.unit);
  const auto &min = question.min, &max = question.max;
  if (value && max && compare(*value, *max) > 0)
    return {true, stage.in.tr("answer.above_limit", {{"max", *max}, {"unit", unit}})};
  if (value && min && compare(*value, *min) < 0)
    return {true, stage.in.tr("answer.below_limit", {{"min", *min}, {"unit", unit}})};
  if (min && max)
    return {false, stage.in.tr("answer.limits.between", {{"min", *min}, {"max", *max}, {"unit", unit}})};
  if (min) return {false, stage.in.tr("answer.limits.at_least", {{"min", *min}, {"unit", unit}})};
  if (max) return {false, stage.in.tr("answer.limits.at_most", {{"max", *max}, {"unit", unit}})};
  return {};
}

void draw_limit(const Rect& rect, const Limit& limit) {
  if (limit.words.empty()) return;
  if (limit.is_broken) {
    ui::chip(rect, limit.words, Icon::Alert, ui::Tone::Danger);
  } else {
    ui::text_in_middle(rect, limit.words, {.face = Face::Small, .role = Role::Soft});
  }
}

/// Beside the field, or under it where it has no room.
Wish draw_value(const Stage& stage, Column& column, const QuestionView& view, const std::string& field) {
  const auto limit = limit_of(stage, view.question, number_of(view.draft.texts.at(field)));
  const bool is_wrong = limit.is_broken || is_refused(view);
  const float limit_width =
      limit.is_broken ? ui::chip_width(limit.words, Icon::Alert) : ui::text_width(limit.words, Face::Small);
  const float field_width = std::min(dp(kFieldPx), column.width());
  auto line = column.next(ui::button_height());
  const auto unit = language::unit_words(stage.in, view.question.unit);
  auto wish = draw_field(line.cut_left(field_width, dp(12)), view.draft, field, {},
                         {.unit = unit, .pad = ui::Pad::Number, .is_wrong = is_wrong, .character_max = 30});
  if (limit.words.empty()) return wish;
  if (limit_width <= line.w) {
    draw_limit(line, limit);
  } else {
    column.space(dp(6));
    draw_limit(column.next(ui::chip_height()), limit);
  }
  return wish;
}

/// The note that settles it begins with the question's own words.
const domain::Note* note_about(const shown::VisitPage& page, const std::string& label) {
  for (const auto& note : page.file.notes) {
    if (note.text.starts_with(label)) return &note;
  }
  return nullptr;
}

void draw_settled(Column& column, const domain::Note& note) {
  column.space(dp(8));
  auto rect = column.next(ui::text_height(note.text, Face::Small, column.width() - dp(30)));
  const auto mark = rect.cut_left(dp(19), dp(11));
  ui::icon({mark.x, mark.y, mark.w, ui::line_height(Face::Small)}, Icon::CheckCircle, Role::Done,
           Face::IconSmall);
  (void)ui::text(rect, note.text, {.face = Face::Small, .role = Role::Soft, .fit = ui::Fit::Wrap});
}

Wish draw_reason(const Stage& stage, Column& column, const QuestionView& view, const std::string& value) {
  const auto& label = in_words(stage, view.question.label);
  if (const auto* note = note_about(view.page, label)) {
    draw_settled(column, *note);
    return std::nullopt;
  }
  const auto field = "limit_note." + view.question.key;
  const auto placeholder = stage.in.tr("answer.limit_reason");
  const auto add = stage.in.tr("button.add_note");
  column.space(dp(10));
  const float button_width = ui::button_width(add);
  const float beside = column.width() - button_width - dp(12);
  Wish wish;
  Rect button;
  if (ui::text_width(placeholder, Face::Body) + dp(36) <= beside) {
    auto line = column.next(ui::button_height());
    button = line.cut_right(button_width, dp(12));
    wish = draw_field(line, view.draft, field, {}, {.placeholder = placeholder});
  } else {
    wish = draw_lines(column, view.draft, field, {}, {.placeholder = placeholder});
    column.space(dp(8));
    button = column.next(ui::button_height());
    button.w = std::min(button.w, button_width);
  }
  const auto reason = trimmed(view.draft.texts.at(field));
  if (!ui::button("answer." + view.question.key + ".note", button, add, {.is_enabled = !reason.empty()}))
    return wish;
  const auto words = stage.in.tr(
      "answer.limit_note",
      {{"question", label}, {"value", language::words(stage.in, view.question, value)}, {"reason", reason}});
  auto& note = view.draft.texts["note"];  // what was half typed there goes along: nothing is lost
  note = note.empty() ? words : words + "\n" + note;
  view.draft.texts.erase(field);
  return intent::AddNote{};
}

}  // namespace

Wish draw_number(const Stage& stage, Column& column, const QuestionView& view) {
  const auto field = "answer." + view.question.key;
  const auto& typed =
      view.draft.texts.try_emplace(field, answer_to(view.page, view.question.key)).first->second;
  auto wish = draw_value(stage, column, view, field);
  const auto number = number_of(typed);
  const bool is_shapeless = is_refused(view) && !number;
  if (is_shapeless) draw_refusal(column, stage.in.tr("answer.shape.number"));
  if (limit_of(stage, view.question, number).is_broken)
    keep(wish, draw_reason(stage, column, view, to_text(*number)));
  return wish;
}

}  // namespace aftercare::screens
