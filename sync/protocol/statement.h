#pragma once

#include "sync/protocol/operation.h"
#include "sync/protocol/tags.h"

/// What the organisation's server says under its signature, so that a device, a customer or a court
/// can hold it to its word.
namespace aftercare::protocol {

using EpochId = Id<struct EpochTag>;
using domain::DeviceId;
using domain::OrganisationId;

/// Bytes and the signature over `tag ‖ bytes`. Checked on exactly these bytes.
struct Signed {
  Bytes statement;
  Signature signature{};
  bool operator==(const Signed&) const = default;
};
[[nodiscard]] Signed sign_statement(const SigningKey& key, std::string_view tag, Bytes statement);
[[nodiscard]] inline bool is_signed_by(const PublicKey& key, std::string_view tag, const Signed& word) {
  return aftercare::is_signed_by(key, tag, word.statement, word.signature);
}
void encode(cbor::Writer& writer, const Signed& word);
[[nodiscard]] Signed read_signed(cbor::Reader& reader);
[[nodiscard]] Bytes encode(const Signed& word);
[[nodiscard]] Result<Signed> decode_signed(std::string_view bytes);

/// "This key is our device": `[organisation, device, role, prefix, public key, enrolled ms]`, tag
/// aftercare/device/1.
struct Certificate {
  OrganisationId organisation_id;
  DeviceId device_id;
  domain::DeviceRole role = domain::DeviceRole::Tablet;
  std::string prefix;
  PublicKey public_key{};
  Instant enrolled_at{};
};
[[nodiscard]] Bytes encode(const Certificate& certificate);
[[nodiscard]] Result<Certificate> decode_certificate(std::string_view bytes);

/// "We hold your journal up to here": `[organisation, epoch, device, lineage, dseq, head, seq, root,
/// server ms, backed-up dseq]`, tag aftercare/receipt/1. One for each push; a repetition gets the
/// same bytes.
struct Receipt {
  OrganisationId organisation_id;
  EpochId epoch;
  DeviceId device_id;
  Hash lineage{};  // hash of the lineage's first own operation; the genesis hash for the first
  Head head;
  std::uint64_t seq = 0;
  Hash root{};
  Instant server_time{};
  std::uint64_t backed_up_dseq = 0;
};
[[nodiscard]] Bytes encode(const Receipt& receipt);
[[nodiscard]] Result<Receipt> decode_receipt(std::string_view bytes);

/// "At this time everything we had accepted hashed to this": `[organisation, epoch, seq, root,
/// server ms]`, tag aftercare/statement/1. In a sealed record it proves "not before".
struct RootStatement {
  OrganisationId organisation_id;
  EpochId epoch;
  std::uint64_t seq = 0;
  Hash root{};
  Instant server_time{};
};
[[nodiscard]] Bytes encode(const RootStatement& statement);
[[nodiscard]] Result<RootStatement> decode_root_statement(std::string_view bytes);

/// "This seal reached us at this time": `[organisation, epoch, seal, operation hash, seq, server ms]`,
/// tag aftercare/countersign/1. In a sealed record it proves "not after".
struct Countersign {
  OrganisationId organisation_id;
  EpochId epoch;
  Hash seal{};
  Hash operation{};
  std::uint64_t seq = 0;
  Instant server_time{};
};
[[nodiscard]] Bytes encode(const Countersign& countersign);
[[nodiscard]] Result<Countersign> decode_countersign(std::string_view bytes);

/// "These groups of that record were destroyed by law": `[organisation, seal, [names], server ms]`,
/// tag aftercare/erasure/1. Without it a missing group is a forgery.
struct ErasureStatement {
  OrganisationId organisation_id;
  Hash seal{};
  std::vector<std::string> groups;
  Instant server_time{};
};
[[nodiscard]] Bytes encode(const ErasureStatement& statement);
[[nodiscard]] Result<ErasureStatement> decode_erasure_statement(std::string_view bytes);

/// root(n) = SHA-256("aftercare/root/1" ‖ epoch ‖ root(n−1) ‖ seq, 8 bytes big-endian ‖ operation hash
/// ‖ decision commitment); root(0) is 32 zero bytes.
[[nodiscard]] Hash next_root(const EpochId& epoch, const Hash& previous, std::uint64_t seq,
                             const Hash& operation, const Hash& decision_commitment);

}  // namespace aftercare::protocol
