#pragma once

#include "shared/base/result.h"
#include "sync/server/lanes.h"
#include "sync/server/listener.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aftercare::server {

/// How one server runs. Every key stands in a TOML file under its name, and can be overridden by the
/// environment (AFTERCARE_ and the name in capitals) and by a flag (-- and the name with dashes), the
/// flag winning.
struct Config {
  std::string listen = "127.0.0.1:8443";
  std::vector<std::string> host_names = {};  // further names of the certificate
  std::string log_level = "info";
  std::string log_file = {};       // empty: log/server.log in the data folder
  ListenerSettings listener = {};  // host and port are taken from `listen`
  LaneLimits lanes = {};
};

struct ConfigKey {
  std::string_view name;
  std::string_view help;
  std::function<Done(Config&, std::string_view value)> set;  // lists: separated by commas
  std::function<std::string(const Config&)> get;
  [[nodiscard]] std::string flag() const;      // --read-threads
  [[nodiscard]] std::string variable() const;  // AFTERCARE_READ_THREADS
};

/// All keys, for the command line, `--help` and the README.
[[nodiscard]] std::span<const ConfigKey> config_keys();

using TextByName = std::map<std::string, std::string, std::less<>>;

/// `file` may be absent. `flags` by key name, `environment` by variable. Invalid with advice when a key
/// is unknown or a value makes no sense.
[[nodiscard]] Result<Config> load_config(const std::optional<std::filesystem::path>& file,
                                         const TextByName& environment, const TextByName& flags);

/// The variables of this process. Read before threads start.
[[nodiscard]] TextByName environment_of_process();

/// "host:port", "[::1]:8443"; the port may be 0.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
[[nodiscard]] Result<HostPort> host_port_of(std::string_view text);

}  // namespace aftercare::server
