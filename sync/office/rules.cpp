#include "sync/office/rules.h"

#include "shared/base/text.h"
#include "shared/language/language.h"
#include "sync/server/service.h"

#include <fmt/format.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <memory>

namespace aftercare::office {
namespace {

// Between the reason and the sentence in an error's words; no sentence of ours holds it.
constexpr std::string_view kMark = " | ";

Done keep(std::string& text, std::size_t character_count_max, bool is_one_line) {
  auto composed = to_nfc(trimmed(text));
  if (!composed) return broken_rule("unreadable_text", "a text holds signs that nobody can read");
  const auto& kept = composed.value();
  const bool has_control = std::ranges::any_of(kept, [&](char sign) {
    const auto code = static_cast<unsigned char>(sign);
    return code == 0x7f || (code < 0x20 && (is_one_line || (sign != '\n' && sign != '\t')));
  });
  // U+200B to U+200F, U+202A to U+202E and U+2066 to U+2069 all begin with E2 80 or E2 81 in UTF-8.
  bool has_unseen = false;
  for (auto at = kept.find('\xe2'); at != std::string::npos && at + 2 < kept.size();
       at = kept.find('\xe2', at + 1)) {
    const auto second = static_cast<unsigned char>(kept[at + 1]);
    const auto third = static_cast<unsigned char>(kept[at + 2]);
    has_unseen = has_unseen ||
                 (second == 0x80 && ((third >= 0x8b && third <= 0x8f) || (third >= 0xaa && third <= 0xae))) ||
                 (second == 0x81 && third >= 0xa6 && third <= 0xa9);
  }
  if (has_control || has_unseen)
    return broken_rule("unreadable_text", "a text holds signs that nobody can read");
  if (character_count(kept) > character_count_max)
    return broken_rule("text_too_long", fmt::format("a text has at most {} characters", character_count_max));
  text = std::move(composed).value();
  return done();
}

}  // namespace

Error broken_rule(std::string_view reason, std::string_view sentence) {
  return {ErrorKind::Refused, fmt::format("{}{}{}", reason, kMark, sentence)};
}

server::Response refusal_by_rule(const Error& error) {
  const auto at = error.detail.find(kMark);
  if (error.kind != ErrorKind::Refused || at == std::string::npos) return server::refusal_in_words(error);
  return server::problem(server::Problem::Unreadable,
                         std::string_view{error.detail}.substr(at + kMark.size()),
                         {{"reason", error.detail.substr(0, at)}});
}

Done keep_line(std::string& text, std::size_t character_count_max) {
  return keep(text, character_count_max, true);
}
Done keep_text(std::string& text, std::size_t character_count_max) {
  return keep(text, character_count_max, false);
}

Done check_zone(const std::string& zone) {
  const std::unique_ptr<icu::TimeZone> known(
      icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(zone)));
  if (zone.empty() || *known == icu::TimeZone::getUnknown())
    return broken_rule("unknown_zone", "the zone is one like Europe/Prague");
  return done();
}

Done check_language(std::string_view language) {
  const auto known = language::languages();
  if (std::ranges::find(known, language, &language::Language::code) == known.end())
    return broken_rule("language_unknown", "the language is one of en, cs, ka, sl, ru, vi");
  return done();
}

}  // namespace aftercare::office
