#include "shared/base/rfc3339.h"
#include "tests/support/catch.h"

#include <rapidcheck.h>

#include <limits>

namespace aftercare {

TEST_CASE("rfc3339: what is written is read back to the millisecond") {
  REQUIRE(rc::check([] {
    const auto at = from_ms(*rc::gen::inRange<std::int64_t>(0, 4'102'444'800'000));
    RC_ASSERT(instant_of_rfc3339(to_rfc3339(at)) == at);
  }));
}

TEST_CASE(
    "rfc3339: a moment far from ours is written as it was read, and what cannot be written as the last that can") {
  for (const auto* text : {"0000-01-01T00:00:00.000Z", "1677-01-01T12:34:56.789Z", "1969-12-31T23:59:59.999Z",
                           "2262-04-12T00:00:00.000Z", "9999-12-31T23:59:59.999Z"}) {
    CAPTURE(text);
    CHECK(to_rfc3339(instant_of_rfc3339(text).value()) == text);
  }
  CHECK(to_rfc3339(from_ms(std::numeric_limits<std::int64_t>::max())) == "9999-12-31T23:59:59.999Z");
  CHECK(to_rfc3339(from_ms(std::numeric_limits<std::int64_t>::min())) == "0000-01-01T00:00:00.000Z");
}

TEST_CASE("rfc3339: offsets and fractions are counted in") {
  const auto noon = instant_of_rfc3339("2026-11-21T12:00:00Z");
  REQUIRE(noon);
  CHECK(instant_of_rfc3339("2026-11-21T13:00:00+01:00") == noon);
  CHECK(instant_of_rfc3339("2026-11-21T08:30:00-03:30") == noon);
  CHECK(instant_of_rfc3339("2026-11-21T12:00:00.5Z") == *noon + std::chrono::milliseconds{500});
  CHECK(instant_of_rfc3339("2026-11-21T12:00:00.123456789Z") == *noon + std::chrono::milliseconds{123});
  CHECK(instant_of_rfc3339("2024-02-29T00:00:00Z"));
}

TEST_CASE("rfc3339: what is no moment is nothing") {
  for (const auto* text :
       {"", "2026-11-21", "2026-11-21 12:00:00Z", "2026-02-30T12:00:00Z", "2026-13-01T12:00:00Z",
        "2025-02-29T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T12:60:00Z", "2026-11-21T12:00:00",
        "2026-11-21T12:00:00.Z", "2026-11-21T12:00:00+1:00", "2026-11-21T12:00:00Z ", "-026-11-21T12:00:00Z",
        "2026-11-21T12:00:00+24:00"}) {
    CAPTURE(text);
    CHECK_FALSE(instant_of_rfc3339(text));
  }
}

}  // namespace aftercare
