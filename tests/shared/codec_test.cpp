// Records as fields and back.

#include "shared/domain/codec.h"

#include "tests/support/catch.h"

#include <rapidcheck.h>

namespace aftercare {
namespace {

using cbor::Writer;

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
  CHECK(domain::record_of<domain::Photo>({}, domain::fields_of(photo)).value().moment ==
        domain::PhotoMoment::Before);
}

TEST_CASE("codec: what was changed is what is applied, for any two states of a record") {
  const auto make = [](const std::string& name, bool is_company, std::int64_t kept) {
    domain::Customer customer;
    customer.name = name;
    customer.is_company = is_company;
    if (kept % 3 != 0)
      customer.extra =
          cbor::encode({{90 + static_cast<std::uint32_t>(kept % 3), Writer{}.integer(kept).take()}});
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
