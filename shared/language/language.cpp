#include "shared/language/language.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace aftercare::language {
namespace {

constexpr std::array<Language, 6> kLanguages{{{"en", "English"},
                                              {"cs", "Čeština"},
                                              {"ka", "ქართული"},
                                              {"sl", "Slovenščina"},
                                              {"ru", "Русский"},
                                              {"vi", "Tiếng Việt"}}};

}  // namespace

std::span<const Language> languages() { return kLanguages; }

std::string_view closest_language(std::string_view wanted) {
  std::string code{wanted.substr(0, wanted.find_first_of("-_.@"))};
  for (auto& letter : code) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));

  const auto* const found = std::ranges::find(kLanguages, code, &Language::code);
  return found == kLanguages.end() ? kLanguages.front().code : found->code;
}

}  // namespace aftercare::language
