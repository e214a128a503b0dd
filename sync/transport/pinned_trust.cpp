#include "sync/transport/pinned_trust.h"

#include "shared/base/hash.h"

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>

namespace aftercare::sync {
namespace {

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    kFree(pointer);
  }
};
using Store = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;
using Context = std::unique_ptr<X509_STORE_CTX, Free<X509_STORE_CTX_free>>;

bool has_pinned_key(X509* certificate, const PinnedTrust& trust) {
  unsigned char* der = nullptr;
  const auto size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return false;
  const auto hash =
      sha256(std::string_view{reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return hash == trust.pin || hash == trust.spare_pin;
}

/// Whether the leaf leads to `authority`, when that alone is trusted.
bool leads_to(X509* authority, X509* leaf, STACK_OF(X509) * chain) {
  const Store store{X509_STORE_new()};
  const Context context{X509_STORE_CTX_new()};
  if (!store || !context || X509_STORE_add_cert(store.get(), authority) != 1) return false;
  if (X509_STORE_CTX_init(context.get(), store.get(), leaf, chain) != 1) return false;

  auto* rules = X509_STORE_CTX_get0_param(context.get());
  // The tablet's clock may be years off, and a visit must reach the office nevertheless. The pin is the
  // trust: a key that leaked is dealt with by enrolling again at the spare one, not by a date.
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_auth_level(rules, 2);  // no key or digest under 112 bits of security
  return X509_verify_cert(context.get()) == 1;
}

int verify(X509_STORE_CTX* presented, void* argument) {
  auto& trust = *static_cast<PinnedTrust*>(argument);
  auto* leaf = X509_STORE_CTX_get0_cert(presented);
  auto* chain = X509_STORE_CTX_get0_untrusted(presented);
  for (int i = 0; leaf != nullptr && chain != nullptr && i < sk_X509_num(chain); ++i) {
    auto* authority = sk_X509_value(chain, i);
    // Without the first question a server certificate made for the pinned key itself would do, and the
    // authority's key would have to lie on the server.
    if (authority == leaf || X509_check_ca(authority) != 1 || !has_pinned_key(authority, trust)) continue;
    if (!leads_to(authority, leaf, chain)) continue;
    trust.is_refused = false;
    X509_STORE_CTX_set_error(presented, X509_V_OK);
    return 1;
  }
  trust.is_refused = true;
  X509_STORE_CTX_set_error(presented, X509_V_ERR_CERT_UNTRUSTED);
  return 0;
}

}  // namespace

void trust_only(SSL_CTX* context, PinnedTrust& trust) {
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, verify, &trust);
}

}  // namespace aftercare::sync
