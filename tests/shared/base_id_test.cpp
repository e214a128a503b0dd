#include "shared/base/id.h"
#include "tests/support/catch.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_random.h"

#include <cctype>
#include <set>

using namespace aftercare;
using namespace std::chrono_literals;

TEST_CASE("id: a later id sorts behind an earlier one, and none comes twice", "[base][S01]") {
  testing::FakeClock clock;
  testing::FakeRandom random;
  std::set<AnyId> seen;
  AnyId previous;

  for (int i = 0; i < 1000; ++i) {
    clock.pass(1ms);
    const auto id = make_any_id(clock, random);
    CHECK(previous < id);
    CHECK(seen.insert(id).second);
    previous = id;
  }
}

TEST_CASE("id: it is a UUID of version 7 that tells when it was made", "[base]") {
  testing::FakeClock clock;
  testing::FakeRandom random;
  clock.wall = from_ms(0x0123456789ab);

  const auto text = to_text(make_any_id(clock, random));

  CHECK(text.substr(0, 12) == "0123456789ab");
  CHECK(text[12] == '7');
  CHECK(std::string("89ab").find(text[16]) != std::string::npos);
}

TEST_CASE("id: its text reads back, and nothing else is an id", "[base]") {
  testing::FakeClock clock;
  testing::FakeRandom random;
  const auto id = make_any_id(clock, random);

  CHECK(id_of_text<AnyId>(to_text(id)).value() == id);
  CHECK(id_of_bytes<AnyId>(view(id)).value() == id);
  CHECK_FALSE(id_of_text<AnyId>(to_text(id).substr(1)).has_value());
  CHECK_FALSE(id_of_text<AnyId>(std::string(32, 'g')).has_value());
  CHECK_FALSE(id_of_bytes<AnyId>("fifteen bytes..").has_value());
}

TEST_CASE("bytes: hexadecimal and base64url read back and accept no second form", "[base]") {
  testing::FakeRandom random;
  for (std::size_t size = 0; size < 70; ++size) {
    const auto bytes = random.bytes(size);
    CHECK(from_hex(to_hex(bytes)).value() == bytes);
    CHECK(from_base64url(to_base64url(bytes)).value() == bytes);
    CHECK_FALSE(from_base64url(to_base64url(bytes) + "=").has_value());
    CHECK_FALSE(from_base64url(to_base64url(bytes) + "\n").has_value());
  }
  CHECK_FALSE(from_base64url("AB").has_value());  // bits behind the last byte
  for (int c = 0; c < 256; ++c) {
    const auto is_of_the_alphabet = c < 128 && (std::isalnum(c) != 0 || c == '-' || c == '_');
    CHECK(from_base64url(std::string{"AAA"} + static_cast<char>(c)).has_value() == is_of_the_alphabet);
  }
  CHECK_FALSE(from_hex("abc").has_value());
  CHECK_FALSE(from_hex("0x").has_value());
}
