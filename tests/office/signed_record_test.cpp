#include "sync/office/signed_record.h"
#include "sync/office/visit_log.h"
#include "tests/office/office_world.h"

namespace aftercare::office {
namespace {

using namespace aftercare::testing;

struct SignedWorld : OfficeWorld {
  Journalist tablet = enrol();
  domain::Visit visit = record_visit(tablet);
  domain::SignOff sign_off = seal(tablet, visit);
  SignedRecordName name{store->organisation().id, sign_off.id, visit.id};

  SignedWorld() { REQUIRE(sync(tablet).empty()); }
  nlohmann::json record() {
    auto made = signed_record_json(*store, name);
    REQUIRE(made);
    return std::move(made).value();
  }
  Done rate(const CustomerRating& said) {
    return write([&](auto& in) { return rate_signed_record(in, name, said); });
  }
};

}  // namespace

TEST_CASE("signed record: the customer sees exactly the words that were sealed, and that nothing changed",
          "[K12]") {
  SignedWorld world;

  const auto record = world.record();

  CHECK(record["summary"] == "A summary for " + world.customer.name);
  CHECK(record["seal"]["state"] == "intact");
  CHECK(record["language"] == "cs");
  CHECK(record["number"] == world.visit.number);
  CHECK(record["outcome"] == "refused");
  CHECK(record["rating"].is_null());
}

TEST_CASE(
    "signed record: nothing of other customers, of people who work here or of the record's insides is told",
    "[K12]") {
  SignedWorld world;
  world.add_customer("Somebody Quite Different");

  const auto text = world.record().dump();

  for (const auto& secret : {std::string{"Somebody Quite Different"}, world.technician.name,
                             world.customer.phone, to_text(world.visit.id), to_text(world.customer.id)}) {
    CAPTURE(secret);
    CHECK(text.find(secret) == std::string::npos);
  }
}

TEST_CASE("signed record: a group that was changed in the file is named", "[K12]") {
  SignedWorld world;
  REQUIRE(world.store->db().run("UPDATE sealed_group SET content = x'f6' WHERE name = 'price'"));

  const auto record = world.record();

  CHECK(record["seal"]["state"] == "broken");
  const auto& groups = record["seal"]["groups"];
  const auto changed =
      std::ranges::count_if(groups, [](const auto& group) { return group["state"] == "changed"; });
  CHECK(changed == 1);
  CHECK(std::ranges::any_of(
      groups, [](const auto& group) { return group["name"] == "price" && group["state"] == "changed"; }));
}

TEST_CASE(
    "signed record: a customer rates once; sending it again changes nothing, a second thought changes the first",
    "[K12]") {
  SignedWorld world;
  REQUIRE(world.rate({.stars = 4, .answer = domain::RatingAnswer::Yes, .comment = "Rychlé a milé"}));
  const auto seq = world.feed_seq();
  REQUIRE(world.rate({.stars = 4, .answer = domain::RatingAnswer::Yes, .comment = "Rychlé a milé"}));
  CHECK(world.feed_seq() == seq);

  REQUIRE(world.rate({.stars = 2, .answer = domain::RatingAnswer::No, .comment = ""}));

  CHECK(world.count("SELECT count(*) FROM rating") == 1);
  CHECK(world.record()["rating"]["stars"] == 2);
  CHECK(world.record()["rating"]["comment"] == "");
  const auto log = list_visits(*world.store, world.blobs, {}, std::nullopt, 10);
  REQUIRE(log);
  CHECK(log.value().visits.front().stars == 2);
}

TEST_CASE("signed record: no stars, six stars and a novel are refused, and nothing is kept", "[K12]") {
  SignedWorld world;
  CHECK_FALSE(world.rate({.stars = 0}));
  CHECK_FALSE(world.rate({.stars = 6}));
  CHECK_FALSE(world.rate({.stars = 5, .comment = std::string(domain::kCommentMax + 1, 'x')}));
  CHECK(world.count("SELECT count(*) FROM rating") == 0);
}

}  // namespace aftercare::office
