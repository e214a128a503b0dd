#include "shared/base/json.h"
#include "shared/domain/coverage.h"

#include <fmt/format.h>

#include <set>

namespace aftercare::domain {
namespace {

using Json = nlohmann::json;

constexpr int kMonthsMax = 1200;  // a hundred years
constexpr std::size_t kRuleCountMax = 20;
constexpr std::size_t kExclusionCountMax = 50;

/// Reads the parts of terms and remembers the first mistake with its place, so that the reading itself can
/// go straight on.
class TermsReader {
 public:
  TermsDefinition read(const Json& json) {
    TermsDefinition terms;
    if (!json.is_object()) return wrong("the terms", "are not an object"), terms;
    terms.title = translated(json, "title", "the terms");
    for (const auto& part : list(json, "rules", kRuleCountMax)) terms.rules.push_back(rule(part));
    for (const auto& part : list(json, "exclusions", kExclusionCountMax))
      terms.exclusions.push_back(exclusion(part));
    terms.work_by = word<WorkBy>(json, "work_by", "the terms");
    if (json.contains("maintenance")) {
      const auto& part = json["maintenance"];
      terms.maintenance = MaintenanceRule{
          months(part, "months", "maintenance"),
          part.is_object() && part.contains("free_months") ? months(part, "free_months", "maintenance") : 0};
      if (terms.maintenance->months < 1) wrong("maintenance", "comes after at least one month");
    }
    return terms;
  }

  std::string complaint;

 private:
  void wrong(std::string_view place, std::string_view what) {
    if (complaint.empty()) complaint = fmt::format("{}: {}", place, what);
  }

  const Json& list(const Json& json, const char* key, std::size_t count_max) {
    static const Json kNone = Json::array();
    if (!json.contains(key) || !json[key].is_array() || json[key].size() > count_max)
      return wrong("the terms", fmt::format("need a short list \"{}\"", key)), kNone;
    return json[key];
  }

  Translated translated(const Json& json, const char* key, std::string_view place) {
    Translated texts;
    if (!json.contains(key) || !json[key].is_object() || !json[key].contains("en"))
      return wrong(place, fmt::format("needs \"{}\" in at least \"en\"", key)), texts;
    for (const auto& [language, text] : json[key].items()) {
      if (!text.is_string())
        return wrong(place, fmt::format("\"{}\" in \"{}\" is no text", key, language)), texts;
      texts[language] = text.get<std::string>();
    }
    return texts;
  }

  template <Named Enum>
  Enum word(const Json& json, const char* key, std::string_view place) {
    const auto known = json.contains(key) && json[key].is_string()
                           ? value_of<Enum>(json[key].get<std::string>())
                           : std::nullopt;
    if (!known) wrong(place, fmt::format("its \"{}\" is unknown", key));
    return known.value_or(Enum{});
  }

  int months(const Json& json, const char* key, std::string_view place) {
    if (!json.is_object() || !json.contains(key) || !json[key].is_number_unsigned() ||
        json[key].get<std::uint64_t>() > kMonthsMax) {
      return wrong(place, fmt::format("\"{}\" is a number of months", key)), 0;
    }
    return json[key].get<int>();
  }

  /// Each item: true for as long as the rule, false for never, or months of its own.
  CoverageRule rule(const Json& json) {
    CoverageRule rule;
    if (!json.is_object()) return wrong("a rule", "is not an object"), rule;
    rule.kind = word<TermsKind>(json, "kind", "a rule");
    rule.starts = word<TermsStart>(json, "starts", "a rule");
    const int all = months(json, "months", "a rule");
    if (!json.contains("covers") || !json["covers"].is_object())
      return wrong("a rule", "needs an object \"covers\""), rule;
    for (const auto& [name, value] : json["covers"].items()) {
      const auto item = value_of<CoveredItem>(name);
      if (!item) return wrong("a rule", fmt::format("\"{}\" is nothing that can be covered", name)), rule;
      auto& own = rule.months[static_cast<std::size_t>(*item)];
      if (value.is_boolean()) {
        own = value.get<bool>() ? all : 0;
      } else {
        own = months(json["covers"], name.c_str(), "a rule");
      }
    }
    return rule;
  }

  Exclusion exclusion(const Json& json) {
    Exclusion exclusion;
    if (!json.is_object() || !json.contains("key") || !json["key"].is_string())
      return wrong("an exclusion", "needs a \"key\""), exclusion;
    exclusion.key = json["key"].get<std::string>();
    if (!exclusions_.insert(exclusion.key).second)
      wrong(fmt::format("exclusion \"{}\"", exclusion.key), "stands twice");
    exclusion.text = translated(json, "text", fmt::format("exclusion \"{}\"", exclusion.key));
    return exclusion;
  }

  std::set<std::string> exclusions_;
};

}  // namespace

Result<TermsDefinition> read_terms(std::string_view definition) {
  const auto json = parse_json(definition);
  if (!json) return Error{ErrorKind::Invalid, "the terms are not readable: " + json.error().detail};
  TermsReader reader;
  auto terms = reader.read(json.value());
  if (!reader.complaint.empty()) return Error{ErrorKind::Invalid, reader.complaint};
  return terms;
}

}  // namespace aftercare::domain
