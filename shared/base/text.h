#pragma once

#include "shared/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace aftercare {

/// Well-formed UTF-8 without NUL: what may become a name, a note or an answer.
[[nodiscard]] bool is_clean_utf8(std::string_view text);

/// Text as it enters: composed (NFC), so that equal words are equal bytes and every letter has one
/// glyph. Invalid when it is not UTF-8 or holds a NUL.
[[nodiscard]] Result<std::string> to_nfc(std::string_view text);

/// Text as it is searched: case, accents and look-alike spellings gone (Đ→d, ł→l, ё→е, Georgian
/// capitals → small ones), words separated by one blank. SQLite's own folding misses these.
[[nodiscard]] std::string fold_for_search(std::string_view text);

/// Without blanks at both ends (ASCII and Unicode white space of the Latin-1 range).
[[nodiscard]] std::string trimmed(std::string_view text);

/// How many characters (code points) a person would count, for limits said to people.
[[nodiscard]] std::size_t character_count(std::string_view text);

}  // namespace aftercare
