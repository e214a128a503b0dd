#include "tests/support/sync_pair.h"

using namespace aftercare;
using aftercare::testing::FakeServer;
using aftercare::testing::SyncPair;
using sync::FailureClass;

namespace {

/// Fails with Corrupt, and leaves the device as it was.
void check_is_not_believed(SyncPair& pair) {
  const auto report = pair.run();
  REQUIRE(report.failure);
  CHECK(report.failure->what == FailureClass::Server);
  CHECK(report.failure->error.kind == ErrorKind::Corrupt);
  CHECK(report.operation_sent_count == 0);
  CHECK(pair.store.receipt_count == 0);
  CHECK(pair.store.mark.held_dseq == 0);
}

}  // namespace

TEST_CASE("push: a lost answer costs a resend, never a change", "[sync][engine][S01]") {
  SyncPair pair;
  pair.record(3);
  pair.server.lose_next_answer = {"push"};

  const auto first = pair.run();
  REQUIRE(first.failure);
  CHECK(first.failure->what == FailureClass::Network);
  CHECK(pair.store.mark.held_dseq == 0);

  pair.record(1);
  CHECK(pair.run().is_settled);
  CHECK(pair.is_all_held());
  CHECK(pair.is_each_once());
  CHECK(pair.server.feed.size() == 4);
}

TEST_CASE("push: a request that arrives twice is taken once", "[sync][engine][S01]") {
  SyncPair pair;
  pair.record(3);
  pair.server.double_next = {"push"};

  CHECK(pair.run().is_settled);

  CHECK(pair.server.feed.size() == 3);
  CHECK(pair.is_each_once());
}

TEST_CASE("push: at whichever call the connection drops, everything arrives once in the end",
          "[sync][engine][S01]") {
  const auto lost_at = GENERATE(range(0, 30));
  const auto is_done_first = GENERATE(false, true);
  SyncPair pair;
  pair.options.limits.push_operation_count_max = 2;
  pair.options.limits.blob_part_byte_count_max = 4;
  pair.record(5);
  static_cast<void>(pair.store.take_photo("a longer photo"));
  static_cast<void>(pair.store.take_photo("sig", true));
  int count = 0;
  pair.server.before_call = [&](const std::string& name) {
    if (count++ != lost_at) return;
    if (is_done_first) {
      pair.server.lose_next_answer = {name};
    } else {
      pair.server.fail_always.insert({name, {ErrorKind::Offline, "gone"}});
    }
  };

  static_cast<void>(pair.run());
  pair.server.fail_always.clear();
  pair.server.before_call = nullptr;
  const auto report = pair.run();

  CHECK_FALSE(report.failure);
  CHECK(report.is_settled);
  CHECK(pair.is_all_held());
  CHECK(pair.is_each_once());
  CHECK(pair.server.blobs.size() == 2);
}

TEST_CASE("push: one run is bounded and says that more is waiting", "[sync][engine]") {
  SyncPair pair;
  pair.record(10);
  pair.options.limits.push_operation_count_max = 2;
  pair.options.limits.push_round_count_max = 3;

  const auto report = pair.run();

  CHECK(report.operation_sent_count == 6);
  CHECK(report.operation_waiting_count == 4);
  CHECK_FALSE(report.is_settled);
}

TEST_CASE("push: what the server set aside is told with its reason and holds up nothing",
          "[sync][engine][S01]") {
  SyncPair pair;
  pair.record(1);
  pair.record(1, "forbidden");
  pair.record(1);

  const auto report = pair.run();

  REQUIRE(report.set_aside.size() == 1);
  CHECK(report.set_aside.front().dseq == 2);
  CHECK(report.set_aside.front().reason == protocol::SetAsideReason::NotAllowed);
  CHECK(pair.store.set_aside.size() == 1);
  CHECK(report.is_settled);
}

TEST_CASE("push: a receipt that somebody else signed is not noted", "[sync][engine][S07]") {
  SyncPair pair;
  pair.record(2);
  pair.server.signs_with_foreign_key = true;
  check_is_not_believed(pair);
}

TEST_CASE("push: a receipt for another organisation or device is not noted", "[sync][engine][S07]") {
  SyncPair pair;
  pair.record(2);
  SECTION("organisation") {
    pair.server.change_receipt = [](protocol::Receipt& receipt) { receipt.organisation_id.bytes[0] ^= 1; };
  }
  SECTION("device") {
    pair.server.change_receipt = [](protocol::Receipt& receipt) { receipt.device_id.bytes[0] ^= 1; };
  }
  check_is_not_believed(pair);
}

TEST_CASE("push: a receipt for a head that is not ours is not noted", "[sync][engine][S07]") {
  SyncPair pair;
  pair.record(2);
  pair.server.change_receipt = [](protocol::Receipt& receipt) { receipt.head.hash[0] ^= 1; };
  check_is_not_believed(pair);
}

TEST_CASE("push: a server that takes nothing is not asked for ever", "[sync][engine]") {
  SyncPair pair;
  pair.record(2);
  pair.server.change_receipt = [&](protocol::Receipt& receipt) {
    receipt.head = {0, protocol::genesis_hash(pair.store.who->key.public_key)};
  };

  const auto report = pair.run();

  REQUIRE(report.failure);
  CHECK(report.failure->what == FailureClass::Server);
  CHECK(std::ranges::count(pair.server.calls, "push") == 1);
}

TEST_CASE("push: what is recorded under a run is not taken for another copy's work", "[sync][engine]") {
  SyncPair pair;
  pair.record(1);
  pair.store.before_reading_journal = [&] {
    if (pair.store.journal.size() < 3) pair.record(1);
  };

  const auto report = pair.run();

  CHECK_FALSE(report.is_copy);
  CHECK(report.is_settled);
  CHECK(pair.store.journal.size() == 3);
  CHECK(pair.is_all_held());
}

TEST_CASE("push: a restored server gets back what it lost, and nothing twice", "[sync][engine][S01]") {
  const auto kept = GENERATE(range(std::size_t{0}, std::size_t{7}));
  SyncPair pair;
  pair.record(3);
  pair.server.others_write("a work order");
  REQUIRE(pair.run().is_settled);
  pair.record(2);
  REQUIRE(pair.run().is_settled);
  pair.server.restore(kept > 6 ? 6 : kept);
  const auto has_unsent = GENERATE(false, true);
  if (has_unsent) pair.record(1);

  const auto report = pair.run();

  CAPTURE(kept, has_unsent, pair.server.calls);
  CHECK_FALSE(report.failure);
  CHECK(report.is_settled);
  CHECK(report.new_epoch == pair.server.epoch);
  CHECK(pair.store.mark.epoch == pair.server.epoch);
  CHECK(pair.is_all_held());
  CHECK(pair.is_each_once());
  CHECK(pair.store.feed.size() == pair.server.feed.size());
  CHECK_FALSE(report.is_copy);
}

TEST_CASE("push: a cloned device is told apart, and both copies' work is kept", "[sync][engine][S01]") {
  SyncPair pair;
  pair.record(3);
  REQUIRE(pair.run().is_settled);
  auto clone = pair.store;  // the folder is copied to another tablet
  sync::Session clone_session;
  pair.record(4, "on the first tablet");
  REQUIRE(pair.run().is_settled);

  SECTION("the clone goes on at the point where they parted") {
    static_cast<void>(clone.record("on the second tablet", pair.random));
    const auto report = sync::run(clone, pair.server, pair.clock, clone_session);
    CHECK_FALSE(report.failure);
    CHECK(clone.mark.held_dseq == 4);
    CHECK(clone.mark.lineage == clone.mark.head.hash);
  }
  SECTION("the clone has lost its place and resends from there") {
    for (int i = 0; i < 3; ++i) static_cast<void>(clone.record("on the second tablet", pair.random));
    clone.mark.held_dseq = 5;  // as if an earlier answer had said so
    const auto report = sync::run(clone, pair.server, pair.clock, clone_session);
    CHECK_FALSE(report.failure);
    CHECK(report.is_copy);
    REQUIRE(report.behind);
    CHECK(report.behind->head.dseq == 7);
    CHECK(clone.mark.held_dseq == 6);
  }

  REQUIRE(pair.server.devices[clone.who->device_id].lineages.size() == 2);
  CHECK(pair.server.devices[clone.who->device_id].lineages[0].hashes.size() == 7);
  CHECK(pair.is_each_once());
  pair.record(1);
  CHECK(pair.run().is_settled);
  CHECK(pair.server.devices[clone.who->device_id].lineages[0].hashes.size() == 8);
}

TEST_CASE(
    "push: an older copy of the folder learns that the server holds more, and goes on in its own lineage",
    "[sync][engine][S01]") {
  SyncPair pair;
  pair.record(2);
  auto older = pair.store;  // a backup of the tablet, from before it synced
  sync::Session session;
  pair.record(2);
  REQUIRE(pair.run().is_settled);

  const auto first = sync::run(older, pair.server, pair.clock, session);
  CHECK(first.is_copy);
  CHECK_FALSE(first.failure);
  CHECK(older.receipt_count == 0);

  static_cast<void>(older.record("after the restore", pair.random));
  const auto second = sync::run(older, pair.server, pair.clock, session);
  CHECK_FALSE(second.failure);
  CHECK(older.mark.held_dseq == 3);
  CHECK(pair.server.devices[older.who->device_id].lineages.size() == 2);
  CHECK(pair.is_each_once());
}

TEST_CASE("push: a clone offers a long common part in several batches until the two part",
          "[sync][engine][S01]") {
  SyncPair pair;
  pair.record(9);
  auto clone = pair.store;  // copied before the first of them was sent
  sync::Session session;
  pair.record(GENERATE(1, 3, 30), "on the first tablet");
  REQUIRE(pair.run().is_settled);
  for (int i = 0; i < 4; ++i) static_cast<void>(clone.record("on the second tablet", pair.random));
  sync::RunOptions options;
  options.limits.push_operation_count_max = 2;

  const auto report = sync::run(clone, pair.server, pair.clock, session, options);

  CHECK_FALSE(report.failure);
  CHECK(report.is_copy);
  CHECK(report.is_settled);
  CHECK(clone.mark.held_dseq == 13);
  CHECK(pair.is_each_once());
}

TEST_CASE("push: a clone sees what the other copy wrote, even if it read the feed before they parted",
          "[sync][engine][S01]") {
  SyncPair pair;
  pair.record(3);
  REQUIRE(pair.run().is_settled);
  auto clone = pair.store;
  sync::Session session;
  pair.record(2, "on the first tablet");
  REQUIRE(pair.run().is_settled);
  REQUIRE(sync::run(clone, pair.server, pair.clock, session).is_settled);
  REQUIRE_FALSE(clone.feed.at(4).content);  // taken for its own

  static_cast<void>(clone.record("on the second tablet", pair.random));
  const auto report = sync::run(clone, pair.server, pair.clock, session);

  CHECK(report.is_settled);
  CHECK(clone.feed.size() == 6);
  CHECK(clone.feed.at(4).content);
  CHECK_FALSE(clone.feed.at(5).content);
  CHECK(report.operation_sent_count == 1);
}

TEST_CASE("push: a server that was restored to before two copies parted takes both again",
          "[sync][engine][S01]") {
  SyncPair pair;
  pair.record(3);
  REQUIRE(pair.run().is_settled);
  auto clone = pair.store;
  sync::Session session;
  pair.record(3, "on the first tablet");
  REQUIRE(pair.run().is_settled);
  for (int i = 0; i < 3; ++i) static_cast<void>(clone.record("on the second tablet", pair.random));
  REQUIRE(sync::run(clone, pair.server, pair.clock, session).is_settled);
  pair.server.restore(GENERATE(1, 3, 4, 6));
  const auto is_clone_first = GENERATE(false, true);
  static_cast<void>(clone.record("after the restore", pair.random));

  if (is_clone_first) CHECK(sync::run(clone, pair.server, pair.clock, session).is_settled);
  CHECK(pair.run().is_settled);
  CHECK(sync::run(clone, pair.server, pair.clock, session).is_settled);

  CHECK(pair.is_each_once());
  CHECK(pair.server.feed.size() == 3 + 3 + 4);
  CHECK(pair.server.devices[clone.who->device_id].lineages.size() == 2);
}

namespace {

/// A server that always says it stands elsewhere.
class NeverContentServer : public FakeServer {
 public:
  using FakeServer::FakeServer;
  sync::Head head;
  bool changes_epoch = false;
  Result<PushResult> push(const protocol::PushRequest& request) override {
    calls.push_back("push");
    if (changes_epoch) {
      new_epoch();
      return PushResult{sync::OtherEpoch{epoch}};
    }
    return PushResult{sync::Behind{epoch, request.lineage, head}};
  }
};

}  // namespace

TEST_CASE("push: a server that never agrees ends the run, and everything stays", "[sync][engine]") {
  SyncPair pair;
  NeverContentServer server{pair.random, pair.clock};
  server.organisation = pair.server.organisation;
  server.key = pair.server.key;
  server.epoch = pair.server.epoch;
  server.devices = pair.server.devices;
  pair.record(3);
  SECTION("it holds something else") { server.head = {2, Hash{1}}; }
  SECTION("it holds less") { server.head = {1, pair.store.hash_at(1).value()}; }
  SECTION("it changes its epoch") { server.changes_epoch = true; }

  const auto report = sync::run(pair.store, server, pair.clock, pair.session);

  REQUIRE(report.failure);
  CHECK(std::ranges::count(server.calls, "push") <= 6);
  CHECK(pair.store.journal.size() == 3);
  CHECK(report.operation_waiting_count >= 2);
}
