#pragma once

#include "sync/engine/ports.h"
#include "sync/protocol/message.h"

#include <random>

namespace aftercare::bench {

/// Makes visits as a technician would have written them, the same ones in each run. Ids, hashes, numbers
/// and prices are as random as real ones.
///
/// The words are drawn from usual phrases with numbers and names in them, so that zstd takes a batch of
/// whole operations to about a fifth: random letters would not compress, and one text over and over would
/// vanish. Somebody who writes every report in words of their own compresses less than half as well;
/// `free_text_percent` of the sentences are like that.
class VisitWriter {
 public:
  VisitWriter(std::vector<domain::CustomerId> customers, domain::UserId technician,
              std::size_t body_byte_count, std::size_t free_text_percent);
  /// The fields of a visit as CBOR, of exactly the size that was asked for.
  [[nodiscard]] Bytes next_body(const std::string& number, Instant now);

 private:
  std::string sentence();
  std::string free_sentence();
  std::uint64_t below(std::uint64_t count) { return numbers_() % count; }

  std::vector<domain::CustomerId> customers_;
  domain::UserId technician_;
  std::size_t body_byte_count_;
  std::size_t free_text_percent_;
  std::mt19937_64 numbers_{7};
};

/// A device's journal in memory: operations that follow one another, signed for a push.
class MemoryJournal {
 public:
  explicit MemoryJournal(const sync::Identity& identity);

  void create(domain::EntityType type, const AnyId& id, Bytes body);
  /// All that was created since, as pushes of at most `count_max` operations and what the server takes.
  [[nodiscard]] std::vector<protocol::PushRequest> take_pushes(std::size_t count_max);

  /// Where the journal stands after a push.
  [[nodiscard]] static protocol::Head head_after(const protocol::PushRequest& push);
  [[nodiscard]] std::string next_number(char kind);
  [[nodiscard]] const sync::Identity& identity() const { return identity_; }

 private:
  sync::Identity identity_;
  protocol::Head head_;
  Hash lineage_{};
  protocol::HybridTime time_;
  std::uint32_t number_ = 0;
  std::vector<protocol::Operation> waiting_;
};

}  // namespace aftercare::bench
