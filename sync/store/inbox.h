#pragma once

#include "shared/domain/codec.h"
#include "shared/storage/database.h"
#include "sync/protocol/message.h"

#include <vector>

namespace aftercare::sync {

/// Brings the server's decisions into the tables: checks that a page continues the feed we have, then
/// replays each item. Runs inside one transaction; an error means that nothing of the page stays.
class Inbox {
 public:
  Inbox(storage::Database& db, Instant now) : db_(db), now_(now) {}

  /// Corrupt when the page does not lead to the stated root; Conflict when it leaves out, as ours, an
  /// operation that is not in our journal (our disk was restored): ask again for everything.
  [[nodiscard]] Done apply(const protocol::PullAnswer& page, const protocol::RootStatement& statement);

  /// Files that an erasure in the page orders to destroy, once the transaction is committed.
  [[nodiscard]] const std::vector<Hash>& erased_blobs() const { return erased_blobs_; }

 private:
  struct Arrival;  // one item with everything that is known about its operation
  Result<Arrival> arrival_of(const protocol::FeedItem& item);
  Done apply_item(const protocol::FeedItem& item);
  Done apply_accepted(const Arrival& arrival);
  Done settle_seen(const Arrival& arrival);
  Done remember_deleted(const Arrival& arrival, const domain::FieldMap& fields);
  Done show(const Arrival& arrival, const Done& written);
  Done settle_own(const Arrival& arrival);
  Done settle_leftovers();
  Done note_proof(const Arrival& arrival);
  Done note_lost(const Arrival& arrival);
  Done note_moved(const Arrival& arrival);
  Done want_blobs(const Arrival& arrival);
  Done erase(const Arrival& arrival);
  Done erase_record(domain::EntityType type, const AnyId& id);

  storage::Database& db_;
  Instant now_;
  std::vector<Hash> erased_blobs_;
};

/// The blobs that this record names are to be fetched.
[[nodiscard]] Done want_blobs(storage::Database& db, domain::EntityType type, const AnyId& id,
                              const domain::FieldMap& fields);

/// Somebody must look at this operation of ours.
[[nodiscard]] Done note_set_aside(storage::Database& db, std::uint64_t dseq, protocol::SetAsideReason reason,
                                  Instant now);

}  // namespace aftercare::sync
