#include "client/work/amounts.h"

#include "shared/base/text.h"

#include <array>
#include <utility>

namespace aftercare::work {
namespace {

constexpr std::size_t kDigitCountMax = 15;
constexpr std::size_t kGroupSize = 3;

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// Blanks of all kinds, apostrophes and underlines become one mark that can only stand between groups.
std::string with_plain_marks(std::string_view typed) {
  std::string text{typed};
  for (const char* blank : {"\u00a0", "\u202f", "\u2009", "\u2019", "'"}) replace_all(text, blank, " ");
  return trimmed(text);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Error no_amount() { return {ErrorKind::Invalid, "write the amount as a plain number, such as 1250.50"}; }

/// The digits of "48 990" or "1.500.000": after the first mark all groups have three.
Result<std::string> grouped_digits(std::string_view text) {
  std::string digits;
  std::size_t group = 0;
  bool has_mark = false;
  for (const char c : text) {
    if (is_digit(c)) {
      digits += c;
      ++group;
    } else if (c == ' ' || c == '.' || c == ',') {
      if (group == 0 || group > kGroupSize || (has_mark && group != kGroupSize)) return no_amount();
      has_mark = true;
      group = 0;
    } else {
      return no_amount();
    }
  }
  if (has_mark && group != kGroupSize) return no_amount();
  return digits;
}

}  // namespace

Result<std::int64_t> minor_of_text(std::string_view text, const std::string& currency) {
  const auto plain = with_plain_marks(text);
  if (plain.empty()) return std::int64_t{0};
  const auto minor_count = static_cast<std::size_t>(minor_digits(currency));

  std::string_view whole = plain;
  std::string decimals;
  if (const auto mark = plain.find_last_of(".,"); mark != std::string::npos) {
    const auto behind = plain.size() - mark - 1;
    const auto is_decimal_mark = behind <= minor_count && minor_count > 0 &&
                                 plain.find(plain[mark]) == mark;  // a mark that stands twice parts groups
    if (is_decimal_mark) {
      decimals = plain.substr(mark + 1);
      whole = whole.substr(0, mark);
    }
  }
  auto digits = grouped_digits(whole);
  if (!digits) return digits.error();
  if (digits.value().empty() && decimals.empty()) return no_amount();
  for (const char c : decimals) {
    if (!is_digit(c)) return no_amount();
  }
  decimals.resize(minor_count, '0');
  const auto all = digits.value() + decimals;
  if (all.size() > kDigitCountMax) return no_amount();
  std::int64_t minor = 0;
  for (const char c : all) minor = minor * 10 + (c - '0');
  return minor;
}

std::string plain_number(std::string_view text) {
  auto plain = trimmed(text);
  replace_all(plain, "\u2212", "-");
  replace_all(plain, "\u2013", "-");
  replace_all(plain, ",", ".");
  return plain;
}

std::string currency_of_country(std::string_view country) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kCurrencies{
      {{"CZ", "CZK"}, {"GE", "GEL"}, {"VN", "VND"}, {"KZ", "KZT"}, {"RU", "RUB"}, {"GB", "GBP"}}};
  for (const auto& [code, currency] : kCurrencies) {
    if (code == country) return std::string(currency);
  }
  return "EUR";
}

std::string country_of_zone(std::string_view zone) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kCountries{{
      {"Europe/Prague", "CZ"},
      {"Asia/Tbilisi", "GE"},
      {"Europe/Ljubljana", "SI"},
      {"Asia/Ho_Chi_Minh", "VN"},
      {"Asia/Almaty", "KZ"},
      {"Asia/Qyzylorda", "KZ"},
      {"Europe/Moscow", "RU"},
      {"Europe/London", "GB"},
      {"Europe/Dublin", "IE"},
  }};
  for (const auto& [name, country] : kCountries) {
    if (name == zone) return std::string(country);
  }
  return {};
}

std::string currency_of_place(std::string_view country, std::string_view zone) {
  return currency_of_country(country.empty() ? country_of_zone(zone) : std::string(country));
}

}  // namespace aftercare::work
