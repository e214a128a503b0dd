#pragma once

#include "shared/domain/field.h"
#include "sync/protocol/statement.h"

namespace aftercare::protocol {

/// What the server made of an operation, replayed by everybody. Decided once; what was set aside stands in
/// the feed a second time when somebody settled it, with one of the other three.
enum class Ruling : std::uint8_t {
  Accepted = 1,
  Merged,     // accepted but for the fields listed, which lost
  SetAside,   // kept, not applied; somebody must look at it
  Dismissed,  // somebody looked at it: left out for good
};
inline constexpr std::uint8_t kRulingLast = static_cast<std::uint8_t>(Ruling::Dismissed);

/// Whether a reader applies it.
[[nodiscard]] constexpr bool takes_effect(Ruling ruling) { return ruling <= Ruling::Merged; }

/// Why an operation was set aside; ends the message key `set_aside.<reason>`.
enum class SetAsideReason : std::uint8_t {
  None,
  Unreadable,        // the body is not what such a record holds
  NotAllowed,        // this device may not write such records
  UnknownRecord,     // a change to something that was never made
  Exists,            // made twice
  UnknownReference,  // points to something that the server does not have
  Sealed,            // the visit is frozen; make an amendment
  NotReady,          // the visit lacks something that ready-to-leave asks for
  BadSeal,           // hashes or signature of the seal do not fit
  DependsOnOther,    // builds on an operation that was set aside
  Revoked,           // handed in by a device that was revoked
  Edited,            // a delete that somebody's unseen edit outlives
};
inline constexpr std::uint8_t kReasonLast = static_cast<std::uint8_t>(SetAsideReason::Edited);

/// `[ruling, reason, lost, replaced, countersignature or null]`: both maps hold values that lost, by field
/// number; the first those of this operation, the second those that it replaced unseen. Committed to as
/// SHA-256("aftercare/decision/1" ‖ salt ‖ decision): lost values may be personal and must be erasable
/// without breaking the server root.
struct Decision {
  Ruling ruling = Ruling::Accepted;
  SetAsideReason reason = SetAsideReason::None;
  cbor::FieldMap lost;      // of this operation; not applied
  cbor::FieldMap replaced;  // somebody's concurrent values that this operation overruled
  std::optional<Signed> countersign;
};

[[nodiscard]] Bytes encode(const Decision& decision);
/// Ruling and reason may be numbers that a newer program added: `is_known` (known.h) says so.
[[nodiscard]] Result<Decision> decode_decision(std::string_view bytes);
[[nodiscard]] Hash decision_commitment(std::string_view salt, std::string_view decision);

/// One accepted operation as the feed serves it. What this reader may not see, or already has, is
/// left out; the hashes stay, so that the server root can be followed by everybody.
struct FeedItem {
  std::uint64_t seq = 0;
  Hash operation{};
  Hash decision_commitment{};
  std::optional<Operation> content;  // absent for records out of reach and for the reader's own
  Bytes decision_salt;               // empty with the decision for records out of reach
  Bytes decision;
  Bytes remainder;  // after an erasure: this operation's fields that were kept; applied in its body's place
};

void encode(cbor::Writer& writer, const FeedItem& item);
[[nodiscard]] FeedItem read_feed_item(cbor::Reader& reader);

}  // namespace aftercare::protocol

template <>
struct aftercare::domain::Names<aftercare::protocol::SetAsideReason> {
  static constexpr std::array<std::string_view, 12> values{
      "none",   "unreadable", "not_allowed", "unknown_record",   "exists",  "unknown_reference",
      "sealed", "not_ready",  "bad_seal",    "depends_on_other", "revoked", "edited"};
};
static_assert(aftercare::domain::Names<aftercare::protocol::SetAsideReason>::values.size() ==
              aftercare::protocol::kReasonLast + 1);

namespace aftercare::protocol {

/// The reason as the end of a message key; `newer_reason` for one that a newer program added.
[[nodiscard]] inline std::string_view word_of(SetAsideReason reason) {
  return static_cast<std::uint8_t>(reason) <= kReasonLast ? domain::name_of(reason) : "newer_reason";
}

}  // namespace aftercare::protocol
