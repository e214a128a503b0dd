#include "shared/domain/ready_to_leave.h"

#include "shared/base/text.h"

#include <algorithm>

namespace aftercare::domain {
namespace {

bool has_event(const VisitFile& file, VisitEventKind kind) {
  return std::ranges::any_of(file.events, [&](const VisitEvent& event) { return event.kind == kind; });
}

Answers answers_of(const VisitFile& file) {
  Answers answers;
  for (const auto& answer : file.answers) answers[answer.question] = answer.value;
  return answers;
}

bool is_within_limits(const Question& question, const std::string& value) {
  const auto number = decimal_of_text(value);
  if (!number) return false;
  if (question.min && compare(number.value(), *question.min) < 0) return false;
  return !question.max || compare(number.value(), *question.max) <= 0;
}

void check_photos(const VisitFile& file, const Question& question, std::vector<Missing>& missing) {
  const auto count = std::ranges::count(file.photos, question.key, &Photo::question);
  if (question.is_required && static_cast<std::size_t>(count) < question.photo_count_min) {
    missing.push_back({Missing::Code::PhotoMissing, question.key});
  }
}

void check_question(const VisitFile& file, const Answers& answers, const Question& question,
                    std::vector<Missing>& missing) {
  if (question.kind == AnswerKind::Photo) return check_photos(file, question, missing);

  const auto found = answers.find(question.key);
  const bool is_answered = found != answers.end() && !trimmed(found->second).empty();
  if (!is_answered) {
    if (question.is_required) missing.push_back({Missing::Code::RequiredAnswer, question.key});
    return;
  }
  if (!check_answer(question, found->second)) {
    missing.push_back({Missing::Code::AnswerWrongShape, question.key});
  } else if (question.kind == AnswerKind::Number && !is_within_limits(question, found->second) &&
             file.notes.empty()) {
    missing.push_back({Missing::Code::AnswerOutOfLimits, question.key});
  }
}

}  // namespace

std::vector<Missing> missing_before_leaving(const VisitFile& file) {
  std::vector<Missing> missing;

  if (file.visit.kind != VisitKind::RemoteHelp && !has_event(file, VisitEventKind::Arrived)) {
    missing.push_back({Missing::Code::Arrival});
  }
  if (!has_event(file, VisitEventKind::Working)) missing.push_back({Missing::Code::WorkTime});
  if (trimmed(file.visit.result).empty()) missing.push_back({Missing::Code::Result});
  if (!file.form) return missing;

  const auto form = read_form(file.form->definition);
  if (!form) {
    missing.push_back({Missing::Code::FormUnreadable});
    return missing;
  }
  const auto answers = answers_of(file);
  for (const auto& section : form.value().sections) {
    if (!is_shown(section, answers)) continue;
    for (const auto& question : section.questions) check_question(file, answers, question, missing);
  }
  return missing;
}

}  // namespace aftercare::domain
