#pragma once

#include "shared/base/clock.h"
#include "shared/base/random.h"
#include "shared/base/signature.h"
#include "shared/storage/database.h"
#include "sync/protocol/statement.h"
#include "sync/server/lanes.h"

#include <filesystem>
#include <memory>

namespace aftercare::server {

/// What an organisation is known by, and its keys. Read once at open.
struct Organisation {
  OrganisationId id;
  std::string name;
  protocol::EpochId epoch;
  SigningKey signing_key;     // certificates, receipts, statements, countersignatures
  Hash box_seed{};            // of the X25519 pair to which rescue files are sealed
  Hash box_key{};             // its public half
  DeviceId office_device_id;  // the office writes into the journal through a device of its own
  SigningKey office_key;
};

/// Where the feed stands.
struct FeedHead {
  std::uint64_t seq = 0;
  Hash root{};
};

/// One organisation's file. One store writes, on the writer lane; others only read.
class OrganisationStore final : public WriteTarget {
 public:
  /// Makes the file, the keys and the office's own device.
  static Result<std::unique_ptr<OrganisationStore>> create(const std::filesystem::path& path, const Hash& key,
                                                           std::string name, Clock& clock, Random& random);
  static Result<std::unique_ptr<OrganisationStore>> open(const std::filesystem::path& path, const Hash& key,
                                                         storage::Access access, Clock& clock,
                                                         Random& random);

  [[nodiscard]] const Organisation& organisation() const { return organisation_; }
  [[nodiscard]] storage::Database& db() { return *db_; }
  [[nodiscard]] Clock& clock() { return clock_; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] Result<FeedHead> head();
  /// The counter row: the last thing that a push locks and writes.
  Done save_head(const FeedHead& head);

  /// The next short number of the office for a kind of record: `C-22-0007-…`.
  [[nodiscard]] Result<std::string> next_number(char kind);
  /// After a restore: what devices know beyond this file is not here any more. They read the feed again
  /// under a new epoch, so its roots are computed anew; answers of the old epoch are never repeated, and
  /// codes and sessions of before let nobody in.
  Done enter_new_epoch();
  Done note_audit(std::string_view actor, std::string_view action, std::string_view subject,
                  std::string_view detail);

  Done begin() override;
  Done commit() override;
  void rollback() override;
  Done savepoint() override;
  Done release() override;
  Done rollback_to() override;

 private:
  OrganisationStore(std::unique_ptr<storage::Database> db, Clock& clock, Random& random);
  Done load();
  Done forget_what_was_spent();

  std::unique_ptr<storage::Database> db_;
  Clock& clock_;
  Random& random_;
  Organisation organisation_;
  bool is_at_begin_ = false;  // nothing was written since `begin`
  bool has_savepoint_ = false;
};

}  // namespace aftercare::server
