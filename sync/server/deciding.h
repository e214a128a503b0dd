#pragma once

#include "sync/protocol/decision.h"
#include "sync/server/accepting.h"

namespace aftercare::server {

/// Who brings an operation, and the place in the feed that it will get.
struct Bearer {
  std::int64_t lineage_id = 0;
  DeviceId device_id;
  DeviceRole role = DeviceRole::Tablet;
  PublicKey key{};
  bool is_revoked = false;
  std::uint64_t seq = 0;

  /// Of an operation that was set aside and is decided again: where it stands in the feed, and when it came.
  struct First {
    std::uint64_t seq = 0;
    Instant received_at{};
  };
  std::optional<First> first = std::nullopt;
};

/// The rules, once: what an operation means for the records as they stand now. Writes the records when
/// it is accepted or merged, nothing when it is set aside. An Error is a fault of the disk, not of the
/// operation.
[[nodiscard]] Result<protocol::Decision> decide(OrganisationStore& store, const Bearer& bearer,
                                                const PreparedOperation& operation);

}  // namespace aftercare::server
