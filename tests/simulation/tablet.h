#pragma once

#include "sync/engine/run.h"
#include "sync/store/device_store.h"
#include "sync/transport/https_server.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/network.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aftercare::simulation {

/// Makes the folder of a device that is not enrolled yet, with its tables in it: made once and copied for
/// each device of each schedule, because making the tables takes longer than most schedules.
[[nodiscard]] Done prepare_device(const std::filesystem::path& folder);

/// A technician's tablet or a kiosk: the shipped store, engine and transport on a simulated disk and wire. It
/// also keeps what its people were told is saved, to be asked for later.
class Tablet {
 public:
  Tablet(std::string name, const std::filesystem::path& folder, Course& course, Wire& wire, Random& random);
  ~Tablet();

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Disk& disk() { return disk_; }
  [[nodiscard]] MachineClock& clock() { return clock_; }
  [[nodiscard]] bool is_up() const { return store_ != nullptr && !disk_.is_down(); }
  [[nodiscard]] sync::DeviceStore& store() { return *store_; }
  [[nodiscard]] SimulatedExchange& exchange() { return *exchange_; }

  Done start();
  /// As at a power cut, or when the program ends: what is in memory is gone.
  void stop();
  Result<sync::Identity> enrol(const std::string& line);
  /// How a run of the sync differs from any other.
  struct SyncWays {
    sync::RunLimits limits = {};
    std::function<void(SyncStep)> before_each_call = {};
    bool compares_now = false;
  };
  sync::RunReport sync(const std::vector<PlannedFault>& faults, const SyncWays& ways);
  sync::RunReport sync(const std::vector<PlannedFault>& faults) { return sync(faults, SyncWays{}); }
  /// The next run is not alone: somebody does this before its n-th call.
  void plan_meanwhile(std::uint64_t at_call, std::function<void()> what);
  /// One save, as a tap makes it. What was saved is remembered by its hash.
  Done write(const domain::UserId& by, const std::function<Done(sync::Journal&)>& work);

  /// The hashes of the operations that were said to be saved, in order.
  [[nodiscard]] const std::vector<Hash>& saved() const { return saved_; }
  void believe_saved(std::vector<Hash> hashes) { saved_ = std::move(hashes); }

  /// The photos that were said to be saved with their records.
  [[nodiscard]] const std::vector<Hash>& kept() const { return kept_; }
  void believe_kept(const Hash& sha256) { kept_.push_back(sha256); }
  void believe_kept(std::vector<Hash> all) { kept_ = std::move(all); }

  /// How long it waits until it speaks with the server again, by the shipped schedule, when nobody wakes it.
  std::chrono::milliseconds pause{0};
  bool is_revoked = false;
  bool was_assigned = false;  // it did not see everything of every customer at all times
  std::uint64_t taken_in_seq =
      0;                   // of the feed up to here it may hold records as they stood, without their history
  bool is_erased = false;  // revoked, and everything was handed in: the program then erases its folder
  bool is_copy = false;    // of another machine's folder, or on an older image of its own disk
  std::optional<domain::UserId> user_id;
  domain::DeviceRole role = domain::DeviceRole::Tablet;

 private:
  std::string name_;
  Disk disk_;
  MachineClock clock_;
  Wire& wire_;
  Random& random_;
  std::optional<storage::DataFolder> folder_;
  std::unique_ptr<sync::DeviceStore> store_;
  SimulatedExchange* exchange_ = nullptr;  // of server_
  std::unique_ptr<sync::HttpsServer> server_;
  sync::Session session_;
  std::uint64_t meanwhile_at_ = 0;
  std::function<void()> meanwhile_;
  std::uint32_t failure_count_ = 0;
  std::vector<Hash> saved_;
  std::vector<Hash> kept_;
};

}  // namespace aftercare::simulation
