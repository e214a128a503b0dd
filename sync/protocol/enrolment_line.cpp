#include "sync/protocol/enrolment_line.h"

#include "shared/base/text.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

namespace aftercare::protocol {
namespace {

constexpr std::string_view kScheme = "aftercare://";

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == at) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

Result<Hash> pin_of_text(std::string_view text) {
  const auto bytes = from_base64url(text);
  if (!bytes) return bytes.error();
  return hash_of_bytes(bytes.value());
}

bool is_host(std::string_view host) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-[]:";
  return !host.empty() && host.size() <= 253 && host.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace

std::string EnrolmentLine::origin() const { return fmt::format("https://{}:{}", host, port); }

std::string to_text(const EnrolmentLine& line) {
  return fmt::format("{}{}:{}/enrol#{}.{}.{}.{}", kScheme, line.host, line.port,
                     aftercare::to_text(line.organisation_id), line.code, to_base64url(view(line.pin)),
                     to_base64url(view(line.spare_pin)));
}

Result<EnrolmentLine> enrolment_line_of_text(std::string_view text) {
  const Error wrong{
      ErrorKind::Invalid,
      "this is not a whole enrolment line: copy all of it, from aftercare:// to the end, or make a new one"};
  const auto clean = trimmed(text);
  const auto hash = clean.find('#');
  if (!clean.starts_with(kScheme) || hash == std::string::npos) return wrong;
  auto place = clean.substr(kScheme.size(), hash - kScheme.size());
  if (!place.ends_with("/enrol")) return wrong;
  place.resize(place.size() - std::string_view{"/enrol"}.size());
  const auto colon = place.rfind(':');
  if (colon == std::string::npos) return wrong;

  EnrolmentLine line;
  line.host = place.substr(0, colon);
  const auto* end = place.data() + place.size();
  const auto port = std::from_chars(place.data() + colon + 1, end, line.port);
  if (port.ec != std::errc{} || port.ptr != end || line.port == 0 || !is_host(line.host)) return wrong;

  const auto parts = split(std::string_view{clean}.substr(hash + 1), '.');
  if (parts.size() != 4) return wrong;
  const auto organisation = id_of_text<OrganisationId>(parts[0]);
  const auto code = from_base64url(parts[1]);
  const auto pin = pin_of_text(parts[2]);
  const auto spare = pin_of_text(parts[3]);
  if (!organisation || !code || code.value().empty() || !pin || !spare) return wrong;
  line.organisation_id = organisation.value();
  line.code = parts[1];
  line.pin = pin.value();
  line.spare_pin = spare.value();
  return line;
}

}  // namespace aftercare::protocol
