#pragma once

#include "shared/domain/sign_off.h"

namespace aftercare::domain {

/// Everything about one visit, as the rules and the customer's summary need it together.
struct VisitFile {
  Visit visit;
  std::optional<Form> form;
  std::vector<VisitEvent> events;  // in the order they happened
  std::vector<Answer> answers;
  std::vector<Photo> photos;
  std::vector<Note> notes;
};

/// Something that must be settled before the technician leaves. `code` ends the message key
/// `ready.missing.<code>`.
struct Missing {
  enum class Code {
    Arrival,
    WorkTime,
    RequiredAnswer,
    AnswerOutOfLimits,
    AnswerWrongShape,
    PhotoMissing,
    Result,
    FormUnreadable
  };
  Code code = Code::Arrival;
  std::string question = {};  // its key, where one is meant
  bool operator==(const Missing&) const = default;
};
template <>
struct Names<Missing::Code> {
  static constexpr std::array<std::string_view, 8> values{
      "no_arrival",   "no_work_time",  "required_answer", "answer_out_of_limits",
      "answer_shape", "photo_missing", "no_result",       "form_unreadable"};
};

/// The one rule of "ready to leave", used by the tablet before it seals and by the server when the
/// seal arrives: what the tablet lets pass, the server never refuses. Depends on nothing but the
/// file itself. Remote help needs no arrival. A number outside its limits is settled by a note.
[[nodiscard]] std::vector<Missing> missing_before_leaving(const VisitFile& file);

}  // namespace aftercare::domain
