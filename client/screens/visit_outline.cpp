#include "client/screens/visit_outline.h"

#include "shared/base/text.h"
#include "shared/language/words.h"

#include <algorithm>

namespace aftercare::screens {
namespace {

OutlinePart part_of(const Stage& stage, const shown::VisitPage& page, const domain::Section& section) {
  OutlinePart part{section.key, in_words(stage, section.title), {}, false, &section};
  std::size_t done = 0, total = 0, answered = 0;
  for (const auto& question : section.questions) {
    const bool has_answer = is_answered(page, question);
    answered += has_answer ? 1 : 0;
    if (!question.is_required) continue;
    ++total;
    done += has_answer ? 1 : 0;
  }
  // Where nothing is required, a look at it shows only by an answer.
  part.is_done = total > 0 ? done == total : answered > 0 && answered == section.questions.size();
  if (total > 0 && !part.is_done)
    part.aside = stage.in.tr("format.progress", {{"done", done}, {"total", total}});
  return part;
}

std::string count_words(const Stage& stage, std::size_t count) {
  return count == 0 ? std::string{} : stage.in.number(static_cast<std::int64_t>(count));
}

}  // namespace

std::vector<OutlinePart> outline_of(const Stage& stage, const shown::VisitPage& page, std::string_view open) {
  std::vector<OutlinePart> parts;
  if (!page.asset || open == kAssetKey) {
    const bool is_installed = page.file.visit.kind == domain::VisitKind::Installation;
    parts.push_back({std::string(kAssetKey),
                     stage.in.tr(is_installed ? "visit.asset.installed" : "summary.asset"),
                     {},
                     page.asset.has_value(),
                     nullptr});
  }
  if (page.form) {
    const auto answers = answers_of(page);
    for (const auto& section : page.form->sections) {
      if (domain::is_shown(section, answers)) parts.push_back(part_of(stage, page, section));
    }
  }
  const auto& file = page.file;
  parts.push_back({std::string(kPhotosKey), stage.in.tr("summary.photos"),
                   count_words(stage, file.photos.size()), !file.photos.empty(), nullptr});
  parts.push_back({std::string(kNotesKey), stage.in.tr("summary.notes"),
                   count_words(stage, file.notes.size()), !file.notes.empty(), nullptr});
  const bool has_result = !trimmed(file.visit.result).empty();
  parts.push_back({std::string(kOutcomeKey), stage.in.tr("visit.outcome"),
                   has_result ? std::string{} : stage.in.tr("state.required"), has_result, nullptr});
  return parts;
}

domain::Answers answers_of(const shown::VisitPage& page) {
  domain::Answers answers;
  for (const auto& answer : page.file.answers) answers[answer.question] = answer.value;
  return answers;
}

std::string answer_to(const shown::VisitPage& page, const std::string& question) {
  const auto found = std::ranges::find(page.file.answers, question, &domain::Answer::question);
  return found == page.file.answers.end() ? std::string{} : found->value;
}

std::vector<const domain::Photo*> photos_of(const shown::VisitPage& page, const std::string& question) {
  std::vector<const domain::Photo*> photos;
  for (const auto& photo : page.file.photos) {
    if (photo.question == question) photos.push_back(&photo);
  }
  return photos;
}

const domain::Question* find_question(const shown::VisitPage& page, const std::string& question) {
  if (!page.form || question.empty()) return nullptr;
  for (const auto& section : page.form->sections) {
    const auto found = std::ranges::find(section.questions, question, &domain::Question::key);
    if (found != section.questions.end()) return &*found;
  }
  return nullptr;
}

bool is_answered(const shown::VisitPage& page, const domain::Question& question) {
  if (question.kind == domain::AnswerKind::Photo)
    return photos_of(page, question.key).size() >= std::max<std::size_t>(1, question.photo_count_min);
  return !trimmed(answer_to(page, question.key)).empty();
}

std::string subject_words(const Stage& stage, const shown::VisitPage& page) {
  return page.asset ? page.asset->name : language::words(stage.in, page.file.visit.kind);
}

const std::string& in_words(const Stage& stage, const domain::Translated& text) {
  return domain::in_language(text, std::string(stage.in.code()));
}

}  // namespace aftercare::screens
