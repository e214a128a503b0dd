#pragma once

#include "sync/engine/ports.h"
#include "sync/protocol/version.h"

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

/// One HTTP call and its answer, with everything that is not about Aftercare's messages.
namespace aftercare::sync {

/// The bounds of one call. Sizes are of what we are willing to hold, whatever the other end announces.
struct HttpsLimits {
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::seconds silence_max{30};  // slower than `byte_rate_min` for so long is as good as silent
  long byte_rate_min = 32;               // bytes a second
  std::chrono::seconds call_time_max{900};
  std::size_t header_byte_count_max = 32 << 10;  // status lines and trailers included
  std::size_t answer_byte_count_max = 64 << 10;  // of every answer that has no bound of its own
  std::size_t push_answer_byte_count_max = 256 << 10;
  // A page may exceed its bound by one item: an operation, what lost in it, and what an erasure left.
  std::size_t pull_answer_byte_count_max =
      protocol::kLimits.pull_byte_count_max + 4 * protocol::kLimits.body_byte_count_max;
  std::size_t blob_byte_count_max = protocol::kLimits.blob_byte_count_max;
  std::chrono::seconds retry_after_max{86'400};
};

struct HttpsOptions {
  HttpsLimits limits{};
  /// "http://host:port". Empty means none: what the environment says about proxies is meant for
  /// somebody's browser and is not looked at.
  std::string proxy;
  std::string user_agent = "Aftercare";
  protocol::Versions versions = protocol::kVersions;
  std::stop_token stop = {};  // ends the call that is under way
};

struct Call {
  const char* method = "GET";
  std::string target;                // path and query
  std::vector<std::string> headers;  // "Name: value"
  std::string_view body;             // must live until the call is over
  const char* expected_type = "";    // of a good answer with a body; empty when any will do
  std::size_t answer_byte_count_max = 0;
  std::chrono::seconds wait{0};  // the server may be silent for so long before it answers
  bool takes_cut_body = false;   // what came of a 206 is of use, though the rest did not
};

/// What came back. Once `our_servers_word` let it through, our server said it.
struct Answer {
  long status = 0;
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  Bytes body;
  bool is_cut = false;  // the connection ended in the body; only for a call that takes that
  /// A status line begins the answer anew: the headers before it were not its own.
  void take_head_line(std::string_view line);
  [[nodiscard]] bool is_good() const { return status >= 200 && status < 300; }
  [[nodiscard]] std::string_view header(std::string_view name) const;
  /// A header that is a plain number.
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view name) const;
};

/// The way to our server.
class Exchange {
 public:
  explicit Exchange(const HttpsLimits& of_calls = {}, const protocol::Versions& spoken = protocol::kVersions)
      : limits(of_calls), versions(spoken) {}
  virtual ~Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  /// Carries out one call. Errors are about the way to our server; what it said, refusals included, is
  /// the Answer.
  [[nodiscard]] virtual Result<Answer> perform(const Call& call) = 0;

  const HttpsLimits limits;
  const protocol::Versions versions;
  std::string token;
  std::optional<std::chrono::seconds> retry_after;  // what the last answer asked for
  bool is_stranger = false;                         // somebody else stood at the address, by the certificate
};

/// The headers of a call, its own included: "Name: value".
[[nodiscard]] std::vector<std::string> headers_of(const Call& call, const Exchange& exchange);

/// Whether this is the way our server answers, told by the version that it always says and by the type.
/// Captive portals and proxies do neither.
[[nodiscard]] bool is_our_servers(const Answer& answer, const Call& call);
/// Of an answer that arrived whole: our server's word, with what it asks us to wait noted; Offline when
/// somebody else wrote it.
[[nodiscard]] Result<Answer> our_servers_word(Exchange& exchange, const Call& call, Answer answer,
                                              std::string_view origin);

}  // namespace aftercare::sync
