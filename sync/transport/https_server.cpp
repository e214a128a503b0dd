#include "sync/transport/https_server.h"

#include "sync/protocol/compress.h"
#include "sync/transport/connection.h"
#include "sync/transport/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace aftercare::sync {
namespace {

constexpr const char* kCbor = "application/cbor";
constexpr const char* kCborHeader = "Content-Type: application/cbor";

/// The body as the server wrote it. Unpacked here and not by libcurl, which knows no bound.
Result<Bytes> unpacked(Answer answer, std::size_t byte_count_max) {
  const auto coding = answer.header("content-encoding");
  if (coding.empty() || coding == "identity") return std::move(answer.body);
  if (coding != "zstd")
    return Error{ErrorKind::Invalid, "the server packs its answers in a way that we do not know"};
  return protocol::decompress(answer.body, byte_count_max);
}

/// A good answer's body, decoded; or the server's refusal.
template <class Decode>
auto decoded(Result<Answer> answer, std::size_t byte_count_max, const Decode& decode)
    -> decltype(decode(std::string_view{})) {
  if (!answer) return answer.error();
  if (!answer.value().is_good()) return error_of(problem_of(answer.value()));
  const auto body = unpacked(std::move(answer).value(), byte_count_max);
  if (!body) return body.error();
  return decode(body.value());
}

/// `bytes FIRST-LAST/WHOLE`: how large the whole is, when the part begins where it was asked to and reaches
/// at least as far as what came.
std::optional<std::uint64_t> size_in_range(std::string_view range, std::uint64_t offset, std::size_t size) {
  constexpr std::string_view kUnit = "bytes ";
  if (!range.starts_with(kUnit)) return std::nullopt;
  range.remove_prefix(kUnit.size());
  const auto take = [&range](char end) -> std::optional<std::uint64_t> {
    std::uint64_t value = 0;
    const auto* const last = range.data() + range.size();
    const auto [at, error] = std::from_chars(range.data(), last, value);
    if (error != std::errc{} || (end == '\0' ? at != last : at == last || *at != end)) return std::nullopt;
    range.remove_prefix(static_cast<std::size_t>(at - range.data()) + (end == '\0' ? 0 : 1));
    return value;
  };
  const auto first = take('-');
  const auto last = first ? take('/') : std::nullopt;
  const auto whole = last ? take('\0') : std::nullopt;
  if (!whole || *first != offset || *last < *first || *last >= *whole || size > *last - *first + 1)
    return std::nullopt;
  return whole;
}

std::string blob_target(const Hash& sha256) { return "/v1/blobs/" + to_hex(sha256); }

}  // namespace

HttpsServer::HttpsServer(const protocol::EnrolmentLine& line, HttpsOptions options)
    : connection_(std::make_unique<Connection>(line, std::move(options))) {}

Result<protocol::EnrolAnswer> HttpsServer::enrol(const protocol::EnrolRequest& request) {
  const auto body = protocol::encode(request);
  const auto bound = connection_->limits.answer_byte_count_max;
  return decoded(connection_->perform({"POST", "/v1/enrol", {kCborHeader}, body, kCbor, bound}), bound,
                 protocol::decode_enrol_answer);
}

Result<Bytes> HttpsServer::challenge(const protocol::ChallengeRequest& request) {
  const auto body = protocol::encode(request);
  const auto bound = connection_->limits.answer_byte_count_max;
  connection_->token.clear();  // it ended, or there was none
  return decoded(connection_->perform({"POST", "/v1/token/challenge", {kCborHeader}, body, kCbor, bound}),
                 bound, protocol::decode_challenge);
}

Result<protocol::TokenAnswer> HttpsServer::token(const protocol::TokenRequest& request) {
  const auto body = protocol::encode(request);
  const auto bound = connection_->limits.answer_byte_count_max;
  return decoded(connection_->perform({"POST", "/v1/token", {kCborHeader}, body, kCbor, bound}), bound,
                 protocol::decode_token_answer);
}

void HttpsServer::use_token(std::string token) {
  // It becomes part of a header line: anything that could begin another one makes it worthless.
  const auto is_plain = [](char c) { return c > ' ' && c < '\x7f'; };
  connection_->token = std::ranges::all_of(token, is_plain) ? std::move(token) : std::string{};
}

Result<std::variant<protocol::PushAnswer, Behind, OtherEpoch>> HttpsServer::push(
    const protocol::PushRequest& request) {
  using Word = std::variant<protocol::PushAnswer, Behind, OtherEpoch>;
  const auto body = protocol::compress(protocol::encode(request));
  const auto bound = connection_->limits.push_answer_byte_count_max;
  std::vector<std::string> headers{kCborHeader, "Content-Encoding: zstd"};
  if (request.epoch) headers.push_back("Aftercare-Epoch: " + to_text(*request.epoch));
  auto answer = connection_->perform({"POST", "/v1/push", headers, body, kCbor, bound});

  if (answer && answer.value().status == 409) {
    const auto problem = problem_of(answer.value());
    if (problem.code == "behind") {
      const auto behind = behind_of(problem);
      return behind ? Result<Word>{behind.value()} : behind.error();
    }
    if (problem.code == "other_epoch") {
      const auto other = other_epoch_of(problem);
      return other ? Result<Word>{other.value()} : other.error();
    }
  }
  auto taken = decoded(std::move(answer), bound, protocol::decode_push_answer);
  return taken ? Result<Word>{std::move(taken).value()} : taken.error();
}

Result<std::variant<protocol::PullAnswer, OtherEpoch>> HttpsServer::pull(const PullQuery& query) {
  using Word = std::variant<protocol::PullAnswer, OtherEpoch>;
  const auto bound = connection_->limits.pull_answer_byte_count_max;
  auto answer = connection_->perform(
      {.method = "GET",
       .target = fmt::format("/v1/pull?epoch={}&lineage={}&after={}&scope={}&wait={}", to_text(query.epoch),
                             to_hex(query.lineage), query.after, query.scope_seq, query.wait.count()),
       .headers = {},
       .body = {},
       .expected_type = kCbor,
       .answer_byte_count_max = bound,
       .wait = query.wait});

  if (answer && answer.value().status == 409) {
    if (const auto problem = problem_of(answer.value()); problem.code == "other_epoch") {
      const auto other = other_epoch_of(problem);
      return other ? Result<Word>{other.value()} : other.error();
    }
  }
  auto page = decoded(std::move(answer), bound, protocol::decode_pull_answer);
  return page ? Result<Word>{std::move(page).value()} : page.error();
}

Result<std::variant<protocol::SnapshotAnswer, OtherEpoch>> HttpsServer::snapshot(const SnapshotQuery& query) {
  using Word = std::variant<protocol::SnapshotAnswer, OtherEpoch>;
  const auto bound = connection_->limits.pull_answer_byte_count_max;
  auto target = fmt::format("/v1/snapshot?epoch={}", to_text(query.epoch));
  if (query.place.customer_id) target += "&customer=" + to_text(*query.place.customer_id);
  if (query.range)
    target += fmt::format("&type={}&range={}", static_cast<int>(query.range->type), query.range->number);
  if (query.place.at) target += fmt::format("&at={}", *query.place.at);
  if (!query.place.after.empty()) target += "&after=" + query.place.after;
  auto answer = connection_->perform({"GET", target, {}, {}, kCbor, bound});
  if (answer && answer.value().status == 409) {
    if (const auto problem = problem_of(answer.value()); problem.code == "other_epoch") {
      const auto other = other_epoch_of(problem);
      return other ? Result<Word>{other.value()} : other.error();
    }
  }
  auto page = decoded(std::move(answer), bound, protocol::decode_snapshot_answer);
  return page ? Result<Word>{std::move(page).value()} : page.error();
}

Result<std::variant<protocol::Checksums, OtherEpoch>> HttpsServer::checksums(const ChecksumQuery& query) {
  using Word = std::variant<protocol::Checksums, OtherEpoch>;
  const auto bound = connection_->limits.answer_byte_count_max;
  const auto target =
      fmt::format("/v1/checksums?epoch={}&at={}&scope={}", to_text(query.epoch), query.at, query.scope_seq);
  auto answer = connection_->perform({"GET", target, {}, {}, kCbor, bound});
  if (answer && answer.value().status == 409) {
    if (const auto problem = problem_of(answer.value()); problem.code == "other_epoch") {
      const auto other = other_epoch_of(problem);
      return other ? Result<Word>{other.value()} : other.error();
    }
  }
  auto sums = decoded(std::move(answer), bound, protocol::decode_checksums);
  return sums ? Result<Word>{std::move(sums).value()} : sums.error();
}

Result<std::vector<Hash>> HttpsServer::missing_blobs(const std::vector<Hash>& hashes) {
  const auto body = protocol::encode_hashes(hashes);
  const auto bound = connection_->limits.answer_byte_count_max;
  return decoded(connection_->perform({"POST", "/v1/blobs/missing", {kCborHeader}, body, kCbor, bound}),
                 bound, protocol::decode_hashes);
}

Result<std::uint64_t> HttpsServer::blob_offset(const Hash& sha256) {
  const auto answer = connection_->perform({"HEAD", blob_target(sha256), {}, {}, "", 0});
  if (!answer) return answer.error();
  if (answer.value().status == 404) return std::uint64_t{0};
  if (!answer.value().is_good()) return error_of(problem_of(answer.value()));
  const auto offset = answer.value().number("upload-offset");
  if (!offset) return Error{ErrorKind::Invalid, "the server does not say how much of the blob it has"};
  return *offset;
}

Result<std::uint64_t> HttpsServer::send_blob_part(const Hash& sha256, std::uint64_t offset,
                                                  std::string_view part, bool is_last) {
  const auto answer = connection_->perform(
      {.method = "PATCH",
       .target = blob_target(sha256),
       .headers = {"Content-Type: application/partial-upload", fmt::format("Upload-Offset: {}", offset),
                   fmt::format("Upload-Complete: ?{}", is_last ? 1 : 0)},
       .body = part,
       .expected_type = "",
       .answer_byte_count_max = connection_->limits.answer_byte_count_max});
  if (!answer) return answer.error();
  const auto& word = answer.value();

  if (word.status == 409) {
    const auto problem = problem_of(word);
    const auto told = problem.number("offset");
    if (problem.code != "offset_mismatch") return error_of(problem);
    if (!told || *told == offset)
      return Error{ErrorKind::Invalid, "the server does not say where it wants to go on"};
    // It has all of the bytes, and we cannot tell whether it checked them: an empty last part asks.
    const auto is_at_end = is_last && *told == offset + part.size();
    return is_at_end ? send_blob_part(sha256, *told, {}, true) : Result<std::uint64_t>{*told};
  }
  if (!word.is_good()) return error_of(problem_of(word));
  const auto now = word.number("upload-offset");
  if (!now || (is_last && word.header("upload-complete") != "?1")) {
    return Error{ErrorKind::Invalid, "the server does not say that it took the part"};
  }
  return *now;
}

Result<BlobPart> HttpsServer::fetch_blob_part(const Hash& sha256, std::uint64_t offset,
                                              std::size_t byte_count_max) {
  const auto bound = std::min(byte_count_max, connection_->limits.blob_byte_count_max);
  auto answer =
      connection_->perform({.method = "GET",
                            .target = blob_target(sha256),
                            .headers = {fmt::format("Range: bytes={}-{}", offset, offset + bound - 1)},
                            .body = {},
                            .expected_type = "",
                            .answer_byte_count_max = bound,
                            .takes_cut_body = true});
  if (!answer) return answer.error();
  auto& word = answer.value();
  if (!word.is_good()) return error_of(problem_of(word));
  const auto whole =
      word.status == 206 ? size_in_range(word.header("content-range"), offset, word.body.size())
      : offset == 0      ? std::optional<std::uint64_t>{word.body.size()}  // it has no range to give
                         : std::nullopt;
  if (!whole || !word.header("content-encoding").empty())
    return Error{ErrorKind::Invalid, "the server does not say which part of the blob this is"};
  return BlobPart{std::move(word.body), *whole, word.is_cut};
}

Done HttpsServer::tell_lost(const std::vector<protocol::LostWord>& words) {
  const auto body = protocol::encode(words);
  const auto answer = connection_->perform({"POST", "/v1/lost", {kCborHeader}, body, "", 0});
  if (!answer) return answer.error();
  return answer.value().is_good() ? done() : Done{error_of(problem_of(answer.value()))};
}

Result<protocol::LostItemsAnswer> HttpsServer::hand_back(const protocol::LostItems& items) {
  const auto body = protocol::compress(protocol::encode(items));
  const auto bound = connection_->limits.answer_byte_count_max;
  return decoded(connection_->perform(
                     {"POST", "/v1/lost/items", {kCborHeader, "Content-Encoding: zstd"}, body, kCbor, bound}),
                 bound, protocol::decode_lost_items_answer);
}

Done HttpsServer::tell_unsent(const protocol::Unsent& unsent) {
  const auto body = protocol::encode(unsent);
  const auto answer = connection_->perform({"POST", "/v1/unsent", {kCborHeader}, body, "", 0});
  if (!answer) return answer.error();
  return answer.value().is_good() ? done() : Done{error_of(problem_of(answer.value()))};
}

Result<protocol::RescueAnswer> HttpsServer::hand_in_rescue(const protocol::RescueRequest& request) {
  const auto body = protocol::encode(request);
  const auto bound = connection_->limits.answer_byte_count_max;
  return decoded(connection_->perform({"POST", "/v1/rescues", {kCborHeader}, body, kCbor, bound}), bound,
                 protocol::decode_rescue_answer);
}

std::optional<std::chrono::seconds> HttpsServer::retry_after() const { return connection_->retry_after; }

bool HttpsServer::is_stranger() const { return connection_->is_stranger; }

}  // namespace aftercare::sync
