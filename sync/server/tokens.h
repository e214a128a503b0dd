#pragma once

#include "shared/base/random.h"
#include "sync/server/http.h"

#include <string>
#include <string_view>
#include <variant>

namespace aftercare::server {

/// What a device shows with each request, and what it signed to get it. The server keeps neither: both
/// carry a code that only this server can make, so that any of its threads, and later any of its
/// machines, can check them. Times are the server's; a device's clock never shuts it out.
class Tokens {
 public:
  /// Whom a token was given to. What they may do is looked up at each request, never kept in it.
  struct Claims {
    OrganisationId organisation_id;
    DeviceId device_id;
    Instant issued_at{};
    Instant expires_at{};
  };
  enum class Fault { Forged, Expired };

  Tokens(const Hash& key, Random& random) : key_(key), random_(random) {}

  struct Issued {
    std::string token;
    Instant expires_at{};
  };
  [[nodiscard]] Issued issue(const OrganisationId& organisation_id, const DeviceId& device_id,
                             Instant now) const;
  [[nodiscard]] std::variant<Claims, Fault> read(std::string_view token, Instant now) const;

  /// Bytes for one device to sign within two minutes. Asking again is free, and asking for a device
  /// that does not exist tells nothing.
  [[nodiscard]] Bytes challenge(const OrganisationId& organisation_id, const DeviceId& device_id,
                                Instant now) const;
  [[nodiscard]] bool is_challenge(std::string_view challenge, const OrganisationId& organisation_id,
                                  const DeviceId& device_id, Instant now) const;

 private:
  [[nodiscard]] Bytes pack(std::string_view purpose, const Claims& claims) const;
  [[nodiscard]] std::variant<Claims, Fault> unpack(std::string_view purpose, std::string_view payload,
                                                   std::string_view code, Instant now) const;
  [[nodiscard]] Bytes code_of(std::string_view payload) const;

  Hash key_;
  Random& random_;
};

}  // namespace aftercare::server
