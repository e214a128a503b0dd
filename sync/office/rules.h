#pragma once

#include "shared/base/result.h"
#include "shared/storage/database.h"
#include "sync/server/http.h"

#include <string>
#include <string_view>

/// What people at the office may write, and how they are told when it cannot be: a rule has a word, for
/// programs and for the page's own language, and a sentence.
namespace aftercare::office {

/// Refused, by a rule that the page has words for (`reason` of the problem).
[[nodiscard]] Error broken_rule(std::string_view reason, std::string_view sentence);
/// The answer to whatever went wrong: 422 with the reason where a rule was broken.
[[nodiscard]] server::Response refusal_by_rule(const Error& error);

/// One line as it is kept: composed, trimmed, nothing that no eye can see (line breaks, marks that turn the
/// direction of text). A broken rule when it is longer than `character_count_max`.
[[nodiscard]] Done keep_line(std::string& text, std::size_t character_count_max);
/// The same for several lines.
[[nodiscard]] Done keep_text(std::string& text, std::size_t character_count_max);
/// An IANA zone that the programs know, "Europe/Prague".
[[nodiscard]] Done check_zone(const std::string& zone);
[[nodiscard]] Done check_language(std::string_view language);

}  // namespace aftercare::office
