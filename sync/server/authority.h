#pragma once

#include "shared/base/bytes.h"
#include "shared/base/clock.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace aftercare::server {

/// The server's own certificate authority, in DIR/tls. Devices trust its key and a spare one (their
/// pins travel in the enrolment line) and nobody else's, so that no outside authority can stand in
/// between.
///
///   ca.key  ca.crt        signs the server's certificate; 20 years
///   spare.key  spare.pub  for the day when ca.key is lost or stolen; keep spare.key somewhere else
///   server.key  server.crt  what the server shows: its certificate, then the authority's
struct Authority {
  std::filesystem::path chain_file;
  std::filesystem::path key_file;
  Hash pin{};                           // of ca.crt's key
  Hash spare_pin{};                     // of spare.pub
  Instant expires_at{};                 // the server's certificate
  std::vector<std::string> names = {};  // that it is valid for
};

struct AuthorityLimits {
  std::chrono::days authority_life{20 * 365 + 5};
  std::chrono::days leaf_life{825};
  std::chrono::days leaf_left_min{180};  // renewed at start when less is left
};

/// Makes what is missing in `folder` and loads it; safe to run again, also after a crash in between.
/// `names` are the host names and addresses of the server beside localhost, 127.0.0.1 and ::1.
[[nodiscard]] Result<Authority> make_authority(const std::filesystem::path& folder,
                                               const std::vector<std::string>& names, Clock& clock,
                                               const AuthorityLimits& limits = {});

/// Loads it and renews the server's certificate when it is near its end or lacks one of the names.
/// NotFound when there is none yet, Corrupt when files do not belong together; nothing is replaced but
/// the server's own key and certificate.
[[nodiscard]] Result<Authority> load_authority(const std::filesystem::path& folder,
                                               const std::vector<std::string>& names, Clock& clock,
                                               const AuthorityLimits& limits = {});

/// SHA-256 of the public key (SubjectPublicKeyInfo, DER) of the first certificate in a PEM text.
[[nodiscard]] Result<Hash> pin_of_certificate(std::string_view pem);
/// The same of a PEM public key.
[[nodiscard]] Result<Hash> pin_of_public_key(std::string_view pem);

}  // namespace aftercare::server
