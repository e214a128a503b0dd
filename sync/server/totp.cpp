#include "sync/server/totp.h"

#include "shared/base/signature.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace aftercare::server {
namespace {

constexpr std::int64_t kStepMs = 30'000;

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char sign : text) {
    const bool is_plain = (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') ||
                          (sign >= '0' && sign <= '9') || sign == '-' || sign == '.' || sign == '_';
    encoded += is_plain ? std::string(1, sign) : fmt::format("%{:02X}", static_cast<unsigned char>(sign));
  }
  return encoded;
}

}  // namespace

std::int64_t totp_step(Instant now) { return to_ms(now) / kStepMs; }

std::string totp_code(std::string_view secret, std::int64_t step) {
  std::array<unsigned char, 8> message{};
  for (std::size_t i = 0; i < message.size(); ++i)
    message[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (56 - 8 * i));
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), message.data(), message.size(), mac.data(),
       &size);
  // RFC 4226 §5.3: the last half byte says where the four bytes begin.
  const std::size_t at = mac[size - 1] & 0x0FU;
  const std::uint32_t number = (static_cast<std::uint32_t>(mac[at] & 0x7FU) << 24U) |
                               (static_cast<std::uint32_t>(mac[at + 1]) << 16U) |
                               (static_cast<std::uint32_t>(mac[at + 2]) << 8U) | mac[at + 3];
  return fmt::format("{:06}", number % 1'000'000);
}

std::optional<std::int64_t> accepted_totp_step(std::string_view secret, std::string_view code, Instant now,
                                               std::int64_t last_step) {
  const auto current = totp_step(now);
  std::optional<std::int64_t> accepted;
  for (const auto step : {current - 1, current, current + 1}) {
    if (is_equal_secret(totp_code(secret, step), code) && step > last_step) accepted = step;
  }
  return accepted;
}

std::string to_base32(std::string_view bytes) {
  constexpr std::string_view kSigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t bits = 0;
  unsigned bit_count = 0;
  for (const char byte : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(byte);
    bit_count += 8;
    while (bit_count >= 5) {
      bit_count -= 5;
      text += kSigns[(bits >> bit_count) & 31U];
    }
  }
  if (bit_count > 0) text += kSigns[(bits << (5 - bit_count)) & 31U];
  return text;
}

std::string totp_uri(std::string_view organisation, std::string_view email, std::string_view secret) {
  const auto issuer = percent_encoded(organisation);
  return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}", issuer, percent_encoded(email),
                     to_base32(secret), issuer);
}

}  // namespace aftercare::server
