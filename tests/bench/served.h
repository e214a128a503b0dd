#pragma once

#include "sync/engine/enrol.h"
#include "sync/store/device_store.h"
#include "sync/transport/https_server.h"
#include "tests/bench/process.h"

#include <signal.h>

#include <memory>
#include <stop_token>

namespace aftercare::bench {

/// The real server, serving one organisation from a folder of its own.
class Served {
 public:
  Served(const std::string& program, const std::filesystem::path& data);

  [[nodiscard]] const Process& process() const { return *process_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::filesystem::path& data() const { return data_; }
  [[nodiscard]] const std::string& technician_id() const { return technician_id_; }
  /// What lets one tablet in. The command goes through the serving process.
  [[nodiscard]] protocol::EnrolmentLine new_line() const;
  /// Ends it and says whether it drained in order.
  [[nodiscard]] bool drain() { return process_->stop(SIGTERM) == 0; }

 private:
  std::string program_;
  std::filesystem::path data_;
  std::unique_ptr<Process> process_;
  std::uint16_t port_ = 0;
  std::string technician_id_;
};

/// A device that was enrolled through the real engine, store and transport.
struct Device {
  sync::Identity identity;
  std::unique_ptr<sync::HttpsServer> server;

  /// Connects, shakes hands and gets a token, as the engine does.
  void sign_in() const;
  [[nodiscard]] std::string new_token() const;
};

/// The folder is the device's data folder afterwards. Waits while the server wants fewer enrolments.
[[nodiscard]] Device enrol_device(const Served& served, const std::filesystem::path& folder,
                                  const std::string& name, const std::stop_token& stop);

}  // namespace aftercare::bench
