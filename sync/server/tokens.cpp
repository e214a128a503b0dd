#include "sync/server/tokens.h"

#include "shared/base/cbor.h"
#include "shared/base/signature.h"
#include "sync/protocol/limits.h"

#include <sodium.h>

namespace aftercare::server {
namespace {

constexpr std::size_t kNonceSize = 12;
constexpr std::string_view kTokenPurpose = "token";
constexpr std::string_view kChallengePurpose = "challenge";

}  // namespace

Bytes Tokens::pack(std::string_view purpose, const Claims& claims) const {
  return cbor::Writer{}
      .array(6)
      .text(purpose)
      .bytes(view(claims.organisation_id))
      .bytes(view(claims.device_id))
      .integer(to_ms(claims.issued_at))
      .integer(to_ms(claims.expires_at))
      .bytes(random_.bytes(kNonceSize))
      .take();
}

Bytes Tokens::code_of(std::string_view payload) const {
  Bytes code(crypto_auth_BYTES, '\0');
  static_assert(sizeof(Hash) == crypto_auth_KEYBYTES);
  crypto_auth(reinterpret_cast<unsigned char*>(code.data()),
              reinterpret_cast<const unsigned char*>(payload.data()), payload.size(), key_.data());
  return code;
}

std::variant<Tokens::Claims, Tokens::Fault> Tokens::unpack(std::string_view purpose, std::string_view payload,
                                                           std::string_view code, Instant now) const {
  if (!is_equal_secret(code, code_of(payload))) return Fault::Forged;
  cbor::Reader reader{payload};
  reader.array(6);
  const bool is_for_this = reader.text() == purpose;
  Claims claims;
  claims.organisation_id.bytes = reader.array_of_bytes<decltype(claims.organisation_id.bytes)>();
  claims.device_id.bytes = reader.array_of_bytes<decltype(claims.device_id.bytes)>();
  claims.issued_at = from_ms(reader.integer());
  claims.expires_at = from_ms(reader.integer());
  (void)reader.bytes(kNonceSize);
  if (!reader.is_done() || !is_for_this) return Fault::Forged;
  // A server whose clock was set back must not honour a token for years: one from the future has expired.
  const auto life = claims.expires_at - claims.issued_at;
  if (now >= claims.expires_at || claims.issued_at > now + life) return Fault::Expired;
  return claims;
}

Tokens::Issued Tokens::issue(const OrganisationId& organisation_id, const DeviceId& device_id,
                             Instant now) const {
  const Claims claims{organisation_id, device_id, now, now + protocol::kLimits.token_life};
  const auto payload = pack(kTokenPurpose, claims);
  return {to_base64url(payload) + '.' + to_base64url(code_of(payload)), claims.expires_at};
}

std::variant<Tokens::Claims, Tokens::Fault> Tokens::read(std::string_view token, Instant now) const {
  constexpr std::size_t kSizeMax = 512;
  const auto dot = token.find('.');
  if (token.size() > kSizeMax || dot == std::string_view::npos) return Fault::Forged;
  const auto payload = from_base64url(token.substr(0, dot));
  const auto code = from_base64url(token.substr(dot + 1));
  if (!payload || !code) return Fault::Forged;
  return unpack(kTokenPurpose, payload.value(), code.value(), now);
}

Bytes Tokens::challenge(const OrganisationId& organisation_id, const DeviceId& device_id, Instant now) const {
  const auto payload =
      pack(kChallengePurpose, {organisation_id, device_id, now, now + protocol::kLimits.challenge_life});
  return payload + code_of(payload);
}

bool Tokens::is_challenge(std::string_view challenge, const OrganisationId& organisation_id,
                          const DeviceId& device_id, Instant now) const {
  if (challenge.size() <= crypto_auth_BYTES) return false;
  const auto payload = challenge.substr(0, challenge.size() - crypto_auth_BYTES);
  const auto read = unpack(kChallengePurpose, payload, challenge.substr(payload.size()), now);
  const auto* claims = std::get_if<Claims>(&read);
  return claims != nullptr && claims->organisation_id == organisation_id && claims->device_id == device_id;
}

}  // namespace aftercare::server
