#pragma once

#include "shared/base/bytes.h"

#include <openssl/ssl.h>

namespace aftercare::sync {

/// Decides whether the machine that answered is the one this device was enrolled at.
struct PinnedTrust {
  Hash pin{};
  Hash spare_pin{};
  bool is_refused = false;  // set when a certificate was looked at and found to be somebody else's
};

/// Makes every handshake of `context` ask `trust`, which must outlive it.
///
/// A chain is good when it leads to an authority's certificate that it carries along and whose key
/// (SHA-256 of the SubjectPublicKeyInfo) is one of the two pinned ones. Whether the name fits is
/// checked by libcurl besides.
void trust_only(SSL_CTX* context, PinnedTrust& trust);

}  // namespace aftercare::sync
