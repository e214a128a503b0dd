#pragma once

#include "shared/base/result.h"
#include "shared/domain/field.h"

#include <vector>

namespace aftercare::domain {

using ServicePointId = Id<struct ServicePointTag>;

/// Whom a customer at a kiosk or on the customer page can call or visit instead.
struct ServicePoint {
  ServicePointId id;
  std::string key;
  std::string name;
  std::string phone;       // E.164
  std::string phone_text;  // as it is read aloud and printed: "800 123 456"
  std::string hours;       // JSON, see `read_hours`
  std::string zone;
  std::string email;
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, ServicePoint>
void each_field(C& point, F&& field) {
  field(1, "key", point.key, kOnce);
  field(2, "name", point.name, kOffice);
  field(3, "phone", point.phone, kOffice);
  field(4, "phone_text", point.phone_text, kOffice);
  field(5, "hours", point.hours, kOffice);
  field(6, "zone", point.zone, kOffice);
  field(7, "email", point.email, kOffice);
}

/// A stretch of a day, in minutes since midnight: 480 to 1020 is 08:00–17:00. Up to 1440.
struct OpenSpan {
  int from = 0;
  int to = 0;
  bool operator==(const OpenSpan&) const = default;
};

/// Monday first. A day without a span is closed.
using OpeningHours = std::array<std::vector<OpenSpan>, 7>;

/// Reads `{"mon": [["08:00", "12:00"], ["13:00", "17:00"]], "sat": [["09:00", "12:00"]]}`; days `mon tue wed
/// thu fri sat sun`, those left out are closed. An empty text is closed all week. Invalid with the mistake.
[[nodiscard]] Result<OpeningHours> read_hours(std::string_view json);

/// Days that follow one another and have the same hours, told together: Monday to Friday 08:00–17:00.
struct HoursRow {
  int first_day = 0;  // 0 is Monday
  int last_day = 0;
  std::vector<OpenSpan> spans;
};
[[nodiscard]] std::vector<HoursRow> rows_of(const OpeningHours& hours);

/// Whether somebody is there at this moment of the week, by the service point's own clock.
[[nodiscard]] bool is_open(const OpeningHours& hours, int weekday, int minute);

}  // namespace aftercare::domain
