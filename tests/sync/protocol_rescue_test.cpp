// What a rescue file promises to those who carry it, and to those who do not trust who carries it.

#include "sync/protocol/limits.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"

namespace aftercare {
namespace {

using namespace aftercare::testing;
using protocol::RescuedPart;
using protocol::RescueEnd;

struct OpenedFile {
  std::vector<Bytes> frames = golden::rescue_frames();
  Hash id = protocol::rescue_id(frames[0]);
  Hash key =
      protocol::open_rescue_key(protocol::decode_rescue_head(frames[0]).value(), golden::kBoxSeed).value();

  [[nodiscard]] bool opens(std::uint64_t number, std::string_view sealed) const {
    return protocol::open_rescue_piece(key, id, number, sealed).has_value();
  }
};

TEST_CASE("rescue file: it opens for the organisation that it is sealed to, and for nobody else [S03]",
          "[S03]") {
  const auto head = protocol::decode_rescue_head(golden::rescue_frames()[0]);
  REQUIRE(head);

  CHECK(protocol::open_rescue_key(head.value(), golden::kBoxSeed));
  CHECK_FALSE(protocol::open_rescue_key(head.value(), golden::hash_of(0x45)));
  CHECK_FALSE(protocol::open_rescue_key(head.value(), golden::device_key().seed));  // not even who wrote it
}

TEST_CASE("rescue file: a piece that was changed, moved or put into another file is noticed [S03]", "[S03]") {
  const OpenedFile file;
  for (std::uint64_t number = 1; number <= 3; ++number) REQUIRE(file.opens(number, file.frames[number]));

  CHECK_FALSE(file.opens(2, file.frames[1]));
  CHECK_FALSE(file.opens(1, file.frames[2]));
  CHECK_FALSE(protocol::open_rescue_piece(file.key, golden::hash_of(9), 1, file.frames[1]));
  for (std::size_t at = 0; at < file.frames[2].size(); ++at) {
    auto changed = file.frames[2];
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK_FALSE(file.opens(2, changed));
  }
  for (std::size_t size = 0; size < file.frames[3].size(); ++size)
    CHECK_FALSE(file.opens(3, std::string_view{file.frames[3]}.substr(0, size)));
}

TEST_CASE("rescue file: nothing of the work and no personal data stands in it in the open [S03][S07]",
          "[S03][S07]") {
  Bytes whole;
  for (const auto& frame : golden::rescue_frames()) whole += frame;
  for (const char* planted : {"Jana", "C-22-0001-K", "+420601234567", "a photo"}) {
    CAPTURE(planted);
    CHECK(whole.find(planted) == Bytes::npos);
  }
}

TEST_CASE("rescue file: the end is good for its own file and place only [S03]", "[S03]") {
  const OpenedFile file;
  const auto piece = protocol::open_rescue_piece(file.key, file.id, 3, file.frames[3]);
  const auto end = std::get<RescueEnd>(piece.value());
  const auto is_signed = [&](const Hash& id, std::uint64_t number, const RescueEnd& said) {
    return is_signed_by(golden::device_key().public_key, protocol::kRescueEndTag,
                        protocol::rescue_end_text(id, number, said), end.signature);
  };

  CHECK(is_signed(file.id, 3, end));
  CHECK_FALSE(is_signed(file.id, 2, end));  // of a shorter file
  CHECK_FALSE(is_signed(golden::hash_of(9), 3, end));
  CHECK_FALSE(is_signed(file.id, 3, {1, 1, {}}));
}

TEST_CASE("rescue file: parts of a blob that do not add up are no parts [S03]", "[S03]") {
  const auto part_size = protocol::kRescueLimits.part_byte_count;
  const auto is_read = [](const RescuedPart& part) {
    return protocol::decode_rescue_piece(protocol::encode(part)).has_value();
  };
  const RescuedPart first{golden::hash_of(1), part_size + 5, 0, Bytes(part_size, 'a')};
  const RescuedPart last{golden::hash_of(1), part_size + 5, part_size, "12345"};
  CHECK(is_read(first));
  CHECK(is_read(last));
  CHECK_FALSE(first.is_last());
  CHECK(last.is_last());
  CHECK(last.parts_before() == 1);
  CHECK(last.part_count() == 2);

  auto wrong = last;
  wrong.bytes = "1234";
  CHECK_FALSE(is_read(wrong));
  wrong = last;
  wrong.offset = 7;
  CHECK_FALSE(is_read(wrong));
  wrong = last;
  wrong.byte_count = part_size;  // it would begin behind the end
  CHECK_FALSE(is_read(wrong));
  CHECK_FALSE(is_read({golden::hash_of(1), 0, 0, {}}));
  CHECK_FALSE(
      is_read({golden::hash_of(1), protocol::kLimits.blob_byte_count_max + 1, 0, Bytes(part_size, 'a')}));
}

TEST_CASE("rescue file: bytes that are none are refused by every reader [S03]", "[S03]") {
  for (const auto& bytes :
       {Bytes{}, Bytes{"\x80"}, Bytes{"\x84\x01"}, Bytes(2'000, '\x9f'), Bytes{"\xff\xff\xff"}}) {
    CHECK_FALSE(protocol::decode_rescue_head(bytes));
    CHECK_FALSE(protocol::decode_rescue_piece(bytes));
    CHECK_FALSE(protocol::decode_rescue_request(bytes));
    CHECK_FALSE(protocol::decode_rescue_answer(bytes));
  }
  CHECK_FALSE(protocol::decode_rescue_request(protocol::encode(protocol::RescueRequest{"head", 0, {}})));
  CHECK_FALSE(protocol::decode_rescue_request(
      protocol::encode(protocol::RescueRequest{"head", protocol::kRescueLimits.piece_count_max + 2, {}})));
}

}  // namespace
}  // namespace aftercare
