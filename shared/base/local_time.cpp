#include "shared/base/local_time.h"

#include <unicode/timezone.h>

#include <memory>

namespace aftercare {

LocalTime local_time(Instant at, const std::string& zone) {
  const std::unique_ptr<icu::TimeZone> known(
      icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(zone)));
  std::int32_t raw_ms = 0;
  std::int32_t summer_ms = 0;
  UErrorCode failed = U_ZERO_ERROR;
  if (known && *known != icu::TimeZone::getUnknown())
    known->getOffset(static_cast<UDate>(to_ms(at)), /*local=*/0, raw_ms, summer_ms, failed);
  const auto here = at + std::chrono::milliseconds{U_FAILURE(failed) != 0 ? 0 : raw_ms + summer_ms};
  const auto day = std::chrono::floor<std::chrono::days>(here);
  return {Date{day}, static_cast<int>(std::chrono::weekday{day}.iso_encoding()) - 1,
          static_cast<int>(std::chrono::floor<std::chrono::minutes>(here - day).count())};
}

}  // namespace aftercare
