#pragma once

#include "shared/storage/blob_files.h"
#include "shared/storage/data_folder.h"
#include "sync/server/erasing.h"
#include "sync/server/lanes.h"
#include "sync/server/organisation_store.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace aftercare::server {

/// Everything that a server's data folder holds, opened: one file for each organisation, its blobs, the
/// keys. One process at a time.
///
///     DIR/key                        the one key; every other is derived from it
///     DIR/organisations/<id>.db      one organisation, encrypted
///     DIR/blobs/<organisation>/      its photos and strokes, encrypted
///     DIR/tls/                       certificates and their keys
class House {
  struct Room;

 public:
  /// Busy when another process holds the folder. Corrupt, naming the file, when an organisation's file
  /// cannot be trusted: nothing is changed then, and nothing is served without it.
  static Result<std::unique_ptr<House>> open(const std::filesystem::path& path, Clock& clock, Random& random);
  ~House();
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
  [[nodiscard]] Hash token_key() const;
  [[nodiscard]] Hash backup_key() const;
  [[nodiscard]] Hash database_key() const;
  [[nodiscard]] Clock& clock() const { return clock_; }
  [[nodiscard]] Random& random() const { return random_; }

  /// By name.
  [[nodiscard]] std::vector<Organisation> organisations() const;
  /// The one of this name, or the only one when no name is said.
  [[nodiscard]] Result<Organisation> find(std::string_view name) const;
  [[nodiscard]] bool has(const OrganisationId& id) const;
  /// Makes a new organisation. Conflict when one of this name is here.
  [[nodiscard]] Result<Organisation> add(std::string name);

  /// A store that only reads, for as long as this is held, and for one thread.
  class Reader {
   public:
    Reader(Room& room, std::unique_ptr<OrganisationStore> store) : room_(&room), store_(std::move(store)) {}
    ~Reader();
    Reader(Reader&& other) noexcept = default;
    Reader& operator=(Reader&&) = delete;
    OrganisationStore* operator->() const { return store_.get(); }
    OrganisationStore& operator*() const { return *store_; }

   private:
    Room* room_;
    std::unique_ptr<OrganisationStore> store_;
  };
  [[nodiscard]] Result<Reader> read(const OrganisationId& id);

  /// The organisation must be here.
  [[nodiscard]] storage::BlobFiles& blobs(const OrganisationId& id);

  /// One transaction, durable when it returns: on the writer lane while there is one, else here. Not
  /// for use on a lane; routes hand out a WriteJob.
  [[nodiscard]] Done write(const OrganisationId& id, const std::function<Done(OrganisationStore&)>& work);
  /// Destroys a customer's personal data by law, files included, and leaves nothing in the write-ahead
  /// log. A crash in between is made up for at the next open.
  [[nodiscard]] Result<ErasureReport> erase(const OrganisationId& id, const UserId& by,
                                            std::string_view number);
  /// Removes the files that committed erasures ordered to destroy. Costs next to nothing when there are none.
  [[nodiscard]] Done finish_erasing(const OrganisationId& id);
  /// From now on (until nullptr is said) writes go through these lanes, and only their thread writes.
  void write_through(Lanes* lanes) { lanes_ = lanes; }
  /// For the lanes.
  [[nodiscard]] WriteTarget* find_target(const OrganisationId& id);

 private:
  /// One organisation's open files.
  struct Room {
    Organisation organisation;
    std::filesystem::path file;
    std::filesystem::path blob_folder;
    Hash key{};
    std::unique_ptr<OrganisationStore> writer;
    std::unique_ptr<storage::BlobFiles> blobs;
    std::atomic<std::int64_t> erased_row = 0;  // the files of erased blobs up to here are gone
    std::mutex mutex;                          // of the idle readers
    std::vector<std::unique_ptr<OrganisationStore>> idle;
  };

  House(storage::DataFolder folder, Clock& clock, Random& random);
  Done open_rooms();
  Result<Organisation> open_room(const std::filesystem::path& file);
  Done remove_erased_blobs(Room& room, OrganisationStore& store);
  void empty_log(Room& room);
  [[nodiscard]] Room* room(const OrganisationId& id) const;

  storage::DataFolder folder_;
  Clock& clock_;
  Random& random_;
  Lanes* lanes_ = nullptr;
  std::mutex write_mutex_;
  std::mutex add_mutex_;
  std::mutex erase_mutex_;
  mutable std::shared_mutex mutex_;
  std::map<OrganisationId, std::unique_ptr<Room>> rooms_;  // none is ever taken out
};

}  // namespace aftercare::server
