#include "shared/domain/pin.h"

#include "tests/support/catch.h"

using namespace aftercare;
using namespace std::chrono_literals;

TEST_CASE("pin: it is six digits and nothing else", "[domain][T20]") {
  CHECK(domain::is_pin("000000"));
  CHECK(domain::is_pin("123456"));
  for (const char* text : {"", "12345", "1234567", "12345a", "12 456", "-12345", "１２３４５６"}) {
    CAPTURE(text);
    CHECK_FALSE(domain::is_pin(text));
  }
}

TEST_CASE("pin: three wrong tries are free, then the wait doubles up to a quarter of an hour",
          "[domain][T20]") {
  CHECK(domain::pin_wait(0) == 0s);
  CHECK(domain::pin_wait(2) == 0s);
  CHECK(domain::pin_wait(3) == 30s);
  CHECK(domain::pin_wait(4) == 60s);
  CHECK(domain::pin_wait(7) == 8min);
  CHECK(domain::pin_wait(8) == 15min);
  CHECK(domain::pin_wait(1'000'000'000) == 15min);
}

TEST_CASE("pin: the wait runs by the clock that nobody sets, and begins anew with another one",
          "[domain][T20]") {
  const domain::WrongPins wrong{3, {"boot-1", 10'000}};

  CHECK(domain::rest_of_wait(wrong, {"boot-1", 10'000}) == 30s);
  CHECK(domain::rest_of_wait(wrong, {"boot-1", 35'000}) == 5s);
  CHECK(domain::rest_of_wait(wrong, {"boot-1", 40'000}) == 0s);
  CHECK(domain::rest_of_wait(wrong, {"boot-2", 900'000}) == 30s);
  CHECK(domain::rest_of_wait(wrong, {"boot-1", 9'000}) == 30s);
  CHECK(domain::rest_of_wait({2, {"boot-1", 0}}, {"boot-2", 0}) == 0s);
}
