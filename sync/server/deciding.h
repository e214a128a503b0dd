#pragma once

#include "sync/protocol/decision.h"
#include "sync/server/accepting.h"

#include <set>

namespace aftercare::server {

/// Records that were found in the course of one push, so that thirty answers of one visit do not ask for
/// it thirty times. Lives no longer than the transaction.
using RecordsHere = std::set<std::pair<domain::EntityType, AnyId>>;

/// Who brings an operation, and the place in the feed that it will get.
struct Bearer {
  std::int64_t lineage_id = 0;
  DeviceId device_id;
  DeviceRole role = DeviceRole::Tablet;
  PublicKey key{};
  bool is_revoked = false;
  std::uint64_t seq = 0;
  RecordsHere* here = nullptr;  // where there is one, it is used and kept up

  /// Of an operation that was set aside and is decided again: where it stands in the feed, and when it came.
  struct First {
    std::uint64_t seq = 0;
    Instant received_at{};
  };
  std::optional<First> first = std::nullopt;

  /// Of an operation that a restore lost: how it was decided then, by the organisation's own signed word.
  const protocol::Decision* past = nullptr;
  [[nodiscard]] bool was_in_effect() const { return past != nullptr && protocol::takes_effect(past->ruling); }
};

/// The rules, once: what an operation means for the records as they stand now. Writes the records when
/// it is accepted or merged, nothing when it is set aside. An Error is a fault of the disk, not of the
/// operation.
[[nodiscard]] Result<protocol::Decision> decide(OrganisationStore& store, const Bearer& bearer,
                                                const PreparedOperation& operation);

/// What an operation points to and is not here.
[[nodiscard]] Result<std::vector<AnyId>> missing_references(storage::Database& db,
                                                            const PreparedOperation& operation);

}  // namespace aftercare::server
