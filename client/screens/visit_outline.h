#pragma once

#include "client/screens/stage.h"

/// What the open visit consists of, and how far each part is: computed from its records, never kept.
namespace aftercare::screens {

inline constexpr std::string_view kAssetKey = "asset";
inline constexpr std::string_view kPhotosKey = "photos";
inline constexpr std::string_view kNotesKey = "notes";
inline constexpr std::string_view kOutcomeKey = "outcome";

/// One line of the outline: a section of the form that is to be filled in, or what the visit is about while
/// that is not named, photos, notes, outcome.
struct OutlinePart {
  std::string key;
  std::string title;
  std::string aside;                         // "3 of 8" until it is done, or how many there are
  bool is_done = false;                      // everything that is required is there, and something is
  const domain::Section* section = nullptr;  // of the form
};
/// `open`: the section that is open stays in the outline.
[[nodiscard]] std::vector<OutlinePart> outline_of(const Stage& stage, const shown::VisitPage& page,
                                                  std::string_view open);

[[nodiscard]] domain::Answers answers_of(const shown::VisitPage& page);
/// What was answered; empty when nothing was.
[[nodiscard]] std::string answer_to(const shown::VisitPage& page, const std::string& question);
[[nodiscard]] std::vector<const domain::Photo*> photos_of(const shown::VisitPage& page,
                                                          const std::string& question);
[[nodiscard]] const domain::Question* find_question(const shown::VisitPage& page,
                                                    const std::string& question);
/// Whether nothing more is wanted by the question; its limits are another matter.
[[nodiscard]] bool is_answered(const shown::VisitPage& page, const domain::Question& question);

/// "Heat pump", or the kind of the visit where nothing is named.
[[nodiscard]] std::string subject_words(const Stage& stage, const shown::VisitPage& page);
/// A text of the form in the technician's language.
[[nodiscard]] const std::string& in_words(const Stage& stage, const domain::Translated& text);

}  // namespace aftercare::screens
