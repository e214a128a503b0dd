#pragma once

#include "sync/transport/exchange.h"

namespace aftercare::sync {

/// Our server, over HTTPS: Aftercare's messages as calls. One connection, kept open; one call at a time.
///
/// Trust is what enrolment left: one of two pinned keys of a certificate authority. The system's
/// authorities are not asked, and neither is the tablet's clock. Until the certificate is found good,
/// nothing is sent: no header, no token, no body.
class HttpsServer final : public Server {
 public:
  explicit HttpsServer(const protocol::EnrolmentLine& line, HttpsOptions options = {});
  /// The same messages over another way, as a test has it.
  explicit HttpsServer(std::unique_ptr<Exchange> exchange) : connection_(std::move(exchange)) {}

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
  Result<BlobPart> fetch_blob_part(const Hash& sha256, std::uint64_t offset,
                                   std::size_t byte_count_max) override;
  Result<protocol::LostItemsAnswer> hand_back(const protocol::LostItems& items) override;
  Done tell_lost(const std::vector<protocol::LostWord>& words) override;
  Done tell_unsent(const protocol::Unsent& unsent) override;
  Result<protocol::RescueAnswer> hand_in_rescue(const protocol::RescueRequest& request) override;

  [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const override;
  [[nodiscard]] bool is_stranger() const override;

 private:
  std::unique_ptr<Exchange> connection_;
};

}  // namespace aftercare::sync
