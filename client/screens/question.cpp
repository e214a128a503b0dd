#include "client/screens/question.h"

#include "client/screens/photo_strip.h"
#include "client/screens/visit_outline.h"
#include "client/ui/widgets.h"

namespace aftercare::screens {
namespace {

using domain::AnswerKind;
using ui::dp;
using ui::Face;
using ui::Rect;
using ui::Role;

constexpr float kAfterQuestionPx = 26;

/// What is said beside the question until it is answered.
std::string aside_of(const Stage& stage, const QuestionView& view) {
  const auto& question = view.question;
  if (!question.is_required || is_answered(view.page, question)) return {};
  if (question.kind == AnswerKind::Photo && question.photo_count_min > 1)
    return stage.in.tr("answer.photos_required", {{"count", question.photo_count_min}});
  return stage.in.tr("state.required");
}

struct Option {
  std::string value;
  std::string label;
  bool is_chosen = false;
};

/// Buttons of one width, as many beside each other as there is room for. Returns the one that was tapped.
const Option* draw_options(Column& column, const std::string& question, const std::vector<Option>& options) {
  float words = 0;
  for (const auto& option : options) words = std::max(words, ui::text_width(option.label, Face::BodyBold));
  const float width = choice_width(column, words), gap = dp(kChoiceGapPx);
  const ui::ChoiceGrid measure{{0, 0, column.width(), 0}, width, options.size(), gap};
  const ui::ChoiceGrid grid{column.next(measure.height()), width, options.size(), gap};
  const Option* tapped = nullptr;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const auto key = "answer." + question + "." + options[i].value;
    if (ui::choice(key, grid.at(i), options[i].label, options[i].is_chosen)) tapped = &options[i];
  }
  return tapped;
}

Wish draw_one_of(Column& column, const QuestionView& view, std::vector<Option> options) {
  const auto value = answer_to(view.page, view.question.key);
  for (auto& option : options) option.is_chosen = option.value == value;
  const auto* tapped = draw_options(column, view.question.key, options);
  if (tapped == nullptr || tapped->is_chosen) return std::nullopt;
  return intent::SetAnswer{view.question.key, tapped->value};
}

std::vector<Option> options_of(const Stage& stage, const domain::Question& question) {
  std::vector<Option> options;
  for (const auto& choice : question.choices) options.push_back({choice.key, in_words(stage, choice.label)});
  return options;
}

bool contains_key(std::string_view keys, std::string_view key) {
  while (!keys.empty()) {
    const auto end = std::min(keys.find(' '), keys.size());
    if (keys.substr(0, end) == key) return true;
    keys.remove_prefix(std::min(end + 1, keys.size()));
  }
  return false;
}

Wish draw_several(const Stage& stage, Column& column, const QuestionView& view) {
  auto options = options_of(stage, view.question);
  const auto value = answer_to(view.page, view.question.key);
  for (auto& option : options) option.is_chosen = contains_key(value, option.value);
  const auto* tapped = draw_options(column, view.question.key, options);
  if (tapped == nullptr) return std::nullopt;
  std::string keys;  // in the form's order
  for (const auto& option : options) {
    if (option.is_chosen == (&option == tapped)) continue;
    if (!keys.empty()) keys += ' ';
    keys += option.value;
  }
  return intent::SetAnswer{view.question.key, keys};
}

Wish draw_text(const Stage& stage, Column& column, const QuestionView& view) {
  const bool is_wrong = is_refused(view);
  auto wish = draw_lines(column, view.draft, "answer." + view.question.key,
                         answer_to(view.page, view.question.key), {.is_wrong = is_wrong});
  if (is_wrong) draw_refusal(column, stage.in.tr("answer.shape.text"));
  return wish;
}

Wish draw_photos(const Stage& stage, Column& column, const QuestionView& view) {
  const auto place = "answer." + view.question.key;
  return draw_photo_strip(
      stage, column, photos_of(view.page, view.question.key),
      {.camera_key = place + ".photo", .file_key = place + ".file", .question = view.question.key});
}

Wish draw_answer(const Stage& stage, Column& column, const QuestionView& view) {
  switch (view.question.kind) {
    case AnswerKind::YesNo:
      return draw_one_of(column, view,
                         {{"yes", stage.in.tr("answer.yes")}, {"no", stage.in.tr("answer.no")}});
    case AnswerKind::Choice: return draw_one_of(column, view, options_of(stage, view.question));
    case AnswerKind::Choices: return draw_several(stage, column, view);
    case AnswerKind::Number: return draw_number(stage, column, view);
    case AnswerKind::Text: return draw_text(stage, column, view);
    case AnswerKind::Date: return draw_date(stage, column, view);
    case AnswerKind::Photo: return draw_photos(stage, column, view);
  }
  return std::nullopt;
}

}  // namespace

void draw_label(Column& column, std::string_view label, std::string_view aside) {
  const float width = column.width();
  const float label_width = ui::text_width(label, Face::BodyBold);
  const auto quiet = aside.empty() ? std::string{} : " · " + std::string(aside);
  if (label_width + ui::text_width(quiet, Face::Body) <= width) {
    auto line = column.next(ui::line_height(Face::BodyBold), dp(8));
    ui::text_in_middle(line.cut_left(label_width), label, {.face = Face::BodyBold});
    ui::text_in_middle(line, quiet, {.role = Role::Soft});
    return;
  }
  const auto words = column.next(ui::text_height(label, Face::BodyBold, width), dp(aside.empty() ? 8 : 2));
  (void)ui::text(words, label, {.face = Face::BodyBold, .fit = ui::Fit::Wrap});
  if (aside.empty()) return;
  const auto line = column.next(ui::text_height(aside, Face::Small, width), dp(8));
  (void)ui::text(line, aside, {.face = Face::Small, .role = Role::Soft, .fit = ui::Fit::Wrap});
}

Wish draw_field(const Rect& rect, shown::VisitDraft& draft, const std::string& field,
                const std::string& recorded, const ui::FieldStyle& style) {
  auto& words = draft.texts.try_emplace(field, recorded).first->second;
  const auto edit = ui::text_field(field, rect, words, style);
  if (edit.is_changed) return intent::EditField{field};
  if (edit.is_left) return intent::LeaveField{field};
  return std::nullopt;
}

Wish draw_lines(Column& column, shown::VisitDraft& draft, const std::string& field,
                const std::string& recorded, ui::FieldStyle style) {
  constexpr std::size_t kLinesMin = 2, kLinesMax = 12;
  style.has_lines = true;
  const auto& words = draft.texts.try_emplace(field, recorded).first->second;
  const auto& shown = words.empty() ? std::string(style.placeholder) : words;
  const auto rect = column.next(ui::field_height(shown, column.width(), kLinesMin, kLinesMax));
  return draw_field(rect, draft, field, recorded, style);
}

float choice_width(const Column& column, float words_width) {
  constexpr float kCheckPx = 66;  // what a chosen one needs beside its words
  const float width = std::max(dp(150), words_width + dp(kCheckPx));
  const float half = (column.width() - dp(kChoiceGapPx)) / 2;
  if (width <= half) return width;
  return half >= dp(280) ? half : std::min(column.width(), dp(480));
}

void draw_refusal(Column& column, std::string_view words) {
  column.space(dp(6));
  const float width = column.width() - dp(30);
  auto rect = column.next(ui::text_height(words, Face::Small, width));
  const auto mark = rect.cut_left(dp(19), dp(11));
  ui::icon({mark.x, mark.y, mark.w, ui::line_height(Face::Small)}, ui::Icon::Alert, Role::Danger,
           Face::IconSmall);
  (void)ui::text(rect, words, {.face = Face::Small, .role = Role::Danger, .fit = ui::Fit::Wrap});
}

bool is_refused(const QuestionView& view) {
  return view.refused_fields != nullptr && view.refused_fields->contains("answer." + view.question.key);
}

Wish draw_question(const Stage& stage, Column& column, const QuestionView& view) {
  draw_label(column, in_words(stage, view.question.label), aside_of(stage, view));
  auto wish = draw_answer(stage, column, view);
  // A choice that did not fit is one that the form no longer has.
  const bool is_typed = view.question.kind == AnswerKind::Number || view.question.kind == AnswerKind::Text ||
                        view.question.kind == AnswerKind::Date;
  if (is_refused(view) && !is_typed) draw_refusal(column, stage.in.tr("error.invalid"));
  column.space(dp(kAfterQuestionPx));
  return wish;
}

}  // namespace aftercare::screens
