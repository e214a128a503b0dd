#include "shared/base/hash.h"

#include <openssl/evp.h>

#include <cstdlib>

namespace aftercare {
namespace {

// EVP fetches the algorithm once; a fetch for each hash costs more than hashing a header.
const EVP_MD* algorithm() {
  static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (kSha256 == nullptr) std::abort();
  return kSha256;
}

}  // namespace

struct Sha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(evp); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) { begin(); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::begin() { EVP_DigestInit_ex(context_->evp, algorithm(), nullptr); }

void Sha256::add(std::string_view bytes) { EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()); }

Hash Sha256::finish() {
  Hash hash{};
  EVP_DigestFinal_ex(context_->evp, hash.data(), nullptr);
  return hash;
}

Hash sha256(std::initializer_list<std::string_view> parts) {
  thread_local Sha256 sum;  // making one costs as much as hashing a header
  sum.begin();
  for (const auto part : parts) sum.add(part);
  return sum.finish();
}

}  // namespace aftercare
