#include "sync/protocol/rescue_file.h"

#include "shared/base/hash.h"
#include "sync/protocol/limits.h"
#include "sync/protocol/version.h"

#include <sodium.h>

#include <algorithm>

namespace aftercare::protocol {
namespace {

constexpr std::size_t kSealedKeyBytes = sizeof(Hash) + crypto_box_SEALBYTES;
constexpr std::uint64_t kPart = kRescueLimits.part_byte_count;

enum Kind : std::uint8_t { kPush = 1, kBlobPart = 2, kEnd = 3 };

const unsigned char* in(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* out(Bytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

/// The bytes that crypto_box_seal makes, with the passing key drawn from our own source of chance, so that a
/// simulation repeats them.
Bytes seal_to(const Hash& box_key, const Hash& secret, Random& random) {
  Hash seed{};
  random.fill(seed);
  std::array<unsigned char, crypto_box_PUBLICKEYBYTES> passing_key{};
  std::array<unsigned char, crypto_box_SECRETKEYBYTES> passing_secret{};
  crypto_box_seed_keypair(passing_key.data(), passing_secret.data(), seed.data());

  std::array<unsigned char, crypto_box_NONCEBYTES> nonce{};
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, nonce.size());
  crypto_generichash_update(&state, passing_key.data(), passing_key.size());
  crypto_generichash_update(&state, box_key.data(), box_key.size());
  crypto_generichash_final(&state, nonce.data(), nonce.size());

  Bytes sealed(kSealedKeyBytes, '\0');
  std::copy(passing_key.begin(), passing_key.end(), out(sealed));
  // It fails for a box key of small order only, which no organisation has; such a file opens for nobody.
  [[maybe_unused]] const int made =
      crypto_box_easy(out(sealed) + passing_key.size(), secret.data(), secret.size(), nonce.data(),
                      box_key.data(), passing_secret.data());
  sodium_memzero(seed.data(), seed.size());
  sodium_memzero(passing_secret.data(), passing_secret.size());
  return sealed;
}

/// The key serves one file and a number one piece of it, so no pair of both comes twice.
std::array<unsigned char, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES> nonce_of(std::uint64_t number) {
  std::array<unsigned char, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES> nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[i] = static_cast<unsigned char>(number >> (8 * (7 - i)));
  return nonce;
}

template <class T>
Result<T> checked(const cbor::Reader& reader, T value, const char* what) {
  if (!reader.is_done()) return Error{ErrorKind::Invalid, what};
  return value;
}

cbor::Reader open(std::string_view bytes, std::size_t count) {
  cbor::Reader reader{bytes};
  reader.array(count + 1);
  const auto version = reader.natural();
  if (version < kVersionOldest || version > kVersion) reader.fail();
  return reader;
}

bool is_whole_part(const RescuedPart& part) {
  return part.byte_count > 0 && part.byte_count <= kLimits.blob_byte_count_max && part.offset % kPart == 0 &&
         part.offset < part.byte_count && part.bytes.size() == std::min(kPart, part.byte_count - part.offset);
}

}  // namespace

Bytes encode(const RescueHead& head) {
  cbor::Writer writer;
  writer.array(4).integer(kVersion);
  encode(writer, head.certificate);
  return writer.bytes(head.sealed_key).integer(to_ms(head.made_at)).take();
}

Result<RescueHead> decode_rescue_head(std::string_view bytes) {
  auto reader = open(bytes, 3);
  RescueHead head;
  head.certificate = read_signed(reader);
  head.sealed_key = reader.bytes(kSealedKeyBytes);
  head.made_at = from_ms(reader.integer());
  if (bytes.size() > kRescueLimits.head_byte_count_max) reader.fail();
  return checked(reader, std::move(head), "this is no rescue file, or its beginning was damaged");
}

Hash rescue_id(std::string_view head) { return sha256({kRescueTag, head}); }

std::uint64_t RescuedPart::parts_before() const { return offset / kPart; }
std::uint64_t RescuedPart::part_count() const { return (byte_count + kPart - 1) / kPart; }

Bytes encode(const RescuePiece& piece) {
  cbor::Writer writer;
  if (const auto* push = std::get_if<RescuedPush>(&piece)) {
    writer.array(2).integer(kPush).bytes(push->body);
  } else if (const auto* part = std::get_if<RescuedPart>(&piece)) {
    writer.array(5)
        .integer(kBlobPart)
        .bytes(view(part->sha256))
        .integer(static_cast<std::int64_t>(part->byte_count))
        .integer(static_cast<std::int64_t>(part->offset))
        .bytes(part->bytes);
  } else {
    const auto& end = std::get<RescueEnd>(piece);
    writer.array(4)
        .integer(kEnd)
        .integer(static_cast<std::int64_t>(end.operation_count))
        .integer(static_cast<std::int64_t>(end.blob_count))
        .bytes(view(end.signature));
  }
  return writer.take();
}

Result<RescuePiece> decode_rescue_piece(std::string_view bytes) {
  constexpr const char* kNone = "not a piece of a rescue file";
  cbor::Reader reader{bytes};
  const auto count = reader.array();
  const auto kind = reader.natural();
  if (kind == kPush && count == 2) {
    RescuedPush push{Bytes{reader.bytes()}};
    return checked<RescuePiece>(reader, std::move(push), kNone);
  }
  if (kind == kBlobPart && count == 5) {
    RescuedPart part;
    part.sha256 = reader.array_of_bytes<Hash>();
    part.byte_count = reader.natural();
    part.offset = reader.natural();
    part.bytes = reader.bytes();
    if (!is_whole_part(part)) reader.fail();
    return checked<RescuePiece>(reader, std::move(part), kNone);
  }
  if (kind == kEnd && count == 4) {
    RescueEnd end;
    end.operation_count = reader.natural();
    end.blob_count = reader.natural();
    end.signature = reader.array_of_bytes<Signature>();
    return checked<RescuePiece>(reader, end, kNone);
  }
  return Error{ErrorKind::Invalid, kNone};
}

Bytes rescue_end_text(const Hash& id, std::uint64_t number, const RescueEnd& end) {
  return Bytes{view(id)} + cbor::Writer{}
                               .array(3)
                               .integer(static_cast<std::int64_t>(number))
                               .integer(static_cast<std::int64_t>(end.operation_count))
                               .integer(static_cast<std::int64_t>(end.blob_count))
                               .take();
}

RescueSealer::RescueSealer(Signed certificate, const Hash& box_key, Instant made_at, Random& random) {
  random.fill(key_);
  head_ = encode(RescueHead{std::move(certificate), seal_to(box_key, key_, random), made_at});
  id_ = rescue_id(head_);
}

RescueSealer::~RescueSealer() { sodium_memzero(key_.data(), key_.size()); }

Bytes RescueSealer::seal(const RescuePiece& piece) {
  const auto plain = encode(piece);
  const auto nonce = nonce_of(next_number_++);
  Bytes sealed(plain.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(out(sealed), nullptr, in(plain), plain.size(), id_.data(),
                                             id_.size(), nullptr, nonce.data(), key_.data());
  return sealed;
}

Result<Hash> open_rescue_key(const RescueHead& head, const Hash& box_seed) {
  std::array<unsigned char, crypto_box_PUBLICKEYBYTES> box_key{};
  std::array<unsigned char, crypto_box_SECRETKEYBYTES> box_secret{};
  crypto_box_seed_keypair(box_key.data(), box_secret.data(), box_seed.data());
  Hash key{};
  const bool is_opened = head.sealed_key.size() == kSealedKeyBytes &&
                         crypto_box_seal_open(key.data(), in(head.sealed_key), head.sealed_key.size(),
                                              box_key.data(), box_secret.data()) == 0;
  sodium_memzero(box_secret.data(), box_secret.size());
  if (!is_opened) {
    return Error{ErrorKind::Invalid,
                 "this rescue file is sealed to another organisation, or its beginning was damaged"};
  }
  return key;
}

Result<RescuePiece> open_rescue_piece(const Hash& key, const Hash& id, std::uint64_t number,
                                      std::string_view sealed) {
  constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
  const Error changed{ErrorKind::Invalid, "this piece of the rescue file was changed"};
  if (sealed.size() <= kTagBytes || sealed.size() > kRescueLimits.piece_byte_count_max) return changed;
  Bytes plain(sealed.size() - kTagBytes, '\0');
  const auto nonce = nonce_of(number);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(out(plain), nullptr, nullptr, in(sealed), sealed.size(),
                                                 id.data(), id.size(), nonce.data(), key.data()) != 0) {
    return changed;
  }
  return decode_rescue_piece(plain);
}

Bytes encode(const RescueRequest& request) {
  cbor::Writer writer;
  writer.array(4).integer(kVersion).bytes(request.head).integer(static_cast<std::int64_t>(request.number));
  if (request.piece) {
    writer.bytes(*request.piece);
  } else {
    writer.null();
  }
  return writer.take();
}

Result<RescueRequest> decode_rescue_request(std::string_view bytes) {
  auto reader = open(bytes, 3);
  RescueRequest request;
  request.head = reader.bytes();
  request.number = reader.natural();
  if (!reader.null()) request.piece = Bytes{reader.bytes()};
  if (request.number == 0 || request.number > kRescueLimits.piece_count_max + 1) reader.fail();
  return checked(reader, std::move(request), "not a piece of a rescue file");
}

Bytes encode(const RescueAnswer& answer) {
  return cbor::Writer{}
      .array(5)
      .integer(kVersion)
      .integer(static_cast<std::int64_t>(answer.word))
      .integer(static_cast<std::int64_t>(answer.next))
      .integer(static_cast<std::int64_t>(answer.new_operation_count))
      .integer(static_cast<std::int64_t>(answer.new_blob_count))
      .take();
}

Result<RescueAnswer> decode_rescue_answer(std::string_view bytes) {
  auto reader = open(bytes, 4);
  RescueAnswer answer;
  const auto word = reader.natural();
  if (word < 1 || word > static_cast<std::uint64_t>(RescueWord::Closed)) reader.fail();
  answer.word = static_cast<RescueWord>(word);
  answer.next = reader.natural();
  answer.new_operation_count = reader.natural();
  answer.new_blob_count = reader.natural();
  return checked(reader, answer, "not an answer about a rescue file");
}

}  // namespace aftercare::protocol
