#include "shared/language/catalogue.h"

#include "shared/base/json.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace aftercare::language {
namespace {

constexpr std::string_view kRemedy =
    "install Aftercare again, or copy assets/lang from the same version of it";

}  // namespace

Result<Texts> read_texts(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return Error{ErrorKind::NotFound,
                 fmt::format("the language file {} is missing or unreadable: {}", file.string(), kRemedy)};
  }
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};

  const auto json = parse_json(bytes);
  if (!json) {
    return Error{ErrorKind::Corrupt, fmt::format("the language file {} is damaged ({}): {}", file.string(),
                                                 json.error().detail, kRemedy)};
  }
  if (!json.value().is_object()) {
    return Error{ErrorKind::Corrupt, fmt::format("the language file {} is not a list of texts by key: {}",
                                                 file.string(), kRemedy)};
  }

  Texts texts;
  for (const auto& [key, text] : json.value().items()) {
    if (!text.is_string()) {
      return Error{ErrorKind::Corrupt,
                   fmt::format("the language file {} has something other than a text at {}: {}",
                               file.string(), key, kRemedy)};
    }
    texts.emplace(key, text.get<std::string>());
  }
  return texts;
}

Result<Catalogue> Catalogue::load(const std::filesystem::path& folder) {
  std::map<std::string, Texts, std::less<>> all;
  for (const auto& language : languages()) {
    auto texts = read_texts(folder / fmt::format("{}.json", language.code));
    if (!texts) return texts.error();
    all.emplace(language.code, std::move(texts).value());
  }
  return Catalogue(std::move(all));
}

Catalogue::Catalogue(std::map<std::string, Texts, std::less<>> texts) {
  for (const auto& language : languages()) {
    const Formatter* english = formatters_.empty() ? nullptr : formatters_.front().get();
    formatters_.push_back(
        std::make_unique<Formatter>(language.code, std::move(texts[std::string(language.code)]), english));
  }
}

const Formatter& Catalogue::in(std::string_view language) const {
  const auto code = closest_language(language);
  for (const auto& formatter : formatters_) {
    if (formatter->code() == code) return *formatter;
  }
  return *formatters_.front();
}

}  // namespace aftercare::language
