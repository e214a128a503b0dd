#include "sync/engine/schedule.h"

#include "tests/support/catch.h"

using namespace aftercare;
using namespace std::chrono_literals;
using sync::FailureClass;
using sync::next_delay;

namespace {

constexpr std::uint64_t kUnluckiest = ~std::uint64_t{0};

sync::RunReport failed(FailureClass what) {
  sync::RunReport report;
  report.failure = sync::Failure{what, {ErrorKind::Offline, "gone"}};
  return report;
}

}  // namespace

TEST_CASE("schedule: pauses grow with each failure in a row, up to a bound", "[sync][engine]") {
  const sync::Pace pace;
  const auto report = failed(FailureClass::Network);
  for (const std::uint32_t count : {1U, 2U, 5U, 100U, ~0U}) {
    auto longest = 0ms;
    for (std::uint64_t random = 0; random < 200'000; random += 17)
      longest = std::max(longest, next_delay(report, count, random));
    CAPTURE(count);
    CHECK(longest <= pace.network.longest);
    if (count == 1) CHECK(longest == 1000ms);
    if (count == 5) CHECK(longest > 15s);
  }
}

TEST_CASE("schedule: chance decides where in the pause each tablet comes back", "[sync][engine]") {
  const auto report = failed(FailureClass::Server);
  CHECK(next_delay(report, 3, 0) == 0ms);
  CHECK(next_delay(report, 3, 4'000) == 4'000ms);
}

TEST_CASE("schedule: nobody comes back before the server asked for it, nor waits for ever",
          "[sync][engine]") {
  auto report = failed(FailureClass::Server);
  report.retry_after = 90s;
  CHECK(next_delay(report, 1, 0) == 90s);
  CHECK(next_delay(report, 1, kUnluckiest) >= 90s);
  report.retry_after = 24h;
  CHECK(next_delay(report, 1, 0) == 1h);
}

TEST_CASE("schedule: what is left over goes on at once, and a quiet tablet asks now and then",
          "[sync][engine]") {
  sync::RunReport report;
  CHECK(next_delay(report, 0, 0) == 30s);
  CHECK(next_delay(report, 0, kUnluckiest) <= 60s);
  report.operation_waiting_count = 3;
  CHECK(next_delay(report, 0, kUnluckiest) == 0ms);
  report.is_copy = true;  // nothing to gain by asking again at once
  CHECK(next_delay(report, 0, 0) == 30s);
}
