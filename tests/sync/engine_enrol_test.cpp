#include "sync/engine/enrol.h"

#include "tests/support/sync_pair.h"

using namespace aftercare;
using aftercare::testing::FakeStore;
using aftercare::testing::SyncPair;

TEST_CASE("enrol: a lost answer does not cost the code", "[sync][engine][S07]") {
  SyncPair pair;
  FakeStore fresh;
  pair.server.code = "another-code";
  pair.server.lose_next_answer = {"enrol"};
  const auto wish = pair.wish();

  const auto identity = sync::enrol(fresh, pair.server, pair.clock, wish);

  REQUIRE(identity);
  CHECK(pair.server.calls == std::vector<std::string>{"enrol", "enrol"});
  CHECK(identity.value().prefix == "K7");
  CHECK(identity.value().organisation_name == "Example Heating");
  CHECK(identity.value().line.code.empty());
  CHECK(fresh.who->device_id == wish.device_id);
  CHECK(fresh.mark.epoch == pair.server.epoch);
}

TEST_CASE("enrol: a code serves once", "[sync][engine][S07]") {
  SyncPair pair;
  FakeStore fresh;
  pair.server.code = "another-code";
  const auto wish = pair.wish();
  REQUIRE(sync::enrol(fresh, pair.server, pair.clock, wish));

  FakeStore thief;
  auto again = pair.wish();
  again.line.code = "another-code";
  const auto answer = sync::enrol(thief, pair.server, pair.clock, again);

  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::Refused);
  CHECK_FALSE(thief.who);
}

TEST_CASE("enrol: a folder belongs to one device, and a second code is not spent on it", "[sync][engine]") {
  SyncPair pair;
  pair.server.code = "another-code";

  const auto answer = sync::enrol(pair.store, pair.server, pair.clock, pair.wish());

  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::Refused);
  CHECK(pair.server.calls.empty());
}

TEST_CASE("enrol: a certificate that is not for this key is not saved", "[sync][engine][S07]") {
  SyncPair pair;
  FakeStore fresh;
  pair.server.code = "another-code";
  SECTION("another key") {
    pair.server.change_certificate = [](auto& certificate) { certificate.public_key[0] ^= 1; };
  }
  SECTION("another organisation") {
    pair.server.change_certificate = [](auto& certificate) { certificate.organisation_id.bytes[0] ^= 1; };
  }
  SECTION("signed by somebody else") { pair.server.signs_with_foreign_key = true; }

  const auto answer = sync::enrol(fresh, pair.server, pair.clock, pair.wish());

  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::Corrupt);
  CHECK_FALSE(fresh.who);
}
