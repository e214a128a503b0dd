#pragma once

#include "sync/protocol/operation.h"

#include <string>
#include <vector>

namespace aftercare::protocol {

/// One part of what was signed. Hashed with a salt of its own, so that it can be shown or destroyed
/// alone, and so that `verify` can name the part that was changed.
struct Group {
  std::string name;
  Bytes salt;     // 16 random bytes
  Bytes content;  // deterministic CBOR
};

struct SealEntry {
  std::string name;
  Hash hash{};
};
using SealList = std::vector<SealEntry>;

/// SHA-256("aftercare/group/1" ‖ salt ‖ content)
[[nodiscard]] Hash group_hash(std::string_view salt, std::string_view content);
[[nodiscard]] SealList list_of(const std::vector<Group>& groups);
/// `[[name, hash] …]`
[[nodiscard]] Bytes encode(const SealList& list);
/// Invalid unless the names are distinct and the bytes exactly one list of at most 32 groups.
[[nodiscard]] Result<SealList> decode_seal_list(std::string_view bytes);

/// SHA-256("aftercare/seal/1" ‖ the encoded list): what was signed, in 32 bytes.
[[nodiscard]] Hash seal_hash(std::string_view list);

/// The device's signature over `seal ‖ hash of the sealing operation`, tag aftercare/sign/1.
[[nodiscard]] Signature sign_seal(const SigningKey& device, const Hash& seal, const Hash& operation);
[[nodiscard]] bool is_seal_signed_by(const PublicKey& device, const Hash& seal, const Hash& operation,
                                     const Signature& signature);

}  // namespace aftercare::protocol
