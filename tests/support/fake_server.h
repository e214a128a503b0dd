#pragma once

#include "shared/base/clock.h"
#include "sync/engine/ports.h"
#include "sync/protocol/tags.h"

#include <functional>
#include <map>
#include <set>

namespace aftercare::testing {

/// A server in memory that keeps the rules of a real one for one organisation: it counts by dseq,
/// keeps each operation once, opens a lineage at the first difference, answers a repetition with the
/// same bytes, signs what it says, and hands out tokens that end.
///
/// It can misbehave: lose an answer after it did the work, do the work twice, be out of reach, forget
/// its tokens, be restored, revoke a device, and say things that are not true.
class FakeServer : public sync::Server {
 public:
  struct Lineage {
    Hash name{};
    std::vector<Hash> hashes;                    // of dseq 1, 2, 3 …
    std::optional<protocol::PushAnswer> answer;  // the last one, for a repetition
  };
  struct Device {
    PublicKey key{};
    std::vector<Lineage> lineages;
    bool is_revoked = false;
  };

  explicit FakeServer(Random& random, Clock& clock)
      : random_(random), clock_(clock), key(make_signing_key(random)) {
    organisation.bytes.fill(7);
    new_epoch();
  }

 private:
  Random& random_;
  Clock& clock_;

 public:
  SigningKey key;
  protocol::OrganisationId organisation;
  protocol::EpochId epoch;
  std::map<protocol::DeviceId, Device> devices;
  std::vector<protocol::FeedItem> feed;
  std::vector<Hash> feed_lineage;
  std::map<Hash, Bytes> blobs;
  std::map<Hash, Bytes> partial;
  std::string code = "the-code";
  std::chrono::milliseconds clock_ahead{0};  // of this server's clock to the device's
  std::chrono::milliseconds token_life{std::chrono::minutes{15}};
  std::size_t page_size = 100;

  std::vector<std::string> calls;  // every round trip, in order
  std::vector<protocol::Unsent> told;
  std::vector<Hash> blob_order;  // of those that arrived whole

  // How to misbehave
  std::set<std::string> lose_next_answer;    // names of calls: the work is done, the answer is not heard
  std::set<std::string> double_next;         // the work is done twice
  std::map<std::string, Error> fail_always;  // the work is not done
  std::optional<std::chrono::seconds> asks_to_wait;
  bool is_stranger_now = false;
  std::function<void(protocol::Receipt&)> change_receipt;
  std::function<void(protocol::RootStatement&)> change_statement;
  std::function<void(protocol::Certificate&)> change_certificate;
  std::function<void(const std::string&)> before_call;
  bool signs_with_foreign_key = false;
  bool damages_next_blob = false;
  std::optional<std::size_t> cuts_fetch_at;  // the next part of a blob ends after so many bytes
  std::uint64_t fetched_byte_count = 0;

  /// Restored from an old backup: everything after the first `count` feed items is gone.
  void restore(std::size_t count) {
    new_epoch();
    const auto kept =
        std::vector<protocol::FeedItem>(feed.begin(), feed.begin() + static_cast<std::ptrdiff_t>(count));
    std::set<Hash> hashes;
    for (const auto& item : kept) hashes.insert(item.operation);
    feed = kept;
    feed_lineage.resize(count);
    for (auto& [id, device] : devices) {
      std::erase_if(device.lineages, [&](const auto& lineage) {
        return lineage.name != device.lineages.front().name && !hashes.contains(lineage.name);
      });
      for (auto& lineage : device.lineages) {
        lineage.answer.reset();
        std::erase_if(lineage.hashes, [&](const auto& hash) { return !hashes.contains(hash); });
      }
    }
  }
  void new_epoch() { epoch = protocol::EpochId{make_any_id(clock_, random_).bytes}; }
  void forget_tokens() { tokens_.clear(); }
  /// Somebody else's operation is accepted.
  void others_write(std::string_view what) {
    protocol::Header header;
    header.organisation_id = organisation;
    header.device_id.bytes.fill(0xee);
    header.dseq = ++office_dseq_;
    header.previous_hash = office_head_;
    header.type = domain::EntityType::Note;
    const auto operation = protocol::make_operation(
        header, cbor::encode(cbor::FieldMap{{1, cbor::Writer{}.text(what).take()}}), random_);
    office_head_ = protocol::operation_hash(operation.header);
    accept({}, operation);
  }

  Result<protocol::EnrolAnswer> enrol(const protocol::EnrolRequest& request) override {
    return call<protocol::EnrolAnswer>("enrol", [&]() -> Result<protocol::EnrolAnswer> {
      if (!is_signed_by(request.public_key, protocol::kEnrolTag, protocol::enrol_proof_text(request),
                        request.proof)) {
        return Error{ErrorKind::Refused, "bad proof"};
      }
      const auto known = devices.find(request.device_id);
      const auto is_same = known != devices.end() && known->second.key == request.public_key;
      if (request.code != code && !(is_same && request.code == spent_code_))
        return Error{ErrorKind::Refused, "code used"};
      spent_code_ = request.code;
      code.clear();
      devices[request.device_id].key = request.public_key;
      protocol::Certificate certificate{.organisation_id = organisation,
                                        .device_id = request.device_id,
                                        .role = domain::DeviceRole::Tablet,
                                        .prefix = "K7",
                                        .public_key = request.public_key,
                                        .enrolled_at = from_ms(1)};
      if (change_certificate) change_certificate(certificate);
      return protocol::EnrolAnswer{.organisation_name = "Example Heating",
                                   .user_id = std::nullopt,
                                   .certificate = word(protocol::kDeviceTag, protocol::encode(certificate)),
                                   .organisation_key = key.public_key,
                                   .box_key = {},
                                   .epoch = epoch,
                                   .server_time = clock_.now() + clock_ahead};
    });
  }
  Result<Bytes> challenge(const protocol::ChallengeRequest& request) override {
    return call<Bytes>("challenge", [&]() -> Result<Bytes> {
      if (!devices.contains(request.device_id)) return Error{ErrorKind::SignIn, "unknown device"};
      challenge_ = random_.bytes(32);
      return challenge_;
    });
  }
  Result<protocol::TokenAnswer> token(const protocol::TokenRequest& request) override {
    return call<protocol::TokenAnswer>("token", [&]() -> Result<protocol::TokenAnswer> {
      const auto& device = devices[request.device_id];
      if (request.challenge != challenge_ ||
          !is_signed_by(device.key, protocol::kTokenTag, protocol::token_text(request), request.signature)) {
        return Error{ErrorKind::SignIn, "not this device's signature"};
      }
      const auto text = to_hex(random_.bytes(8));
      tokens_[text] = {request.device_id, clock_.monotonic_ms() + token_life.count()};
      const auto now = clock_.now() + clock_ahead;
      return protocol::TokenAnswer{text, now + token_life, now, device.is_revoked};
    });
  }
  void use_token(std::string token) override { token_ = std::move(token); }

  using PushResult = std::variant<protocol::PushAnswer, sync::Behind, sync::OtherEpoch>;
  Result<PushResult> push(const protocol::PushRequest& request) override {
    return call<PushResult>("push", [&]() -> Result<PushResult> {
      const auto id = signed_in(true);
      if (!id) return id.error();
      return accept_push(id.value(), devices[id.value()], request);
    });
  }
  using PullResult = std::variant<protocol::PullAnswer, sync::OtherEpoch>;
  Result<PullResult> pull(const sync::PullQuery& query) override {
    waits.push_back(query.wait);
    return call<PullResult>("pull", [&]() -> Result<PullResult> {
      const auto id = signed_in(false);
      if (!id) return id.error();
      if (query.epoch != epoch) return PullResult{sync::OtherEpoch{epoch}};
      protocol::PullAnswer answer;
      const auto end = std::min(feed.size(), static_cast<std::size_t>(query.after) + page_size);
      for (auto i = static_cast<std::size_t>(query.after); i < end; ++i) {
        answer.items.push_back(feed[i]);
        if (feed_lineage[i] == query.lineage) answer.items.back().content.reset();
      }
      answer.has_more = end < feed.size();
      protocol::RootStatement statement{organisation, epoch, end, root_at(end), clock_.now() + clock_ahead};
      if (change_statement) change_statement(statement);
      answer.statement = word(protocol::kStatementTag, protocol::encode(statement));
      return PullResult{answer};
    });
  }
  std::vector<std::chrono::seconds> waits;

  Result<std::vector<Hash>> missing_blobs(const std::vector<Hash>& hashes) override {
    return call<std::vector<Hash>>("missing", [&]() -> Result<std::vector<Hash>> {
      if (const auto id = signed_in(true); !id) return id.error();
      std::vector<Hash> missing;
      for (const auto& hash : hashes) {
        if (!blobs.contains(hash)) missing.push_back(hash);
      }
      return missing;
    });
  }
  Result<std::uint64_t> blob_offset(const Hash& sha256) override {
    return call<std::uint64_t>("offset", [&]() -> Result<std::uint64_t> {
      if (const auto id = signed_in(true); !id) return id.error();
      return static_cast<std::uint64_t>(partial[sha256].size());
    });
  }
  Result<std::uint64_t> send_blob_part(const Hash& name, std::uint64_t offset, std::string_view part,
                                       bool is_last) override {
    return call<std::uint64_t>("part", [&]() -> Result<std::uint64_t> {
      if (const auto id = signed_in(true); !id) return id.error();
      auto& bytes = partial[name];
      if (offset != bytes.size()) return static_cast<std::uint64_t>(bytes.size());
      bytes.append(part);
      const auto size = static_cast<std::uint64_t>(bytes.size());
      if (!is_last) return size;
      if (std::exchange(damages_next_blob, false)) bytes.back() = static_cast<char>(bytes.back() + 1);
      if (sha256(bytes) != name) {
        partial.erase(name);
        return Error{ErrorKind::Conflict, "wrong hash"};
      }
      blobs[name] = std::move(bytes);
      partial.erase(name);
      blob_order.push_back(name);
      return size;
    });
  }
  Result<sync::BlobPart> fetch_blob_part(const Hash& name, std::uint64_t offset,
                                         std::size_t byte_count_max) override {
    return call<sync::BlobPart>("fetch", [&]() -> Result<sync::BlobPart> {
      if (const auto id = signed_in(false); !id) return id.error();
      const auto found = blobs.find(name);
      if (found == blobs.end()) return Error{ErrorKind::NotFound, "no such blob"};
      const auto& bytes = found->second;
      if (offset > 0 && offset >= bytes.size()) return Error{ErrorKind::Conflict, "behind the end"};
      sync::BlobPart part{bytes.substr(static_cast<std::size_t>(offset), byte_count_max), bytes.size(),
                          false};
      if (const auto at = std::exchange(cuts_fetch_at, std::nullopt); at && *at < part.bytes.size()) {
        if (*at == 0) return Error{ErrorKind::Offline, "the connection dropped"};
        part.bytes.resize(*at);
        part.is_cut = true;
      }
      fetched_byte_count += part.bytes.size();
      return part;
    });
  }

  Done tell_unsent(const protocol::Unsent& unsent) override {
    return call<std::monostate>("unsent", [&]() -> Done {
      if (const auto id = signed_in(true); !id) return id.error();
      told.push_back(unsent);
      return done();
    });
  }

  [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const override { return asks_to_wait; }
  [[nodiscard]] bool is_stranger() const override { return is_stranger_now; }

  [[nodiscard]] Hash root_at(std::size_t seq) const {
    Hash root{};
    for (std::size_t i = 0; i < seq; ++i) {
      root = protocol::next_root(epoch, root, i + 1, feed[i].operation, feed[i].decision_commitment);
    }
    return root;
  }

 private:
  struct Token {
    protocol::DeviceId device;
    std::int64_t until_ms = 0;
  };

  template <class T, class Work>
  Result<T> call(const std::string& name, const Work& work) {
    calls.push_back(name);
    if (before_call) before_call(name);
    if (const auto error = fail_always.find(name); error != fail_always.end()) return error->second;
    if (double_next.erase(name) > 0) static_cast<void>(work());
    auto answer = work();
    if (lose_next_answer.erase(name) > 0) return Error{ErrorKind::Offline, "the connection dropped"};
    return answer;
  }

  protocol::Signed word(std::string_view tag, Bytes statement) {
    return protocol::sign_statement(signs_with_foreign_key ? make_signing_key(random_) : key, tag,
                                    std::move(statement));
  }

  Result<protocol::DeviceId> signed_in(bool may_be_revoked) {
    const auto token = tokens_.find(token_);
    if (token == tokens_.end() || clock_.monotonic_ms() >= token->second.until_ms) {
      return Error{ErrorKind::SignIn, "token expired"};
    }
    if (devices[token->second.device].is_revoked && !may_be_revoked)
      return Error{ErrorKind::SignIn, "revoked"};
    return token->second.device;
  }

  void accept(const Hash& lineage, const protocol::Operation& operation) {
    protocol::FeedItem item;
    item.seq = feed.size() + 1;
    item.operation = protocol::operation_hash(operation.header);
    item.decision_salt = random_.bytes(16);
    item.decision = protocol::encode(protocol::Decision{});
    item.decision_commitment = protocol::decision_commitment(item.decision_salt, item.decision);
    item.content = operation;
    feed.push_back(item);
    feed_lineage.push_back(lineage);
  }

  PushResult accept_push(const protocol::DeviceId& id, Device& device, const protocol::PushRequest& request) {
    const auto last = protocol::operation_hash(request.operations.back().header);
    if (!is_signed_by(device.key, protocol::kHeadTag, protocol::head_text(organisation, last),
                      request.head_signature)) {
      return sync::OtherEpoch{};  // never in these tests
    }
    const auto genesis = protocol::genesis_hash(device.key);
    if (device.lineages.empty()) device.lineages.push_back({genesis, {}, {}});
    const auto stands_at = [&](const Lineage& lineage) {
      const auto& hashes = lineage.hashes;
      return sync::Behind{epoch, lineage.name,
                          hashes.empty() ? sync::Head{0, genesis} : sync::Head{hashes.size(), hashes.back()}};
    };
    auto place = device.lineages.size();
    for (std::size_t i = 0; i < device.lineages.size(); ++i) {
      if (device.lineages[i].name == request.lineage) place = i;
    }
    if (place == device.lineages.size()) return stands_at(device.lineages.front());
    bool is_new = false;
    protocol::PushAnswer answer;
    for (const auto& operation : request.operations) {
      const auto header = protocol::decode_header(operation.header).value();
      const auto hash = protocol::operation_hash(operation.header);
      auto& hashes = device.lineages[place].hashes;
      const auto index = static_cast<std::size_t>(header.dseq) - 1;
      if (index < hashes.size() && hashes[index] == hash) continue;
      const auto previous = index == 0 ? genesis : index <= hashes.size() ? hashes[index - 1] : Hash{};
      if (header.previous_hash != previous) return stands_at(device.lineages[place]);
      if (index < hashes.size()) {
        Lineage other{hash, {hashes.begin(), hashes.begin() + static_cast<std::ptrdiff_t>(index)}, {}};
        device.lineages.push_back(std::move(other));
        place = device.lineages.size() - 1;
      }
      device.lineages[place].hashes.push_back(hash);
      if (device.is_revoked) {
        answer.set_aside.push_back({header.dseq, protocol::SetAsideReason::Revoked});
      } else if (operation.body.find("forbidden") != Bytes::npos) {
        answer.set_aside.push_back({header.dseq, protocol::SetAsideReason::NotAllowed});
      }
      accept(device.lineages[place].name, operation);
      is_new = true;
    }
    auto& lineage = device.lineages[place];
    if (!is_new && lineage.answer) return *lineage.answer;
    protocol::Receipt receipt{.organisation_id = organisation,
                              .epoch = epoch,
                              .device_id = id,
                              .lineage = lineage.name,
                              .head = {lineage.hashes.size(), lineage.hashes.back()},
                              .seq = feed.size(),
                              .root = root_at(feed.size()),
                              .server_time = clock_.now() + clock_ahead,
                              .backed_up_dseq = 0};
    if (change_receipt) change_receipt(receipt);
    answer.receipt = word(protocol::kReceiptTag, protocol::encode(receipt));
    lineage.answer = answer;
    return answer;
  }

  std::map<std::string, Token> tokens_;
  std::string token_;
  Bytes challenge_;
  std::string spent_code_;
  std::uint64_t office_dseq_ = 0;
  Hash office_head_{};
};

}  // namespace aftercare::testing
