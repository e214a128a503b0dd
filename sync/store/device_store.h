#pragma once

#include "shared/storage/blob_files.h"
#include "shared/storage/data_folder.h"
#include "sync/engine/ports.h"
#include "sync/store/carried_rescues.h"
#include "sync/store/journal.h"

#include <functional>

namespace aftercare::sync {

/// What the sync screen and `aftercare status` tell.
struct Standing {
  std::uint64_t operation_count = 0;  // ever written here
  std::uint64_t unsent_count = 0;     // that the server has not said to hold
  std::uint64_t unsent_blob_count = 0;
  std::uint64_t unsent_visit_count = 0;
  std::uint64_t feed_seq = 0;
  std::optional<Instant> synced_at;
  std::optional<std::int64_t> server_offset_ms;
  bool is_revoked = false;
  std::vector<CarriedRescues::Carried> carried;  // rescue files of other devices
  struct Attention {
    std::string code;
    std::uint64_t dseq = 0;
    std::optional<domain::EntityType> type;
    AnyId id;
    Instant at{};
    std::uint64_t count = 0;              // of the records that it is about, where it is about several
    std::optional<Instant> handed_on_at;  // somebody saw it and left it to the office
  };
  std::vector<Attention> attention;
};

/// A device's disk: the encrypted file with records and journal, and the folder of blobs. Implements
/// the engine's port, and is where the app writes (`write`) and reads (`db`).
class DeviceStore final : public Store {
 public:
  /// Opens or makes `records.db` and `blobs/` in the folder. Corrupt when the file is damaged or
  /// foreign; `set_aside_damaged` then makes room without losing it.
  static Result<std::unique_ptr<DeviceStore>> open(const storage::DataFolder& folder, Clock& clock,
                                                   Random& random);
  /// A file that `set_aside_damaged` left there, only to be read as far as it can be.
  static Result<std::unique_ptr<DeviceStore>> open_set_aside(const storage::DataFolder& folder,
                                                             const std::filesystem::path& file, Clock& clock,
                                                             Random& random);
  /// Renames the damaged file, so that the next `open` starts with an empty one. Returns its new name.
  static Result<std::filesystem::path> set_aside_damaged(const storage::DataFolder& folder, Instant now);

  [[nodiscard]] storage::Database& db() { return *db_; }
  [[nodiscard]] Clock& clock() { return clock_; }
  [[nodiscard]] Random& random() { return random_; }

  /// Everything that `work` writes lands in one transaction, or nothing of it does.
  Done write(const domain::UserId& by, const std::function<Done(Journal&)>& work);
  /// What was set aside under these numbers is left to the office. Stays here, and is told to nobody.
  Done hand_on(const std::vector<std::uint64_t>& dseqs);
  /// Keeps a photo or strokes of our own: the file first, then the row that says it is here. Before the
  /// record that names it.
  Result<Hash> keep_blob(std::string_view bytes, bool is_small);
  /// NotFound when it is at the server only: then it is asked for, and comes with the next sync. Corrupt when
  /// its file was damaged: it is put aside, never deleted, and asked for in the same way.
  [[nodiscard]] Result<Bytes> whole_blob(const Hash& sha256);

  /// What may be shown in the place of a photo that is not here.
  [[nodiscard]] Result<std::optional<Hash>> thumbnail_of(const Hash& sha256);

  /// The id and key with which this folder asks to be enrolled by that line: made once, so that a lost
  /// answer costs no second code.
  struct PendingEnrolment {
    DeviceId device_id;
    SigningKey key;
  };
  Result<PendingEnrolment> pending_enrolment(const protocol::EnrolmentLine& line);

  /// Takes a rescue file of another device along to the server.
  Result<RescueFacts> take_rescue(const std::filesystem::path& file);

  Result<Standing> standing();
  /// The newest signed word on the server root: a seal's lower bound of time. Empty before the first sync.
  Result<std::optional<protocol::Signed>> root_statement();
  Result<std::optional<std::int64_t>> server_offset_ms();

  // sync::Store
  Result<std::optional<Identity>> identity() override;
  Done save_identity(const Identity& identity, const EpochId& epoch) override;
  Result<Bookmark> bookmark() override;
  Result<std::vector<Operation>> operations_after(std::uint64_t dseq, std::size_t count_max,
                                                  std::size_t byte_count_max) override;
  Result<Hash> hash_at(std::uint64_t dseq) override;
  Done note_receipt(const protocol::Receipt& receipt, const protocol::Signed& word,
                    const std::vector<protocol::PushAnswer::SetAside>& set_aside) override;
  Done note_held(std::uint64_t dseq) override;
  Done note_epoch(const EpochId& epoch) override;
  Done apply_page(const protocol::PullAnswer& page, const protocol::RootStatement& statement) override;
  Result<std::optional<SnapshotPlace>> to_take_in() override;
  Done take_in(const SnapshotPlace& place, const protocol::SnapshotAnswer& page,
               const protocol::RootStatement& statement) override;
  Done note_no_snapshot() override;
  Result<bool> index_some() override;
  Result<std::optional<protocol::Checksums>> checksums_to_compare(bool is_asked) override;
  Result<std::uint64_t> repair(const protocol::RecordRange& range,
                               const std::vector<protocol::RecordRow>& rows, std::uint64_t at) override;
  Done note_compared() override;
  Done note_server_time(Instant server_time, Instant here, std::int64_t monotonic_ms) override;
  Result<std::vector<BlobTask>> blobs_to_send(std::size_t count_max) override;
  Result<Bytes> read_blob(const Hash& sha256, std::uint64_t offset, std::size_t byte_count_max) override;
  Done note_blob_held(const Hash& sha256) override;
  Result<std::vector<Hash>> blobs_to_ask_about(std::size_t count_max) override;
  Done note_blobs_asked(const std::vector<Hash>& asked, const std::vector<Hash>& missing) override;
  Result<std::vector<BlobTask>> blobs_to_fetch(std::size_t count_max) override;
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
  Result<std::optional<protocol::LostItems>> tail_to_hand_back() override;
  Done note_handed_back(const protocol::LostItems& items, std::uint64_t through_seq) override;
  Done let_go() override;
  /// What the file system says, unless somebody else is to be believed.
  using Room = std::function<std::uint64_t()>;
  void believe(Room room) { room_ = std::move(room); }
  /// How many photos of others are not fetched yet, those included that wait for room.
  Result<std::uint64_t> photo_to_fetch_count();
  Result<std::optional<protocol::Unsent>> unsent() override;
  Result<std::vector<CarriedRescue>> rescues() override;
  Result<Bytes> rescue_head(const Hash& id) override;
  Result<Bytes> rescue_piece(const Hash& id, std::uint64_t number) override;
  Done note_rescue(const CarriedRescue& rescue) override;
  Done drop_rescue(const Hash& id) override;

 private:
  DeviceStore(std::unique_ptr<storage::Database> db, storage::BlobFiles blobs,
              const storage::DataFolder& folder, Clock& clock, Random& random);
  /// What a newer program wrote, and this one now knows.
  Done apply_waiting();
  Done note_blob_here(const Hash& sha256, std::uint64_t byte_count);
  Done drop_unwanted_parts();
  Done note_blob_lost(const Hash& sha256, const Error& why);
  Done tell_damaged(Standing& standing);
  Done take_in(const std::function<Done(class Inbox&, struct LetGo&)>& work);

  std::unique_ptr<storage::Database> db_;
  storage::BlobFiles blobs_;
  std::filesystem::path folder_;
  CarriedRescues carried_;
  Room room_;
  Clock& clock_;
  Random& random_;
  std::optional<Identity> identity_;
};

}  // namespace aftercare::sync
