#include "tests/support/sync_pair.h"

using namespace aftercare;
using namespace std::chrono_literals;
using aftercare::testing::SyncPair;
using Calls = std::vector<std::string>;

namespace {

struct CountingPair : SyncPair {
  CountingPair() { store.counts_unsent = true; }
};

}  // namespace

TEST_CASE("tell: the office is told what still waits, and again once it has gone [O09]",
          "[sync][engine][O09]") {
  CountingPair pair;
  pair.record(3);
  pair.store.take_photo("a photo");

  const auto report = pair.run();

  CHECK(report.is_settled);
  REQUIRE(pair.server.told.size() == 2);
  CHECK(pair.server.told[0].operation_count == 0);  // told after the push
  CHECK(pair.server.told[0].photo_count == 1);
  CHECK(pair.server.told[0].numbers.at("V") == 3);
  CHECK(pair.server.told[1].photo_count == 0);
}

TEST_CASE("tell: once for each token, and a run that finds everything sent costs no more [O09]",
          "[sync][engine][O09]") {
  CountingPair pair;
  REQUIRE(pair.run().is_settled);
  CHECK(pair.server.told.size() == 1);
  pair.server.calls.clear();
  pair.record(1);

  REQUIRE(pair.run().is_settled);
  CHECK(pair.server.calls == Calls{"push", "pull"});

  pair.clock.pass(1h);
  REQUIRE(pair.run().is_settled);
  REQUIRE(pair.server.told.size() == 2);
  CHECK(pair.server.told[1].numbers.at("V") == 1);
}

TEST_CASE("tell: a server that does not listen stops nothing, and is told again [O09]",
          "[sync][engine][O09]") {
  CountingPair pair;
  pair.server.fail_always["unsent"] = {ErrorKind::NotFound, "no such route"};
  pair.record(2);
  pair.store.take_photo("a photo");

  const auto report = pair.run();

  CHECK(report.is_settled);
  CHECK_FALSE(report.failure);
  CHECK(pair.server.told.empty());
  pair.server.fail_always.clear();
  REQUIRE(pair.run().is_settled);
  CHECK(pair.server.told.size() == 1);
}
