#include "tests/support/sync_pair.h"

using namespace aftercare;
using namespace std::chrono_literals;
using aftercare::testing::SyncPair;
using sync::FailureClass;

TEST_CASE("pull: the feed is read page by page to its end", "[sync][engine][S01]") {
  SyncPair pair;
  pair.server.page_size = 3;
  for (int i = 0; i < 10; ++i) pair.server.others_write("a visit");

  const auto report = pair.run();

  CHECK(report.is_settled);
  CHECK(report.operation_received_count == 10);
  CHECK(std::ranges::count(pair.server.calls, "pull") == 4);
  CHECK(pair.store.mark.root == pair.server.root_at(10));
}

TEST_CASE("pull: one run is bounded and says that more follows", "[sync][engine]") {
  SyncPair pair;
  pair.server.page_size = 1;
  pair.options.limits.pull_page_count_max = 2;
  for (int i = 0; i < 5; ++i) pair.server.others_write("a visit");

  const auto report = pair.run();

  CHECK(report.has_more_to_pull);
  CHECK_FALSE(report.is_settled);
  CHECK(pair.store.mark.feed_seq == 2);
}

TEST_CASE("pull: a page whose statement is not our organisation's word is not stored",
          "[sync][engine][S07]") {
  SyncPair pair;
  pair.server.others_write("a visit");
  SECTION("signed by somebody else") { pair.server.signs_with_foreign_key = true; }
  SECTION("of another organisation") {
    pair.server.change_statement = [](auto& statement) { statement.organisation_id.bytes[0] ^= 1; };
  }
  SECTION("of another epoch") {
    pair.server.change_statement = [](auto& statement) { statement.epoch.bytes[0] ^= 1; };
  }
  SECTION("about another place") {
    pair.server.change_statement = [](auto& statement) { ++statement.seq; };
  }
  SECTION("with another root") {
    pair.server.change_statement = [](auto& statement) { statement.root[0] ^= 1; };
  }
  SECTION("with a hole in the feed") { pair.server.feed[0].seq = 2; }

  const auto report = pair.run();

  REQUIRE(report.failure);
  CHECK(report.failure->error.kind == ErrorKind::Corrupt);
  CHECK(report.failure->what == FailureClass::Operation);
  CHECK(pair.store.feed.empty());
  CHECK(pair.store.mark.feed_seq == 0);
}

TEST_CASE("pull: a feed that cannot be believed does not keep a photo here", "[sync][engine][S01]") {
  SyncPair pair;
  pair.server.change_statement = [](auto& statement) { statement.root[0] ^= 1; };
  const auto photo = pair.store.take_photo("a photo");

  const auto report = pair.run();

  CHECK(report.failure);
  CHECK(pair.server.blobs.contains(photo));
}

TEST_CASE("pull: another epoch means reading the feed from its start, once", "[sync][engine][S01]") {
  SyncPair pair;
  pair.server.others_write("a visit");
  REQUIRE(pair.run().is_settled);
  pair.server.restore(1);
  pair.server.others_write("another visit");

  const auto report = pair.run();

  CHECK(report.is_settled);
  CHECK(report.new_epoch == pair.server.epoch);
  CHECK(pair.store.epoch_note_count == 1);
  CHECK(pair.store.feed.size() == 2);
}

TEST_CASE("pull: the server may hold back an empty answer, but not while photos wait", "[sync][engine]") {
  SyncPair pair;
  pair.options.wait = 50s;
  SECTION("nothing waits") {
    REQUIRE(pair.run().is_settled);
    CHECK(pair.server.waits == std::vector<std::chrono::seconds>{50s});
  }
  SECTION("a photo waits") {
    static_cast<void>(pair.store.take_photo("a photo"));
    REQUIRE(pair.run().is_settled);
    CHECK(pair.server.waits == std::vector<std::chrono::seconds>{0s});
  }
}
