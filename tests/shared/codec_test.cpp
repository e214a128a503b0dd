// Deterministic CBOR, and records as fields and back.

#include "shared/domain/codec.h"

#include "tests/support/catch.h"
#include "tests/support/fake_random.h"

#include <rapidcheck.h>

#include <limits>

namespace aftercare {
namespace {

using cbor::Reader;
using cbor::Writer;
using namespace std::string_literals;

bool is_value(std::string_view bytes) {
  Reader reader{bytes};
  (void)reader.skip();
  return reader.is_done();
}

TEST_CASE("cbor: the writer writes the forms of RFC 8949") {
  CHECK(to_hex(Writer{}.integer(0).take()) == "00");
  CHECK(to_hex(Writer{}.integer(23).take()) == "17");
  CHECK(to_hex(Writer{}.integer(24).take()) == "1818");
  CHECK(to_hex(Writer{}.integer(255).take()) == "18ff");
  CHECK(to_hex(Writer{}.integer(256).take()) == "190100");
  CHECK(to_hex(Writer{}.integer(65'536).take()) == "1a00010000");
  CHECK(to_hex(Writer{}.integer(4'294'967'296).take()) == "1b0000000100000000");
  CHECK(to_hex(Writer{}.integer(-1).take()) == "20");
  CHECK(to_hex(Writer{}.integer(-25).take()) == "3818");
  CHECK(to_hex(Writer{}.integer(std::numeric_limits<std::int64_t>::max()).take()) == "1b7fffffffffffffff");
  CHECK(to_hex(Writer{}.integer(std::numeric_limits<std::int64_t>::min()).take()) == "3b7fffffffffffffff");
  CHECK(to_hex(Writer{}.text("ü").take()) == "62c3bc");
  CHECK(to_hex(Writer{}.bytes("\x01\x02").take()) == "420102");
  CHECK(to_hex(Writer{}.array(2).boolean(false).boolean(true).take()) == "82f4f5");
  CHECK(to_hex(Writer{}.map(1).integer(1).null().take()) == "a101f6");
}

TEST_CASE("cbor: every integer comes back as it was") {
  rc::check("integers round-trip", [](std::int64_t number) {
    const auto bytes = Writer{}.integer(number).take();
    Reader reader{bytes};
    RC_ASSERT(reader.integer() == number);
    RC_ASSERT(reader.is_done());
  });
  for (const auto number : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    const auto bytes = Writer{}.integer(number).take();
    Reader reader{bytes};
    CHECK(reader.integer() == number);
    CHECK(reader.is_done());
  }
}

TEST_CASE("cbor: what has two forms is refused in all but one") {
  CHECK_FALSE(is_value("\x18\x17"));                                  // 23 in two bytes
  CHECK_FALSE(is_value("\x19\x00\xff"s));                             // 255 in three
  CHECK_FALSE(is_value("\x1a\x00\x00\xff\xff"s));                     // 65,535 in five
  CHECK_FALSE(is_value("\x1b\x00\x00\x00\x00\xff\xff\xff\xff"s));     // 2^32 - 1 in nine
  CHECK_FALSE(is_value("\x1b\x80\x00\x00\x00\x00\x00\x00\x00"s));     // beyond 63 bits
  CHECK_FALSE(is_value("\x3b\x80\x00\x00\x00\x00\x00\x00\x00"s));
  CHECK_FALSE(is_value("\x58\x01\x61"));                              // a length in two bytes
  CHECK_FALSE(is_value("\x78\x01\x61"));
  CHECK_FALSE(is_value("\x5f\x41\x61\xff"));                          // indefinite lengths
  CHECK_FALSE(is_value("\x7f\x61\x61\xff"));
  CHECK_FALSE(is_value("\x9f\x01\xff"));
  CHECK_FALSE(is_value("\xbf\x01\x02\xff"));
  CHECK_FALSE(is_value("\xc0\x01"));                                  // a tag
  CHECK_FALSE(is_value("\xf9\x3c\x00"s));                             // floats
  CHECK_FALSE(is_value("\xfa\x3f\x80\x00\x00"s));
  CHECK_FALSE(is_value("\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00"s));
  CHECK_FALSE(is_value("\xf7"));                                      // undefined
  CHECK_FALSE(is_value("\xf8\x14"));                                  // false in two bytes
  CHECK_FALSE(is_value("\xe0"));                                      // unassigned simple values
  CHECK_FALSE(is_value("\xff"));                                      // a break by itself
  CHECK_FALSE(is_value("\x1c"));                                      // reserved
}

TEST_CASE("cbor: map keys ascend and stand once") {
  CHECK(is_value("\xa2\x01\x02\x03\x04"));
  CHECK_FALSE(is_value("\xa2\x03\x04\x01\x02"));
  CHECK_FALSE(is_value("\xa2\x01\x02\x01\x04"));
  CHECK(is_value("\xa2\x61\x62\x01\x62\x61\x61\x01"));  // "b" before "aa": shorter first
  CHECK_FALSE(is_value("\xa2\x62\x61\x61\x01\x61\x62\x01"));
  CHECK_FALSE(cbor::decode_fields("\xa1\x00\x01"s));      // fields count from 1
  CHECK_FALSE(cbor::decode_fields("\xa1\x20\x01"));
  CHECK_FALSE(cbor::decode_fields("\xa1\x61\x61\x01"));
  CHECK_FALSE(cbor::decode_fields("\xa2\x02\x01\x01\x01"));
  CHECK_FALSE(cbor::decode_fields("\xa2\x01\x01\x01\x01"));
  CHECK_FALSE(cbor::decode_fields("\xa1\x01\x01\x00"s));  // something behind it
  CHECK_FALSE(cbor::decode_fields("\x80"));
  CHECK_FALSE(cbor::decode_fields(""));
}

TEST_CASE("cbor: texts are well-formed UTF-8 without NUL") {
  CHECK(is_value("\x63\xe1\x83\x90"));
  CHECK_FALSE(is_value("\x61\xff"));
  CHECK_FALSE(is_value("\x61\x00"s));
  CHECK_FALSE(is_value("\x62\xc0\x80"));          // NUL in two bytes
  CHECK_FALSE(is_value("\x63\xed\xa0\x80"));      // half a surrogate pair
  CHECK_FALSE(is_value("\x64\xf4\x90\x80\x80"));  // beyond Unicode
  CHECK_FALSE(is_value("\x61\xc3"));              // cut
}

TEST_CASE("cbor: depth, counts and lengths that lie cost nothing") {
  Bytes deep(cbor::kDepthMax - 1, '\x81');
  CHECK(is_value(deep + '\x00'));
  deep += '\x81';
  CHECK_FALSE(is_value(deep + '\x00'));
  CHECK_FALSE(is_value(Bytes(30'000, '\x81')));
  CHECK_FALSE(is_value(Bytes(30'000, '\xa1')));
  CHECK_FALSE(is_value("\x9b\x00\x00\x00\xff\xff\xff\xff\xff"s));  // a trillion items in nine bytes
  CHECK_FALSE(is_value("\xbb\x00\x00\x00\xff\xff\xff\xff\xff"s));
  CHECK_FALSE(is_value("\x5b\x00\x00\x00\xff\xff\xff\xff\xff"s));
  CHECK_FALSE(is_value("\x7b\x00\x00\x00\xff\xff\xff\xff\xff"s));
  CHECK_FALSE(is_value(""));
}

TEST_CASE("cbor: a record of at most 256 fields is read") {
  cbor::FieldMap fields;
  for (std::uint32_t number = 1; number <= 256; ++number) fields[number] = Writer{}.integer(number).take();
  CHECK(cbor::decode_fields(cbor::encode(fields)).value() == fields);
  fields[257] = Writer{}.integer(1).take();
  CHECK_FALSE(cbor::decode_fields(cbor::encode(fields)));
}

TEST_CASE("cbor: of bytes made at random, whatever is read is written back the same") {
  testing::FakeRandom random{7};
  std::size_t read_count = 0;
  for (int n = 0; n < 200'000; ++n) {
    auto bytes = random.bytes(1 + static_cast<std::size_t>(random.next() % 12));
    if (random.next() % 2 == 0) bytes[0] = static_cast<char>(0xa0 + random.next() % 4);
    const auto fields = cbor::decode_fields(bytes);
    if (!fields) continue;
    ++read_count;
    REQUIRE(cbor::encode(fields.value()) == bytes);
  }
  CHECK(read_count > 100);
}

// ---- Records --------------------------------------------------------------------------------------

domain::Visit some_visit() {
  domain::Visit visit;
  visit.id.bytes.fill(9);
  visit.customer_id.bytes.fill(8);
  visit.technician_id.bytes.fill(7);
  visit.number = "V-22-0001-K";
  visit.reason = "nothing";
  return visit;
}

TEST_CASE("codec: a record that begins otherwise than its struct comes back as it was") {
  auto visit = some_visit();
  visit.kind = domain::VisitKind::Installation;  // the first word, while a Visit begins as a repair
  const auto read = domain::record_of<domain::Visit>(id_cast<AnyId>(visit.id), domain::fields_of(visit));
  REQUIRE(read);
  CHECK(read.value().kind == domain::VisitKind::Installation);

  domain::User user;
  user.is_active = false;
  CHECK_FALSE(domain::record_of<domain::User>({}, domain::fields_of(user)).value().is_active);
  user.is_active = true;
  CHECK(domain::record_of<domain::User>({}, domain::fields_of(user)).value().is_active);
  domain::Photo photo;
  photo.moment = domain::PhotoMoment::Before;
  CHECK(domain::record_of<domain::Photo>({}, domain::fields_of(photo)).value().moment == domain::PhotoMoment::Before);
}

TEST_CASE("codec: what was changed is what is applied, for any two states of a record") {
  const auto make = [](const std::string& name, bool is_company, std::int64_t kept) {
    domain::Customer customer;
    customer.name = name;
    customer.is_company = is_company;
    if (kept % 3 != 0) customer.extra = cbor::encode({{90 + static_cast<std::uint32_t>(kept % 3), Writer{}.integer(kept).take()}});
    if (kept % 5 == 0) customer.phone = "+420601234567";
    return customer;
  };
  rc::check("changes_of, then apply", [&](bool from_company, bool to_company) {
    const auto words = rc::gen::container<std::string>(rc::gen::inRange('a', 'e'));
    const auto kept = rc::gen::inRange<std::int64_t>(0, 30);
    const auto before = make(*words, from_company, *kept);
    const auto after = make(*words, to_company, *kept);

    auto changed = before;
    RC_ASSERT(domain::apply(domain::changes_of(before, after), changed).has_value());

    RC_ASSERT(domain::fields_of(changed) == domain::fields_of(after));
    RC_ASSERT(domain::changes_of(before, before).empty());
    const auto read = domain::record_of<domain::Customer>(AnyId{}, domain::fields_of(after));
    RC_ASSERT(domain::fields_of(read.value()) == domain::fields_of(after));
  });
}

TEST_CASE("codec: every kind of record survives being taken apart and put together") {
  for (int number = 1; number <= domain::kEntityTypeLast; ++number) {
    domain::with_entity(static_cast<domain::EntityType>(number), [&]<class Record>() {
      CAPTURE(domain::EntityInfo<Record>::table);
      const Record record{};
      const auto read = domain::record_of<Record>({}, domain::fields_of(record));
      REQUIRE(read);
      CHECK(domain::fields_of(read.value()) == domain::fields_of(record));
      CHECK(domain::changes_of(record, read.value()).empty());
    });
  }
}

TEST_CASE("codec: fields of a newer program are kept, changed and cleared without being understood") {
  domain::Customer customer;
  REQUIRE(domain::apply({{200, Writer{}.text("new").take()}, {2, Writer{}.text("Eva").take()}}, customer));
  CHECK(customer.name == "Eva");
  CHECK(domain::fields_of(customer).at(200) == Writer{}.text("new").take());
  CHECK(domain::has_personal<domain::Customer>({{200, Writer{}.integer(1).take()}}));  // nobody here can say
  REQUIRE(domain::apply({{200, Bytes{cbor::kNull}}}, customer));
  CHECK(customer.extra.empty());
}

TEST_CASE("codec: a value of another kind is refused by the name of its field") {
  domain::Customer customer;
  const auto refused = domain::apply({{3, Writer{}.text("yes").take()}}, customer);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().detail.find("is_company") != std::string::npos);
  domain::Visit visit;
  CHECK_FALSE(domain::apply({{2, Writer{}.text("a_word_of_tomorrow").take()}}, visit));
  CHECK_FALSE(domain::apply({{4, Writer{}.bytes("fifteen bytes..").take()}}, visit));
  CHECK_FALSE(domain::apply({{15, Writer{}.text("12").take()}}, visit));
}

TEST_CASE("codec: an erasure keeps no personal field and nothing unknown [F03]", "[F03]") {
  domain::Customer customer;
  customer.number = "C-22-0001-K";
  customer.name = "Jana";
  customer.language = "cs";
  customer.extra = cbor::encode({{200, Writer{}.text("secret").take()}});
  const auto kept = domain::without_personal(customer);
  CHECK(kept.size() == 2);
  CHECK(kept.contains(1));
  CHECK(kept.contains(4));
  CHECK_FALSE(domain::has_personal<domain::Customer>(kept));
}

}  // namespace
}  // namespace aftercare
