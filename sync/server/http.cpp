#include "sync/server/http.h"

#include "shared/base/text.h"

#include <algorithm>
#include <array>

namespace aftercare::server {
namespace {

constexpr std::array<std::string_view, 6> kMethodNames{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
constexpr std::uint32_t kRetryAfterSeconds = 1;

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

int digit_of(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

Response with_body(int status, std::string content_type, Bytes body) {
  Response response;
  response.status = status;
  response.content_type = std::move(content_type);
  response.body = std::move(body);
  return response;
}

std::optional<std::string_view> found(const Params& params, std::string_view name) {
  const auto at = params.find(name);
  if (at == params.end()) return std::nullopt;
  return at->second;
}

}  // namespace

std::string_view name_of(Method method) { return kMethodNames[static_cast<std::size_t>(method)]; }

std::optional<Method> method_of(std::string_view name) {
  const auto at = std::find(kMethodNames.begin(), kMethodNames.end(), name);
  if (at == kMethodNames.end()) return std::nullopt;
  return static_cast<Method>(at - kMethodNames.begin());
}

bool is_equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  std::optional<std::string_view> value;
  for (const auto& each : headers) {
    if (!is_equal_ignoring_case(each.name, name)) continue;
    if (value) return std::nullopt;  // which of the two was meant, nobody can say
    value = each.value;
  }
  return value;
}

std::optional<std::string_view> Request::param(std::string_view name) const { return found(params, name); }

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  return found(query, name);
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
  const auto all = header("Cookie");
  if (!all) return std::nullopt;
  std::optional<std::string_view> value;
  for (std::string_view rest = *all; !rest.empty();) {
    const auto end = std::min(rest.find(';'), rest.size());
    auto pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    if (value) return std::nullopt;
    value = pair.substr(equals + 1);
  }
  return value;
}

std::optional<std::string_view> Request::bearer_token() const {
  constexpr std::string_view kScheme = "Bearer ";
  const auto value = header("Authorization");
  if (!value || !is_equal_ignoring_case(value->substr(0, kScheme.size()), kScheme)) return std::nullopt;
  return value->substr(kScheme.size());
}

Response json(const nlohmann::json& value, int status) {
  // Replaced, not thrown: a name that an old database holds in a wrong encoding must not end the answer.
  return with_body(status, "application/json",
                   value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Response cbor(Bytes body, int status) { return with_body(status, "application/cbor", std::move(body)); }

Response cbor_zstd(Bytes body, int status) {
  auto response = cbor(std::move(body), status);
  response.headers.push_back({"Content-Encoding", "zstd"});
  return response;
}

Response no_content(Headers headers) {
  Response response;
  response.status = 204;
  response.headers = std::move(headers);
  return response;
}

Response attachment(Bytes body, std::string content_type, std::string_view file_name) {
  std::string safe_name;
  for (const char letter : file_name) {
    const bool is_plain = (lower(letter) >= 'a' && lower(letter) <= 'z') ||
                          (letter >= '0' && letter <= '9') || letter == '.' || letter == '-' || letter == '_';
    safe_name += is_plain ? letter : '_';
  }
  auto response = with_body(200, std::move(content_type), std::move(body));
  response.headers.push_back({"Content-Disposition", "attachment; filename=\"" + safe_name + "\""});
  return response;
}

Response problem(Problem code, std::string_view detail, const nlohmann::json& extensions) {
  const auto& kind = kind_of(code);
  auto value = extensions.is_object() ? extensions : nlohmann::json::object();
  value["type"] = "urn:aftercare:problem:" + std::string{kind.name};
  value["title"] = kind.title;
  value["status"] = kind.status;
  value["detail"] = detail.empty() ? kind.advice : detail;
  auto response = json(value, kind.status);
  response.content_type = "application/problem+json";
  if (code == Problem::NotSignedIn || code == Problem::TokenExpired) {
    response.headers.push_back({"WWW-Authenticate", "Bearer realm=\"aftercare\""});
  }
  if (code == Problem::Busy || code == Problem::TooMany) {
    response.headers.push_back({"Retry-After", std::to_string(kRetryAfterSeconds)});
  }
  return response;
}

Response problem_later(Problem code, std::uint32_t after_seconds, std::string_view detail) {
  auto response = problem(code, detail);
  std::erase_if(response.headers, [](const Header& header) { return header.name == "Retry-After"; });
  response.headers.push_back({"Retry-After", std::to_string(after_seconds)});
  return response;
}

Response problem_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::NotFound: return problem(Problem::NotFound, error.detail);
    case ErrorKind::Invalid: return problem(Problem::Unreadable, error.detail);
    case ErrorKind::Refused: return problem(Problem::Forbidden, error.detail);
    case ErrorKind::Conflict: return problem(Problem::Conflict, error.detail);
    case ErrorKind::SignIn: return problem(Problem::NotSignedIn, error.detail);
    case ErrorKind::Busy: return problem(Problem::Busy);
    case ErrorKind::Full: return problem(Problem::DiskFull);
    case ErrorKind::Newer: return problem(Problem::TooNew, error.detail);
    // What broke here is for the log. It may name files, and the client cannot mend it.
    case ErrorKind::Offline:
    case ErrorKind::Corrupt: break;
  }
  return problem(Problem::ServerError);
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char letter = text[i];
    if (letter == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = digit_of(text[i + 1]);
      const int low = digit_of(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      letter = static_cast<char>(high * 16 + low);
      i += 2;
    }
    const auto code = static_cast<unsigned char>(letter);
    if (code < 0x20 || code == 0x7F) return std::nullopt;
    decoded += letter;
  }
  if (!is_clean_utf8(decoded)) return std::nullopt;
  return decoded;
}

std::optional<Params> query_of(std::string_view text) {
  Params params;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto pair = text.substr(0, end);
    const bool is_last = end == text.size();
    text.remove_prefix(is_last ? end : end + 1);
    if (!is_last && text.empty()) return std::nullopt;
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = percent_decoded(pair.substr(0, equals));
    auto value = percent_decoded(equals < pair.size() ? pair.substr(equals + 1) : std::string_view{});
    if (!name || name->empty() || !value) return std::nullopt;
    if (!params.emplace(std::move(*name), std::move(*value)).second) return std::nullopt;
  }
  return params;
}

}  // namespace aftercare::server
