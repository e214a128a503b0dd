#pragma once

#include "client/screens/visit_column.h"
#include "client/ui/text_field.h"

/// One question of the form and its answer, one under the other; each kind of answer in its own way.
namespace aftercare::screens {

struct QuestionView {
  const shown::VisitPage& page;
  shown::VisitDraft& draft;
  const std::map<std::string, std::string>* refused_fields = nullptr;
  const domain::Question& question;
};
[[nodiscard]] Wish draw_question(const Stage& stage, Column& column, const QuestionView& view);

/// Its words, and what is quietly said beside them: "required".
void draw_label(Column& column, std::string_view label, std::string_view aside = {});

/// A field of the draft. It begins with what the record holds; its key is its name.
[[nodiscard]] Wish draw_field(const ui::Rect& rect, shown::VisitDraft& draft, const std::string& field,
                              const std::string& recorded, const ui::FieldStyle& style);
/// The same with several lines, as high as its text.
[[nodiscard]] Wish draw_lines(Column& column, shown::VisitDraft& draft, const std::string& field,
                              const std::string& recorded, ui::FieldStyle style);

/// How wide choices stand: two or more beside each other where they fit, long ones in two lines, or over each
/// other where there is no room for two.
[[nodiscard]] float choice_width(const Column& column, float words_width);
inline constexpr float kChoiceGapPx = 12;

/// Why what was typed did not fit, in words; nothing when it did.
void draw_refusal(Column& column, std::string_view words);

// Kinds of answers with files of their own.
[[nodiscard]] Wish draw_number(const Stage& stage, Column& column, const QuestionView& view);
[[nodiscard]] Wish draw_date(const Stage& stage, Column& column, const QuestionView& view);
[[nodiscard]] bool is_refused(const QuestionView& view);

}  // namespace aftercare::screens
