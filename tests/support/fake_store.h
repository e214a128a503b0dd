#pragma once

#include "sync/engine/ports.h"
#include "sync/protocol/tags.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace aftercare::testing {

/// A device's disk in memory: keeps the journal, checks every page's root as the real one does, and
/// counts its writes. Can run full.
class FakeStore : public sync::Store {
 public:
  std::optional<sync::Identity> who;
  sync::Bookmark mark;
  std::vector<protocol::Operation> journal;
  std::vector<protocol::PushAnswer::SetAside> set_aside;
  std::vector<protocol::FeedItem> feed;
  std::map<Hash, Bytes> blobs;          // what is here
  std::vector<sync::BlobTask> to_send;  // small ones first
  std::vector<sync::BlobTask> to_fetch;
  std::map<Hash, Bytes> parts;  // of what is being fetched
  std::uint64_t room = std::uint64_t{100} << 30;
  std::vector<Instant> server_times;
  std::size_t epoch_note_count = 0;
  std::size_t receipt_count = 0;
  bool is_told_revoked = false;
  bool counts_unsent = false;
  bool is_full = false;
  std::function<void()> before_reading_journal;  // somebody else may record something just then

  /// Something is recorded on this device.
  protocol::Operation record(std::string_view what, Random& random) {
    protocol::Header header;
    header.organisation_id = who->organisation_id;
    header.device_id = who->device_id;
    header.dseq = mark.head.dseq + 1;
    header.previous_hash = mark.head.hash;
    header.type = domain::EntityType::Note;
    header.verb = protocol::Verb::Append;
    header.entity_id = AnyId{{static_cast<std::uint8_t>(header.dseq)}};
    journal.push_back(
        protocol::make_operation(header, cbor::encode(cbor::FieldMap{{1, text_of(what)}}), random));
    mark.head = {header.dseq, protocol::operation_hash(journal.back().header)};
    return journal.back();
  }

  Result<std::optional<sync::Identity>> identity() override { return who; }
  Done save_identity(const sync::Identity& identity, const protocol::EpochId& epoch) override {
    if (who) return Error{ErrorKind::Refused, "enrolled already"};
    who = identity;
    const auto genesis = protocol::genesis_hash(identity.key.public_key);
    mark = {.epoch = epoch, .lineage = genesis, .head = {0, genesis}};
    return done();
  }

  Result<sync::Bookmark> bookmark() override { return mark; }
  Result<std::vector<protocol::Operation>> operations_after(std::uint64_t dseq, std::size_t count_max,
                                                            std::size_t byte_count_max) override {
    if (before_reading_journal) before_reading_journal();
    std::vector<protocol::Operation> batch;
    std::size_t byte_count = 0;
    for (auto i = static_cast<std::size_t>(dseq); i < journal.size() && batch.size() < count_max; ++i) {
      byte_count += journal[i].header.size() + journal[i].salt.size() + journal[i].body.size();
      if (!batch.empty() && byte_count > byte_count_max) break;
      batch.push_back(journal[i]);
    }
    return batch;
  }
  Result<Hash> hash_at(std::uint64_t dseq) override {
    if (dseq == 0) return protocol::genesis_hash(who->key.public_key);
    if (dseq > journal.size()) return Error{ErrorKind::NotFound, "no such operation"};
    return protocol::operation_hash(journal[static_cast<std::size_t>(dseq) - 1].header);
  }
  Done note_receipt(const protocol::Receipt& receipt, const protocol::Signed&,
                    const std::vector<protocol::PushAnswer::SetAside>& reasons) override {
    if (is_full) return full();
    ++receipt_count;
    mark.held_dseq = receipt.head.dseq;
    mark.lineage = receipt.lineage;
    mark.backed_up_dseq = receipt.backed_up_dseq;
    set_aside.insert(set_aside.end(), reasons.begin(), reasons.end());
    return done();
  }
  Done note_held(std::uint64_t dseq) override {
    mark.held_dseq = dseq;
    return done();
  }
  Done note_epoch(const protocol::EpochId& epoch) override {
    ++epoch_note_count;
    mark.epoch = epoch;
    mark.held_dseq = 0;
    mark.feed_seq = 0;
    mark.root = {};
    feed.clear();
    return done();
  }

  Done apply_page(const protocol::PullAnswer& page, const protocol::RootStatement& statement) override {
    if (is_full) return full();
    auto root = mark.root;
    for (const auto& item : page.items) {
      root = protocol::next_root(mark.epoch, root, item.seq, item.operation, item.decision_commitment);
    }
    if (root != statement.root) return Error{ErrorKind::Corrupt, "the page is not what the root says"};
    mark.root = root;
    mark.feed_seq = statement.seq;
    feed.insert(feed.end(), page.items.begin(), page.items.end());
    return done();
  }
  Done note_server_time(Instant server_time, Instant, std::int64_t) override {
    server_times.push_back(server_time);
    return done();
  }

  Result<std::vector<sync::BlobTask>> blobs_to_send(std::size_t count_max) override {
    return first(to_send, count_max);
  }
  Result<Bytes> read_blob(const Hash& sha256, std::uint64_t offset, std::size_t byte_count_max) override {
    const auto found = blobs.find(sha256);
    if (found == blobs.end()) return Error{ErrorKind::NotFound, "no such photo here"};
    return found->second.substr(static_cast<std::size_t>(offset), byte_count_max);
  }
  Done note_blob_held(const Hash& sha256) override {
    std::erase_if(to_send, [&](const auto& task) { return task.sha256 == sha256; });
    return done();
  }
  Result<std::vector<sync::BlobTask>> blobs_to_fetch(std::size_t count_max) override {
    return first(to_fetch, count_max);
  }
  Result<std::uint64_t> blob_part_offset(const Hash& sha256) override {
    return std::uint64_t{parts[sha256].size()};
  }
  Result<std::uint64_t> add_blob_part(const Hash& sha256, std::uint64_t offset,
                                      std::string_view bytes) override {
    if (is_full) return full();
    if (parts[sha256].size() != offset) return Error{ErrorKind::Conflict, "it stands elsewhere"};
    parts[sha256].append(bytes);
    return std::uint64_t{parts[sha256].size()};
  }
  Done finish_blob(const Hash& sha256) override {
    const auto bytes = std::exchange(parts[sha256], {});
    return save_blob(sha256, bytes);
  }
  Done drop_blob_part(const Hash& sha256) override {
    parts.erase(sha256);
    return done();
  }
  Result<std::uint64_t> free_byte_count() override { return room; }
  Done save_blob(const Hash& sha256, std::string_view bytes) override {
    if (is_full) return full();
    if (aftercare::sha256(bytes) != sha256)
      return Error{ErrorKind::Invalid, "other bytes than its name says"};
    blobs[sha256] = Bytes{bytes};
    std::erase_if(to_fetch, [&](const auto& task) { return task.sha256 == sha256; });
    return done();
  }
  Done note_revoked() override {
    is_told_revoked = true;
    return done();
  }
  Result<std::optional<protocol::Unsent>> unsent() override {
    if (!counts_unsent) return std::optional<protocol::Unsent>{};
    return std::optional{protocol::Unsent{.operation_count = mark.head.dseq - mark.held_dseq,
                                          .photo_count = to_send.size(),
                                          .numbers = {{"V", mark.head.dseq}}}};
  }

  /// A photo or a signature that waits to be sent.
  Hash take_photo(Bytes bytes, bool is_small = false) {
    const auto name = sha256(bytes);
    const sync::BlobTask task{name, bytes.size(), is_small};
    blobs[name] = std::move(bytes);
    to_send.insert(is_small ? to_send.begin() : to_send.end(), task);
    return name;
  }

 private:
  static Bytes text_of(std::string_view text) { return cbor::Writer{}.text(text).take(); }
  static Error full() { return {ErrorKind::Full, "the disk is full"}; }
  static std::vector<sync::BlobTask> first(const std::vector<sync::BlobTask>& tasks, std::size_t count_max) {
    return {tasks.begin(), tasks.begin() + static_cast<std::ptrdiff_t>(std::min(count_max, tasks.size()))};
  }
};

}  // namespace aftercare::testing
