#include "tests/bench/served.h"

#include "sync/protocol/enrolment_line.h"
#include "sync/protocol/tags.h"
#include "tests/bench/failed.h"

#include <nlohmann/json.hpp>

#include <thread>

namespace aftercare::bench {
namespace {

constexpr const char* kOrganisation = "Bench";

nlohmann::json json_of(const Words& words) {
  auto value = nlohmann::json::parse(run(words), nullptr, false);
  expect_that(!value.is_discarded(), words.at(1) + " did not answer in JSON");
  return value;
}

std::uint16_t port_in(const std::string& line) {
  const auto colon = line.rfind(':');
  expect_that(colon != std::string::npos, "the server did not say where it serves: " + line);
  return static_cast<std::uint16_t>(std::stoul(line.substr(colon + 1)));
}

/// Calls until the server no longer asks to come back later: its rates are for strangers, not for us.
template <class Call>
auto patiently(sync::Server& server, const std::stop_token& stop, const Call& call) -> decltype(call()) {
  for (;;) {
    auto answer = call();
    const auto wait = server.retry_after();
    if (answer || answer.error().kind != ErrorKind::Busy || !wait || stop.stop_requested()) return answer;
    std::this_thread::sleep_for(*wait);
  }
}

}  // namespace

Served::Served(const std::string& program, const std::filesystem::path& data)
    : program_(program), data_(data) {
  const auto folder = data_.string();
  static_cast<void>(run({program_, "init", "--data", folder, "--organisation", kOrganisation, "--admin",
                         "bench@example.org", "--json"}));
  process_ = std::make_unique<Process>(
      Words{program_, "serve", "--data", folder, "--listen", "127.0.0.1:0", "--log-level", "warn"});
  port_ = port_in(process_->first_line());
  technician_id_ = json_of({program_, "person", "add", "--data", folder, "--name", "Nino Technician",
                            "--role", "technician", "--json"})
                       .at("id")
                       .get<std::string>();
}

protocol::EnrolmentLine Served::new_line() const {
  const auto answer = json_of({program_, "enrol", "--data", data_.string(), "--organisation", kOrganisation,
                               "--role", "tablet", "--user", "Nino Technician", "--json"});
  return expect(protocol::enrolment_line_of_text(answer.at("line").get<std::string>()), "the enrolment line");
}

std::string Device::new_token() const {
  const auto challenge =
      expect(server->challenge({identity.organisation_id, identity.device_id}), "asking for a challenge");
  protocol::TokenRequest request{identity.organisation_id, identity.device_id, challenge, {}};
  request.signature = sign(identity.key, protocol::kTokenTag, protocol::token_text(request));
  return expect(server->token(request), "signing in").token;
}

void Device::sign_in() const { server->use_token(new_token()); }

Device enrol_device(const Served& served, const std::filesystem::path& folder, const std::string& name,
                    const std::stop_token& stop) {
  SystemClock clock;
  SystemRandom random;
  const auto line = served.new_line();
  const auto data = expect(storage::DataFolder::open(folder, random), "the device's folder");
  const auto store = expect(sync::DeviceStore::open(data, clock, random), "the device's store");
  const auto pending = expect(store->pending_enrolment(line), "the device's key");
  sync::HttpsOptions options;
  options.stop = stop;
  auto server = std::make_unique<sync::HttpsServer>(line, options);
  auto identity = patiently(*server, stop, [&] {
    return sync::enrol(*store, *server, clock, {line, pending.device_id, pending.key, name, "bench"});
  });
  return {expect(std::move(identity), "enrolling"), std::move(server)};
}

}  // namespace aftercare::bench
