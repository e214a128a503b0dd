#include "shared/base/clock.h"

#include <unicode/timezone.h>

#include <ctime>
#include <fstream>
#include <memory>

namespace aftercare {

Instant SystemClock::now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::int64_t SystemClock::monotonic_ms() {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

std::string SystemClock::boot_id() {
  std::string id;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
  return id.empty() ? "unknown" : id;
}

std::string SystemClock::zone() {
  const std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createDefault());
  icu::UnicodeString id;
  std::string text;
  zone->getID(id).toUTF8String(text);
  return text.empty() || text == "Etc/Unknown" ? "Etc/UTC" : text;
}

}  // namespace aftercare
