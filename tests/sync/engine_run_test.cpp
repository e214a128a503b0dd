#include "sync/engine/run.h"

#include "tests/support/sync_pair.h"

using namespace aftercare;
using namespace std::chrono_literals;
using aftercare::testing::SyncPair;
using sync::FailureClass;
using Calls = std::vector<std::string>;

TEST_CASE("run: a first run moves what both sides have, and says so", "[sync][engine][S01]") {
  SyncPair pair;
  pair.record(3);
  pair.server.others_write("a work order");
  const auto photo = pair.store.take_photo("a photo");

  const auto report = pair.run();

  CHECK_FALSE(report.failure);
  CHECK(report.operation_sent_count == 3);
  CHECK(report.operation_received_count == 1);
  CHECK(report.feed_item_count == 4);
  CHECK(report.blob_sent_count == 1);
  CHECK(report.blob_sent_byte_count == 7);
  CHECK(report.is_settled);
  CHECK(pair.is_all_held());
  CHECK(pair.server.blobs.contains(photo));
}

TEST_CASE("run: with nothing to do it costs one round trip", "[sync][engine]") {
  SyncPair pair;
  REQUIRE(pair.run().is_settled);
  pair.server.calls.clear();
  pair.store.server_times.clear();

  const auto report = pair.run();

  CHECK(report.is_settled);
  CHECK(pair.server.calls == Calls{"pull"});
  CHECK(pair.store.server_times.empty());
}

TEST_CASE("run: a folder that is not enrolled asks nobody", "[sync][engine]") {
  SyncPair pair;
  pair.store.who.reset();

  const auto report = pair.run();

  REQUIRE(report.failure);
  CHECK(report.failure->what == FailureClass::SignIn);
  CHECK(pair.server.calls.empty());
}

TEST_CASE("run: a token that ended is replaced once, in the middle, and costs nothing",
          "[sync][engine][S07]") {
  SyncPair pair;
  REQUIRE(pair.run().is_settled);
  pair.server.forget_tokens();
  pair.server.calls.clear();
  pair.record(1);

  const auto report = pair.run();

  CHECK(report.is_settled);
  CHECK(pair.server.calls == Calls{"push", "challenge", "token", "push", "pull"});
}

TEST_CASE("run: a device that the server does not know keeps its work and says sign in",
          "[sync][engine][S07]") {
  SyncPair pair;
  pair.record(2);
  pair.server.fail_always.insert({"token", {ErrorKind::SignIn, "unknown"}});

  const auto report = pair.run();

  REQUIRE(report.failure);
  CHECK(report.failure->what == FailureClass::SignIn);
  CHECK(pair.store.journal.size() == 2);
  CHECK(report.operation_waiting_count == 2);
  CHECK(pair.server.calls == Calls{"challenge", "token", "token"});  // the second time with its certificate
}

TEST_CASE("run: without a token nothing else is tried, even when signing in was plainly refused",
          "[sync][engine]") {
  SyncPair pair;
  pair.record(1);
  pair.server.fail_always.insert({"challenge", {ErrorKind::Refused, "no"}});

  const auto report = pair.run();

  REQUIRE(report.failure);
  CHECK(report.failure->what == FailureClass::SignIn);
  CHECK(pair.server.calls == Calls{"challenge"});
}

TEST_CASE("run: a clock five years off changes nothing", "[sync][engine][S01]") {
  const auto years = GENERATE(-5, 5);
  SyncPair pair;
  pair.server.clock_ahead = std::chrono::hours{24 * 365 * years};
  pair.record(2);

  REQUIRE(pair.run().is_settled);
  pair.server.calls.clear();
  pair.clock.wall += std::chrono::hours{24 * 365 * 5};  // and somebody sets it between two runs
  const auto again = pair.run();

  CHECK(again.is_settled);
  CHECK(pair.server.calls == Calls{"pull"});
  CHECK(pair.is_all_held());
}

TEST_CASE("run: a token is used for as long as the server said, on the clock that nobody sets",
          "[sync][engine]") {
  SyncPair pair;
  REQUIRE(pair.run().is_settled);

  pair.clock.monotonic += 14 * 60 * 1'000;
  pair.server.calls.clear();
  REQUIRE(pair.run().is_settled);
  CHECK(pair.server.calls == Calls{"pull"});

  pair.clock.monotonic += 60 * 1'000;
  pair.server.calls.clear();
  REQUIRE(pair.run().is_settled);
  CHECK(pair.server.calls == Calls{"challenge", "token", "pull"});
}

TEST_CASE("run: a token of before a restart of the tablet is not used", "[sync][engine]") {
  SyncPair pair;
  REQUIRE(pair.run().is_settled);
  pair.clock.boot = "boot-2";
  pair.server.calls.clear();

  REQUIRE(pair.run().is_settled);

  CHECK(pair.server.calls == Calls{"challenge", "token", "pull"});
}

TEST_CASE("run: the server's time is noted when it is fresh", "[sync][engine]") {
  SyncPair pair;
  pair.server.clock_ahead = 1h;
  pair.record(1);

  REQUIRE(pair.run().is_settled);

  REQUIRE(pair.store.server_times.size() == 1);
  CHECK(pair.store.server_times.front() == pair.clock.wall + 1h);
}

TEST_CASE("run: without a network nothing changes, and the failure says so", "[sync][engine]") {
  SyncPair pair;
  pair.record(2);
  for (const auto* name : {"challenge", "token", "push", "pull", "missing"}) {
    pair.server.fail_always.insert({name, {ErrorKind::Offline, "no network"}});
  }

  const auto report = pair.run();

  REQUIRE(report.failure);
  CHECK(report.failure->what == FailureClass::Network);
  CHECK(pair.server.calls == Calls{"challenge"});
  CHECK(report.operation_waiting_count == 2);
  CHECK_FALSE(report.is_settled);
}

TEST_CASE("run: a stranger in the server's place is a matter of the network", "[sync][engine][S07]") {
  SyncPair pair;
  REQUIRE(pair.run().is_settled);
  pair.record(1);
  pair.server.calls.clear();
  pair.server.is_stranger_now = true;
  pair.server.fail_always.insert({"push", {ErrorKind::Refused, "this is not the server"}});

  const auto report = pair.run();

  REQUIRE(report.failure);
  CHECK(report.failure->what == FailureClass::Network);
  CHECK(pair.server.calls == Calls{"push"});
}

TEST_CASE("run: a busy server ends the run and is left alone for as long as it asks", "[sync][engine]") {
  SyncPair pair;
  pair.record(1);
  pair.server.asks_to_wait = 17s;
  pair.server.fail_always.insert({"push", {ErrorKind::Busy, "busy"}});

  const auto report = pair.run();

  REQUIRE(report.failure);
  CHECK(report.failure->what == FailureClass::Server);
  CHECK(report.retry_after == 17s);
  CHECK(pair.server.calls == Calls{"challenge", "token", "push"});
}

TEST_CASE("run: a push that can never succeed does not hold up signatures, photos and news",
          "[sync][engine][S01]") {
  SyncPair pair;
  pair.record(1);
  for (int i = 0; i < 3; ++i) static_cast<void>(pair.store.take_photo("photo " + std::to_string(i)));
  pair.server.others_write("a work order");
  pair.server.fail_always.insert({"push", {ErrorKind::Refused, "unreadable"}});

  const auto report = pair.run();

  REQUIRE(report.failure);
  CHECK(report.failure->what == FailureClass::Operation);
  CHECK(report.blob_sent_count == 3);
  CHECK(report.operation_received_count == 1);
  CHECK(report.operation_waiting_count == 1);
  CHECK(std::ranges::count(pair.server.calls, "push") == 1);
}

TEST_CASE("run: a full disk ends it, and the next run goes on from there", "[sync][engine]") {
  SyncPair pair;
  pair.record(2);
  pair.server.others_write("a work order");
  pair.store.is_full = true;

  const auto report = pair.run();
  REQUIRE(report.failure);
  CHECK(report.failure->what == FailureClass::Device);
  CHECK(pair.store.mark.held_dseq == 0);

  pair.store.is_full = false;
  CHECK(pair.run().is_settled);
  CHECK(pair.is_all_held());
  CHECK(pair.is_each_once());
}

TEST_CASE("run: a revoked device hands everything in, reads nothing, and only then may erase itself",
          "[sync][engine][S07]") {
  SyncPair pair;
  pair.record(2);
  const auto photo = pair.store.take_photo("a photo");
  pair.server.others_write("somebody's address");
  pair.server.devices[pair.store.who->device_id].is_revoked = true;

  const auto report = pair.run();

  CHECK(report.is_revoked);
  CHECK_FALSE(report.failure);
  CHECK(pair.is_all_held());
  CHECK(pair.server.blobs.contains(photo));
  CHECK(report.set_aside.size() == 2);
  CHECK(pair.store.feed.empty());
  CHECK(std::ranges::count(pair.server.calls, "pull") == 0);
  CHECK(pair.store.is_told_revoked);
}

TEST_CASE("run: a revoked device that could not hand everything in keeps it", "[sync][engine][S07]") {
  SyncPair pair;
  pair.record(1);
  static_cast<void>(pair.store.take_photo("a photo"));
  pair.server.devices[pair.store.who->device_id].is_revoked = true;
  pair.server.fail_always.insert({"part", {ErrorKind::Offline, "gone"}});

  CHECK(pair.run().is_revoked);
  CHECK_FALSE(pair.store.is_told_revoked);

  pair.server.fail_always.clear();
  CHECK(pair.run().is_settled);
  CHECK(pair.store.is_told_revoked);
}

TEST_CASE("run: a device that is revoked under way still hands in its photos", "[sync][engine][S07]") {
  SyncPair pair;
  pair.record(1);
  const auto photo = pair.store.take_photo("a photo");
  pair.server.before_call = [&](const std::string& name) {
    if (name == "pull") pair.server.devices[pair.store.who->device_id].is_revoked = true;
  };

  const auto report = pair.run();

  CHECK(report.is_revoked);
  CHECK_FALSE(report.failure);
  CHECK(pair.server.blobs.contains(photo));
  CHECK(pair.store.is_told_revoked);
}

TEST_CASE("run: it stops between calls when asked, and the next one goes on", "[sync][engine]") {
  SyncPair pair;
  pair.record(4);
  pair.options.limits.push_operation_count_max = 1;
  std::stop_source source;
  pair.options.stop = source.get_token();
  pair.server.before_call = [&](const std::string& name) {
    if (name == "push") source.request_stop();
  };

  const auto report = pair.run();
  CHECK(report.is_stopped);
  CHECK_FALSE(report.failure);
  CHECK(report.operation_sent_count == 1);
  CHECK(report.operation_waiting_count == 3);

  pair.options.stop = {};
  pair.server.before_call = nullptr;
  CHECK(pair.run().is_settled);
  CHECK(pair.is_all_held());
}

TEST_CASE("run: progress can be shown as so many of so many", "[sync][engine]") {
  SyncPair pair;
  pair.record(7);
  pair.options.limits.push_operation_count_max = 3;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> seen;
  pair.options.on_progress = [&](const sync::Progress& progress) {
    if (progress.stage == sync::Progress::Stage::Sending)
      seen.push_back({progress.done_count, progress.total_count});
  };

  REQUIRE(pair.run().is_settled);

  CHECK(seen == std::vector<std::pair<std::uint64_t, std::uint64_t>>{{0, 7}, {3, 7}, {6, 7}});
}

TEST_CASE("run: progress says how many of the photos have gone, and counts what is taken meanwhile",
          "[sync][engine][V16]") {
  SyncPair pair;
  pair.store.counts_unsent = true;
  for (int i = 0; i < 3; ++i) static_cast<void>(pair.store.take_photo("photo " + std::to_string(i)));
  std::vector<std::pair<std::uint64_t, std::uint64_t>> seen;
  pair.options.on_progress = [&](const sync::Progress& progress) {
    if (progress.stage != sync::Progress::Stage::SendingBlobs) return;
    seen.push_back({progress.photo_done_count, progress.photo_total_count});
    if (seen.size() == 2) static_cast<void>(pair.store.take_photo("one more"));
  };

  REQUIRE(pair.run().is_settled);

  CHECK(seen == std::vector<std::pair<std::uint64_t, std::uint64_t>>{{0, 3}, {1, 3}, {2, 4}, {3, 4}});
}
