#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace aftercare {

/// UTC, to the millisecond. The zone where it happened is kept beside it, never inside it.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

[[nodiscard]] inline std::int64_t to_ms(Instant instant) { return instant.time_since_epoch().count(); }
[[nodiscard]] inline Instant from_ms(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

/// What time it is, twice: the wall clock, which people set wrong, and the time since the machine
/// started, which nobody sets. Together with the boot id they let the office correct a visit that
/// was recorded under a wrong clock.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() = 0;
  /// Milliseconds that only grow, sleep included, until the machine restarts.
  [[nodiscard]] virtual std::int64_t monotonic_ms() = 0;
  /// Changes whenever `monotonic_ms` starts anew.
  [[nodiscard]] virtual std::string boot_id() = 0;
  /// The IANA zone of this place, "Europe/Prague"; "Etc/UTC" when nobody set one.
  [[nodiscard]] virtual std::string zone() = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() override;
  [[nodiscard]] std::int64_t monotonic_ms() override;
  [[nodiscard]] std::string boot_id() override;
  [[nodiscard]] std::string zone() override;
};

/// RFC 3339 in UTC, "2026-11-21T08:30:00.000Z"; outside the years 0 to 9999 the nearest moment in them.
[[nodiscard]] std::string to_rfc3339(Instant instant);

}  // namespace aftercare
