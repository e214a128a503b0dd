#pragma once

#include "shared/base/bytes.h"
#include "shared/base/random.h"

#include <array>
#include <string_view>

namespace aftercare {

/// Ed25519 (RFC 8032). The secret is the 32-byte seed; everything else follows from it.
using PublicKey = Hash;
using Signature = std::array<std::uint8_t, 64>;

struct SigningKey {
  Hash seed{};
  PublicKey public_key{};
};

[[nodiscard]] inline std::string_view view(const Signature& signature) {
  return {reinterpret_cast<const char*>(signature.data()), signature.size()};
}
[[nodiscard]] Result<Signature> signature_of_bytes(std::string_view bytes);

[[nodiscard]] SigningKey make_signing_key(Random& random);
[[nodiscard]] SigningKey signing_key_of_seed(const Hash& seed);

/// Signs `tag ‖ message`. The tag keeps a signature of one purpose from serving another.
[[nodiscard]] Signature sign(const SigningKey& key, std::string_view tag, std::string_view message);
/// Strict: a signature has one valid form (libsodium refuses malleable ones and weak keys).
[[nodiscard]] bool is_signed_by(const PublicKey& key, std::string_view tag, std::string_view message,
                                const Signature& signature);

/// Whether the two are equal, without telling by the time taken where they differ.
[[nodiscard]] bool is_equal_secret(std::string_view left, std::string_view right);

/// A key for one purpose, drawn from the one key that a data folder keeps (BLAKE2b KDF; eight
/// letters of context).
[[nodiscard]] Hash derive_key(const Hash& master, std::uint64_t number, std::string_view context);

}  // namespace aftercare
