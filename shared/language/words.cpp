#include "shared/language/words.h"

#include "shared/base/text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

namespace aftercare::language {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 19> kUnitSymbols{{
    {"pcs", "piece"},      {"h", "hour"},
    {"min", "minute"},     {"m", "metre"},
    {"km", "kilometre"},   {"l", "litre"},
    {"L", "litre"},        {"l/min", "litre_per_minute"},
    {"kg", "kilogram"},    {"°C", "celsius"},
    {"%", "percent"},      {"Pa", "pascal"},
    {"kPa", "kilopascal"}, {"m³/h", "cubic_metre_per_hour"},
    {"V", "volt"},         {"A", "ampere"},
    {"kW", "kilowatt"},    {"kWh", "kilowatt_hour"},
    {"Ω", "ohm"},
}};

template <domain::Named Enum>
std::string by_name(const Formatter& in, std::string_view place, Enum value) {
  return in.tr(fmt::format("{}.{}", place, domain::name_of(value)));
}

std::string known_or_itself(const Formatter& in, std::string_view place, std::string_view name) {
  const auto key = fmt::format("{}.{}", place, name);
  return in.has(key) ? in.tr(key) : std::string(name);
}

const domain::Question* question_of(const domain::FormDefinition* form, const std::string& key) {
  if (form == nullptr) return nullptr;
  for (const auto& section : form->sections) {
    for (const auto& question : section.questions) {
      if (question.key == key) return &question;
    }
  }
  return nullptr;
}

// Which sentence fits a number outside its limits depends on which limits there are.
std::string out_of_limits(const Formatter& in, const domain::Question& question, const std::string& label) {
  const auto unit = unit_words(in, question.unit);
  const auto min = question.min.value_or(Decimal{});
  const auto max = question.max.value_or(Decimal{});
  if (!question.max)
    return in.tr("ready.missing.answer_too_low", {{"question", label}, {"min", min}, {"unit", unit}});
  if (!question.min)
    return in.tr("ready.missing.answer_too_high", {{"question", label}, {"max", max}, {"unit", unit}});
  return in.tr("ready.missing.answer_out_of_limits",
               {{"question", label}, {"min", min}, {"max", max}, {"unit", unit}});
}

std::optional<std::chrono::year_month_day> day_of_text(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto part = [&](std::size_t from, std::size_t count) {
    int number = -1;
    const auto* const end = text.data() + from + count;
    const auto read = std::from_chars(text.data() + from, end, number);
    return read.ec == std::errc{} && read.ptr == end ? number : -1;
  };
  const int year = part(0, 4);
  const int month = part(5, 2);
  const int day = part(8, 2);
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return date.ok() ? std::optional(date) : std::nullopt;
}

std::string choice_words(const Formatter& in, const domain::Question& question, std::string_view key) {
  for (const auto& choice : question.choices) {
    if (choice.key == key) return domain::in_language(choice.label, std::string(in.code()));
  }
  return std::string(key);
}

std::string choices_words(const Formatter& in, const domain::Question& question, std::string_view keys) {
  std::vector<std::string> labels;
  while (!keys.empty()) {
    const auto key = keys.substr(0, keys.find(' '));
    if (!key.empty()) labels.push_back(choice_words(in, question, key));
    keys.remove_prefix(std::min(keys.size(), key.size() + 1));
  }
  return in.list(labels);
}

}  // namespace

std::string words(const Formatter& in, domain::VisitKind kind) { return by_name(in, "visit.kind", kind); }
std::string words(const Formatter& in, domain::VisitEventKind kind) {
  return by_name(in, "visit.clock", kind);
}
std::string words(const Formatter& in, domain::PhotoMoment moment) {
  return by_name(in, "photo.moment", moment);
}
std::string words(const Formatter& in, domain::WorkOrderState state) {
  return by_name(in, "work_order.state", state);
}
std::string words(const Formatter& in, domain::Outcome outcome) {
  return by_name(in, "sign_off.outcome", outcome);
}
std::string words(const Formatter& in, domain::SignerRole role) { return by_name(in, "sign_off.role", role); }

std::string words(const Formatter& in, domain::Outcome outcome, domain::OutcomeReason reason) {
  if (reason == domain::OutcomeReason::None) return {};
  return by_name(in, outcome == domain::Outcome::Absent ? "sign_off.absent" : "sign_off.refused", reason);
}

std::string words(const Formatter& in, domain::CoveredItem item) {
  return by_name(in, "coverage.item", item);
}

std::string words(const Formatter& in, const domain::CoverageReason& reason) {
  const auto key = fmt::format("coverage.reason.{}", domain::name_of(reason.code));
  const std::string date = reason.date ? in.date(*reason.date) : std::string{};
  return in.tr(key, {{"date", date}, {"plan", reason.plan}});
}

std::string words(const Formatter& in, ErrorKind kind) {
  switch (kind) {
    case ErrorKind::NotFound: return in.tr("error.not_found");
    case ErrorKind::Invalid: return in.tr("error.invalid");
    case ErrorKind::Refused: return in.tr("error.refused");
    case ErrorKind::Conflict: return in.tr("error.conflict");
    case ErrorKind::Offline: return in.tr("error.offline");
    case ErrorKind::SignIn: return in.tr("error.sign_in");
    case ErrorKind::Busy: return in.tr("error.busy");
    case ErrorKind::Full: return in.tr("error.full");
    case ErrorKind::Corrupt: return in.tr("error.corrupt");
    case ErrorKind::Newer: break;
  }
  return in.tr("error.newer");
}

std::string words(const Formatter& in, const domain::Missing& missing, const domain::FormDefinition* form) {
  const auto* const question = question_of(form, missing.question);
  const auto& label =
      question != nullptr ? domain::in_language(question->label, std::string(in.code())) : missing.question;

  if (question != nullptr && missing.code == domain::Missing::Code::AnswerOutOfLimits) {
    return out_of_limits(in, *question, label);
  }
  return in.tr(fmt::format("ready.missing.{}", domain::name_of(missing.code)), {{"question", label}});
}

std::string words(const Formatter& in, const domain::Question& question, const std::string& value) {
  if (trimmed(value).empty()) return in.tr("answer.none");
  switch (question.kind) {
    case domain::AnswerKind::YesNo:
      if (value == "yes") return in.tr("answer.yes");
      if (value == "no") return in.tr("answer.no");
      return value;
    case domain::AnswerKind::Choice: return choice_words(in, question, value);
    case domain::AnswerKind::Choices: return choices_words(in, question, value);
    case domain::AnswerKind::Number: {
      const auto number = decimal_of_text(value);
      if (!number) return value;
      return in.tr("answer.measured", {{"value", number.value()}, {"unit", unit_words(in, question.unit)}});
    }
    case domain::AnswerKind::Date: {
      const auto day = day_of_text(value);
      return day ? in.date(*day) : value;
    }
    case domain::AnswerKind::Text:
    case domain::AnswerKind::Photo: break;
  }
  return value;
}

std::string group_words(const Formatter& in, std::string_view group) {
  return known_or_itself(in, "verify.group", group);
}

std::string unit_words(const Formatter& in, std::string_view unit) {
  if (unit.empty()) return {};
  for (const auto& [symbol, name] : kUnitSymbols) {
    if (symbol == unit) return known_or_itself(in, "unit", name);
  }
  return known_or_itself(in, "unit", unit);
}

}  // namespace aftercare::language
