#include "tests/simulation/headquarters.h"

namespace aftercare::simulation {

using server::Response;

Headquarters::Headquarters(const std::filesystem::path& folder, Course& course, Random& random)
    : disk_(folder), clock_(course), random_(random) {}

Headquarters::~Headquarters() { stop(); }

Done Headquarters::found(std::string name) {
  if (const auto started = start(); !started) return started;
  const auto organisation = house_->add(std::move(name));
  if (!organisation) return organisation.error();
  organisation_id_ = organisation.value().id;
  disk_.sync_everything();
  return done();
}

Done Headquarters::start() {
  auto house = server::House::open(disk_.folder(), clock_, random_);
  if (!house) return house.error();
  house_ = std::move(house).value();
  live_ = std::make_unique<server::Live>();
  server::LaneLimits limits;
  limits.read_thread_count = 1;
  limits.write_thread_count = 1;
  lanes_ = std::make_unique<server::Lanes>(
      limits, [this](const server::OrganisationId& id) { return house_->find_target(id); }, *live_);
  house_->write_through(lanes_.get());
  server::AccountRules rules;  // nobody has a password here, and a decoy is hashed at each start
  rules.hash_pass_count = 1;
  rules.hash_byte_count = 8 << 10;
  service_ = std::make_unique<server::Service>(
      *house_, server::PublicAddress{.host = "server.simulated", .port = 8443, .pin = {}, .spare_pin = {}},
      rules);
  router_ = std::make_unique<server::Router>(server::all_routes(*service_), server::authenticator(*service_),
                                             clock_);
  return done();
}

void Headquarters::stop() {
  if (house_ == nullptr) return;
  router_.reset();
  service_.reset();
  lanes_->stop();
  house_->write_through(nullptr);
  lanes_.reset();
  live_.reset();
  house_.reset();
}

std::optional<Response> Headquarters::serve(const server::Request& request) {
  if (!is_up()) return std::nullopt;
  auto reply = router_->handle(request);
  auto response = [&]() -> Response {
    if (auto* ready = std::get_if<Response>(&reply)) return std::move(*ready);
    if (auto* job = std::get_if<server::WriteJob>(&reply)) return lanes_->write_and_wait(std::move(*job));
    if (auto* poll = std::get_if<server::LongPoll>(&reply)) return poll->again();
    return server::problem(server::Problem::ServerError);
  }();
  if (disk_.is_down()) return std::nullopt;
  return response;
}

Done Headquarters::write(const std::function<Done(server::OrganisationStore&)>& work) {
  return house_->write(organisation_id_, work);
}

}  // namespace aftercare::simulation
