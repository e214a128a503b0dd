#include "shared/base/rfc3339.h"

#include <charconv>

namespace aftercare {
namespace {

/// Takes a fixed number of digits from the front; -1 when they are not there.
int take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  const auto part = text.substr(0, count);
  if (part.front() < '0' || part.front() > '9') return -1;
  const auto [end, error] = std::from_chars(part.data(), part.data() + count, value);
  if (error != std::errc{} || end != part.data() + count) return -1;
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char sign) {
  if (text.empty() || text.front() != sign) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::milliseconds> take_fraction(std::string_view& text) {
  using std::chrono::milliseconds;
  if (!take(text, '.')) return milliseconds{0};
  int ms = 0;
  std::size_t count = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9' && count < 9) {
    if (count < 3) ms = ms * 10 + (text.front() - '0');
    text.remove_prefix(1);
    ++count;
  }
  if (count == 0) return std::nullopt;
  for (; count < 3; ++count) ms *= 10;
  return milliseconds{ms};
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  using std::chrono::minutes;
  if (take(text, 'Z') || take(text, 'z')) return minutes{0};
  const bool is_behind = take(text, '-');
  if (!is_behind && !take(text, '+')) return std::nullopt;
  const int hours = take_digits(text, 2);
  if (!take(text, ':')) return std::nullopt;
  const int rest = take_digits(text, 2);
  if (hours < 0 || hours > 23 || rest < 0 || rest > 59) return std::nullopt;
  return minutes{(is_behind ? -1 : 1) * (hours * 60 + rest)};
}

}  // namespace

std::optional<Instant> instant_of_rfc3339(std::string_view text) {
  const int year = take_digits(text, 4);
  if (!take(text, '-')) return std::nullopt;
  const int month = take_digits(text, 2);
  if (!take(text, '-')) return std::nullopt;
  const int day = take_digits(text, 2);
  if (year < 0 || month < 0 || day < 0 || (!take(text, 'T') && !take(text, 't'))) return std::nullopt;
  const int hour = take_digits(text, 2);
  if (!take(text, ':')) return std::nullopt;
  const int minute = take_digits(text, 2);
  if (!take(text, ':')) return std::nullopt;
  const int second = take_digits(text, 2);
  const auto fraction = take_fraction(text);
  const auto offset = fraction ? take_offset(text) : std::nullopt;
  if (!offset || !text.empty() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 59)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return Instant{std::chrono::sys_days{date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + *fraction - *offset;
}

}  // namespace aftercare
