#include "sync/office/rules.h"
#include "sync/office/customers.h"
#include "tests/office/office_world.h"

namespace aftercare::office {
namespace {

using namespace aftercare::testing;

std::string reason_of(const Done& refused) {
  REQUIRE_FALSE(refused);
  const auto answer = nlohmann::json::parse(refusal_by_rule(refused.error()).body);
  CHECK(answer.at("status") == 422);
  CHECK_FALSE(answer.at("detail").get<std::string>().empty());
  return answer.at("reason");
}

}  // namespace

TEST_CASE("rules: a broken rule is told by a word for the page and a sentence for whoever reads the answer",
          "[S04]") {
  CHECK(reason_of(check_zone("Mars/Phobos")) == "unknown_zone");
  CHECK(reason_of(check_zone("")) == "unknown_zone");
  CHECK(reason_of(check_language("zz")) == "language_unknown");
  CHECK(check_zone("Asia/Tbilisi"));
  CHECK(check_language("ka"));
  const auto plain =
      nlohmann::json::parse(refusal_by_rule(Error{ErrorKind::Refused, "no rule of ours"}).body);
  CHECK_FALSE(plain.contains("reason"));
}

TEST_CASE("rules: a line holds nothing that no eye can see, and loses no letter", "[O02]") {
  for (std::string hidden :
       {"two\nlines", "turned\xe2\x80\xae", "nothing\xe2\x80\x8b", "bell\x07", "a\xe2\x81\xa6"}) {
    CAPTURE(hidden);
    CHECK(reason_of(keep_line(hidden, 100)) == "unreadable_text");
  }
  for (const std::string good : {"Đặng Thị Ngọc Ánh", "შპს „მთის ჰაერი“", "ИП «Тихая гавань»",
                                 "Praha 10 – Vršovice", "5 € → 3 ₾"}) {
    auto kept = "  " + good + ' ';
    CHECK(keep_line(kept, 100));
    CHECK(kept == good);
  }
  std::string lines = "one\ntwo";
  CHECK(keep_text(lines, 100));
  std::string longer(101, 'x');
  CHECK(reason_of(keep_line(longer, 100)) == "text_too_long");
}

TEST_CASE("customers: somebody new comes with place and product, once; what is missing is named", "[F01]") {
  OfficeWorld world;
  NewCustomer wanted;
  wanted.customer.id = world.id<domain::CustomerId>();
  wanted.customer.name = "Božena Němcová";
  wanted.customer.language = "cs";
  wanted.site = domain::Site{};
  wanted.site->street = "Lipová 3";
  wanted.site->city = "Říčany";
  wanted.asset = domain::Asset{};
  wanted.asset->name = "Kotel";
  const auto add = [&] {
    return world.write([&](auto& in) -> Done {
      auto added = add_customer(in, world.dispatcher.id, wanted);
      return added ? done() : Done{added.error()};
    });
  };

  CHECK(reason_of(add()) == "serial_or_place_needed");
  wanted.asset->place = "cellar";
  REQUIRE(add());
  REQUIRE(add());

  const auto found = find_customers(*world.store, "ricany lipova", 10);
  REQUIRE(found);
  REQUIRE(found.value().size() == 1);
  const auto one = customer_json(*world.store, wanted.customer.id);
  REQUIRE(one);
  CHECK(one.value()->at("sites").size() == 1);
  CHECK(one.value()->at("assets").at(0).at("place") == "cellar");
  wanted.customer.phone = "+420601234567";
  const auto other = add();
  REQUIRE_FALSE(other);
  CHECK(other.error().kind == ErrorKind::Conflict);
}

}  // namespace aftercare::office
