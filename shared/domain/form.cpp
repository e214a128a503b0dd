#include "shared/domain/form.h"

#include "shared/base/json.h"
#include "shared/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace aftercare::domain {
namespace {

using Json = nlohmann::json;

/// Reads a form's parts and remembers the first mistake with its place, so that the reading itself
/// can go straight on.
class FormReader {
 public:
  FormDefinition read(const Json& json) {
    FormDefinition form;
    if (!json.is_object()) return wrong("the form", "is not an object"), form;
    form.title = translated(json, "title", "the form");
    for (const auto& part : list(json, "sections", "the form")) form.sections.push_back(section(part));
    return form;
  }

  std::string complaint;

 private:
  void wrong(std::string_view place, std::string_view what) {
    if (complaint.empty()) complaint = fmt::format("{}: {}", place, what);
  }

  const Json& list(const Json& json, const char* key, std::string_view place) {
    static const Json kNone = Json::array();
    if (!json.contains(key) || !json[key].is_array())
      return wrong(place, fmt::format("needs a list \"{}\"", key)), kNone;
    return json[key];
  }

  std::string text(const Json& json, const char* key, std::string_view place) {
    if (!json.is_object() || !json.contains(key) || !json[key].is_string()) {
      return wrong(place, fmt::format("needs a text \"{}\"", key)), std::string{};
    }
    return json[key].get<std::string>();
  }

  Translated translated(const Json& json, const char* key, std::string_view place) {
    Translated texts;
    if (!json.contains(key) || !json[key].is_object() || !json[key].contains("en")) {
      return wrong(place, fmt::format("needs \"{}\" in at least \"en\"", key)), texts;
    }
    for (const auto& [language, word] : json[key].items()) {
      if (!word.is_string())
        return wrong(place, fmt::format("\"{}\" in \"{}\" is no text", key, language)), texts;
      texts[language] = word.get<std::string>();
    }
    return texts;
  }

  std::optional<Decimal> limit(const Json& json, const char* key, const std::string& place) {
    if (!json.contains(key)) return std::nullopt;
    const auto number = decimal_of_text(text(json, key, place));
    if (!number)
      return wrong(place, fmt::format("\"{}\" is a decimal written as text, \"1.5\"", key)), std::nullopt;
    return number.value();
  }

  Section section(const Json& json) {
    Section section;
    section.key = text(json, "key", "a section");
    const auto place = fmt::format("section \"{}\"", section.key);
    if (!json.is_object()) return section;
    section.title = translated(json, "title", place);
    if (json.contains("when")) {
      section.when = Condition{text(json["when"], "question", place), text(json["when"], "value", place)};
      if (!questions_.contains(section.when->question))
        wrong(place, "its condition asks about a question that does not stand before it");
    }
    for (const auto& part : list(json, "questions", place)) section.questions.push_back(question(part));
    return section;
  }

  Question question(const Json& json) {
    Question question;
    question.key = text(json, "key", "a question");
    const auto place = fmt::format("question \"{}\"", question.key);
    if (!json.is_object()) return question;
    if (!questions_.insert(question.key).second) wrong(place, "stands twice");
    const auto kind = value_of<AnswerKind>(text(json, "kind", place));
    if (!kind) return wrong(place, "its \"kind\" is unknown"), question;
    question.kind = *kind;
    question.label = translated(json, "label", place);
    question.is_required =
        json.contains("required") && json["required"].is_boolean() && json["required"].get<bool>();
    if (json.contains("unit")) question.unit = text(json, "unit", place);
    question.min = limit(json, "min", place);
    question.max = limit(json, "max", place);
    if (question.min && question.max && compare(*question.min, *question.max) > 0)
      wrong(place, "\"min\" is more than \"max\"");
    if (json.contains("photos_min")) {
      if (!json["photos_min"].is_number_unsigned() || json["photos_min"].get<std::uint64_t>() > 20) {
        wrong(place, "\"photos_min\" is a number up to 20");
      } else {
        question.photo_count_min = json["photos_min"].get<std::size_t>();
      }
    }
    if (*kind == AnswerKind::Choice || *kind == AnswerKind::Choices) {
      for (const auto& part : list(json, "choices", place)) {
        question.choices.push_back(
            {text(part, "key", place), part.is_object() ? translated(part, "label", place) : Translated{}});
      }
      check_choices(question, place);
    }
    return question;
  }

  // Keys of several choices are kept joined by blanks.
  void check_choices(const Question& question, const std::string& place) {
    std::set<std::string_view> keys;
    if (question.choices.empty()) wrong(place, "offers nothing to choose from");
    for (const auto& choice : question.choices) {
      if (choice.key.empty() || choice.key.find(' ') != std::string::npos)
        wrong(place, "a choice's \"key\" is empty or has a blank");
      if (!keys.insert(choice.key).second)
        wrong(place, fmt::format("the choice \"{}\" stands twice", choice.key));
    }
  }

  std::set<std::string> questions_;
};

bool is_date(const std::string& value) {
  if (value.size() != 10 || value[4] != '-' || value[7] != '-') return false;
  // Digits only: from_chars would take a minus, and year −1 exists.
  const auto digits = value.substr(0, 4) + value.substr(5, 2) + value.substr(8, 2);
  if (digits.find_first_not_of("0123456789") != std::string::npos) return false;
  const auto number = [&](std::size_t from, std::size_t size) {
    unsigned n = 0;
    std::from_chars(digits.data() + from, digits.data() + from + size, n);
    return n;
  };
  return std::chrono::year_month_day{std::chrono::year{static_cast<int>(number(0, 4))},
                                     std::chrono::month{number(4, 2)}, std::chrono::day{number(6, 2)}}
      .ok();
}

std::vector<std::string> words(const std::string& value) {
  std::vector<std::string> words;
  std::size_t from = 0;
  while (from <= value.size() && !value.empty()) {
    const auto to = std::min(value.find(' ', from), value.size());
    words.push_back(value.substr(from, to - from));
    from = to + 1;
  }
  return words;
}

bool has_choice(const Question& question, const std::string& key) {
  return std::ranges::find(question.choices, key, &Choice::key) != question.choices.end();
}

}  // namespace

const std::string& in_language(const Translated& text, const std::string& language) {
  static const std::string kNothing;
  if (const auto found = text.find(language); found != text.end()) return found->second;
  const auto english = text.find("en");
  return english != text.end() ? english->second : kNothing;
}

Result<FormDefinition> read_form(std::string_view definition) {
  const auto json = parse_json(definition);
  if (!json) return Error{ErrorKind::Invalid, "the form is not readable: " + json.error().detail};
  FormReader reader;
  auto form = reader.read(json.value());
  if (!reader.complaint.empty()) return Error{ErrorKind::Invalid, reader.complaint};
  return form;
}

bool is_shown(const Section& section, const Answers& answers) {
  if (!section.when) return true;
  const auto found = answers.find(section.when->question);
  if (found == answers.end()) return false;
  const auto given = words(found->second);
  return std::ranges::find(given, section.when->value) != given.end();
}

Done check_answer(const Question& question, const std::string& value) {
  const auto refuse = [&](std::string_view what) {
    return Error{ErrorKind::Refused, fmt::format("question \"{}\": {}", question.key, what)};
  };
  constexpr std::size_t kTextMax = 4000;
  switch (question.kind) {
    case AnswerKind::YesNo:
      if (value != "yes" && value != "no") return refuse("answer \"yes\" or \"no\"");
      break;
    case AnswerKind::Choice:
      if (!has_choice(question, value)) return refuse("choose one of the keys that the form lists");
      break;
    case AnswerKind::Choices: {
      auto keys = words(value);
      if (!std::ranges::all_of(keys, [&](const auto& key) { return has_choice(question, key); })) {
        return refuse("choose among the keys that the form lists, joined by blanks");
      }
      std::ranges::sort(keys);
      if (std::ranges::adjacent_find(keys) != keys.end()) return refuse("a choice stands twice");
      break;
    }
    case AnswerKind::Number:
      if (!decimal_of_text(value)) return refuse("write a plain number such as 12.5");
      break;
    case AnswerKind::Text:
      if (character_count(value) > kTextMax) return refuse("at most 4000 characters");
      break;
    case AnswerKind::Date:
      if (!is_date(value)) return refuse("write the date as YYYY-MM-DD");
      break;
    case AnswerKind::Photo: return refuse("is answered by photos, not by a value");
  }
  return done();
}

}  // namespace aftercare::domain
