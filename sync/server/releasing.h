#pragma once

#include "sync/server/accepting.h"

/// What a person of the office does about operations that were set aside. Nothing that stands in the feed is
/// rewritten: an operation that is settled gets a second place in it, with a decision that takes it in
/// (accepted, merged) or leaves it out for good (dismissed). So an operation takes effect at most once.
namespace aftercare::server {

/// One operation that waits.
struct WaitingOperation {
  std::uint64_t seq = 0;  // where it stands in the feed
  protocol::Header header;
  cbor::FieldMap fields;  // empty when it cannot be read, or was erased
  protocol::SetAsideReason reason = protocol::SetAsideReason::None;
  /// Why it could not be taken in when somebody last tried.
  std::optional<protocol::SetAsideReason> tried;
  std::optional<Instant> tried_at;
  Instant received_at{};
};

/// What is settled together: the operations of one journal on one visit and its parts, or on one other
/// record, and whatever else of that journal waits for them. In the order of the feed.
struct WaitingGroup {
  std::int64_t lineage_id = 0;
  DeviceId device_id;
  std::vector<WaitingOperation> operations;
};

/// Every operation that waits is in exactly one group; the oldest group first.
[[nodiscard]] Result<std::vector<WaitingGroup>> list_waiting(OrganisationStore& store);

/// What came of it.
struct Settled {
  std::size_t count = 0;  // operations that were settled now; 0 when somebody had done it already
  struct Remaining {
    domain::EntityType type = domain::EntityType::Customer;
    AnyId id;
    protocol::SetAsideReason reason = protocol::SetAsideReason::None;
  };
  std::vector<Remaining> remaining;  // one for each record that still waits, with what stands in the way
};

/// Decides the group of the operation at `seq` again, in order, by the rules of every push and on the records
/// as they are today; the time of arrival is the first one. What still cannot be taken in goes on waiting.
/// In a write job; NotFound when nothing was ever set aside there.
[[nodiscard]] Result<Settled> release(OrganisationStore& store, const UserId& by, std::uint64_t seq);
/// Leaves the group of the operation at `seq` out for good. It stays in the history.
[[nodiscard]] Result<Settled> dismiss(OrganisationStore& store, const UserId& by, std::uint64_t seq);
/// Releases everything that a device handed in and that waits, in its order.
[[nodiscard]] Result<Settled> release_all_of(OrganisationStore& store, const UserId& by,
                                             const DeviceId& device_id);

}  // namespace aftercare::server
