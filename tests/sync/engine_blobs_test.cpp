#include "sync/protocol/letting_go.h"
#include "tests/support/sync_pair.h"

using namespace aftercare;
using aftercare::testing::SyncPair;
using sync::FailureClass;

TEST_CASE("blobs: signatures go before photos, and operations before both", "[sync][engine][S01]") {
  SyncPair pair;
  pair.record(1);
  static_cast<void>(pair.store.take_photo("photo 1"));
  static_cast<void>(pair.store.take_photo("photo 2"));
  const auto signature = pair.store.take_photo("sig", true);

  REQUIRE(pair.run().is_settled);

  REQUIRE(pair.server.blob_order.size() == 3);
  CHECK(pair.server.blob_order.front() == signature);
  CHECK(std::ranges::find(pair.server.calls, "push") < std::ranges::find(pair.server.calls, "missing"));
}

TEST_CASE("blobs: a signature that is made meanwhile does not wait behind fifty photos",
          "[sync][engine][S01]") {
  SyncPair pair;
  pair.options.limits.blob_part_byte_count_max = 4;
  for (int i = 0; i < 50; ++i)
    static_cast<void>(pair.store.take_photo("a photo, number " + std::to_string(i)));
  Hash signature{};
  pair.server.before_call = [&](const std::string& name) {
    if (name != "part" || !pair.store.journal.empty()) return;
    pair.record(1, "signed");
    signature = pair.store.take_photo("sig", true);
  };

  REQUIRE(pair.run().is_settled);

  REQUIRE(pair.server.blob_order.size() == 51);
  CHECK(pair.server.blob_order.front() == signature);  // before even the photo that was under way
}

TEST_CASE("blobs: an upload goes on where it was cut", "[sync][engine][S01]") {
  SyncPair pair;
  pair.options.limits.blob_part_byte_count_max = 4;
  const Bytes bytes = "a photo of twenty-six bytes";
  const auto photo = pair.store.take_photo(bytes);
  pair.server.partial[photo] = bytes.substr(0, 10);

  REQUIRE(pair.run().is_settled);

  CHECK(pair.server.blobs[photo] == bytes);
  CHECK(std::ranges::count(pair.server.calls, "part") == 5);
}

TEST_CASE("blobs: a small one costs no question, and still goes on where it was cut", "[sync][engine]") {
  SyncPair pair;
  const auto photo = pair.store.take_photo("a photo");
  pair.server.partial[photo] = "a ph";

  REQUIRE(pair.run().is_settled);

  CHECK(pair.server.blobs[photo] == "a photo");
  CHECK(std::ranges::count(pair.server.calls, "offset") == 0);
}

TEST_CASE("blobs: one that arrived whole but unchecked is checked before it counts", "[sync][engine]") {
  SyncPair pair;
  pair.options.limits.blob_part_byte_count_max = 4;
  const auto photo = pair.store.take_photo("a longer photo");
  pair.server.partial[photo] = "a longer photo";

  REQUIRE(pair.run().is_settled);

  CHECK(pair.server.blobs.contains(photo));
  CHECK(pair.store.to_send.empty());
}

TEST_CASE("blobs: one that was damaged on the way is sent again", "[sync][engine]") {
  SyncPair pair;
  const auto photo = pair.store.take_photo("a photo");
  pair.server.damages_next_blob = true;

  const auto report = pair.run();

  CHECK(report.is_settled);
  CHECK(pair.server.blobs[photo] == "a photo");
}

TEST_CASE("blobs: what the server has already is not sent", "[sync][engine]") {
  SyncPair pair;
  const auto photo = pair.store.take_photo("a photo");
  pair.server.blobs[photo] = "a photo";

  const auto report = pair.run();

  CHECK(report.is_settled);
  CHECK(report.blob_known_count == 1);
  CHECK(std::ranges::count(pair.server.calls, "part") == 0);
}

TEST_CASE("blobs: one that cannot be sent is reported, kept, and holds up no other", "[sync][engine][S01]") {
  SyncPair pair;
  pair.options.limits.blob_question_count_max = 1;
  const auto broken = pair.store.take_photo("broken");
  const auto good = pair.store.take_photo("good");
  SECTION("its file is gone") { pair.store.blobs.erase(broken); }
  SECTION("its file is shorter than it was") { pair.store.blobs[broken] = "bro"; }
  SECTION("its file says something else") { pair.store.blobs[broken] = "BROKEN"; }
  SECTION("it is too large") { pair.store.to_send.front().byte_count = 60 << 20; }

  const auto report = pair.run();

  REQUIRE(report.blob_troubles.size() == 1);
  CHECK(report.blob_troubles.front().sha256 == broken);
  REQUIRE(report.failure);
  CHECK(report.failure->what == FailureClass::Operation);
  CHECK(pair.server.blobs.contains(good));
  CHECK_FALSE(pair.server.blobs.contains(broken));
  CHECK(pair.store.to_send.size() == 1);
  CHECK(report.has_blobs_to_send);
}

TEST_CASE("blobs: what pulled records name is fetched", "[sync][engine][S01]") {
  SyncPair pair;
  const Bytes bytes = "somebody's photo";
  const auto photo = sha256(bytes);
  pair.server.blobs[photo] = bytes;
  pair.store.to_fetch = {{photo, bytes.size(), false}};

  const auto report = pair.run();

  CHECK(report.is_settled);
  CHECK(report.blob_fetched_count == 1);
  CHECK(pair.store.blobs[photo] == bytes);
}

TEST_CASE("blobs: a photo that its tablet has not handed in yet is no failure and holds up no other",
          "[sync][engine]") {
  SyncPair pair;
  pair.options.limits.blob_question_count_max = 1;
  const auto late = sha256("late");
  const auto here = sha256("here");
  pair.server.blobs[here] = "here";
  pair.store.to_fetch = {{late, 4, false}, {here, 4, false}};

  const auto report = pair.run();

  CHECK(report.is_settled);
  CHECK(report.blob_absent_count == 1);
  CHECK(pair.store.blobs.contains(here));
}

TEST_CASE("blobs: other bytes than the record names are not stored", "[sync][engine][S07]") {
  SyncPair pair;
  const auto photo = sha256("a photo");
  pair.server.blobs[photo] = "A PHOTO";
  pair.store.to_fetch = {{photo, 7, false}};

  const auto report = pair.run();

  REQUIRE(report.failure);
  CHECK(report.failure->what == FailureClass::Operation);
  CHECK(pair.store.blobs.empty());
}

TEST_CASE("blobs: a download that is cut at any byte goes on from there, and no byte of it comes twice",
          "[sync][engine][S01]") {
  const Bytes bytes = "somebody's photo, in parts";
  const auto photo = sha256(bytes);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    CAPTURE(at);
    SyncPair pair;
    pair.options.limits.blob_fetch_part_byte_count_max = 10;
    pair.server.blobs[photo] = bytes;
    pair.store.to_fetch = {{photo, bytes.size(), false}};
    std::size_t part_count = 0;
    pair.server.before_call = [&](const std::string& name) {
      if (name == "fetch" && part_count++ == at / 10) pair.server.cuts_fetch_at = at % 10;
    };

    const auto cut = pair.run();
    REQUIRE(cut.failure);
    CHECK(cut.failure->what == FailureClass::Network);
    CHECK(pair.store.parts[photo] == bytes.substr(0, at));
    CHECK(pair.store.blobs.empty());
    pair.server.before_call = {};
    const auto whole = pair.run();

    CHECK(whole.is_settled);
    CHECK(pair.store.blobs[photo] == bytes);
    CHECK(pair.server.fetched_byte_count == bytes.size());
  }
}

TEST_CASE("blobs: parts that do not make what the name promises leave nothing, and it begins anew",
          "[sync][engine][S07]") {
  SyncPair pair;
  pair.options.limits.blob_fetch_part_byte_count_max = 4;
  const auto photo = sha256("a longer photo");
  pair.server.blobs[photo] = "a longer photo";
  pair.store.to_fetch = {{photo, 14, false}};
  SECTION("the disk changed the part") { pair.store.parts[photo] = "A long"; }
  SECTION("the part is longer than the whole") { pair.store.parts[photo] = "a longer photo, and more"; }
  SECTION("the server sends something else") {
    pair.server.blobs[photo] = "a longer PHOTO";
    CHECK(pair.run().blob_troubles.size() == 1);
    pair.server.blobs[photo] = "a longer photo";
  }

  static_cast<void>(pair.run());
  CHECK(pair.run().is_settled);

  CHECK(pair.store.blobs[photo] == "a longer photo");
}

TEST_CASE("blobs: what is recorded meanwhile goes between two parts of a photo that comes down",
          "[sync][engine][S01]") {
  SyncPair pair;
  pair.options.limits.blob_fetch_part_byte_count_max = 4;
  const auto photo = sha256("a longer photo");
  pair.server.blobs[photo] = "a longer photo";
  pair.store.to_fetch = {{photo, 14, false}};
  pair.server.before_call = [&](const std::string& name) {
    if (name == "fetch" && pair.store.journal.empty()) pair.record(1, "signed");
  };

  REQUIRE(pair.run().is_settled);

  const auto& calls = pair.server.calls;
  const auto push = std::ranges::find(calls, "push");
  REQUIRE(push != calls.end());
  CHECK(std::count(push, calls.end(), "fetch") == 3);
}

TEST_CASE(
    "blobs: with little room others' photos stay where they are, small blobs and all that is ours still move",
    "[sync][engine][S01][V16]") {
  SyncPair pair;
  const auto small = sha256("drawn lines");
  const auto photo = sha256("somebody's photo");
  pair.server.blobs[small] = "drawn lines";
  pair.server.blobs[photo] = "somebody's photo";
  pair.store.to_fetch = {{small, 11, true}, {photo, 16, false}};
  pair.record(2);
  const auto own = pair.store.take_photo("our photo");
  pair.store.room = protocol::kLettingGo.photo_byte_count - 1;
  bool is_small_here = true;
  SECTION("little") {}
  SECTION("hardly any") {
    pair.store.room = protocol::kLettingGo.small_byte_count - 1;
    is_small_here = false;
  }
  SECTION("none") {
    pair.store.room = 0;
    is_small_here = false;
  }

  const auto report = pair.run();

  CHECK(report.is_room_low);
  CHECK_FALSE(report.failure);
  CHECK(report.is_settled);
  CHECK(pair.is_all_held());
  CHECK(pair.server.blobs.contains(own));
  CHECK(pair.store.blobs.contains(small) == is_small_here);
  CHECK_FALSE(pair.store.blobs.contains(photo));

  pair.store.room = protocol::kLettingGo.photo_byte_count;
  CHECK_FALSE(pair.run().is_room_low);
  CHECK(pair.store.blobs.contains(photo));
}
