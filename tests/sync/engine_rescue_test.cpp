// A rescue file that is carried for another device goes to the server piece by piece.

#include "tests/support/sync_pair.h"

using namespace aftercare;
using aftercare::testing::FakeServer;
using aftercare::testing::FakeStore;
using protocol::RescueAnswer;
using protocol::RescueWord;

namespace {

/// A device that carries files of some pieces each.
struct CarryingStore : FakeStore {
  std::vector<sync::CarriedRescue> carried;
  std::size_t note_count = 0;

  Hash carry(std::uint8_t name, std::uint64_t piece_count) {
    sync::CarriedRescue rescue;
    rescue.id.fill(name);
    rescue.piece_count = piece_count;
    carried.push_back(rescue);
    return rescue.id;
  }
  Result<std::vector<sync::CarriedRescue>> rescues() override { return carried; }
  Result<Bytes> rescue_head(const Hash& id) override { return Bytes{"head "} + static_cast<char>(id[0]); }
  Result<Bytes> rescue_piece(const Hash& id, std::uint64_t number) override {
    return static_cast<char>(id[0]) + std::to_string(number);
  }
  Done note_rescue(const sync::CarriedRescue& rescue) override {
    ++note_count;
    for (auto& one : carried) {
      if (one.id == rescue.id) one = rescue;
    }
    return done();
  }
  Done drop_rescue(const Hash& id) override {
    std::erase_if(carried, [&](const auto& one) { return one.id == id; });
    return done();
  }
};

/// A server that takes every piece once, as long as nobody tells it otherwise.
struct TakingServer : FakeServer {
  using FakeServer::FakeServer;
  std::vector<std::string> pieces;  // in the order in which they came, "nothing" for the end of a file
  std::function<std::optional<Result<RescueAnswer>>(const protocol::RescueRequest&)> instead;

  Result<RescueAnswer> hand_in_rescue(const protocol::RescueRequest& request) override {
    pieces.push_back(request.piece.value_or("nothing"));
    if (instead) {
      if (auto answer = instead(request)) return *answer;
    }
    if (!request.piece) return RescueAnswer{RescueWord::Closed, 0, 7, 1};
    return RescueAnswer{RescueWord::Taken, request.number + 1, 7, 1};
  }
};

struct Delivery {
  testing::FakeRandom random;
  testing::FakeClock clock;
  TakingServer server{random, clock};
  CarryingStore store;
  sync::Session session;
  sync::RunOptions options;

  Delivery() {
    protocol::EnrolmentLine line;
    line.host = "server.example";
    line.organisation_id = server.organisation;
    line.code = server.code;
    REQUIRE(sync::enrol(
        store, server, clock,
        {line, make_id<protocol::DeviceId>(clock, random), make_signing_key(random), "Kiosk", "0.1"}));
  }
  sync::RunReport run() { return sync::run(store, server, clock, session, options); }
};

using Pieces = std::vector<std::string>;

}  // namespace

TEST_CASE("carrying: the pieces go in order, and our copy when the server is done with the file [S03]",
          "[sync][engine][S03]") {
  Delivery delivery;
  delivery.store.carry('a', 3);

  const auto report = delivery.run();

  CHECK_FALSE(report.failure);
  CHECK(delivery.server.pieces == Pieces{"a1", "a2", "a3", "nothing"});
  CHECK(delivery.store.carried.empty());
  CHECK(report.rescue_delivered_count == 1);
  CHECK(report.rescue_operation_count == 7);
  CHECK(report.rescue_blob_count == 1);

  delivery.server.pieces.clear();
  delivery.run();
  CHECK(delivery.server.pieces.empty());
}

TEST_CASE("carrying: a run that is cut goes on with the piece that nobody answered for [S03]",
          "[sync][engine][S03]") {
  Delivery delivery;
  delivery.store.carry('a', 4);
  bool is_cut = false;
  delivery.server.instead = [&](const auto& request) -> std::optional<Result<RescueAnswer>> {
    if (request.number != 3 || is_cut) return {};
    is_cut = true;
    return Result<RescueAnswer>{Error{ErrorKind::Offline, "no network"}};
  };

  const auto cut = delivery.run();
  REQUIRE(cut.failure);
  CHECK(cut.failure->what == sync::FailureClass::Network);
  REQUIRE(delivery.store.carried.size() == 1);
  CHECK(delivery.store.carried[0].next_piece == 3);

  CHECK_FALSE(delivery.run().failure);
  CHECK(delivery.server.pieces == Pieces{"a1", "a2", "a3", "a3", "a4", "nothing"});
}

TEST_CASE("carrying: the server may skip what it has, and close a file at once [S03]",
          "[sync][engine][S03]") {
  Delivery delivery;
  delivery.store.carry('a', 9);
  delivery.store.carry('b', 9);
  delivery.server.instead = [&](const auto& request) -> std::optional<Result<RescueAnswer>> {
    if (request.piece == "a2") return Result<RescueAnswer>{RescueAnswer{RescueWord::Taken, 9, 0, 0}};
    if (request.piece == "b1") return Result<RescueAnswer>{RescueAnswer{RescueWord::Closed, 0, 0, 0}};
    return {};
  };

  delivery.run();

  CHECK(delivery.server.pieces == Pieces{"a1", "a2", "a9", "nothing", "b1"});
  CHECK(delivery.store.carried.empty());
}

TEST_CASE("carrying: what follows on something that the server lacks is kept until the feed moves [S03]",
          "[sync][engine][S03]") {
  Delivery delivery;
  delivery.store.carry('a', 3);
  bool is_lacking = true;
  delivery.server.instead = [&](const auto& request) -> std::optional<Result<RescueAnswer>> {
    if (request.number != 2 || !is_lacking) return {};
    return Result<RescueAnswer>{RescueAnswer{RescueWord::Behind, 3, 0, 0}};
  };

  const auto report = delivery.run();
  CHECK(delivery.server.pieces == Pieces{"a1", "a2", "a3"});  // the photos behind it went all the same
  REQUIRE(report.rescue_troubles.size() == 1);
  REQUIRE(delivery.store.carried.size() == 1);
  CHECK(delivery.store.carried[0].next_piece == 2);

  delivery.server.pieces.clear();
  CHECK_FALSE(delivery.run().failure);  // nothing new there: not even asked
  CHECK(delivery.server.pieces.empty());

  is_lacking = false;
  static_cast<void>(delivery.store.record("a note", delivery.random));  // the feed moves on
  delivery.run();
  delivery.run();
  CHECK(delivery.store.carried.empty());
  CHECK(delivery.server.pieces == Pieces{"a2", "a3", "nothing"});
}

TEST_CASE("carrying: a file that the server refuses is kept and holds up neither the next one nor us [S03]",
          "[sync][engine][S03]") {
  Delivery delivery;
  delivery.store.carry('a', 2);
  delivery.store.carry('b', 1);
  delivery.store.take_photo("a photo of our own");
  delivery.server.instead = [&](const auto& request) -> std::optional<Result<RescueAnswer>> {
    if (request.head != "head a") return {};
    return Result<RescueAnswer>{Error{ErrorKind::Conflict, "this server does not know that device"}};
  };

  const auto report = delivery.run();

  REQUIRE(report.failure);
  CHECK(report.failure->what == sync::FailureClass::Operation);
  CHECK(report.blob_sent_count == 1);
  REQUIRE(delivery.store.carried.size() == 1);
  CHECK(delivery.store.carried[0].id[0] == 'a');
}

TEST_CASE("carrying: damaged pieces and a blob that never becomes whole are left behind and counted [S03]",
          "[sync][engine][S03]") {
  Delivery delivery;
  delivery.store.carry('a', 3);
  delivery.server.instead = [&](const auto& request) -> std::optional<Result<RescueAnswer>> {
    if (!request.piece) return Result<RescueAnswer>{RescueAnswer{RescueWord::Closed, 4, 1, 0}};
    if (request.number == 1) return Result<RescueAnswer>{RescueAnswer{RescueWord::Damaged, 2, 1, 0}};
    if (request.number == 3) return Result<RescueAnswer>{RescueAnswer{RescueWord::Taken, 2, 1, 0}};
    return {};
  };

  const auto report = delivery.run();

  CHECK(report.rescue_damaged_count == 2);
  CHECK(report.rescue_delivered_count == 1);
  CHECK(delivery.store.carried.empty());
  CHECK(delivery.server.pieces.size() < 20);
}

TEST_CASE("carrying: what is recorded here meanwhile goes between two pieces [S03]", "[sync][engine][S03]") {
  Delivery delivery;
  delivery.store.carry('a', 3);
  delivery.server.instead = [&](const auto& request) -> std::optional<Result<RescueAnswer>> {
    if (request.number == 1) static_cast<void>(delivery.store.record("urgent", delivery.random));
    if (request.number == 2) CHECK(delivery.store.mark.held_dseq == delivery.store.mark.head.dseq);
    return {};
  };

  CHECK(delivery.run().operation_sent_count == 1);
}

TEST_CASE("carrying: a server that takes no rescue files costs nothing but the wait [S03]",
          "[sync][engine][S03]") {
  Delivery delivery;
  delivery.store.carry('a', 2);
  delivery.server.instead = [](const auto&) -> std::optional<Result<RescueAnswer>> {
    return Result<RescueAnswer>{Error{ErrorKind::NotFound, "no such route"}};
  };

  const auto report = delivery.run();

  CHECK(report.failure->what == sync::FailureClass::Operation);
  CHECK(delivery.store.carried.size() == 1);
  CHECK(delivery.store.carried[0].next_piece == 1);
}
