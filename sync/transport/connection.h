#pragma once

#include "sync/transport/https_server.h"
#include "sync/transport/pinned_trust.h"

#include <curl/curl.h>

#include <map>
#include <vector>

/// One HTTP call, with everything that is not about Aftercare's messages. For this folder only.
namespace aftercare::sync {

struct Call {
  const char* method = "GET";
  std::string target;                // path and query
  std::vector<std::string> headers;  // "Name: value"
  std::string_view body;             // must live until the call is over
  const char* expected_type = "";    // of a good answer with a body; empty when any will do
  std::size_t answer_byte_count_max = 0;
  std::chrono::seconds wait{0};  // the server may be silent for so long before it answers
};

/// An answer of our server; whatever else answered has become an Error before.
struct Answer {
  long status = 0;
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  Bytes body;
  [[nodiscard]] bool is_good() const { return status >= 200 && status < 300; }
  [[nodiscard]] std::string_view header(std::string_view name) const;
  /// A header that is a plain number.
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view name) const;
};

struct HttpsServer::Connection {
  Connection(const protocol::EnrolmentLine& line, HttpsOptions given);

  /// Carries out one call. Errors are about the way to our server; what it said, refusals included, is
  /// the Answer.
  [[nodiscard]] Result<Answer> perform(const Call& call);

  std::string origin;
  HttpsOptions options;
  PinnedTrust trust;
  std::string token;
  std::optional<std::chrono::seconds> retry_after;
  bool is_stranger = false;

 private:
  struct Handle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  std::unique_ptr<CURL, Handle> handle_;
};

}  // namespace aftercare::sync
