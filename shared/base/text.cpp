#include "shared/base/text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <cstring>

namespace aftercare {
namespace {

// Letters that decomposition leaves alone but people do not type when they search.
UChar32 plain_letter(UChar32 c) {
  switch (c) {
    case 0x0111: return 'd';    // đ
    case 0x0142: return 'l';    // ł
    case 0x00f8: return 'o';    // ø
    case 0x0131: return 'i';    // ı
    case 0x0451: return 0x435;  // ё → е, where it comes composed
    default: break;
  }
  if (c >= 0x1c90 && c <= 0x1cbf) return c - 0x1c90 + 0x10d0;  // Georgian Mtavruli → Mkhedruli
  if (c >= 0x2d00 && c <= 0x2d25)
    return c - 0x2d00 + 0x10d0;  // Georgian church letters, folded to Nuskhuri → Mkhedruli
  return c;
}

}  // namespace

bool is_clean_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t i = 0; i < size;) {
    // Eight letters of plain ASCII at once: bodies are checked byte for byte, and most of them are that.
    if (std::uint64_t eight = 0; size - i >= 8) {
      std::memcpy(&eight, bytes + i, sizeof eight);
      constexpr std::uint64_t kHighBits = 0x8080808080808080;
      constexpr std::uint64_t kOnes = 0x0101010101010101;
      const bool has_zero = ((eight - kOnes) & ~eight & kHighBits) != 0;
      if ((eight & kHighBits) == 0 && !has_zero) {
        i += 8;
        continue;
      }
    }
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    if (c <= 0) return false;
  }
  return true;
}

Result<std::string> to_nfc(std::string_view text) {
  if (!is_clean_utf8(text)) return Error{ErrorKind::Invalid, "the text is not UTF-8, or holds a NUL"};
  UErrorCode status = U_ZERO_ERROR;
  const auto* nfc = icu::Normalizer2::getNFCInstance(status);
  const auto source = icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
  const auto composed = nfc->normalize(source, status);
  if (U_FAILURE(status)) return Error{ErrorKind::Invalid, "the text cannot be normalised"};
  std::string result;
  composed.toUTF8String(result);
  return result;
}

std::string fold_for_search(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* nfd = icu::Normalizer2::getNFKDInstance(status);
  const auto source = icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
  // Taken apart before and after: some signs fall apart into capitals (℡), some folded letters into more (ŉ).
  auto folded_case = nfd->normalize(source, status);
  if (U_FAILURE(status)) return {};
  const auto parts = nfd->normalize(folded_case.foldCase(), status);
  if (U_FAILURE(status)) return {};

  icu::UnicodeString folded;
  bool is_gap = false;
  for (std::int32_t i = 0; i < parts.length(); i = parts.moveIndex32(i, 1)) {
    const UChar32 c = plain_letter(parts.char32At(i));
    if (u_charType(c) == U_NON_SPACING_MARK) continue;
    if (!u_isalnum(c)) {
      is_gap = true;
      continue;
    }
    if (is_gap && !folded.isEmpty()) folded.append(static_cast<UChar32>(' '));
    is_gap = false;
    folded.append(c);
  }
  std::string result;
  folded.toUTF8String(result);
  return result;
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\v\f";
  constexpr std::string_view kWideBlanks[] = {"\xc2\x85", "\xc2\xa0"};  // next line, no-break space
  const auto is_wide_blank = [&](std::string_view sign) {
    return sign == kWideBlanks[0] || sign == kWideBlanks[1];
  };
  while (!text.empty()) {
    if (kBlank.find(text.front()) != std::string_view::npos) {
      text.remove_prefix(1);
    } else if (is_wide_blank(text.substr(0, 2))) {
      text.remove_prefix(2);
    } else {
      break;
    }
  }
  while (!text.empty()) {
    if (kBlank.find(text.back()) != std::string_view::npos) {
      text.remove_suffix(1);
    } else if (text.size() >= 2 && is_wide_blank(text.substr(text.size() - 2))) {
      text.remove_suffix(2);
    } else {
      break;
    }
  }
  return std::string(text);
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

}  // namespace aftercare
