#pragma once

#include "sync/server/commands.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

/// Only one process writes into a data folder. While `serve` holds it, a command goes through here: the
/// words of the command line over a socket that only the same user (or root) may use, and back comes
/// what the command would have printed.
namespace aftercare::server {

class Control {
 public:
  using Run = std::function<CommandOutput(const CommandCall&)>;

  /// Listens on DIR/control.sock, mode 0600, and runs one command at a time on a thread of its own.
  static Result<std::unique_ptr<Control>> open(const std::filesystem::path& data, Run run);
  /// Finishes the command under way.
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

 private:
  Control(int listening, int stopping, std::filesystem::path data, Run run);
  void serve();
  void serve_one(int connection);

  int listening_;
  int stopping_;  // an eventfd
  std::filesystem::path data_;
  Run run_;
  std::thread thread_;
};

/// Asks the process that holds the folder to run a command. Busy when it is no server of ours that
/// listens there.
[[nodiscard]] Result<CommandOutput> run_through_server(const std::filesystem::path& data,
                                                       const CommandCall& call);

}  // namespace aftercare::server
