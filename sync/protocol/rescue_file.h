#pragma once

#include "shared/base/random.h"
#include "sync/protocol/statement.h"

#include <optional>
#include <variant>

/// The rescue file: unsent work that leaves a device without a network, on a stick, and reaches the server by
/// whichever device of the organisation comes into a network first. Only the organisation can read it, and
/// what is inside is signed by the device that made it, so whoever carries it needs no trust.
///
/// A head that everybody may read, then numbered pieces, each sealed by itself: a piece that was changed or
/// cut off costs itself and no other. README, section 24.
namespace aftercare::protocol {

struct RescueLimits {
  std::size_t head_byte_count_max = 1 << 10;
  std::size_t part_byte_count = 1 << 20;                      // of a blob; of its last part fewer
  std::size_t piece_byte_count_max = (1 << 20) + (64 << 10);  // sealed
  std::size_t piece_count_max = 100'000;
};
inline constexpr RescueLimits kRescueLimits{};

/// What stands first in the file, before the frames.
inline constexpr std::string_view kRescueMagic{"aftercare rescue 1\n"};

/// `[1, certificate, sealed key, made ms]`
struct RescueHead {
  Signed certificate;  // of the device whose work it is
  Bytes sealed_key;    // the file's key, for the organisation's box key alone (crypto_box_seal)
  Instant made_at{};
};
[[nodiscard]] Bytes encode(const RescueHead& head);
[[nodiscard]] Result<RescueHead> decode_rescue_head(std::string_view bytes);

/// The file's name everywhere: SHA-256("aftercare/rescue/1" ‖ head).
[[nodiscard]] Hash rescue_id(std::string_view head);

/// A push as it would be sent: the zstd frame of a PushRequest.
struct RescuedPush {
  Bytes body;
};
/// One part of a blob. All but the last of a blob have `part_byte_count` bytes, and the parts of a
/// blob follow one another.
struct RescuedPart {
  Hash sha256{};
  std::uint64_t byte_count = 0;  // of the whole blob
  std::uint64_t offset = 0;
  Bytes bytes;

  [[nodiscard]] std::uint64_t parts_before() const;
  [[nodiscard]] std::uint64_t part_count() const;
  [[nodiscard]] bool is_last() const { return offset + bytes.size() == byte_count; }
};
/// The last piece: how much there was, so that nobody can pass off a shorter file as whole.
struct RescueEnd {
  std::uint64_t operation_count = 0;
  std::uint64_t blob_count = 0;
  Signature signature{};
};
using RescuePiece = std::variant<RescuedPush, RescuedPart, RescueEnd>;
[[nodiscard]] Bytes encode(const RescuePiece& piece);
[[nodiscard]] Result<RescuePiece> decode_rescue_piece(std::string_view bytes);

/// What the device signs in the last piece, `number` being that piece's own.
[[nodiscard]] Bytes rescue_end_text(const Hash& id, std::uint64_t number, const RescueEnd& end);

/// Makes the head and seals the pieces of one file, in their order.
class RescueSealer {
 public:
  RescueSealer(Signed certificate, const Hash& box_key, Instant made_at, Random& random);
  RescueSealer(const RescueSealer&) = delete;
  RescueSealer& operator=(const RescueSealer&) = delete;
  ~RescueSealer();

  [[nodiscard]] const Bytes& head() const { return head_; }
  [[nodiscard]] const Hash& id() const { return id_; }
  /// The number that the next piece gets; the first is 1.
  [[nodiscard]] std::uint64_t next_number() const { return next_number_; }
  [[nodiscard]] Bytes seal(const RescuePiece& piece);

 private:
  Hash key_{};
  Bytes head_;
  Hash id_{};
  std::uint64_t next_number_ = 1;
};

/// The key of the file, for who has the seed of the organisation's box key. Invalid when the head was changed
/// or is for somebody else.
[[nodiscard]] Result<Hash> open_rescue_key(const RescueHead& head, const Hash& box_seed);
/// Invalid when the piece was changed, or is not the one of this number and file.
[[nodiscard]] Result<RescuePiece> open_rescue_piece(const Hash& key, const Hash& id, std::uint64_t number,
                                                    std::string_view sealed);

// ---- Handing it in ----------------------------------------------------------------------------------

/// POST /v1/rescues: `[1, head, number, piece or null]`. Without a piece it says that the carrier has
/// nothing more of this file.
struct RescueRequest {
  Bytes head;
  std::uint64_t number = 0;
  std::optional<Bytes> piece = std::nullopt;
};
[[nodiscard]] Bytes encode(const RescueRequest& request);
[[nodiscard]] Result<RescueRequest> decode_rescue_request(std::string_view bytes);

enum class RescueWord : std::uint8_t {
  Taken = 1,    // it is here for good, whether it came now or before
  Damaged = 2,  // it cannot be read, and never will be
  Behind = 3,   // it follows on something that is not here yet: keep it, and come again
  Closed = 4,   // the server is done with this file: it need not be carried any further
};

/// `[1, word, next, new operations, new blobs]`: which piece to go on with, and what this file brought so far
/// that was not here before. With `Closed`, next 0 says that all of the file is here.
struct RescueAnswer {
  RescueWord word = RescueWord::Taken;
  std::uint64_t next = 0;
  std::uint64_t new_operation_count = 0;
  std::uint64_t new_blob_count = 0;
  bool operator==(const RescueAnswer&) const = default;
};
[[nodiscard]] Bytes encode(const RescueAnswer& answer);
[[nodiscard]] Result<RescueAnswer> decode_rescue_answer(std::string_view bytes);

}  // namespace aftercare::protocol
