#pragma once

#include <span>
#include <string>
#include <string_view>

namespace aftercare::language {

/// One of the languages that Aftercare speaks.
struct Language {
  std::string_view code;      // "cs": the name of its file in assets/lang, and what records keep
  std::string_view own_name;  // "Čeština": a chooser names each language in itself
};

/// All six, in the order in which a chooser shows them. English comes first: it is the source of the
/// catalogues, and what is shown where another language lacks a text.
[[nodiscard]] std::span<const Language> languages();

/// The language of ours that serves somebody who asked for `wanted`: "cs_CZ.UTF-8" and "CS" mean "cs";
/// one that we do not speak gets "en".
[[nodiscard]] std::string_view closest_language(std::string_view wanted);

}  // namespace aftercare::language
