#include "shared/domain/service_point.h"

#include "shared/base/json.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::domain {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr int kMinutesOfDay = 24 * 60;
constexpr std::size_t kSpanCountMax = 6;

/// "08:30", up to "24:00".
std::optional<int> minutes_of(const Json& time) {
  if (!time.is_string()) return std::nullopt;
  const auto text = time.get<std::string>();
  const auto is_digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !is_digit(0) || !is_digit(1) || !is_digit(3) || !is_digit(4))
    return std::nullopt;
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  const int sum = hour * 60 + minute;
  if (minute > 59 || sum > kMinutesOfDay) return std::nullopt;
  return sum;
}

}  // namespace

Result<OpeningHours> read_hours(std::string_view text) {
  OpeningHours hours;
  if (text.empty()) return hours;
  const auto parsed = parse_json(text);
  if (!parsed) return Error{ErrorKind::Invalid, "the hours are not readable: " + parsed.error().detail};
  if (!parsed.value().is_object()) return Error{ErrorKind::Invalid, "the hours are no object"};
  for (const auto& [name, spans] : parsed.value().items()) {
    const auto day = std::ranges::find(kDays, name);
    if (day == kDays.end()) return Error{ErrorKind::Invalid, fmt::format("\"{}\" is no day", name)};
    const auto wrong = [&day_name = name](std::string_view what) {  // clang 14 captures no structured binding
      return Error{ErrorKind::Invalid, fmt::format("the hours of \"{}\": {}", day_name, what)};
    };
    if (!spans.is_array() || spans.size() > kSpanCountMax) return wrong("not a short list of spans");
    auto& open = hours[static_cast<std::size_t>(day - kDays.begin())];
    for (const auto& span : spans) {
      if (!span.is_array() || span.size() != 2) return wrong("a span is [\"08:00\", \"17:00\"]");
      const auto from = minutes_of(span[0]);
      const auto to = minutes_of(span[1]);
      if (!from || !to) return wrong("a time is written as 08:00");
      if (*from >= *to || (!open.empty() && open.back().to > *from))
        return wrong("spans end after they begin, and do not overlap");
      open.push_back({*from, *to});
    }
  }
  return hours;
}

std::vector<HoursRow> rows_of(const OpeningHours& hours) {
  std::vector<HoursRow> rows;
  for (int day = 0; day < 7; ++day) {
    const auto& spans = hours[static_cast<std::size_t>(day)];
    if (!rows.empty() && rows.back().spans == spans) {
      rows.back().last_day = day;
    } else {
      rows.push_back({day, day, spans});
    }
  }
  return rows;
}

bool is_open(const OpeningHours& hours, int weekday, int minute) {
  if (weekday < 0 || weekday > 6) return false;
  return std::ranges::any_of(hours[static_cast<std::size_t>(weekday)],
                             [&](const auto& span) { return span.from <= minute && minute < span.to; });
}

}  // namespace aftercare::domain
