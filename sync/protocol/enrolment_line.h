#pragma once

#include "sync/protocol/statement.h"

namespace aftercare::protocol {

/// What an administrator hands to a new device, as one line or as a QR code:
/// `aftercare://host:port/enrol#organisation.code.pin.spare`. The organisation is 32 hexadecimal
/// digits, the code and both pins are base64url without padding. A pin is the SHA-256 of a
/// certificate authority's public key (SubjectPublicKeyInfo, DER).
struct EnrolmentLine {
  std::string host;
  std::uint16_t port = 443;
  OrganisationId organisation_id;
  std::string code;
  Hash pin{};
  Hash spare_pin{};
  [[nodiscard]] std::string origin() const;  // https://host:port
};

[[nodiscard]] std::string to_text(const EnrolmentLine& line);
/// Invalid with advice: the whole line must be copied.
[[nodiscard]] Result<EnrolmentLine> enrolment_line_of_text(std::string_view text);

}  // namespace aftercare::protocol
