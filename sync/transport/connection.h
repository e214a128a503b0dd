#pragma once

#include "sync/transport/exchange.h"
#include "sync/transport/pinned_trust.h"

#include <curl/curl.h>

#include <memory>

namespace aftercare::sync {

/// Calls by libcurl, over one connection that is kept open.
class Connection final : public Exchange {
 public:
  Connection(const protocol::EnrolmentLine& line, HttpsOptions given);
  [[nodiscard]] Result<Answer> perform(const Call& call) override;

 private:
  struct Handle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };

  std::string origin_;
  HttpsOptions options_;
  PinnedTrust trust_;
  std::unique_ptr<CURL, Handle> handle_;
};

}  // namespace aftercare::sync
