#pragma once

#include "sync/server/authority.h"
#include "sync/server/demo.h"
#include "sync/server/enrolment.h"
#include "sync/server/house.h"
#include "sync/server/lanes.h"
#include "sync/server/listener.h"
#include "sync/server/openapi.h"
#include "sync/server/service.h"
#include "tests/support/catch.h"
#include "tests/support/scratch_folder.h"

#include <spdlog/spdlog.h>

#include <memory>
#include <thread>

namespace aftercare::testing {

/// The whole server in this process: its files in a scratch folder, TLS on a free port of loopback, the
/// lanes with their threads. Filled with the demo.
class RunningServer {
 public:
  explicit RunningServer(const std::filesystem::path& assets) {
    spdlog::set_level(spdlog::level::warn);
    auto opened = server::House::open(folder_.path() / "server", clock_, random_);
    REQUIRE(opened);
    house_ = std::move(opened).value();
    const auto organisation = house_->add("End to End");
    REQUIRE(organisation);
    organisation_ = organisation.value();
    REQUIRE(server::fill_with_demo(*house_, organisation_.id, assets));

    const auto authority = server::make_authority(house_->path() / "tls", {"127.0.0.1"}, clock_);
    REQUIRE(authority);
    service_ = std::make_unique<server::Service>(
        *house_, server::PublicAddress{.host = "127.0.0.1",
                                       .port = 0,
                                       .pin = authority.value().pin,
                                       .spare_pin = authority.value().spare_pin});
    lanes_ = std::make_unique<server::Lanes>(
        server::LaneLimits{}, [this](const server::OrganisationId& id) { return house_->find_target(id); },
        live_);
    house_->write_through(lanes_.get());
    auto routes = server::all_routes(*service_);
    routes.push_back(server::health_route("test"));
    router_ = std::make_unique<server::Router>(std::move(routes), server::authenticator(*service_), clock_);
    auto listener =
        server::Listener::open({.handles_signals = false}, authority.value(), *router_, *lanes_, live_);
    REQUIRE(listener);
    listener_ = std::move(listener).value();
    service_->address.port = listener_->port();
    thread_ = std::thread([this] { listener_->run(); });
  }
  ~RunningServer() {
    listener_->stop();
    thread_.join();
    house_->write_through(nullptr);
  }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  [[nodiscard]] const server::Organisation& organisation() const { return organisation_; }
  [[nodiscard]] server::House& house() { return *house_; }

  /// A line that lets one device in.
  [[nodiscard]] protocol::EnrolmentLine enrolment_line(domain::DeviceRole role = domain::DeviceRole::Tablet) {
    std::string code;
    const auto opened = house_->write(organisation_.id, [&](server::OrganisationStore& store) -> Done {
      const auto made = server::open_enrolment(store, domain::UserId{}, role, std::nullopt);
      if (!made) return made.error();
      code = made.value().code;
      return done();
    });
    REQUIRE(opened);
    const auto line =
        protocol::enrolment_line_of_text(server::enrolment_line(service_->address, organisation_.id, code));
    REQUIRE(line);
    return line.value();
  }

 private:
  ScratchFolder folder_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<server::House> house_;
  server::Organisation organisation_;
  std::unique_ptr<server::Service> service_;
  server::Live live_;
  std::unique_ptr<server::Lanes> lanes_;
  std::unique_ptr<server::Router> router_;
  std::unique_ptr<server::Listener> listener_;
  std::thread thread_;
};

}  // namespace aftercare::testing
