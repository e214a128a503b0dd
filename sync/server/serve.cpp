#include "sync/server/serve.h"

#include "shared/base/memory_guard.h"
#include "sync/server/authority.h"
#include "sync/server/control.h"
#include "sync/server/openapi.h"

#include <fmt/format.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>

namespace aftercare::server {
namespace {

constexpr std::size_t kLogByteMax = 10 << 20;
constexpr std::size_t kLogCountMax = 5;
constexpr const char* kVersionText = "0.1.0";

int say(const Error& error) {
  std::fputs(failed(error).err.c_str(), stderr);
  return 1;
}

/// Everything into a rotating file; what somebody should see now, on standard error too.
Done start_log(const std::filesystem::path& data, const Config& config) {
  const std::filesystem::path file =
      config.log_file.empty() ? data / "log" / "server.log" : std::filesystem::path{config.log_file};
  try {
    auto everything =
        std::make_shared<spdlog::sinks::rotating_file_sink_mt>(file.string(), kLogByteMax, kLogCountMax);
    auto warnings = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    warnings->set_level(spdlog::level::warn);
    auto logger = std::make_shared<spdlog::logger>("server", spdlog::sinks_init_list{everything, warnings});
    logger->set_level(spdlog::level::from_str(config.log_level));
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    logger->flush_on(spdlog::level::warn);
    spdlog::set_default_logger(std::move(logger));
    spdlog::flush_every(std::chrono::seconds(2));
  } catch (const spdlog::spdlog_ex& error) {
    return Error{ErrorKind::Refused, fmt::format("cannot write the log {}: {}", file.string(), error.what())};
  }
  return done();
}

}  // namespace

int serve(const Command& command, const TextByName& environment, Clock& clock, Random& random,
          const OfficeParts& office) {
  auto config = config_of(command, environment);
  if (!config) return say(config.error());
  auto at = public_address(command.public_address, config.value());
  if (!at) return say(at.error());

  const auto guarded = guard_memory();  // before the first key is read
  const auto opened = House::open(command.data, clock, random);
  if (!opened) return say(opened.error());
  auto& house = *opened.value();
  if (house.organisations().empty()) return say(house.find("").error());
  if (const auto logs = start_log(house.path(), config.value()); !logs) return say(logs.error());
  if (!guarded) spdlog::warn("{}", guarded.error().detail);

  const auto authority =
      make_authority(house.path() / "tls", certificate_names(config.value(), at.value()), clock);
  if (!authority) return say(authority.error());

  Service service{house,
                  {.host = at.value().host,
                   .port = at.value().port,
                   .pin = authority.value().pin,
                   .spare_pin = authority.value().spare_pin}};
  Live live;
  Lanes lanes{config.value().lanes, [&house](const OrganisationId& id) { return house.find_target(id); },
              live};
  house.write_through(&lanes);

  auto routes = all_routes(service);
  for (auto& route : office.routes(service)) routes.push_back(std::move(route));
  routes.push_back(health_route(kVersionText));
  routes.push_back(openapi_route(routes, config.value().listener.limits));
  Router router{std::move(routes), authenticator(service), clock};
  const auto listener = Listener::open(config.value().listener, authority.value(), router, lanes, live);
  if (!listener) return say(listener.error());
  if (service.address.port == 0) service.address.port = listener.value()->port();

  {
    // Commands end before the lanes do: they write through them.
    const auto control = Control::open(house.path(), [&](const CommandCall& call) {
      auto understood = command_of(call);
      if (auto* const output = std::get_if<CommandOutput>(&understood)) return std::move(*output);
      return run_command(std::get<Command>(understood), call, house, service.passwords.rules(),
                         service.address, office);
    });
    if (!control) return say(control.error());
    const auto place = fmt::format("{}:{}", service.address.host, service.address.port);
    if (const auto noted = storage::write_file_whole(house.path() / "address", place); !noted)
      return say(noted.error());

    fmt::print("serving https://{}\n", place);
    std::fflush(stdout);
    spdlog::info("serving {} organisations at {}", house.organisations().size(), place);
    listener.value()->run();
  }
  house.write_through(nullptr);
  spdlog::info("stopped: everything taken in is on the disk");
  spdlog::shutdown();
  return 0;
}

}  // namespace aftercare::server
