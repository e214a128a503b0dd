// The server takes rescue files by the rules of a push, whoever brings them.

#include "sync/server/rescuing.h"
#include "shared/base/hash.h"
#include "shared/storage/framed_file.h"
#include "sync/protocol/compress.h"
#include "sync/protocol/rescue_file.h"
#include "sync/protocol/tags.h"
#include "sync/server/backup.h"
#include "tests/server/served_house.h"

namespace aftercare::server {
namespace {

using protocol::RescueAnswer;
using protocol::RescuedPart;
using protocol::RescuedPush;
using protocol::RescueEnd;
using protocol::RescueWord;

constexpr std::size_t kPart = protocol::kRescueLimits.part_byte_count;

/// A tablet without a network, and what it wrote into a file.
struct Stranded {
  TestDevice device;
  protocol::Head head;
  protocol::EnrolAnswer enrolment;
  std::vector<Bytes> pushes;

  Stranded(ServedHouse& town, const OrganisationId& organisation_id)
      : device(town.new_device(organisation_id)), head(ServedHouse::first_head(device)) {
    const auto answer = town.ask_enrol(device, town.open_code(organisation_id, DeviceRole::Tablet));
    REQUIRE(answer.status == 200);
    enrolment = protocol::decode_enrol_answer(answer.body).value();
  }
  void record(ServedHouse& town, const std::string& name) {
    pushes.push_back(town.push_body(device, head, name));
  }

  /// The head, then the pieces.
  std::vector<Bytes> take_out(ServedHouse& town, const std::vector<Bytes>& photos = {}) {
    protocol::RescueSealer sealer{enrolment.certificate, enrolment.box_key, town.clock.now(), town.random};
    std::vector<Bytes> frames{sealer.head()};
    for (const auto& push : pushes) frames.push_back(sealer.seal(RescuedPush{push}));
    for (const auto& photo : photos) {
      for (std::size_t at = 0; at < photo.size(); at += kPart)
        frames.push_back(sealer.seal(RescuedPart{sha256(photo), photo.size(), at, photo.substr(at, kPart)}));
    }
    RescueEnd end{pushes.size(), photos.size(), {}};
    end.signature = sign(device.key, protocol::kRescueEndTag,
                         protocol::rescue_end_text(sealer.id(), sealer.next_number(), end));
    frames.push_back(sealer.seal(end));
    return frames;
  }
};

struct Town : ServedHouse {
  OrganisationId id = add_organisation("Teplo Brno");
  Stranded tablet{*this, id};
  TestDevice carrier = enrolled(id);

  Response hand_in(const std::vector<Bytes>& frames, std::uint64_t number, std::optional<Bytes> piece) {
    return ask(as_device(post_cbor("/v1/rescues", protocol::encode(protocol::RescueRequest{
                                                      frames[0], number, std::move(piece)})),
                         carrier.token));
  }
  RescueAnswer taken(const std::vector<Bytes>& frames, std::uint64_t number) {
    const auto piece = number < frames.size() ? std::optional{frames[number]} : std::nullopt;
    const auto response = hand_in(frames, number, piece);
    CAPTURE(number, response.body);
    REQUIRE(response.status == 200);
    return protocol::decode_rescue_answer(response.body).value();
  }
  /// As the engine does it.
  RescueAnswer hand_in_all(const std::vector<Bytes>& frames) {
    for (std::uint64_t number = 1;;) {
      const auto answer = taken(frames, number);
      if (answer.word == RescueWord::Closed) return answer;
      REQUIRE(answer.next > number);
      number = std::min<std::uint64_t>(answer.next, frames.size());
    }
  }
  std::int64_t count(std::string_view sql) {
    const auto store = house->read(id);
    auto query = store.value()->db().query(sql);
    REQUIRE(query.next());
    return query.integer(0);
  }
  std::int64_t customer_count() { return count("SELECT count(*) FROM customer"); }
  std::string last_audit() {
    const auto store = house->read(id);
    auto query = store.value()->db().query(
        "SELECT actor || ': ' || detail FROM audit WHERE action = 'rescue.taken' ORDER BY rowid DESC LIMIT 1");
    return query.next() ? query.text(0) : std::string{};
  }
  std::filesystem::path file_of(const std::vector<Bytes>& frames) {
    const auto path = folder.path() / ("file" + std::to_string(++file_count_));
    auto writer = storage::FramedWriter::create(path, protocol::kRescueMagic);
    REQUIRE(writer);
    for (const auto& frame : frames) REQUIRE(writer.value().add(frame));
    REQUIRE(writer.value().finish());
    return path;
  }

 private:
  int file_count_ = 0;
};

TEST_CASE(
    "rescuing: each operation and photo of a file is here once, however often and by whomever it comes [S03][S01]",
    "[S03][S01]") {
  Town town;
  town.tablet.record(town, "first");
  town.tablet.record(town, "second");
  const Bytes photo = "a photo";
  const Bytes large(2 * kPart + 5, 'x');
  const auto frames = town.tablet.take_out(town, {photo, large});

  const auto answer = town.hand_in_all(frames);
  CHECK(answer == RescueAnswer{RescueWord::Closed, 0, 2, 2});
  CHECK(town.customer_count() == 2);
  CHECK(town.house->blobs(town.id).read_all(sha256(large), large.size()).value() == large);
  CHECK(town.last_audit() == "device " + to_text(town.carrier.id) +
                                 ": 2 operations, 2 new, 2 photos and signatures new, all of it");

  CHECK(town.taken(frames, 1) == answer);  // the same file again: one round trip
  const auto by_stick = import_rescue(*town.house, town.file_of(frames));
  REQUIRE(by_stick);
  CHECK(by_stick.value().is_whole);
  CHECK(by_stick.value().answer == answer);
  const auto feed = town.count("SELECT count(*) FROM feed");

  // Another file of the same work, and then the tablet itself.
  CHECK(town.hand_in_all(town.tablet.take_out(town, {photo, large})) ==
        RescueAnswer{RescueWord::Closed, 0, 0, 0});
  const auto token = town.ask_token(town.tablet.device);
  town.tablet.device.token = protocol::decode_token_answer(token.body).value().token;
  for (const auto& push : town.tablet.pushes)
    CHECK(town.ask(ServedHouse::push_request(town.tablet.device, push)).status == 200);
  CHECK(town.count("SELECT count(*) FROM feed") == feed);
  CHECK(town.count("SELECT count(DISTINCT hash) FROM feed") == feed);
}

TEST_CASE("rescuing: what came before the tablet itself is skipped, what came after is taken [S03]",
          "[S03]") {
  Town town;
  town.tablet.record(town, "first");
  const auto early = town.tablet.take_out(town);
  town.tablet.record(town, "second");
  const auto late = town.tablet.take_out(town);

  CHECK(town.hand_in_all(early).new_operation_count == 1);
  CHECK(town.hand_in_all(late).new_operation_count == 1);
  CHECK(town.customer_count() == 2);
}

TEST_CASE("rescuing: a changed piece costs itself, and the file is not called whole [S03]", "[S03]") {
  Town town;
  town.tablet.record(town, "first");
  town.tablet.record(town, "second");
  const Bytes photo = "a photo";
  const Bytes other = "another photo";
  const auto good = town.tablet.take_out(town, {photo, other});
  auto frames = good;
  frames[3][20] = static_cast<char>(frames[3][20] ^ 1);

  CHECK(town.taken(frames, 1).word == RescueWord::Taken);
  CHECK(town.taken(frames, 3).word == RescueWord::Damaged);
  const auto answer = town.hand_in_all(frames);

  CHECK(answer.next != 0);
  CHECK(town.customer_count() == 2);
  CHECK_FALSE(town.house->blobs(town.id).has(sha256(photo)));
  CHECK(town.house->blobs(town.id).has(sha256(other)));
  CHECK(town.last_audit().ends_with("1 pieces did not come"));

  CHECK(town.hand_in_all(good).next == 0);  // a better copy of it
  CHECK(town.house->blobs(town.id).has(sha256(photo)));
}

TEST_CASE("rescuing: nobody can make a file whole by leaving pieces out [S03][S07]", "[S03][S07]") {
  Town town;
  town.tablet.record(town, "first");
  town.tablet.record(town, "second");
  const auto frames = town.tablet.take_out(town);

  town.taken(frames, 1);
  CHECK(town.taken(frames, 4).next != 0);                  // closed without its end
  CHECK(town.taken(frames, 3).word == RescueWord::Taken);  // the end, but not the second push
  CHECK(town.taken(frames, 4).next != 0);
  CHECK(town.taken(frames, 1).word == RescueWord::Taken);  // still asked for
  CHECK(town.hand_in_all(frames) == RescueAnswer{RescueWord::Closed, 0, 2, 0});
}

TEST_CASE("rescuing: an end or a push that the tablet did not sign is damage [S03][S07]", "[S03][S07]") {
  Town town;
  town.tablet.record(town, "first");
  auto impostor = town.tablet;
  impostor.device.key = make_signing_key(town.random);  // knows the certificate, as everybody may
  impostor.pushes = {town.push_body(impostor.device, impostor.head, "forged")};
  const auto frames = impostor.take_out(town);

  CHECK(town.taken(frames, 1).word == RescueWord::Damaged);
  CHECK(town.taken(frames, 2).word == RescueWord::Damaged);
  CHECK(town.taken(frames, 3).next != 0);
  CHECK(town.customer_count() == 0);
}

TEST_CASE("rescuing: operations that follow on something that is not here wait, photos do not [S03]",
          "[S03]") {
  Town town;
  town.tablet.record(town, "first");
  const auto early = town.tablet.take_out(town);
  town.tablet.record(town, "second");
  town.tablet.pushes.erase(town.tablet.pushes.begin());  // the server once held it, and was restored
  const auto late = town.tablet.take_out(town, {"a photo"});

  CHECK(town.taken(late, 1).word == RescueWord::Behind);
  CHECK(town.taken(late, 2).word == RescueWord::Taken);
  CHECK(town.customer_count() == 0);
  const auto by_stick = import_rescue(*town.house, town.file_of(late));
  CHECK(by_stick.value().behind_count == 1);
  CHECK_FALSE(by_stick.value().is_whole);

  town.hand_in_all(early);
  CHECK(town.taken(late, 1).word == RescueWord::Taken);
  CHECK(town.hand_in_all(late).next == 0);
  CHECK(town.customer_count() == 2);
}

TEST_CASE("rescuing: the work of a revoked tablet is set aside, and a revoked tablet may bring a file [S03]",
          "[S03]") {
  Town town;
  town.tablet.record(town, "first");
  const auto frames = town.tablet.take_out(town);
  town.revoke(town.tablet.device);
  town.revoke(town.carrier);

  CHECK(town.hand_in_all(frames).new_operation_count == 1);

  CHECK(town.customer_count() == 0);
  CHECK(town.count("SELECT count(*) FROM set_aside WHERE reason = 'revoked'") == 1);
}

TEST_CASE("rescuing: a second copy of the tablet's folder makes a journal of its own by file, too [S03]",
          "[S03]") {
  Town town;
  town.tablet.record(town, "common");
  auto copy = town.tablet;
  town.tablet.record(town, "of the first");
  copy.record(town, "of the copy");

  town.hand_in_all(town.tablet.take_out(town));
  const auto answer = town.hand_in_all(copy.take_out(town));

  CHECK(answer == RescueAnswer{RescueWord::Closed, 0, 1, 0});
  CHECK(town.customer_count() == 3);
  CHECK(town.count("SELECT count(*) FROM lineage WHERE parent_id IS NOT NULL") == 1);
}

TEST_CASE("rescuing: a journal whose name a restored server forgot goes on where the server stands [S03]",
          "[S03]") {
  Town town;
  town.tablet.record(town, "first");
  town.hand_in_all(town.tablet.take_out(town));
  town.tablet.record(town, "second");
  auto request =
      protocol::decode_push_request(protocol::decompress(town.tablet.pushes.back(), 1 << 20).value()).value();
  request.lineage.fill(0x77);
  town.tablet.pushes = {protocol::compress(protocol::encode(request))};

  CHECK(town.hand_in_all(town.tablet.take_out(town)) == RescueAnswer{RescueWord::Closed, 0, 1, 0});
}

TEST_CASE("rescuing: a file of another organisation is refused on every way in [S03][S07]", "[S03][S07]") {
  Town town;
  const auto neighbour_id = town.add_organisation("Neighbour");
  Stranded neighbour{town, neighbour_id};
  neighbour.record(town, "theirs");
  const auto frames = neighbour.take_out(town);

  const auto refused = town.hand_in(frames, 1, frames[1]);
  CHECK(refused.status == 422);
  CHECK(ServedHouse::code_of(refused) == "unreadable");

  // A head of ours with their key opens nothing.
  auto mixed = protocol::decode_rescue_head(frames[0]).value();
  mixed.certificate = town.tablet.enrolment.certificate;
  CHECK(town.hand_in({protocol::encode(mixed)}, 1, frames[1]).status == 422);

  ServedHouse elsewhere;
  elsewhere.add_organisation("Elsewhere");
  CHECK(import_rescue(*elsewhere.house, town.file_of(frames)).error().kind == ErrorKind::Refused);
  CHECK(import_rescue(*town.house, town.file_of(frames)).value().is_whole);  // their own server takes it
  CHECK(town.customer_count() == 0);
}

TEST_CASE(
    "rescuing: of a tablet that a restored server forgot nothing is taken, and the carrier is told to keep the file [S03]",
    "[S03]") {
  Town town;
  town.tablet.record(town, "first");
  const auto frames = town.tablet.take_out(town);
  REQUIRE(town.house->write(town.id, [&](OrganisationStore& store) {
    return store.db().run("DELETE FROM device_access WHERE device_id = ?", town.tablet.device.id);
  }));

  const auto refused = town.hand_in(frames, 1, frames[1]);

  CHECK(refused.status == 409);
  CHECK(ServedHouse::code_of(refused) == "conflict");
  CHECK(refused.body.find("keep the rescue file") != std::string::npos);
  CHECK(import_rescue(*town.house, town.file_of(frames)).error().kind == ErrorKind::NotFound);
}

TEST_CASE("rescuing: a photo that the tablet and the file bring at the same time becomes whole [S03]",
          "[S03]") {
  Town town;
  town.tablet.record(town, "first");
  Bytes photo;
  for (std::size_t i = 0; i < 2 * kPart + 77; ++i) photo += static_cast<char>(i * 7 >> 5);
  const auto frames = town.tablet.take_out(town, {photo});
  auto& blobs = town.house->blobs(town.id);
  REQUIRE(blobs.append_part(sha256(photo), 0, std::string_view{photo}.substr(0, kPart + 100)));

  CHECK(town.taken(frames, 2).next == 3);
  CHECK(town.taken(frames, 3).next == 4);
  REQUIRE(blobs.remove_part(sha256(photo)));  // the tablet's upload went wrong meanwhile
  CHECK(town.taken(frames, 4).next == 2);     // so its parts are asked for once more
  CHECK(town.hand_in_all(frames).next == 0);

  CHECK(blobs.read_all(sha256(photo), photo.size()).value() == photo);
}

TEST_CASE("rescuing: bytes that are no piece are refused, and cost nothing [S03]", "[S03]") {
  Town town;
  town.tablet.record(town, "first");
  const auto frames = town.tablet.take_out(town);

  CHECK(town.hand_in({Bytes{"head"}}, 1, Bytes{"piece"}).status == 422);
  CHECK(
      town.ask(ServedHouse::as_device(ServedHouse::post_cbor("/v1/rescues", "nonsense"), town.carrier.token))
          .status == 422);
  CHECK(town.taken({frames[0], ""}, 1).word == RescueWord::Damaged);
  CHECK(town.taken({frames[0]}, 1).word == RescueWord::Closed);  // a head and nothing more
  CHECK(town.count("SELECT count(*) FROM rescue_file") == 0);
  CHECK(town.last_audit().empty());
}

}  // namespace
}  // namespace aftercare::server
