#include "shared/base/short_number.h"
#include "tests/support/catch.h"

#include <rapidcheck.h>

#include <algorithm>
#include <set>

using namespace aftercare;

namespace {

constexpr std::string_view kSigns = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+";

rc::Gen<ShortNumber> any_number() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::elementOf(std::string("ACDVW")), rc::gen::inRange<std::uint32_t>(0, 60'000),
                     rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(0, 12'000),
                                    rc::gen::inRange<std::uint32_t>(0, 999'999'999))),
      [](const auto& parts) {
        return ShortNumber{std::get<0>(parts), device_prefix(std::get<1>(parts)), std::get<2>(parts)};
      });
}

bool is_same(const Result<ShortNumber>& read, const ShortNumber& number) {
  return read && to_text(read.value()) == to_text(number) && read.value().prefix == number.prefix &&
         read.value().counter == number.counter;
}

}  // namespace

TEST_CASE("short number: what is written reads back as the same number", "[base]") {
  CHECK(rc::check([] {
    const auto number = *any_number();
    RC_ASSERT(is_same(short_number_of_text(to_text(number)), number));
  }));
}

TEST_CASE("short number: hurried typing is forgiven", "[base]") {
  const ShortNumber number{'V', "K7", 412};
  auto text = to_text(number);
  REQUIRE(text.substr(0, 10) == "V-K7-0412-");

  std::string typed;
  for (const char c : text) typed += c == '-' ? ' ' : static_cast<char>(std::tolower(c));
  CHECK(is_same(short_number_of_text(typed), number));
  std::erase(text, '-');
  CHECK(is_same(short_number_of_text(text), number));
  CHECK_FALSE(short_number_of_text("").has_value());
  CHECK_FALSE(short_number_of_text("V").has_value());
  CHECK_FALSE(short_number_of_text("V-K7-0412").has_value());
  CHECK_FALSE(short_number_of_text(std::string(100'000, '2')).has_value());
}

TEST_CASE("short number: typed without hyphens it is the same number, however long prefix and counter are",
          "[base]") {
  CHECK(rc::check([] {
    const auto number = *any_number();
    auto text = to_text(number);
    std::erase(text, '-');
    RC_ASSERT(is_same(short_number_of_text(text), number));
  }));
}

TEST_CASE("short number: every single wrong sign is noticed", "[base]") {
  for (const auto& number : {ShortNumber{'V', "22", 1}, ShortNumber{'C', "X4", 9812},
                             ShortNumber{'W', "ZZ", 20'412}, ShortNumber{'V', "222", 412}}) {
    const auto text = to_text(number);
    CAPTURE(text);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '-') continue;
      for (const char sign : kSigns) {
        auto wrong = text;
        wrong[i] = sign;
        CAPTURE(wrong);
        if (wrong != text) CHECK_FALSE(short_number_of_text(wrong).has_value());
      }
    }
  }
}

TEST_CASE("short number: every swap of two neighbours is noticed", "[base]") {
  CHECK(rc::check([] {
    const auto text = to_text(*any_number());
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      const std::size_t j = text[i + 1] == '-' ? i + 2 : i + 1;
      if (text[i] == '-' || j >= text.size() || text[i] == text[j]) continue;
      auto wrong = text;
      std::swap(wrong[i], wrong[j]);
      RC_ASSERT(!short_number_of_text(wrong).has_value());
    }
  }));
}

TEST_CASE("short number: no two devices share a prefix, and none holds a sign that people confuse",
          "[base]") {
  std::set<std::string> seen;
  for (std::uint32_t n = 0; n < 30'000; ++n) {
    const auto prefix = device_prefix(n);
    REQUIRE(seen.insert(prefix).second);
    REQUIRE(prefix.find_first_of("01ILOU+") == std::string::npos);
  }
  CHECK(device_prefix(0) == "22");
  CHECK(device_prefix(899) == "ZZ");
  CHECK(device_prefix(900) == "222");
}
