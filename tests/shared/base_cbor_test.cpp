#include "shared/base/cbor.h"
#include "tests/support/catch.h"

#include <rapidcheck.h>

#include <limits>

using namespace aftercare;
using namespace std::string_literals;

namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

bool is_one_value(std::string_view bytes) {
  cbor::Reader reader{bytes};
  (void)reader.skip();
  return reader.is_done();
}

}  // namespace

TEST_CASE("cbor: the examples of RFC 8949 are written byte for byte", "[base]") {
  const auto integer = [](std::int64_t value) { return to_hex(cbor::Writer{}.integer(value).take()); };
  CHECK(integer(0) == "00");
  CHECK(integer(23) == "17");
  CHECK(integer(24) == "1818");
  CHECK(integer(1000) == "1903e8");
  CHECK(integer(1000000) == "1a000f4240");
  CHECK(integer(1000000000000) == "1b000000e8d4a51000");
  CHECK(integer(-1) == "20");
  CHECK(integer(-1000) == "3903e7");
  CHECK(to_hex(cbor::Writer{}.bytes(hex("01020304")).take()) == "4401020304");
  CHECK(to_hex(cbor::Writer{}.text("IETF").take()) == "6449455446");
  CHECK(to_hex(cbor::Writer{}.array(3).integer(1).integer(2).integer(3).take()) == "83010203");
  CHECK(to_hex(cbor::Writer{}.map(2).integer(1).integer(2).integer(3).integer(4).take()) == "a201020304");
  CHECK(to_hex(cbor::Writer{}.boolean(false).boolean(true).null().take()) == "f4f5f6");
}

TEST_CASE("cbor: every integer reads back", "[base]") {
  for (const auto value : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
                           std::int64_t{0}, std::int64_t{-1}}) {
    const auto bytes = cbor::Writer{}.integer(value).take();
    cbor::Reader reader{bytes};
    CHECK(reader.integer() == value);
    CHECK(reader.is_done());
  }
  CHECK(rc::check([](std::int64_t value) {
    const auto bytes = cbor::Writer{}.integer(value).take();
    cbor::Reader reader{bytes};
    RC_ASSERT(reader.integer() == value);
    RC_ASSERT(reader.is_done());
  }));
}

TEST_CASE("cbor: a value has one form, and every other is refused", "[base][S07]") {
  for (const auto* bytes : {
           "1817",    // 23 in two bytes
           "190017",  // in three
           "1a00000017",
           "1b0000000000000017",
           "5f4101ff",            // a byte string in pieces
           "9f01ff",              // an array without length
           "bf0102ff",            // a map without length
           "a202010102",          // keys out of order
           "a201020103",          // a key twice
           "c001",                // a tag
           "f7",                  // undefined
           "f90000",              // a floating-point number
           "f814",                // false in two bytes
           "61ff",                // text that is not UTF-8
           "6100",                // text that is a NUL
           "1bffffffffffffffff",  // larger than any integer of ours
           "3bffffffffffffffff",
           "",
           "18",  // cut off
           "43 0102",
       }) {
    std::string text{bytes};
    std::erase(text, ' ');
    CAPTURE(text);
    CHECK_FALSE(is_one_value(hex(text)));
  }
  CHECK(is_one_value(hex("a201020304")));
}

TEST_CASE("cbor: a lie about a length reserves nothing and fails", "[base][S07]") {
  for (const auto* bytes : {"9b7fffffffffffffff", "bb7fffffffffffffff", "5b7fffffffffffffff",
                            "7b7fffffffffffffff", "9affffffff00", "bb8000000000000000"}) {
    CAPTURE(bytes);
    CHECK_FALSE(is_one_value(hex(bytes)));
    CHECK_FALSE(cbor::decode_fields(hex(bytes)).has_value());
  }
}

TEST_CASE("cbor: ten million levels end at the thirty-second", "[base][S07]") {
  CHECK_FALSE(is_one_value(std::string(10'000'000, '\x81')));
  CHECK(is_one_value(std::string(31, '\x81') + '\x01'));
  CHECK_FALSE(is_one_value(std::string(32, '\x81') + '\x01'));
}

TEST_CASE("cbor: a reader that failed once gives nothing more", "[base]") {
  const auto bytes = cbor::Writer{}.text("a").integer(7).take();
  cbor::Reader reader{bytes};
  CHECK(reader.integer() == 0);
  CHECK_FALSE(reader.is_ok());
  CHECK(reader.integer() == 0);
  CHECK(reader.text().empty());
  CHECK_FALSE(reader.is_done());
}

TEST_CASE("cbor: fields of numbers that nobody knows come back unchanged", "[base][S01]") {
  cbor::FieldMap fields;
  fields[1] = cbor::Writer{}.text("Nino").take();
  fields[700] = cbor::Writer{}.map(1).text("new").array(2).boolean(true).null().take();

  const auto read = cbor::decode_fields(cbor::encode(fields));

  REQUIRE(read.has_value());
  CHECK(read.value() == fields);
  CHECK(cbor::encode(read.value()) == cbor::encode(fields));
}

TEST_CASE("cbor: a map of fields begins at 1, ascends and ends with the bytes", "[base][S07]") {
  CHECK_FALSE(cbor::decode_fields(hex("a10001")).has_value());    // field 0
  CHECK_FALSE(cbor::decode_fields(hex("a1010100")).has_value());  // something behind it
  CHECK_FALSE(cbor::decode_fields(hex("a161610a")).has_value());  // a text as key
  CHECK_FALSE(cbor::decode_fields(hex("83010203")).has_value());  // no map
  cbor::Writer many;
  many.map(257);
  for (int i = 1; i <= 257; ++i) many.integer(i).null();
  CHECK_FALSE(cbor::decode_fields(many.view()).has_value());
}

TEST_CASE("cbor: whatever bytes are accepted are the only ones that mean the same", "[base][S07]") {
  CHECK(rc::check([](const std::vector<std::uint8_t>& raw) {
    const std::string bytes{raw.begin(), raw.end()};
    const auto fields = cbor::decode_fields(bytes);
    if (fields) RC_ASSERT(cbor::encode(fields.value()) == bytes);
  }));
}
