#include "client/ui/telex.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace aftercare::ui {
namespace {

// A row is a vowel: without a tone, then sắc, huyền, hỏi, ngã, nặng.
constexpr std::array<std::u32string_view, 12> kSmall{U"aáàảãạ", U"ăắằẳẵặ", U"âấầẩẫậ", U"eéèẻẽẹ",
                                                     U"êếềểễệ", U"iíìỉĩị", U"oóòỏõọ", U"ôốồổỗộ",
                                                     U"ơớờởỡợ", U"uúùủũụ", U"ưứừửữự", U"yýỳỷỹỵ"};
constexpr std::array<std::u32string_view, 12> kCapital{U"AÁÀẢÃẠ", U"ĂẮẰẲẴẶ", U"ÂẤẦẨẪẬ", U"EÉÈẺẼẸ",
                                                       U"ÊẾỀỂỄỆ", U"IÍÌỈĨỊ", U"OÓÒỎÕỌ", U"ÔỐỒỔỖỘ",
                                                       U"ƠỚỜỞỠỢ", U"UÚÙỦŨỤ", U"ƯỨỪỬỮỰ", U"YÝỲỶỸỴ"};
constexpr std::u32string_view kToneKeys = U"zsfrxj";  // as the columns above

constexpr auto kOnsets = std::to_array<std::u32string_view>(
    {U"",  U"b",  U"c",  U"ch",  U"d", U"đ",  U"g",  U"gh", U"gi", U"h", U"k",  U"kh", U"l", U"m",
     U"n", U"nh", U"ng", U"ngh", U"p", U"ph", U"qu", U"r",  U"s",  U"t", U"th", U"tr", U"v", U"x"});
// With k for the place names of the highlands: Đắk Lắk.
constexpr auto kCodas =
    std::to_array<std::u32string_view>({U"", U"c", U"ch", U"k", U"m", U"n", U"ng", U"nh", U"p", U"t"});
constexpr auto kStops = std::to_array<std::u32string_view>({U"c", U"ch", U"k", U"p", U"t"});
// Without their marks, because a tone may be typed before these.
constexpr auto kNuclei = std::to_array<std::u32string_view>(
    {U"a",   U"e",   U"i",   U"o",   U"u",   U"y",   U"ai",  U"ao",  U"au",  U"ay",  U"eo",  U"eu", U"ia",
     U"ie",  U"iu",  U"oa",  U"oe",  U"oi",  U"oo",  U"ua",  U"ue",  U"ui",  U"uo",  U"uu",  U"uy", U"ye",
     U"oai", U"oao", U"oay", U"oeo", U"ieu", U"yeu", U"uay", U"uoi", U"uou", U"uya", U"uye", U"uyu"});
// Those whose last vowel can have a hat while nothing follows.
constexpr auto kHatted =
    std::to_array<std::u32string_view>({U"a", U"ua", U"e", U"ie", U"ue", U"ye", U"uye", U"o", U"uo"});

struct Letter {
  char32_t is = 0;  // small and without its tone
  std::size_t tone = 0;
  bool is_capital = false;
};
using Letters = std::vector<Letter>;

bool is_vowel(char32_t letter) {
  return std::ranges::any_of(kSmall, [&](auto row) { return row.front() == letter; });
}

Letter letter_of(char32_t c) {
  for (std::size_t row = 0; row < kSmall.size(); ++row) {
    if (const auto tone = kSmall[row].find(c); tone != kSmall[row].npos) return {kSmall[row][0], tone, false};
    if (const auto tone = kCapital[row].find(c); tone != kCapital[row].npos)
      return {kSmall[row][0], tone, true};
  }
  const auto small = static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
  return {small, 0, small != c};
}

char32_t written(const Letter& letter) {
  for (std::size_t row = 0; row < kSmall.size(); ++row) {
    if (kSmall[row][0] == letter.is) return (letter.is_capital ? kCapital : kSmall)[row][letter.tone];
  }
  return letter.is_capital ? static_cast<char32_t>(u_toupper(static_cast<UChar32>(letter.is))) : letter.is;
}

/// ă and â are a to whoever asks which vowels stand together.
char32_t unmarked(char32_t letter) {
  switch (letter) {
    case U'ă':
    case U'â': return U'a';
    case U'ê': return U'e';
    case U'ô':
    case U'ơ': return U'o';
    case U'ư': return U'u';
    default: return letter;
  }
}

/// Or a breve: what the key w gives.
bool has_horn(char32_t letter) { return letter == U'ă' || letter == U'ơ' || letter == U'ư'; }

char32_t with_hat(char32_t letter) {
  switch (unmarked(letter)) {
    case U'a': return U'â';
    case U'e': return U'ê';
    case U'o': return U'ô';
    default: return letter;
  }
}

template <std::size_t n>
bool is_one_of(const std::array<std::u32string_view, n>& list, std::u32string_view text) {
  return std::ranges::find(list, text) != list.end();
}

/// Where the vowels of the word begin and end, and what stands around them.
struct Syllable {
  std::u32string onset;
  std::u32string nucleus;  // unmarked
  std::u32string coda;
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] bool is_vietnamese() const {
    return is_one_of(kOnsets, onset) && is_one_of(kNuclei, nucleus) && is_one_of(kCodas, coda);
  }
  /// Behind p, t and c only sắc and nặng can be spoken.
  [[nodiscard]] bool takes(std::size_t tone) const {
    return !is_one_of(kStops, coda) || tone == kToneKeys.find(U's') || tone == kToneKeys.find(U'j');
  }
};

Syllable syllable_of(const Letters& letters) {
  Syllable s;
  const auto vowel_at = [&](std::size_t i) { return i < letters.size() && is_vowel(letters[i].is); };
  while (s.begin < letters.size() && !vowel_at(s.begin)) ++s.begin;
  const auto starts = [&](char32_t first, char32_t second) {
    return s.begin == 1 && letters[0].is == first && vowel_at(1) && letters[1].is == second && vowel_at(2);
  };
  if (starts(U'q', U'u') || starts(U'g', U'i')) ++s.begin;  // quý, giữa: u and i open the word
  s.end = s.begin;
  while (vowel_at(s.end)) ++s.end;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (i < s.begin) {
      s.onset += letters[i].is;
    } else if (i < s.end) {
      s.nucleus += unmarked(letters[i].is);
    } else {
      s.coda += letters[i].is;
    }
  }
  return s;
}

/// Which letter of the word carries the tone.
std::size_t tone_place(const Letters& letters, const Syllable& s) {
  for (std::size_t i = s.end; i > s.begin; --i) {
    if (letters[i - 1].is != unmarked(letters[i - 1].is)) return i - 1;  // of ươ the second
  }
  const bool is_open = s.coda.empty();
  if (s.nucleus.size() >= 3 || (s.nucleus.size() == 2 && !is_open)) return s.begin + 1;
  return s.begin;
}

std::size_t tone_of(const Letters& letters) {
  for (const auto& letter : letters) {
    if (letter.tone != 0) return letter.tone;
  }
  return 0;
}

/// What belongs together after each key: a tone that stands where it now belongs, and ươ where something
/// follows it (thuở, but thương).
void settle(Letters& letters) {
  const auto s = syllable_of(letters);
  if (!s.is_vietnamese()) return;
  for (std::size_t i = s.begin; i + 2 < letters.size() && i + 1 < s.end; ++i) {
    auto& u = letters[i].is;
    auto& o = letters[i + 1].is;
    if ((u == U'u' && o == U'ơ') || (u == U'ư' && o == U'o')) {
      u = U'ư';
      o = U'ơ';
    }
  }
  const auto tone = tone_of(letters);
  for (auto& letter : letters) letter.tone = 0;
  letters[tone_place(letters, s)].tone = tone;
}

Letters with_typed(Letters letters, char32_t key) {
  letters.push_back(letter_of(key));
  return letters;
}

using Changed = std::optional<Letters>;  // empty: the key types itself

Changed with_tone(Letters letters, char32_t key) {
  const auto tone = kToneKeys.find(letter_of(key).is);
  const auto s = syllable_of(letters);
  const auto old = tone_of(letters);
  if (!s.is_vietnamese() || (tone == 0 && old == 0)) return std::nullopt;
  if (tone != 0 && tone != old && !s.takes(tone)) return std::nullopt;
  for (auto& letter : letters) letter.tone = 0;
  if (tone == old) return with_typed(std::move(letters), key);
  letters[tone_place(letters, s)].tone = tone;
  return letters;
}

Changed with_hat(Letters letters, char32_t key) {
  const auto s = syllable_of(letters);
  const auto typed = letter_of(key).is;
  if (!s.is_vietnamese() || !s.coda.empty() || s.nucleus.back() != typed) return std::nullopt;
  if (!is_one_of(kHatted, s.nucleus)) return std::nullopt;
  auto& last = letters.back();
  if (last.is == with_hat(typed)) {
    last.is = typed;
    return with_typed(std::move(letters), key);
  }
  if (last.is == U'ơ' && letters.size() > s.begin + 1) letters[letters.size() - 2].is = U'u';
  last.is = with_hat(typed);
  return letters;
}

/// Gives the vowels from `first` on, `count` of them, their breve or horn.
Changed with_horns(Letters letters, std::size_t first, std::size_t count) {
  for (std::size_t i = first; i < first + count; ++i) {
    const auto plain = unmarked(letters[i].is);
    letters[i].is = plain == U'a' ? U'ă' : plain == U'o' ? U'ơ' : U'ư';
  }
  return letters;
}

Changed with_horn(Letters letters, char32_t key) {
  const auto s = syllable_of(letters);
  if (!s.is_vietnamese()) return std::nullopt;
  const auto uo = s.nucleus.find(U"uo");
  const bool is_half =
      uo != s.nucleus.npos && letters[s.begin + uo].is == U'ư' && letters[s.begin + uo + 1].is == U'o';
  const auto is_marked = [](const Letter& letter) { return has_horn(letter.is); };
  if (!is_half && std::ranges::any_of(letters, is_marked)) {
    for (auto& letter : letters) {
      if (is_marked(letter)) letter.is = unmarked(letter.is);
    }
    return with_typed(std::move(letters), key);
  }

  const auto& vowels = s.nucleus;
  if (uo != vowels.npos) {
    // Nothing ends in ươ, and only these begin words in uơ (thuở, huơ); settle() changes it when more
    // follows.
    const bool is_thuo = vowels == U"uo" && s.coda.empty() && !is_half &&
                         (s.onset == U"th" || s.onset == U"h" || s.onset == U"kh");
    return is_thuo ? with_horns(std::move(letters), s.begin + 1, 1)
                   : with_horns(std::move(letters), s.begin + uo, 2);
  }
  if (vowels == U"oa") return with_horns(std::move(letters), s.begin + 1, 1);
  const bool is_first = vowels == U"a" || vowels == U"o" || vowels == U"oi" || vowels == U"u" ||
                        vowels == U"ui" || vowels == U"uu" || (vowels == U"ua" && s.coda.empty());
  return is_first ? with_horns(std::move(letters), s.begin, 1) : std::nullopt;
}

Changed with_bar(Letters letters, char32_t key) {
  if (letters.size() != 1) return std::nullopt;
  auto& first = letters.front().is;
  if (first == U'd') {
    first = U'đ';
    return letters;
  }
  if (first != U'đ') return std::nullopt;
  first = U'd';
  return with_typed(std::move(letters), key);
}

Changed changed(const Letters& letters, char32_t key) {
  switch (key) {
    case U'a':
    case U'A':
    case U'e':
    case U'E':
    case U'o':
    case U'O': return with_hat(letters, key);
    case U'w':
    case U'W': return with_horn(letters, key);
    case U'd':
    case U'D': return with_bar(letters, key);
    default: break;
  }
  return kToneKeys.find(letter_of(key).is) != kToneKeys.npos ? with_tone(letters, key) : std::nullopt;
}

void append(std::string& text, char32_t c) {
  std::array<char, U8_MAX_LENGTH> bytes{};
  std::int32_t size = 0;
  bool is_wrong = false;
  U8_APPEND(bytes.data(), size, static_cast<std::int32_t>(bytes.size()), static_cast<UChar32>(c), is_wrong);
  if (!is_wrong) text.append(bytes.data(), static_cast<std::size_t>(size));
}

/// The letters at the end of `text`; `size` is left with the bytes of what precedes them.
Letters last_letters(std::string_view text, std::size_t& size) {
  Letters letters;
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  auto at = static_cast<std::int32_t>(text.size());
  size = text.size();
  while (at > 0) {
    UChar32 c = 0;
    U8_PREV(bytes, 0, at, c);
    if (c < 0 || !u_isalpha(c)) break;
    letters.push_back(letter_of(static_cast<char32_t>(c)));
    size = static_cast<std::size_t>(at);
  }
  std::ranges::reverse(letters);
  return letters;
}

}  // namespace

std::string telex(std::string_view word_before, char32_t key) {
  std::size_t kept = 0;
  const auto letters = last_letters(word_before, kept);
  auto after = changed(letters, key);
  if (!after) after = with_typed(letters, key);
  settle(*after);

  std::string word{word_before.substr(0, kept)};
  for (const auto& letter : *after) append(word, written(letter));
  return word;
}

}  // namespace aftercare::ui
