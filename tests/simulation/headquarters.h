#pragma once

#include "sync/server/house.h"
#include "sync/server/lanes.h"
#include "sync/server/live.h"
#include "sync/server/router.h"
#include "sync/server/service.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/machine_clock.h"

#include <memory>
#include <optional>

namespace aftercare::simulation {

/// The server's machine: the shipped house, routes and writer lanes on a simulated disk. Whatever it is
/// asked, one thing happens at a time: who hands in a write waits for its commit.
class Headquarters {
 public:
  Headquarters(const std::filesystem::path& folder, Course& course, Random& random);
  ~Headquarters();

  [[nodiscard]] Disk& disk() { return disk_; }
  [[nodiscard]] MachineClock& clock() { return clock_; }
  [[nodiscard]] bool is_up() const { return house_ != nullptr && !disk_.is_down(); }
  [[nodiscard]] server::House& house() { return *house_; }
  [[nodiscard]] const server::OrganisationId& organisation_id() const { return organisation_id_; }

  /// Makes the organisation. Once.
  Done found(std::string name);
  /// Goes on with an organisation that the folder holds already.
  void adopt(const server::OrganisationId& id) { organisation_id_ = id; }
  /// Opens what the disk holds. An error that is not the disk's fault is a finding.
  Done start();
  /// As at a power cut, or at the end of the process: nothing more is written.
  void stop();

  /// Nothing when the machine is down, before or while it answers.
  std::optional<server::Response> serve(const server::Request& request);
  /// The office's own work, past the routes.
  Done write(const std::function<Done(server::OrganisationStore&)>& work);

 private:
  Disk disk_;
  MachineClock clock_;
  Random& random_;
  server::OrganisationId organisation_id_;
  std::unique_ptr<server::House> house_;
  std::unique_ptr<server::Live> live_;
  std::unique_ptr<server::Lanes> lanes_;
  std::unique_ptr<server::Service> service_;
  std::unique_ptr<server::Router> router_;
};

}  // namespace aftercare::simulation
