#include "shared/domain/product_code.h"

#include "shared/base/text.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace aftercare::domain {
namespace {

constexpr char kGs = '\x1d';
constexpr std::string_view kNotReadable = "this is no serial number and no code of a product";

Error not_readable() { return {ErrorKind::Invalid, std::string(kNotReadable)}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool are_digits(std::string_view text) { return std::ranges::all_of(text, is_digit); }

// ---- Cleaning
// ----------------------------------------------------------------------------------------------

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

/// Without control characters but GS, and without marks that nobody sees (zero width, direction).
std::string without_unseen(std::string text) {
  for (const auto* gs : {"\xe2\x90\x9d", "<GS>", "{GS}"}) replace_all(text, gs, std::string_view{&kGs, 1});
  for (const auto* mark :
       {"\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xaa",
        "\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\xa0", "\xef\xbb\xbf"}) {
    replace_all(text, mark, "");
  }
  std::string seen;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool is_c1 =
        byte == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
    if (is_c1) {
      ++at;
    } else if ((byte >= 0x20 && byte != 0x7f) || text[at] == kGs) {
      seen += text[at];
    }
  }
  return seen;
}

// ---- GS1 element strings
// -----------------------------------------------------------------------------------

/// An application identifier: how many of its digits name it, and what stands behind them. Where a digit of
/// the identifier tells the decimal point, only those before it stand here. GS1 General Specifications, 3.2.
struct Identifier {
  std::string_view prefix;
  std::size_t length;  // of the whole identifier
  std::size_t min;
  std::size_t max;
  bool is_numeric;
};
constexpr std::array kIdentifiers{
    Identifier{"00", 2, 18, 18, true},    Identifier{"01", 2, 14, 14, true},
    Identifier{"02", 2, 14, 14, true},    Identifier{"10", 2, 1, 20, false},
    Identifier{"11", 2, 6, 6, true},      Identifier{"12", 2, 6, 6, true},
    Identifier{"13", 2, 6, 6, true},      Identifier{"15", 2, 6, 6, true},
    Identifier{"16", 2, 6, 6, true},      Identifier{"17", 2, 6, 6, true},
    Identifier{"20", 2, 2, 2, true},      Identifier{"21", 2, 1, 20, false},
    Identifier{"22", 2, 1, 20, false},    Identifier{"235", 3, 1, 28, false},
    Identifier{"240", 3, 1, 30, false},   Identifier{"241", 3, 1, 30, false},
    Identifier{"242", 3, 1, 6, true},     Identifier{"243", 3, 1, 20, false},
    Identifier{"250", 3, 1, 30, false},   Identifier{"251", 3, 1, 30, false},
    Identifier{"253", 3, 13, 30, false},  Identifier{"254", 3, 1, 20, false},
    Identifier{"255", 3, 13, 25, true},   Identifier{"30", 2, 1, 8, true},
    Identifier{"31", 4, 6, 6, true},      Identifier{"32", 4, 6, 6, true},
    Identifier{"33", 4, 6, 6, true},      Identifier{"34", 4, 6, 6, true},
    Identifier{"35", 4, 6, 6, true},      Identifier{"36", 4, 6, 6, true},
    Identifier{"37", 2, 1, 8, true},      Identifier{"390", 4, 1, 15, true},
    Identifier{"391", 4, 4, 18, true},    Identifier{"392", 4, 1, 15, true},
    Identifier{"393", 4, 4, 18, true},    Identifier{"394", 4, 4, 4, true},
    Identifier{"400", 3, 1, 30, false},   Identifier{"401", 3, 1, 30, false},
    Identifier{"402", 3, 17, 17, true},   Identifier{"403", 3, 1, 30, false},
    Identifier{"41", 3, 13, 13, true},    Identifier{"420", 3, 1, 20, false},
    Identifier{"421", 3, 4, 12, false},   Identifier{"422", 3, 3, 3, true},
    Identifier{"7003", 4, 10, 10, true},  Identifier{"7040", 4, 4, 4, false},
    Identifier{"8001", 4, 14, 14, true},  Identifier{"8002", 4, 1, 20, false},
    Identifier{"8003", 4, 14, 30, false}, Identifier{"8004", 4, 1, 30, false},
    Identifier{"8005", 4, 6, 6, true},    Identifier{"8006", 4, 18, 18, true},
    Identifier{"8010", 4, 1, 30, false},  Identifier{"8011", 4, 1, 12, true},
    Identifier{"8020", 4, 1, 25, false},  Identifier{"8200", 4, 1, 70, false},
    Identifier{"90", 2, 1, 30, false},    Identifier{"91", 2, 1, 90, false},
    Identifier{"92", 2, 1, 90, false},    Identifier{"93", 2, 1, 90, false},
    Identifier{"94", 2, 1, 90, false},    Identifier{"95", 2, 1, 90, false},
    Identifier{"96", 2, 1, 90, false},    Identifier{"97", 2, 1, 90, false},
    Identifier{"98", 2, 1, 90, false},    Identifier{"99", 2, 1, 90, false},
};

const Identifier* identifier_at(std::string_view text) {
  for (const auto& one : kIdentifiers) {
    if (text.starts_with(one.prefix) && text.size() >= one.length && are_digits(text.substr(0, one.length)))
      return &one;
  }
  return nullptr;
}

/// These element strings end by their own length; all others at the next GS (General Specifications, 7.8.5).
bool has_set_length(std::string_view identifier) {
  constexpr std::string_view kSet = "00 01 02 03 04 11 12 13 14 15 16 17 18 19 20 31 32 33 34 35 36 41 ";
  return kSet.find(std::string(identifier.substr(0, 2)) + " ") != std::string_view::npos;
}

/// GS1's character set 82.
bool is_gs1_letter(char c) {
  constexpr std::string_view kMarks = "!\"%&'()*+,-./:;<=>?_";
  return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         kMarks.find(c) != std::string_view::npos;
}

bool fits(const Identifier& identifier, std::string_view value) {
  if (value.size() < identifier.min || value.size() > identifier.max) return false;
  return identifier.is_numeric ? are_digits(value) : std::ranges::all_of(value, is_gs1_letter);
}

using Elements = std::map<std::string, std::string, std::less<>>;

/// An identifier may stand twice only when it says the same.
bool put(Elements& elements, std::string_view identifier, std::string_view value) {
  const auto [found, is_new] = elements.emplace(identifier, value);
  return is_new || found->second == value;
}

/// As scanned: identifiers and values without a gap, GS behind those of open length.
std::optional<Elements> elements_of_scan(std::string_view text) {
  Elements elements;
  while (!text.empty()) {
    if (text.front() == kGs) {
      text.remove_prefix(1);
      continue;
    }
    const auto* identifier = identifier_at(text);
    if (identifier == nullptr) return std::nullopt;
    const auto name = text.substr(0, identifier->length);
    text.remove_prefix(identifier->length);
    const auto size =
        has_set_length(name) ? std::min(identifier->max, text.size()) : std::min(text.find(kGs), text.size());
    if (!fits(*identifier, text.substr(0, size)) || !put(elements, name, text.substr(0, size)))
      return std::nullopt;
    text.remove_prefix(size);
  }
  return elements.empty() ? std::nullopt : std::optional{std::move(elements)};
}

/// How many characters `(21)` has at this place; 0 when there is none.
std::size_t bracketed_at(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '(') return 0;
  const auto close = text.find(')', at);
  if (close == std::string_view::npos || close < at + 3 || close > at + 5) return 0;
  return are_digits(text.substr(at + 1, close - at - 1)) ? close - at + 1 : 0;
}

/// As printed under a barcode: `(01)09506000134352(21)ABC`.
std::optional<Elements> elements_of_print(std::string_view text) {
  Elements elements;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto bracketed = bracketed_at(text, at);
    if (bracketed == 0) return std::nullopt;
    const auto name = text.substr(at + 1, bracketed - 2);
    const auto* identifier = identifier_at(name);
    if (identifier == nullptr || identifier->length != name.size()) return std::nullopt;
    const auto from = at + bracketed;
    auto to = from;
    while (to < text.size() && bracketed_at(text, to) == 0) ++to;
    std::string value{text.substr(from, to - from)};
    std::erase(value, ' ');
    std::erase(value, kGs);
    if (!fits(*identifier, value) || !put(elements, name, value)) return std::nullopt;
    at = to;
  }
  return elements;
}

// ---- Digital Link
// ------------------------------------------------------------------------------------------

std::optional<std::string> percent_decoded(std::string_view text) {
  const auto nibble = [](char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    if (at + 2 >= text.size()) return std::nullopt;
    const int high = nibble(text[at + 1]);
    const int low = nibble(text[at + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return decoded;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const auto to = std::min(text.find_first_of(separators, from), text.size());
    parts.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return parts;
}

bool put_encoded(Elements& elements, std::string_view name, std::string_view encoded) {
  auto value = percent_decoded(encoded);
  if (!value) return false;
  if (name == "01") *value = gtin14(*value);
  const auto* identifier = identifier_at(name);
  return identifier != nullptr && identifier->length == name.size() && fits(*identifier, *value) &&
         put(elements, name, *value);
}

/// The primary key, from which on the path is pairs of identifier and value.
std::optional<std::size_t> primary_key(const std::vector<std::string_view>& path) {
  for (std::size_t at = path.size(); at-- > 0;) {
    const bool is_key = path[at] == "01" || path[at] == "8004" || path[at] == "8006" || path[at] == "00";
    if (is_key && at + 1 < path.size()) return at;
  }
  return std::nullopt;
}

/// `https://any.host/any/stem/01/09506000134352/21/ABC?17=270131`. Compressed links are not read.
std::optional<Elements> elements_of_link(std::string_view link) {
  link = link.substr(0, link.find('#'));
  const auto query_at = std::min(link.find('?'), link.size());
  const auto host_at = link.find("://") + 3;
  const auto path_at = std::min(link.find('/', host_at), query_at);
  auto path = split(link.substr(path_at, query_at - path_at), "/");
  if (!path.empty() && path.back().empty()) path.pop_back();
  const auto key = primary_key(path);
  if (!key || (path.size() - *key) % 2 != 0) return std::nullopt;

  Elements elements;
  for (auto at = *key; at + 1 < path.size(); at += 2) {
    if (!put_encoded(elements, path[at], path[at + 1])) return std::nullopt;
  }
  if (query_at < link.size()) {
    for (const auto pair : split(link.substr(query_at + 1), "&;")) {
      const auto equals = pair.find('=');
      if (equals == std::string_view::npos || equals < 2 || !are_digits(pair.substr(0, equals))) continue;
      if (!put_encoded(elements, pair.substr(0, equals), pair.substr(equals + 1))) return std::nullopt;
    }
  }
  return elements;
}

// ---- What they say
// -----------------------------------------------------------------------------------------

/// YYMMDD. A year lies at most 50 years ahead and 49 behind; day 00 is the last of the month.
std::optional<Date> date_of_element(std::string_view six, Date today) {
  const auto two = [&](std::size_t at) { return (six[at] - '0') * 10 + (six[at + 1] - '0'); };
  const int this_year = static_cast<int>(today.year());
  int year = this_year - this_year % 100 + two(0);
  if (year - this_year > 50) year -= 100;
  if (year - this_year < -49) year += 100;
  const std::chrono::year_month month{std::chrono::year{year},
                                      std::chrono::month{static_cast<unsigned>(two(2))}};
  if (!month.ok()) return std::nullopt;
  if (two(4) == 0) return Date{month / std::chrono::last};
  const Date date = month / std::chrono::day{static_cast<unsigned>(two(4))};
  return date.ok() ? std::optional{date} : std::nullopt;
}

Result<ProductCode> code_of(CodeKind kind, const Elements& elements, std::string raw, Date today) {
  const auto value = [&](std::string_view name) {
    const auto found = elements.find(name);
    return found == elements.end() ? std::string{} : found->second;
  };
  ProductCode code{.kind = kind, .serial = value("21"), .lot = value("10"), .raw = std::move(raw)};
  if (code.serial.empty()) code.serial = value("8004");
  if (const auto article = value("01"); !article.empty()) {
    code.gtin = gtin14(article);
    if (code.gtin.empty()) return not_readable();
  }
  if (const auto expiry = value("17"); !expiry.empty()) {
    code.expiry = date_of_element(expiry, today);
    if (!code.expiry) return not_readable();
  }
  if (code.serial.empty() && code.gtin.empty()) return not_readable();
  return code;
}

bool is_link(std::string_view text) {
  std::string scheme{text.substr(0, 8)};
  std::ranges::transform(scheme, scheme.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return scheme.starts_with("https://") || scheme.starts_with("http://");
}

/// A scanner that tells no symbology gives `01` and the article without a sign that these are elements.
bool looks_like_elements(std::string_view text) {
  return text.size() > 18 && text.starts_with("01") && !gtin14(text.substr(2, 14)).empty() &&
         (text.substr(16).starts_with("21") || text.substr(16).starts_with("10") ||
          text.substr(16).starts_with("17") || text.substr(16).starts_with("11"));
}

Result<ProductCode> serial_of(std::string text) {
  std::erase(text, kGs);
  text = trimmed(text);
  if (character_count(text) > kSerialLengthMax || fold_for_search(text).empty()) return not_readable();
  return ProductCode{.kind = CodeKind::Serial, .serial = text, .raw = text};
}

/// `]C1` and its like, which a scanner may put before the code.
struct Symbology {
  bool is_there = false;
  bool is_gs1 = false;
};
Symbology symbology_of(std::string_view text) {
  if (text.size() < 3 || text[0] != ']' || !is_digit(text[2])) return {};
  const auto name = text.substr(1, 2);
  const bool is_letter = (name[0] >= 'A' && name[0] <= 'Z') || (name[0] >= 'a' && name[0] <= 'z');
  return {is_letter, name == "C1" || name == "d2" || name == "Q3" || name == "e0" || name == "J1"};
}

}  // namespace

Result<ProductCode> read_product_code(std::string_view scanned, Date today) {
  if (scanned.size() > kCodeByteCountMax) return not_readable();
  std::string bytes{scanned};
  std::erase(bytes, '\0');
  const auto composed = to_nfc(bytes);
  if (!composed) return not_readable();
  std::string text = trimmed(without_unseen(composed.value()));
  const auto symbology = symbology_of(text);
  if (symbology.is_there) text = trimmed(text.substr(3));
  std::string raw = text;
  std::ranges::replace(raw, kGs, ' ');

  if (is_link(text)) {
    const auto elements = elements_of_link(text);
    return elements ? code_of(CodeKind::DigitalLink, *elements, std::move(raw), today)
                    : Result<ProductCode>{not_readable()};
  }
  if (bracketed_at(text, 0) > 0) {
    const auto elements = elements_of_print(text);
    return elements ? code_of(CodeKind::ElementString, *elements, std::move(raw), today)
                    : Result<ProductCode>{not_readable()};
  }
  // A Link inside a symbol of GS1 begins with its scheme, so what is left are elements.
  const bool is_sure = symbology.is_gs1 || text.find(kGs) != std::string::npos;
  if (is_sure || looks_like_elements(text)) {
    if (const auto elements = elements_of_scan(text))
      return code_of(CodeKind::ElementString, *elements, std::move(raw), today);
    if (is_sure) return not_readable();
  }
  return serial_of(std::move(text));
}

std::string fold_serial(std::string_view serial) {
  std::string folded{serial};
  for (const auto* gap :
       {" ", "\xc2\xa0", "-", "\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x93", "\xe2\x80\x94"})
    replace_all(folded, gap, "");
  std::ranges::transform(folded, folded.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return folded;
}

std::string gtin14(std::string_view digits) {
  const auto size = digits.size();
  if ((size != 8 && size != 12 && size != 13 && size != 14) || !are_digits(digits)) return {};
  std::string padded = std::string(14 - size, '0') + std::string(digits);
  int sum = 0;
  for (std::size_t at = 0; at < 13; ++at) sum += (padded[at] - '0') * (at % 2 == 0 ? 3 : 1);
  const bool is_right = (10 - sum % 10) % 10 == padded[13] - '0';
  return is_right ? padded : std::string{};
}

}  // namespace aftercare::domain
