#pragma once

#include "shared/base/cbor.h"
#include "shared/base/hash.h"
#include "shared/base/id.h"
#include "shared/base/signature.h"
#include "shared/domain/entity.h"

namespace aftercare::protocol {

/// What an operation does to its record.
enum class Verb : std::uint8_t { Create = 1, Change, Append, Delete, Seal };
inline constexpr std::uint8_t kVerbLast = static_cast<std::uint8_t>(Verb::Seal);

/// Time that only grows on one device, even when its wall clock jumps back, and that stays near
/// everybody else's: milliseconds, then a count within one millisecond.
struct HybridTime {
  std::int64_t ms = 0;
  std::int64_t count = 0;
  auto operator<=>(const HybridTime&) const = default;
};
/// The next time on this device after `last`, given its wall clock.
[[nodiscard]] HybridTime next_hybrid(const HybridTime& last, Instant now);

/// The part of an operation that is chained and never erased: who did what to which record, in which
/// order, and a commitment to what it said. Holds no personal data.
struct Header {
  std::uint32_t version = 1;
  domain::OrganisationId organisation_id;
  domain::DeviceId device_id;
  std::uint64_t dseq = 0;  // 1, 2, 3 … on this device, without a gap
  Hash previous_hash{};
  HybridTime time;
  domain::UserId user_id;
  Verb verb = Verb::Create;
  domain::EntityType type = domain::EntityType::Customer;
  AnyId entity_id;
  std::uint64_t base_seq = 0;  // the feed position at which this device last applied the record
  Hash commitment{};
};

[[nodiscard]] Bytes encode(const Header& header);
/// Invalid unless the bytes are exactly one header; Newer when it is of a version that we do not know. Verb
/// and type may be numbers that a newer program added: `is_known` (known.h) says so.
[[nodiscard]] Result<Header> decode_header(std::string_view bytes);

/// One change, as the bytes that were hashed when it was made. Never re-serialised.
struct Operation {
  Bytes header;
  Bytes salt;  // 16 random bytes; empty, with the body, after an erasure
  Bytes body;  // CBOR map of fields
  [[nodiscard]] bool is_erased() const { return salt.empty(); }
};

inline constexpr std::size_t kSaltSize = 16;

void encode(cbor::Writer& writer, const Operation& operation);
[[nodiscard]] Operation read_operation(cbor::Reader& reader);

/// SHA-256("aftercare/op/1" ‖ header): the link that the next header names.
[[nodiscard]] Hash operation_hash(std::string_view header);
/// SHA-256("aftercare/body/1" ‖ salt ‖ body): binds the header to its body without giving it away.
[[nodiscard]] Hash commitment(std::string_view salt, std::string_view body);
/// SHA-256("aftercare/op/1" ‖ public key): what the first header of a device names as previous, and
/// the name of the device's first lineage.
[[nodiscard]] Hash genesis_hash(const PublicKey& device);

/// Makes an operation: the commitment of the header is set from the body and a fresh salt.
[[nodiscard]] Operation make_operation(Header header, Bytes body, Random& random);

/// Where a journal stands: how many operations it has and the hash of the last.
struct Head {
  std::uint64_t dseq = 0;
  Hash hash{};
  bool operator==(const Head&) const = default;
};

/// Checks that the operation comes next after `head` and that its body is the one its header
/// commits to, and moves the head on. Invalid with what is wrong; the head then stays.
[[nodiscard]] Result<Header> follow(Head& head, const Operation& operation);

}  // namespace aftercare::protocol
