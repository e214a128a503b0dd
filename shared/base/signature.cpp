#include "shared/base/signature.h"

#include <sodium.h>

#include <algorithm>
#include <cassert>

namespace aftercare {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string tagged(std::string_view tag, std::string_view message) {
  return std::string(tag).append(message);
}

}  // namespace

Result<Signature> signature_of_bytes(std::string_view bytes) {
  Signature signature{};
  if (bytes.size() != signature.size()) return Error{ErrorKind::Invalid, "a signature has 64 bytes"};
  std::ranges::copy(bytes, signature.begin());
  return signature;
}

SigningKey make_signing_key(Random& random) {
  Hash seed{};
  random.fill(seed);
  return signing_key_of_seed(seed);
}

SigningKey signing_key_of_seed(const Hash& seed) {
  SigningKey key{.seed = seed, .public_key = {}};
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret{};
  crypto_sign_seed_keypair(key.public_key.data(), secret.data(), seed.data());
  sodium_memzero(secret.data(), secret.size());
  return key;
}

Signature sign(const SigningKey& key, std::string_view tag, std::string_view message) {
  // libsodium's secret key is the seed followed by the public key.
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret{};
  std::ranges::copy(key.seed, secret.begin());
  std::ranges::copy(key.public_key, secret.begin() + 32);
  const auto text = tagged(tag, message);
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, bytes_of(text), text.size(), secret.data());
  sodium_memzero(secret.data(), secret.size());
  return signature;
}

bool is_signed_by(const PublicKey& key, std::string_view tag, std::string_view message,
                  const Signature& signature) {
  const auto text = tagged(tag, message);
  return crypto_sign_verify_detached(signature.data(), bytes_of(text), text.size(), key.data()) == 0;
}

bool is_equal_secret(std::string_view left, std::string_view right) {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

Hash derive_key(const Hash& master, std::uint64_t number, std::string_view context) {
  assert(context.size() == crypto_kdf_CONTEXTBYTES);
  Hash key{};
  crypto_kdf_derive_from_key(key.data(), key.size(), number, context.data(), master.data());
  return key;
}

}  // namespace aftercare
