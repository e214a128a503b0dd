#pragma once

#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/base/random.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The second factor: six digits that a person's own device makes from a shared secret and the time
/// (RFC 6238 with SHA-1, steps of 30 s, as every authenticator app understands it).
namespace aftercare::server {

inline constexpr std::size_t kTotpSecretSize = 20;

[[nodiscard]] std::int64_t totp_step(Instant now);
/// The six digits of one step.
[[nodiscard]] std::string totp_code(std::string_view secret, std::int64_t step);
/// The step that the code belongs to: now, the one before or the one after, and later than
/// `last_step`, so that a code works once. Nothing when it is none of these.
[[nodiscard]] std::optional<std::int64_t> accepted_totp_step(std::string_view secret, std::string_view code,
                                                             Instant now, std::int64_t last_step);

/// RFC 4648, without padding: how people and apps are told the secret.
[[nodiscard]] std::string to_base32(std::string_view bytes);
/// `otpauth://totp/…`, for the QR code.
[[nodiscard]] std::string totp_uri(std::string_view organisation, std::string_view email,
                                   std::string_view secret);

}  // namespace aftercare::server
