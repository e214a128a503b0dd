#include "shared/base/short_number.h"

#include <fmt/format.h>

#include <cctype>
#include <optional>
#include <vector>

namespace aftercare {
namespace {

constexpr std::string_view kAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ+";  // prefixes never use the last
constexpr std::size_t kPrefixSigns = 30;
constexpr std::size_t kModulus = 31;  // prime and larger than any place's difference

// A sign counts as its place here, and no two that may stand in one place of a number count alike modulo 31:
// a prefix has no 0, a counter no Z, a kind is a letter. The weight is the position, up to 20, so that
// neighbours weigh differently. The sum starts from the prefix's size, because K7-20412 and K72-0412 have the
// same signs.
constexpr std::string_view kPlaces = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

char check_sign(std::string_view signs, std::size_t prefix_size) {
  std::size_t sum = prefix_size;
  std::size_t weight = 1;
  for (const char c : signs) sum += weight++ * kPlaces.find(c);
  return kAlphabet[sum % kModulus];
}

bool is_only_of(std::string_view text, std::string_view signs) {
  return text.find_first_not_of(signs) == std::string_view::npos;
}

/// The number, when these parts are one and the check agrees.
std::optional<ShortNumber> number_of(char kind, std::string_view prefix, std::string_view counter,
                                     char check) {
  if (kind < 'A' || kind > 'Z' || kPlaces.find(kind) == std::string_view::npos) return std::nullopt;
  if (prefix.size() < 2 || prefix.size() > 4 || !is_only_of(prefix, kAlphabet.substr(0, kPrefixSigns)))
    return std::nullopt;
  if (counter.size() < 4 || counter.size() > 9 || !is_only_of(counter, "0123456789")) return std::nullopt;
  if (counter.size() > 4 && counter[0] == '0') return std::nullopt;
  if (check_sign(fmt::format("{}{}{}", kind, prefix, counter), prefix.size()) != check) return std::nullopt;
  return ShortNumber{kind, std::string(prefix), static_cast<std::uint32_t>(std::stoul(std::string(counter)))};
}

}  // namespace

std::string to_text(const ShortNumber& number) {
  const auto counter = fmt::format("{:04}", number.counter);
  const auto check = check_sign(number.kind + number.prefix + counter, number.prefix.size());
  return fmt::format("{}-{}-{}-{}", number.kind, number.prefix, counter, check);
}

Result<ShortNumber> short_number_of_text(std::string_view text) {
  const Error wrong{ErrorKind::Invalid, "this number does not exist: check each sign, as in V-K7-0412-Q"};
  constexpr std::size_t kTypedMax = 64;
  if (text.size() > kTypedMax) return wrong;
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ' ') continue;
    if (c == '-') {
      parts.emplace_back();
    } else {
      parts.back() += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
  }
  if (parts.size() == 4) {
    if (parts[0].size() != 1 || parts[3].size() != 1) return wrong;
    const auto number = number_of(parts[0][0], parts[1], parts[2], parts[3][0]);
    return number ? Result<ShortNumber>{*number} : wrong;
  }

  // Without all hyphens one has to guess where the prefix ends; the check knows how long it is.
  std::string signs;
  for (const auto& part : parts) signs += part;
  if (signs.size() < 8) return wrong;
  const std::string_view middle = std::string_view(signs).substr(1, signs.size() - 2);
  for (std::size_t prefix_size = 2; prefix_size <= 4 && prefix_size + 4 <= middle.size(); ++prefix_size) {
    if (const auto number =
            number_of(signs.front(), middle.substr(0, prefix_size), middle.substr(prefix_size), signs.back()))
      return *number;
  }
  return wrong;
}

std::string device_prefix(std::uint32_t n) {
  std::size_t width = 2;
  std::size_t span = kPrefixSigns * kPrefixSigns;
  std::size_t rest = n;
  while (rest >= span) {
    rest -= span;
    span *= kPrefixSigns;
    ++width;
  }
  std::string prefix(width, kAlphabet[0]);
  for (std::size_t i = width; i-- > 0; rest /= kPrefixSigns) prefix[i] = kAlphabet[rest % kPrefixSigns];
  return prefix;
}

std::optional<std::uint32_t> device_of_prefix(std::string_view prefix) {
  if (prefix.size() < 2 || prefix.size() > 4) return std::nullopt;
  std::size_t number = 0;
  std::size_t shorter = 0;  // how many prefixes have fewer signs
  std::size_t span = kPrefixSigns;
  for (std::size_t width = 2; width <= prefix.size(); ++width) {
    span *= kPrefixSigns;
    if (width < prefix.size()) shorter += span;
  }
  for (const char sign : prefix) {
    const auto at = kAlphabet.substr(0, kPrefixSigns).find(sign);
    if (at == std::string_view::npos) return std::nullopt;
    number = number * kPrefixSigns + at;
  }
  return static_cast<std::uint32_t>(shorter + number);
}

}  // namespace aftercare
