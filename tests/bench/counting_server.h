#pragma once

#include "sync/engine/ports.h"

namespace aftercare::bench {

/// A server that counts what it is asked, and passes it on: every call is one round trip.
class CountingServer final : public sync::Server {
 public:
  explicit CountingServer(sync::Server& server) : server_(server) {}
  [[nodiscard]] std::uint64_t call_count() const { return call_count_; }

  Result<protocol::EnrolAnswer> enrol(const protocol::EnrolRequest& request) override {
    return counted().enrol(request);
  }
  Result<Bytes> challenge(const protocol::ChallengeRequest& request) override {
    return counted().challenge(request);
  }
  Result<protocol::TokenAnswer> token(const protocol::TokenRequest& request) override {
    return counted().token(request);
  }
  void use_token(std::string token) override { server_.use_token(std::move(token)); }
  Result<std::variant<protocol::PushAnswer, sync::Behind, sync::OtherEpoch>> push(
      const protocol::PushRequest& request) override {
    return counted().push(request);
  }
  Result<std::variant<protocol::PullAnswer, sync::OtherEpoch>> pull(const sync::PullQuery& query) override {
    return counted().pull(query);
  }
  Result<std::vector<Hash>> missing_blobs(const std::vector<Hash>& hashes) override {
    return counted().missing_blobs(hashes);
  }
  Result<std::uint64_t> blob_offset(const Hash& sha256) override { return counted().blob_offset(sha256); }
  Result<std::uint64_t> send_blob_part(const Hash& sha256, std::uint64_t offset, std::string_view part,
                                       bool is_last) override {
    return counted().send_blob_part(sha256, offset, part, is_last);
  }
  Result<sync::BlobPart> fetch_blob_part(const Hash& sha256, std::uint64_t offset,
                                         std::size_t byte_count_max) override {
    return counted().fetch_blob_part(sha256, offset, byte_count_max);
  }
  Done tell_unsent(const protocol::Unsent& unsent) override { return counted().tell_unsent(unsent); }
  [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const override {
    return server_.retry_after();
  }
  [[nodiscard]] bool is_stranger() const override { return server_.is_stranger(); }

 private:
  sync::Server& counted() {
    ++call_count_;
    return server_;
  }
  sync::Server& server_;
  std::uint64_t call_count_ = 0;
};

}  // namespace aftercare::bench
