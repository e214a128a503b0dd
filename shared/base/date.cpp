#include "shared/base/date.h"

#include <fmt/format.h>

namespace aftercare {

std::optional<Date> date_of_text(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  int digits[8] = {};
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at == 4 || at == 7) continue;
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
    digits[count++] = text[at] - '0';
  }
  const int year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
  const auto month = static_cast<unsigned>(digits[4] * 10 + digits[5]);
  const auto day = static_cast<unsigned>(digits[6] * 10 + digits[7]);
  const Date date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (year < 1 || !date.ok()) return std::nullopt;
  return date;
}

std::string to_text(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

Date plus_months(Date date, int months) {
  const Date later = date + std::chrono::months{months};
  if (later.ok()) return later;
  return Date{later.year() / later.month() / std::chrono::last};
}

}  // namespace aftercare
