#pragma once

#include "shared/base/json.h"
#include "shared/domain/user.h"
#include "sync/server/problem.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Requests and responses as plain values. Nothing here knows a socket: a route is a function from one
/// to the other and is tested without a network.
namespace aftercare::server {

using domain::DeviceId;
using domain::DeviceRole;
using domain::OrganisationId;
using domain::Role;
using domain::UserId;

/// The methods that exist for us. Everything else (TRACE, CONNECT, …) is refused before it is read.
enum class Method { Get, Head, Post, Put, Patch, Delete };
[[nodiscard]] std::string_view name_of(Method method);
[[nodiscard]] std::optional<Method> method_of(std::string_view name);
/// Whether a method only looks. What looks needs no CSRF token.
[[nodiscard]] inline bool is_safe(Method method) { return method == Method::Get || method == Method::Head; }

struct Header {
  std::string name;
  std::string value;
};
using Headers = std::vector<Header>;
/// Percent-decoded names and values; each name at most once.
using Params = std::map<std::string, std::string, std::less<>>;

/// One request as its route sees it: method, caller, size and content type are what the route declared.
struct Request {
  Method method = Method::Get;
  std::string path;    // as sent, without the query
  Params params = {};  // what stands for the {names} of the route's pattern
  Params query = {};
  Headers headers = {};
  Bytes body = {};
  std::string peer_address;  // of the client; of the proxy only when the proxy said nothing

  /// The value of a header, whatever its case; nothing when it is absent or stands there twice.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  /// A parameter of the path or the query.
  [[nodiscard]] std::optional<std::string_view> param(std::string_view name) const;
  [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const;
  /// The value of one cookie.
  [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const;
  /// What stands after `Authorization: Bearer `.
  [[nodiscard]] std::optional<std::string_view> bearer_token() const;
};

struct Response {
  int status = 200;
  std::string content_type = {};
  Headers headers = {};
  Bytes body = {};

  // Only of a write job:
  bool keeps_writes = false;  // what was written stays, though this is a refusal
  std::optional<std::uint64_t> feed_seq =
      std::nullopt;  // after the commit the organisation's feed reaches here
};

[[nodiscard]] Response json(const nlohmann::json& value, int status = 200);
[[nodiscard]] Response cbor(Bytes body, int status = 200);
/// CBOR that the caller has compressed already; says `Content-Encoding: zstd`.
[[nodiscard]] Response cbor_zstd(Bytes body, int status = 200);
[[nodiscard]] Response no_content(Headers headers = {});
/// A file of somebody else's making: as an attachment, never sniffed.
[[nodiscard]] Response attachment(Bytes body, std::string content_type, std::string_view file_name);
/// RFC 9457. `detail` is about this request and holds no personal data; `extensions` is an object whose
/// members stand beside `type` and `title`.
[[nodiscard]] Response problem(Problem code, std::string_view detail = {},
                               const nlohmann::json& extensions = nlohmann::json::object());
/// The same, asking to come back after some seconds (`Retry-After`).
[[nodiscard]] Response problem_later(Problem code, std::uint32_t after_seconds, std::string_view detail = {});
/// The problem that says what an error of ours means to a client.
[[nodiscard]] Response problem_of(const Error& error);

/// Percent-decoding that refuses what is not exactly right: half a pair, NUL, other control characters,
/// bytes that are not UTF-8. '+' is a plus.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);
/// `a=1&b=2`. Nothing when a name is empty or stands there twice, or anything is not decodable.
[[nodiscard]] std::optional<Params> query_of(std::string_view text);
[[nodiscard]] bool is_equal_ignoring_case(std::string_view left, std::string_view right);

// ---- Who asks
// -------------------------------------------------------------------------------------------------------

struct Nobody {};
struct DeviceCaller {
  OrganisationId organisation_id;
  DeviceId device_id;
  DeviceRole role = DeviceRole::Tablet;
  bool is_revoked = false;
};
struct PersonCaller {
  OrganisationId organisation_id;
  UserId user_id;
  Role role = Role::Technician;
  std::string csrf_token = {};
  bool must_set_up_totp = false;  // until then only what belongs to signing in is open to them
};
using Caller = std::variant<Nobody, DeviceCaller, PersonCaller>;

/// Why somebody is not let in: an expired token, a cookie nobody knows.
struct Refusal {
  Problem code = Problem::NotSignedIn;
  std::string detail = {};
};

/// Tells from the headers (the body is not there yet) who asks. Nobody when they say nothing about
/// themselves. Runs on the read lane.
using Authenticator = std::function<std::variant<Caller, Refusal>(const Request&)>;

}  // namespace aftercare::server
