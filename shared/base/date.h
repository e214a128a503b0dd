#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// Days of the calendar, without a time and a zone: when something was sold or installed.
namespace aftercare {

using Date = std::chrono::year_month_day;

/// `2026-11-21` and nothing else; years from 1 to 9999. A day that the calendar lacks is none.
[[nodiscard]] std::optional<Date> date_of_text(std::string_view text);
[[nodiscard]] std::string to_text(Date date);

/// The same day so many months later, or the last of that month where it has no such day: a month from 31
/// January ends on the last of February.
[[nodiscard]] Date plus_months(Date date, int months);

}  // namespace aftercare
