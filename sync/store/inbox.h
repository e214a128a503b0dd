#pragma once

#include "shared/domain/codec.h"
#include "shared/storage/database.h"
#include "sync/protocol/known.h"
#include "sync/protocol/message.h"

#include <vector>

namespace aftercare::sync {

/// Brings the server's decisions into the tables: checks that a page continues the feed we have, then
/// replays each item. Runs inside one transaction; an error means that nothing of the page stays.
///
/// What is well-formed but beyond what this program knows (a kind of record, a verb, a ruling, a word in a
/// field, or what points to such a record) waits as bytes, with everything that follows about the same
/// record, until a program that knows it opens the file.
class Inbox {
 public:
  Inbox(storage::Database& db, Instant now, const protocol::Known& known = {})
      : db_(db), now_(now), known_(known) {}

  /// Corrupt when the page does not lead to the stated root; Conflict when it leaves out, as ours, an
  /// operation that is not in our journal (our disk was restored): ask again for everything.
  [[nodiscard]] Done apply(const protocol::PullAnswer& page, const protocol::RootStatement& statement);

  /// After an update: takes everything that waits once more, in the order of the feed.
  [[nodiscard]] Done apply_waiting();

  /// Files that an erasure in the page orders to destroy, once the transaction is committed.
  [[nodiscard]] const std::vector<Hash>& erased_blobs() const { return erased_blobs_; }

 private:
  struct Arrival;  // one item with everything that is known about its operation
  Result<Arrival> arrival_of(const protocol::FeedItem& item);
  Done take(const protocol::FeedItem& item);
  Done apply_item(Arrival& arrival);
  Result<bool> is_behind(const AnyId& id, std::uint64_t seq);
  Result<bool> must_wait(const Arrival& arrival);
  Done wait(const protocol::FeedItem& item, const std::optional<protocol::Header>& header);
  Done name_reasons();
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
  Done erase_record(domain::EntityType type, const AnyId& id, std::uint64_t seq, bool came_later);

  storage::Database& db_;
  Instant now_;
  protocol::Known known_;
  bool is_item_waiting_ = false;  // the item at hand could not be shown
  std::vector<Hash> erased_blobs_;
};

/// The blobs that this record names are to be fetched.
[[nodiscard]] Done want_blobs(storage::Database& db, domain::EntityType type, const AnyId& id,
                              const domain::FieldMap& fields);

/// Somebody must look at this operation of ours. Nothing happens when the feed has settled it already: an
/// answer to a push may be older than what was pulled. A reason that is not known is kept until it is.
[[nodiscard]] Done note_set_aside(storage::Database& db, std::uint64_t dseq, protocol::SetAsideReason reason,
                                  Instant now, const protocol::Known& known = {});
/// The office took it in after all, or left it out for good.
[[nodiscard]] Done forget_set_aside(storage::Database& db, std::uint64_t dseq);

}  // namespace aftercare::sync
