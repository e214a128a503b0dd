#pragma once

#include "client/work/desk.h"
#include "client/work/task_lanes.h"

#include <future>
#include <memory>

namespace aftercare::work {

/// The disk as the sync worker sees it: each call is a question to the store worker, put behind what a
/// person waits for, and answered before the network is spoken to again.
class StoreProxy final : public sync::Store {
 public:
  StoreProxy(TaskLanes& lanes, Desk& desk) : lanes_(lanes), desk_(desk) {}

  /// Runs a question in the store worker and waits for its answer. Busy when the folder is closed.
  template <class Question>
  auto ask(Question question) -> decltype(question(std::declval<sync::DeviceStore&>())) {
    using Answer = decltype(question(std::declval<sync::DeviceStore&>()));
    auto answer = std::make_shared<std::promise<Answer>>();
    auto waiting = answer->get_future();
    const bool is_taken = lanes_.put(TaskLanes::Lane::Sync, [this, answer, question = std::move(question)] {
      auto* store = desk_.store();
      answer->set_value(store != nullptr ? question(*store) : Answer{closed()});
    });
    return is_taken ? waiting.get() : Answer{closed()};
  }
  /// Leaves something to be done there and goes on.
  void tell(std::function<void(Desk&)> word) {
    lanes_.put(TaskLanes::Lane::Sync, [this, word = std::move(word)] { word(desk_); });
  }

  Result<std::optional<sync::Identity>> identity() override;
  Done save_identity(const sync::Identity& identity, const sync::EpochId& epoch) override;
  Result<sync::Bookmark> bookmark() override;
  Result<std::vector<sync::Operation>> operations_after(std::uint64_t dseq, std::size_t count_max,
                                                        std::size_t byte_count_max) override;
  Result<Hash> hash_at(std::uint64_t dseq) override;
  Done note_receipt(const protocol::Receipt& receipt, const protocol::Signed& word,
                    const std::vector<protocol::PushAnswer::SetAside>& set_aside) override;
  Done note_held(std::uint64_t dseq) override;
  Done note_epoch(const sync::EpochId& epoch) override;
  Done apply_page(const protocol::PullAnswer& page, const protocol::RootStatement& statement) override;
  Done note_server_time(Instant server_time, Instant here, std::int64_t monotonic_ms) override;
  Result<std::vector<sync::BlobTask>> blobs_to_send(std::size_t count_max) override;
  Result<Bytes> read_blob(const Hash& sha256, std::uint64_t offset, std::size_t byte_count_max) override;
  Done note_blob_held(const Hash& sha256) override;
  Result<std::vector<sync::BlobTask>> blobs_to_fetch(std::size_t count_max) override;
  Result<std::vector<Hash>> blobs_to_ask_about(std::size_t count_max) override;
  Done note_blobs_asked(const std::vector<Hash>& asked, const std::vector<Hash>& missing) override;
  Done note_blob_absent(const Hash& sha256) override;
  Done save_blob(const Hash& sha256, std::string_view bytes) override;
  Result<std::uint64_t> blob_part_offset(const Hash& sha256) override;
  Result<std::uint64_t> add_blob_part(const Hash& sha256, std::uint64_t offset,
                                      std::string_view bytes) override;
  Done finish_blob(const Hash& sha256) override;
  Done drop_blob_part(const Hash& sha256) override;
  Result<std::uint64_t> free_byte_count() override;
  Done note_revoked() override;
  Result<std::vector<protocol::LostWord>> lost_words() override;
  Done note_lost_told() override;
  Done let_go() override;
  Result<std::optional<protocol::Unsent>> unsent() override;
  Result<std::vector<sync::CarriedRescue>> rescues() override;
  Result<Bytes> rescue_head(const Hash& id) override;
  Result<Bytes> rescue_piece(const Hash& id, std::uint64_t number) override;
  Done note_rescue(const sync::CarriedRescue& rescue) override;
  Done drop_rescue(const Hash& id) override;

 private:
  static Error closed() { return {ErrorKind::Busy, "the device's folder is closed"}; }

  TaskLanes& lanes_;
  Desk& desk_;
};

}  // namespace aftercare::work
