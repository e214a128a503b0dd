#pragma once

#include "sync/server/head.h"
#include "sync/server/lanes.h"
#include "sync/server/live.h"
#include "sync/server/router.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace aftercare::server {

class Session;

/// What the connections of one listener share, and the list of them.
struct Sessions {
  Router& router;
  Lanes& lanes;
  Live& live;
  boost::asio::ssl::context& tls;
  const HttpLimits limits;
  const std::vector<std::string> proxies;

  std::atomic<std::size_t> connection_count = 0;
  std::atomic<std::size_t> stream_count = 0;
  std::atomic<std::size_t> body_byte_count = 0;  // held for requests under way
  std::atomic<std::uint64_t> request_count = 0;
  std::atomic<std::uint64_t> received_byte_count = 0;
  std::atomic<bool> is_draining = false;

  std::mutex mutex = {};
  std::set<std::shared_ptr<Session>> all = {};
};

/// Serves one accepted connection on its own until it ends. The socket's executor must be a strand.
void start_session(Sessions& sessions, boost::asio::ip::tcp::socket socket);
/// Ends the connections between two requests; the others end after their answer.
void drain_sessions(Sessions& sessions);
/// Ends every connection, wherever it is.
void abort_sessions(Sessions& sessions);

}  // namespace aftercare::server
