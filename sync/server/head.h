#pragma once

#include "sync/protocol/version.h"
#include "sync/server/http.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The bytes in front of a body: read from strangers, written for them. Plain functions, so that every
/// trick with a request line is tested without a socket.
namespace aftercare::server {

/// How much of a client's time and bytes we bear. `/openapi.json` tells them.
struct HttpLimits {
  std::size_t head_byte_count_max = 16 << 10;
  std::size_t header_count_max = 64;
  std::size_t connection_count_max = 1000;
  std::size_t refusing_count_max = 32;                // beyond it, that are still told 503
  std::size_t stream_count_max = 200;                 // event streams
  std::size_t body_total_byte_count_max = 256 << 20;  // of all requests under way
  std::size_t discard_byte_count_max = 64 << 10;      // of a refused body, to keep the connection
  std::size_t byte_per_second_min = 4 << 10;          // slower than this is an attack or hopeless
  std::chrono::milliseconds handshake_time_max{10'000};
  std::chrono::milliseconds head_time_max{10'000};
  std::chrono::milliseconds body_time_max{30'000};   // and as long as byte_per_second_min allows
  std::chrono::milliseconds stall_time_max{30'000};  // without a byte, while reading or writing a body
  std::chrono::milliseconds idle_time_max{75'000};
  std::chrono::milliseconds wait_time_max{50'000};     // of a long poll
  std::chrono::milliseconds stream_life_max{600'000};  // then the client comes back and says who it is
  std::chrono::milliseconds heartbeat{15'000};
  std::chrono::milliseconds close_time_max{1'000};
  std::chrono::milliseconds drain_time_max{10'000};
};

/// A request without its body, and how the connection goes on.
struct Head {
  Request request;
  std::uint64_t content_length = 0;
  bool expects_continue = false;
  bool keeps_alive = true;
};

/// Where the head ends in the bytes received so far: behind the empty line.
[[nodiscard]] std::optional<std::size_t> head_end(std::string_view bytes);

/// Reads exactly one head. Strict where leniency has let attackers smuggle: one Host, a Content-Length
/// of digits, no Transfer-Encoding, no folded lines, nothing but paths. After a refusal the connection
/// must be closed, because nobody knows where the next request begins.
[[nodiscard]] std::variant<Head, Refusal> read_head(std::string_view bytes, const HttpLimits& limits = {});

struct HeadOptions {
  bool keeps_alive = true;
  bool has_length = true;  // an event stream has none and ends with the connection
  std::uint32_t version = protocol::kVersion;
};
/// The version in which whoever asks is answered.
[[nodiscard]] std::uint32_t version_for(const Request& request);
/// Status line and header of a response, with the headers that stand on every answer of ours.
[[nodiscard]] std::string head_of(const Response& response, const HeadOptions& options = {});

/// The client's address: the socket's, or what a proxy named in the configuration says in
/// X-Forwarded-For (its last entry that is not such a proxy itself). `proxies` are addresses or networks.
[[nodiscard]] std::string client_address(const std::string& socket_address, const Headers& headers,
                                         const std::vector<std::string>& proxies);
/// What shares one rate: an IPv4 address, or an IPv6 network of 64 bits, which one customer owns.
[[nodiscard]] std::string rate_key(const std::string& address);
/// Whether a line of the configuration is an address or a network.
[[nodiscard]] bool is_network(const std::string& text);

}  // namespace aftercare::server
