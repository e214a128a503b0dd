#pragma once

#include "sync/server/authority.h"
#include "sync/server/head.h"
#include "sync/server/lanes.h"
#include "sync/server/live.h"
#include "sync/server/router.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace aftercare::server {

struct ListenerSettings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  std::size_t thread_count = 2;
  HttpLimits limits = {};
  std::vector<std::string> proxies = {};  // whose X-Forwarded-For is believed
  bool handles_signals = true;            // SIGTERM and SIGINT drain
};

/// The address where the server is found, over TLS 1.2 (forward secrecy and AEAD only) or 1.3.
class Listener {
 public:
  /// Binds and loads the certificate. Refused when the address is taken or the files do not fit.
  static Result<std::unique_ptr<Listener>> open(const ListenerSettings& settings, const Authority& authority,
                                                Router& router, Lanes& lanes, Live& live);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] std::uint16_t port() const;

  /// Serves until a signal or `stop`, then drains: accepts no one, ends what waits (long polls answer,
  /// streams end), finishes the requests under way for at most `drain_time_max`, and writes what the
  /// lanes still hold. The lanes are stopped when this returns.
  void run();
  /// From any thread, once `open` returned; before `run` it makes `run` return at once.
  void stop();

  struct Counts {
    std::size_t connection_count = 0;
    std::size_t stream_count = 0;
    std::uint64_t request_count = 0;
    std::uint64_t received_byte_count = 0;  // of decrypted bytes
  };
  [[nodiscard]] Counts counts() const;

 private:
  struct Inside;
  explicit Listener(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace aftercare::server
