#pragma once

#include "sync/protocol/decision.h"
#include "sync/protocol/limits.h"

#include <map>

/// The bodies of requests and answers between a device and the server. CBOR arrays that begin with
/// the version; the decoders take bytes from strangers.
namespace aftercare::protocol {

/// POST /v1/enrol: `[1, organisation, code, device, public key, device name, app version, proof]`.
/// The proof signs everything before it (tag aftercare/enrol/1), so that a code cannot be spent on
/// a key that nobody holds.
struct EnrolRequest {
  OrganisationId organisation_id;
  std::string code;
  DeviceId device_id;
  PublicKey public_key{};
  std::string device_name;
  std::string app_version;
  Signature proof{};
};
[[nodiscard]] Bytes enrol_proof_text(const EnrolRequest& request);
[[nodiscard]] Bytes encode(const EnrolRequest& request);
[[nodiscard]] Result<EnrolRequest> decode_enrol_request(std::string_view bytes);

/// `[1, organisation name, user or null, certificate, organisation key, box key, epoch, server ms]`
struct EnrolAnswer {
  std::string organisation_name;
  std::optional<domain::UserId> user_id;
  Signed certificate;
  PublicKey organisation_key{};  // Ed25519: signs receipts, statements, certificates
  Hash box_key{};                // X25519: rescue files are sealed to it
  EpochId epoch;
  Instant server_time{};
};
[[nodiscard]] Bytes encode(const EnrolAnswer& answer);
[[nodiscard]] Result<EnrolAnswer> decode_enrol_answer(std::string_view bytes);

/// POST /v1/token/challenge: `[1, organisation, device]` → `[1, challenge]`.
struct ChallengeRequest {
  OrganisationId organisation_id;
  DeviceId device_id;
};
[[nodiscard]] Bytes encode(const ChallengeRequest& request);
[[nodiscard]] Result<ChallengeRequest> decode_challenge_request(std::string_view bytes);
[[nodiscard]] Bytes encode_challenge(std::string_view challenge);
[[nodiscard]] Result<Bytes> decode_challenge(std::string_view bytes);

/// POST /v1/token: `[1, organisation, device, challenge, signature, certificate?]`, the signature over
/// `organisation ‖ device ‖ challenge` with tag aftercare/token/1. The certificate is shown only when the
/// server does not know the device: it was restored from a backup of before the enrolment.
struct TokenRequest {
  OrganisationId organisation_id;
  DeviceId device_id;
  Bytes challenge;
  Signature signature{};
  std::optional<Signed> certificate = std::nullopt;
};
[[nodiscard]] Bytes token_text(const TokenRequest& request);
[[nodiscard]] Bytes encode(const TokenRequest& request);
[[nodiscard]] Result<TokenRequest> decode_token_request(std::string_view bytes);

/// `[1, token, expires ms, server ms, is revoked]`. A revoked device may still hand in its work.
struct TokenAnswer {
  std::string token;
  Instant expires_at{};
  Instant server_time{};
  bool is_revoked = false;
};
[[nodiscard]] Bytes encode(const TokenAnswer& answer);
[[nodiscard]] Result<TokenAnswer> decode_token_answer(std::string_view bytes);

/// POST /v1/push: `[1, lineage, [operation …], head signature]`, zstd. Operations follow one another;
/// the signature covers `organisation ‖ hash of the last` with tag aftercare/head/1.
struct PushRequest {
  Hash lineage{};
  std::vector<Operation> operations;
  Signature head_signature{};
  /// The epoch that the device knows, in the header Aftercare-Epoch: a server that was restored says so
  /// before it takes anything, and gets back what it lost first.
  std::optional<EpochId> epoch = std::nullopt;
};
[[nodiscard]] Bytes head_text(const OrganisationId& organisation, const Hash& head);
[[nodiscard]] Bytes encode(const PushRequest& request);
[[nodiscard]] Result<PushRequest> decode_push_request(std::string_view bytes);

/// `[1, receipt, [[dseq, reason] …]]`: what the server holds now, and what it had to set aside. Told
/// again, byte for byte, to whoever asks the same again.
struct PushAnswer {
  Signed receipt;
  struct SetAside {
    std::uint64_t dseq = 0;
    SetAsideReason reason = SetAsideReason::None;
  };
  std::vector<SetAside> set_aside;
};
[[nodiscard]] Bytes encode(const PushAnswer& answer);
[[nodiscard]] Result<PushAnswer> decode_push_answer(std::string_view bytes);

/// A customer's file enters the device's scope (it is to be taken in whole), or leaves it.
struct ScopeChange {
  domain::CustomerId customer_id;
  bool is_enter = false;
};

/// GET /v1/pull?epoch=…&lineage=…&after=…&scope=…&wait=…: `[1, root statement, [item …], has more, backed-up
/// seq?, scope seq, [[customer, is enter] …]]`, zstd. The statement is for the last item's seq (for `after`
/// when there is none); the changes of the scope are those behind `scope`, up to `scope_seq`.
struct PullAnswer {
  Signed statement;
  std::vector<FeedItem> items;
  bool has_more = false;
  /// How much of the feed the newest finished backup holds, 0 after a restore; nothing where no backups are
  /// made. The word of the server over its pinned connection; receipts say the same of one journal, signed.
  std::optional<std::uint64_t> backed_up_seq = std::nullopt;
  std::uint64_t scope_seq = 0;
  std::vector<ScopeChange> scope_changes = {};
};
[[nodiscard]] Bytes encode(const PullAnswer& answer);
[[nodiscard]] Result<PullAnswer> decode_pull_answer(std::string_view bytes);

/// POST /v1/unsent: `[1, operations, visits, photos, photo bytes, {kind of number: highest counter}]`: what
/// this device still holds and the server has not said to have, and the short numbers it has given out.
struct Unsent {
  std::uint64_t operation_count = 0;
  std::uint64_t visit_count = 0;
  std::uint64_t photo_count = 0;
  std::uint64_t photo_byte_count = 0;
  std::map<std::string, std::uint64_t> numbers = {};  // "V": 12 says that V-…-0001 to V-…-0012 were given

  [[nodiscard]] bool is_as_much_as(const Unsent& other) const {
    return operation_count == other.operation_count && visit_count == other.visit_count &&
           photo_count == other.photo_count && photo_byte_count == other.photo_byte_count;
  }
};
[[nodiscard]] Bytes encode(const Unsent& unsent);
[[nodiscard]] Result<Unsent> decode_unsent(std::string_view bytes);

/// POST /v1/lost: `[1, [[root statement?, receipt?] …]]`: the newest words of epochs that a restore ended,
/// for the office to see what was lost. Each is what the organisation signed then.
struct LostWord {
  std::optional<Signed> statement;
  std::optional<Signed> receipt;
};
inline constexpr std::size_t kLostWordCountMax = 16;
[[nodiscard]] Bytes encode(const std::vector<LostWord>& words);
[[nodiscard]] Result<std::vector<LostWord>> decode_lost_words(std::string_view bytes);

/// POST /v1/lost/items: `[1, root statement, [item …]]`, zstd: items of a feed that a restore cut off, as
/// they were read, without a gap; the statement is for the last of them. Items of the sender's own bring
/// their content, too.
struct LostItems {
  Signed statement;
  std::vector<FeedItem> items;
};
inline constexpr std::size_t kLostItemCountMax = kLimits.pull_operation_count_max;
[[nodiscard]] Bytes encode(const LostItems& lost);
[[nodiscard]] Result<LostItems> decode_lost_items(std::string_view bytes);

/// `[1, is placed, through seq]`. Not placed: the server lacks what came before, and others may bring it.
/// Else all that could be taken in of it stands in the present feed up to the seq.
struct LostItemsAnswer {
  bool is_placed = false;
  std::uint64_t through_seq = 0;
};
[[nodiscard]] Bytes encode(const LostItemsAnswer& answer);
[[nodiscard]] Result<LostItemsAnswer> decode_lost_items_answer(std::string_view bytes);

/// POST /v1/blobs/missing: `[1, [hash …]]` both ways: which of these do you lack?
[[nodiscard]] Bytes encode_hashes(const std::vector<Hash>& hashes);
[[nodiscard]] Result<std::vector<Hash>> decode_hashes(std::string_view bytes);

}  // namespace aftercare::protocol
