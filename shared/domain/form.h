#pragma once

#include "shared/base/decimal.h"
#include "shared/domain/work_order.h"

#include <map>
#include <vector>

namespace aftercare::domain {

using FormId = Id<struct FormTag>;
using AnswerId = Id<struct AnswerTag>;
using VisitId = Id<struct VisitTag>;

/// A checklist as it is kept and synced: one record for each version, so that an old visit keeps the
/// form it was filled with.
struct Form {
  FormId id;
  std::string key;  // "boiler_maintenance"
  std::int64_t version = 1;
  VisitKind kind = VisitKind::Maintenance;
  std::string category;    // of products; empty for all
  std::string definition;  // JSON, see assets/forms/README.md
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, Form>
void each_field(C& form, F&& field) {
  field(1, "key", form.key, kOnce);
  field(2, "version", form.version, kOnce);
  field(3, "kind", form.kind, kOnce);
  field(4, "category", form.category, kOnce);
  field(5, "definition", form.definition, kOnce);
}

enum class AnswerKind { YesNo, Choice, Choices, Number, Text, Date, Photo };
template <>
struct Names<AnswerKind> {
  static constexpr std::array<std::string_view, 7> values{"yes_no", "choice", "choices", "number",
                                                          "text",   "date",   "photo"};
};

/// A text in several languages, by language code; English is always there.
using Translated = std::map<std::string, std::string>;
[[nodiscard]] const std::string& in_language(const Translated& text, const std::string& language);

struct Choice {
  std::string key;
  Translated label;
};

/// Shown only when another question has this answer (for several choices: contains it).
struct Condition {
  std::string question;
  std::string value;
};

struct Question {
  std::string key;
  AnswerKind kind = AnswerKind::YesNo;
  Translated label;
  bool is_required = false;
  std::vector<Choice> choices = {};
  std::string unit = {};
  std::optional<Decimal> min = std::nullopt;
  std::optional<Decimal> max = std::nullopt;
  std::size_t photo_count_min = 1;
};

struct Section {
  std::string key;
  Translated title;
  std::optional<Condition> when = std::nullopt;
  std::vector<Question> questions;
};

struct FormDefinition {
  Translated title;
  std::vector<Section> sections;
};

/// Reads a form's JSON. Invalid with the place of the first mistake.
[[nodiscard]] Result<FormDefinition> read_form(std::string_view definition);

/// What was answered to one question of one visit. The value is text in one shape for each kind:
/// `yes`/`no`; a choice's key; keys joined by single blanks; a plain decimal; the text; YYYY-MM-DD;
/// for photos nothing (the photos name the question).
struct Answer {
  AnswerId id;
  VisitId visit_id;
  std::string question;
  AnswerKind kind = AnswerKind::YesNo;
  std::string value;
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, Answer>
void each_field(C& answer, F&& field) {
  field(1, "visit_id", answer.visit_id, kOnce);
  field(2, "question", answer.question, kOnce);
  field(3, "kind", answer.kind, kOnce);
  field(4, "value", answer.value, FieldRule{Merge::Field, true});
}

/// Answers by question, for rules and conditions.
using Answers = std::map<std::string, std::string>;

[[nodiscard]] bool is_shown(const Section& section, const Answers& answers);

/// Whether the value has the shape that the question asks for: `12,5` is no number, an unknown key
/// no choice. A number outside its limits has the right shape: it may be true, and ready-to-leave
/// asks about it.
[[nodiscard]] Done check_answer(const Question& question, const std::string& value);

}  // namespace aftercare::domain
