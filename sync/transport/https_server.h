#pragma once

#include "sync/engine/ports.h"

#include <memory>
#include <stop_token>
#include <string>

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
  std::stop_token stop = {};  // ends the call that is under way
};

/// Our server, over HTTPS (libcurl). One connection, kept open; one call at a time.
///
/// Trust is what enrolment left: one of two pinned keys of a certificate authority. The system's
/// authorities are not asked, and neither is the tablet's clock. Until the certificate is found good,
/// nothing is sent: no header, no token, no body.
class HttpsServer final : public Server {
 public:
  explicit HttpsServer(const protocol::EnrolmentLine& line, HttpsOptions options = {});
  ~HttpsServer() override;
  HttpsServer(const HttpsServer&) = delete;
  HttpsServer& operator=(const HttpsServer&) = delete;

  Result<protocol::EnrolAnswer> enrol(const protocol::EnrolRequest& request) override;
  Result<Bytes> challenge(const protocol::ChallengeRequest& request) override;
  Result<protocol::TokenAnswer> token(const protocol::TokenRequest& request) override;
  void use_token(std::string token) override;

  Result<std::variant<protocol::PushAnswer, Behind, OtherEpoch>> push(
      const protocol::PushRequest& request) override;
  Result<std::variant<protocol::PullAnswer, OtherEpoch>> pull(const PullQuery& query) override;

  Result<std::variant<protocol::SnapshotAnswer, OtherEpoch>> snapshot(const SnapshotQuery& query) override;
  Result<std::variant<protocol::Checksums, OtherEpoch>> checksums(const ChecksumQuery& query) override;

  Result<std::vector<Hash>> missing_blobs(const std::vector<Hash>& hashes) override;
  Result<std::uint64_t> blob_offset(const Hash& sha256) override;
  Result<std::uint64_t> send_blob_part(const Hash& sha256, std::uint64_t offset, std::string_view part,
                                       bool is_last) override;
  Result<Bytes> fetch_blob(const Hash& sha256, std::uint64_t byte_count_max) override;
  Done tell_unsent(const protocol::Unsent& unsent) override;

  [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const override;
  [[nodiscard]] bool is_stranger() const override;

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace aftercare::sync
