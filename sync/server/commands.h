#pragma once

#include "sync/server/config.h"
#include "sync/server/service.h"

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

/// The command line of `aftercare-server` as functions: words in, text out. The same function runs in a
/// process of its own or inside a serving one.
namespace aftercare::server {

/// What somebody typed, and where.
struct CommandCall {
  std::vector<std::string> arguments;  // without the program's name
  std::filesystem::path folder;        // from which relative paths are meant
  TextByName environment;              // what of it commands read: AFTERCARE_…
};

struct OfficeParts;

struct CommandOutput {
  int exit = 0;  // 1: refused or failed, in words on `err`; 2: the words of the command line make no sense
  std::string out;
  std::string err;
};

/// The words, understood.
struct Command {
  std::string name;  // "init", "person add"
  std::filesystem::path data;
  std::string organisation;
  bool is_json = false;
  std::string admin;
  std::string person;  // the name of a new one, or name or e-mail of one who is there
  std::string email;
  std::string role;
  std::string language = "en";
  std::string user;
  std::string device;
  std::string scope = "organisation";
  std::string number;
  std::string public_address;
  std::filesystem::path file;      // backup --to, restore --from, rescue import
  std::filesystem::path key_file;  // restore --key
  std::filesystem::path config_file;
  TextByName flags = {};  // of serve, by the name of their key
  std::size_t limit = 50;
  bool runs_a_server() const { return name == "serve"; }
  bool makes_the_folder() const { return name == "init" || name == "restore"; }
};

/// The command, or what to print instead (help, usage).
[[nodiscard]] std::variant<Command, CommandOutput> command_of(const CommandCall& call);

/// Runs a command on an opened folder. Not for `serve` and `restore`. `is_address_known` is false when
/// only the configuration tells where the server will be.
[[nodiscard]] CommandOutput run_command(const Command& command, const CommandCall& call, House& house,
                                        const AccountRules& rules,
                                        const std::optional<PublicAddress>& address,
                                        const OfficeParts& office);
[[nodiscard]] CommandOutput run_restore(const Command& command, Clock& clock, Random& random);

/// "What went wrong", for standard error.
[[nodiscard]] CommandOutput failed(const Error& error);

/// Where devices find the server: what was said with --public, else the first host name of the
/// configuration, else the address it listens on. Refused when that is every address at once.
[[nodiscard]] Result<HostPort> public_address(const std::string& said, const Config& config);
/// Reads the configuration of a data folder: --config, else DIR/server.toml when it is there.
[[nodiscard]] Result<Config> config_of(const Command& command, const TextByName& environment);
/// The names under which the certificate must be valid.
[[nodiscard]] std::vector<std::string> certificate_names(const Config& config, const HostPort& address);

}  // namespace aftercare::server
