#include "shared/base/decimal.h"
#include "shared/base/money.h"
#include "tests/support/catch.h"

#include <rapidcheck.h>

#include <cmath>
#include <limits>

using namespace aftercare;

TEST_CASE("decimal: a number stays as it was typed", "[base][V05]") {
  for (const auto* text : {"0", "12.5", "-12.50", "0.000000001", "123456789012345", "-0.5"}) {
    CAPTURE(text);
    REQUIRE(decimal_of_text(text).has_value());
    CHECK(to_text(decimal_of_text(text).value()) == text);
  }
}

TEST_CASE("decimal: what is no plain number is refused", "[base][V05]") {
  for (const auto* text : {"", "-", ".", "1.", ".5", "1,5", "1e3", "+1", " 1", "1 ", "1.2.3", "--1", "0x1",
                           "1234567890123456", "1.1234567891", "٣"}) {
    CAPTURE(text);
    CHECK_FALSE(decimal_of_text(text).has_value());
  }
}

TEST_CASE("decimal: numbers are compared by value, not by how they are written", "[base][V05]") {
  const auto of = [](const char* text) { return decimal_of_text(text).value(); };
  CHECK(compare(of("1.0"), of("1.000000000")) == std::strong_ordering::equal);
  CHECK(compare(of("-0"), of("0")) == std::strong_ordering::equal);
  CHECK(compare(of("1.09"), of("1.1")) == std::strong_ordering::less);
  CHECK(compare(of("999999999999999"), of("0.999999999")) == std::strong_ordering::greater);
  CHECK(compare(of("-2"), of("-1.999999999")) == std::strong_ordering::less);
}

TEST_CASE("decimal: the order of numbers is the order of their distances from zero", "[base]") {
  CHECK(rc::check([] {
    const Decimal a{*rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000), *rc::gen::inRange(0, 6)};
    const Decimal b{*rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000), *rc::gen::inRange(0, 6)};
    const auto as_double = [](const Decimal& d) {
      return static_cast<double>(d.mantissa) * std::pow(10.0, 6 - d.scale);
    };  // exact: below 2^53
    RC_ASSERT((compare(a, b) == std::strong_ordering::less) == (as_double(a) < as_double(b)));
    RC_ASSERT((compare(a, b) == std::strong_ordering::equal) == (as_double(a) == as_double(b)));
    RC_ASSERT(compare(decimal_of_text(to_text(a)).value(), a) == std::strong_ordering::equal);
  }));
}

TEST_CASE("money: it is written with the digits of its currency", "[base]") {
  CHECK(to_text(Money{123450, "CZK"}) == "1234.50 CZK");
  CHECK(to_text(Money{1450000, "VND"}) == "1450000 VND");
  CHECK(to_text(Money{-5, "EUR"}) == "-0.05 EUR");
  CHECK(to_text(Money{1234, "KWD"}) == "1.234 KWD");
  CHECK(to_text(Money{std::numeric_limits<std::int64_t>::min(), "GEL"}) == "-92233720368547758.08 GEL");
}

TEST_CASE("money: two currencies are never added, and a sum never wraps around", "[base]") {
  CHECK(add({100, "CZK"}, {23, "CZK"}).value() == Money{123, "CZK"});
  CHECK(add({1, "CZK"}, {1, "EUR"}).error().kind == ErrorKind::Refused);
  CHECK(add({std::numeric_limits<std::int64_t>::max(), "CZK"}, {1, "CZK"}).error().kind ==
        ErrorKind::Refused);
  CHECK(add({std::numeric_limits<std::int64_t>::min(), "CZK"}, {-1, "CZK"}).error().kind ==
        ErrorKind::Refused);
}
