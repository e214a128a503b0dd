#include "shared/base/hash.h"
#include "shared/base/signature.h"
#include "tests/support/catch.h"
#include "tests/support/fake_random.h"

#include <rapidcheck.h>

using namespace aftercare;

namespace {

// RFC 8032 §7.1, TEST 2.
const auto kSeed =
    hash_of_bytes(from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").value())
        .value();
constexpr std::string_view kPublic = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
constexpr std::string_view kSigned =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

}  // namespace

TEST_CASE("hash: SHA-256 is that of FIPS 180-4", "[base]") {
  CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(sha256(std::string(1'000'000, 'a'))) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("hash: bytes that come in pieces have the hash of the whole", "[base]") {
  CHECK(rc::check([](const std::string& a, const std::string& b) {
    Sha256 sum;
    sum.add(a);
    sum.add(b);
    RC_ASSERT(sum.finish() == sha256(a + b));
    RC_ASSERT(sha256({a, b}) == sha256(a + b));
  }));
}

TEST_CASE("signature: Ed25519 is that of RFC 8032", "[base]") {
  const auto key = signing_key_of_seed(kSeed);
  CHECK(to_hex(key.public_key) == kPublic);
  CHECK(to_hex(view(sign(key, "", "\x72"))) == kSigned);
  CHECK(is_signed_by(key.public_key, "", "\x72", sign(key, "", "\x72")));
}

TEST_CASE("signature: one changed bit anywhere is noticed", "[base]") {
  testing::FakeRandom random;
  const auto key = make_signing_key(random);
  const std::string message = "what was signed";
  const auto signature = sign(key, "tag/1", message);
  REQUIRE(is_signed_by(key.public_key, "tag/1", message, signature));

  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    auto wrong = signature;
    wrong[bit / 8] = static_cast<std::uint8_t>(wrong[bit / 8] ^ 1 << bit % 8);
    CHECK_FALSE(is_signed_by(key.public_key, "tag/1", message, wrong));
  }
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    auto wrong = message;
    wrong[bit / 8] = static_cast<char>(wrong[bit / 8] ^ 1 << bit % 8);
    CHECK_FALSE(is_signed_by(key.public_key, "tag/1", wrong, signature));
  }
}

TEST_CASE("signature: one made for another purpose, or by another key, does not count", "[base]") {
  testing::FakeRandom random;
  const auto key = make_signing_key(random);
  const auto other = make_signing_key(random);
  const auto signature = sign(key, "aftercare/sign/1", "message");

  CHECK_FALSE(is_signed_by(key.public_key, "aftercare/receipt/1", "message", signature));
  CHECK_FALSE(is_signed_by(other.public_key, "aftercare/sign/1", "message", signature));
  CHECK_FALSE(is_signed_by(PublicKey{}, "aftercare/sign/1", "message", signature));
}

TEST_CASE("signature: a second valid form of the same signature is refused", "[base]") {
  // S + L verifies with the plain equation; whoever accepted it would accept two signatures for one.
  constexpr std::string_view kOrder = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
  const auto order = from_hex(kOrder).value();
  const auto key = signing_key_of_seed(kSeed);
  auto signature = sign(key, "", "\x72");
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += signature[32 + i] + static_cast<std::uint8_t>(order[i]);
    signature[32 + i] = static_cast<std::uint8_t>(carry & 0xff);
    carry >>= 8;
  }
  CHECK_FALSE(is_signed_by(key.public_key, "", "\x72", signature));
}

TEST_CASE("signature: keys for two purposes have nothing in common", "[base]") {
  const Hash master = sha256("master");
  CHECK(derive_key(master, 1, "database") == derive_key(master, 1, "database"));
  CHECK(derive_key(master, 1, "database") != derive_key(master, 2, "database"));
  CHECK(derive_key(master, 1, "database") != derive_key(master, 1, "blobfile"));
  CHECK(derive_key(sha256("other"), 1, "database") != derive_key(master, 1, "database"));
  CHECK(is_equal_secret("same", "same"));
  CHECK_FALSE(is_equal_secret("same", "sane"));
  CHECK_FALSE(is_equal_secret("same", "same "));
}
