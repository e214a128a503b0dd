#include "sync/server/router.h"

#include "shared/base/signature.h"
#include "sync/protocol/version.h"
#include "sync/server/head.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <set>

namespace aftercare::server {
namespace {

constexpr std::array<std::string_view, kWhoCount> kWhoNames{
    "nobody", "device", "revoked_device", "technician", "kiosk", "dispatcher", "manager", "administrator"};
constexpr std::size_t kBucketCountMax = 10'000;

bool is_name(std::string_view part) { return part.size() > 2 && part.front() == '{' && part.back() == '}'; }

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  for (;;) {
    const auto end = std::min(path.find('/'), path.size());
    parts.emplace_back(path.substr(0, end));
    if (end == path.size()) return parts;
    path.remove_prefix(end + 1);
  }
}

// What makes two patterns one: where names stand, not how they are called.
std::string shape_of(const std::vector<std::string>& parts) {
  std::string shape;
  for (const auto& part : parts) shape += '/' + (is_name(part) ? "{}" : part);
  return shape;
}

std::optional<Params> match(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return std::nullopt;
  Params params;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (!is_name(pattern[i])) {
      if (pattern[i] != path[i]) return std::nullopt;
      continue;
    }
    auto value = percent_decoded(path[i]);
    if (!value || value->empty() || *value == "." || *value == ".." ||
        value->find('/') != std::string::npos) {
      return std::nullopt;
    }
    params.emplace(pattern[i].substr(1, pattern[i].size() - 2), std::move(*value));
  }
  return params;
}

std::string_view content_type_of(BodyKind kind) {
  switch (kind) {
    case BodyKind::None: return "";
    case BodyKind::Json: return "application/json";
    case BodyKind::Cbor:
    case BodyKind::CborZstd: return "application/cbor";
    case BodyKind::Part: return "application/partial-upload";
  }
  return "";
}

std::optional<Response> refuse_body(const Route& route, const Request& request,
                                    std::uint64_t content_length) {
  if (content_length > route.body_byte_count_max) {
    return problem(Problem::TooLarge,
                   route.body_byte_count_max == 0
                       ? std::string{"this address takes no body"}
                       : fmt::format("at most {} bytes, please", route.body_byte_count_max));
  }
  if (content_length == 0 || route.body == BodyKind::None) return std::nullopt;

  auto type = request.header("Content-Type").value_or("");
  type = type.substr(0, std::min(type.find(';'), type.size()));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  if (!is_equal_ignoring_case(type, content_type_of(route.body))) {
    return problem(Problem::UnsupportedMedia,
                   fmt::format("Content-Type must be {}", content_type_of(route.body)));
  }
  const std::size_t encoding_count = static_cast<std::size_t>(std::count_if(
      request.headers.begin(), request.headers.end(),
      [](const Header& header) { return is_equal_ignoring_case(header.name, "Content-Encoding"); }));
  const auto encoding = request.header("Content-Encoding").value_or("identity");
  const std::string_view wanted = route.body == BodyKind::CborZstd ? "zstd" : "identity";
  if (encoding_count > 1 || !is_equal_ignoring_case(encoding, wanted)) {
    return problem(Problem::UnsupportedMedia, fmt::format("Content-Encoding must be {}", wanted));
  }
  return std::nullopt;
}

std::optional<Response> refuse_version(const Request& request, const protocol::Versions& ours) {
  const auto said = request.header(protocol::kVersionHeader);
  if (!said) return std::nullopt;  // a browser
  const auto theirs = protocol::versions_of_text(*said);
  if (!theirs) return problem(Problem::BadRequest, "Aftercare-Version is a number, or two with a hyphen");
  switch (protocol::agree(ours, *theirs).meeting) {
    case protocol::Meeting::TooOld: return problem(Problem::TooOld);
    case protocol::Meeting::TooNew: return problem(Problem::TooNew);
    case protocol::Meeting::Understood: break;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Who who) { return kWhoNames[static_cast<std::size_t>(who)]; }

Who who_is(const Caller& caller) {
  if (const auto* device = std::get_if<DeviceCaller>(&caller))
    return device->is_revoked ? Who::RevokedDevice : Who::Device;
  if (const auto* person = std::get_if<PersonCaller>(&caller)) {
    switch (person->role) {
      case Role::Technician: return Who::Technician;
      case Role::Kiosk: return Who::Kiosk;
      case Role::Dispatcher: return Who::Dispatcher;
      case Role::Manager: return Who::Manager;
      case Role::Administrator: return Who::Administrator;
    }
  }
  return Who::Nobody;
}

Router::Router(std::vector<Route> routes, Authenticator authenticate, Clock& clock,
               const protocol::Versions& versions)
    : routes_(std::move(routes)), authenticate_(std::move(authenticate)), clock_(clock), versions_(versions) {
  std::set<std::string> seen;
  for (const auto& route : routes_) {
    patterns_.push_back(parts_of(route.pattern));
    [[maybe_unused]] const bool is_new_id = seen.insert(route.id).second;
    [[maybe_unused]] const bool is_new_shape =
        seen.insert(fmt::format("{} {}", name_of(route.method), shape_of(patterns_.back()))).second;
    assert(is_new_id && !route.id.empty() && "every route has an id of its own");
    assert(is_new_shape && "two routes match the same requests");
    assert(route.handler && !route.who.is_empty() && "a route nobody can reach");
    assert((route.body == BodyKind::None) == (route.body_byte_count_max == 0) && "a body needs a bound");
    assert((route.lane != Lane::Inline || route.who.has(Who::Nobody)) &&
           "telling who asks may read a database");
  }
}

std::variant<const Route*, Response> Router::find(Request& request, std::uint64_t content_length) {
  const auto path = parts_of(request.path);
  const Route* route = nullptr;
  std::string allowed;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    auto params = match(patterns_[i], path);
    if (!params) continue;
    allowed += (allowed.empty() ? "" : ", ") + std::string{name_of(routes_[i].method)};
    // What can be got can be asked about; a route of its own for HEAD goes first.
    const bool is_exact = routes_[i].method == request.method;
    const bool is_look =
        request.method == Method::Head && routes_[i].method == Method::Get && route == nullptr;
    if (!is_exact && !is_look) continue;
    route = &routes_[i];
    request.params = std::move(*params);
  }
  if (route == nullptr) {
    if (allowed.empty()) return problem(Problem::NotFound);
    auto response = problem(Problem::MethodNotAllowed);
    response.headers.push_back({"Allow", allowed});
    return response;
  }
  if (auto refusal = refuse_version(request, versions_)) return std::move(*refusal);
  if (auto refusal = refuse_body(*route, request, content_length)) return std::move(*refusal);
  if (const auto seconds = wait_seconds(*route, request.peer_address); seconds > 0) {
    return problem_later(Problem::TooMany, seconds);
  }
  return route;
}

std::variant<Caller, Response> Router::admit(const Route& route, const Request& request) const {
  if (route.who.has(Who::Nobody)) return Caller{Nobody{}};

  auto answer = authenticate_(request);
  if (const auto* refusal = std::get_if<Refusal>(&answer)) return problem(refusal->code, refusal->detail);
  auto& caller = std::get<Caller>(answer);
  const auto who = who_is(caller);
  if (who == Who::Nobody) return problem(Problem::NotSignedIn);
  if (!route.who.has(who)) return problem(who == Who::RevokedDevice ? Problem::Revoked : Problem::Forbidden);

  const auto* const person = std::get_if<PersonCaller>(&caller);
  if (person != nullptr && person->must_set_up_totp && !route.is_for_unfinished_sign_in)
    return problem(Problem::TotpNeeded);
  if (person != nullptr && !is_safe(route.method)) {
    const auto token = request.header("X-CSRF-Token");
    if (!token || person->csrf_token.empty() || !is_equal_secret(*token, person->csrf_token)) {
      return problem(Problem::Forbidden, "X-CSRF-Token is missing or not the one of this session");
    }
  }
  return std::move(caller);
}

Reply Router::run(const Route& route, const Request& request, const Caller& caller) const {
  try {
    return route.handler(request, caller);
  } catch (const std::exception& error) {
    spdlog::error("{} ended with an exception: {}", route.id, error.what());
    return problem(Problem::ServerError);
  }
}

Reply Router::handle(Request request) {
  const auto found = find(request, request.body.size());
  if (const auto* refusal = std::get_if<Response>(&found)) return *refusal;
  const auto& route = *std::get<const Route*>(found);
  const auto admitted = admit(route, request);
  if (const auto* refusal = std::get_if<Response>(&admitted)) return *refusal;
  return run(route, request, std::get<Caller>(admitted));
}

std::vector<Problem> Router::problems_of(const Route& route) {
  std::set<Problem> codes(route.problems.begin(), route.problems.end());
  codes.insert({Problem::BadRequest, Problem::TooLarge, Problem::TooOld, Problem::TooNew,
                Problem::HeaderTooLarge, Problem::ServerError, Problem::Busy});
  if (!route.who.has(Who::Nobody)) {
    codes.insert({Problem::NotSignedIn, Problem::TokenExpired, Problem::Forbidden});
    if (!route.who.has(Who::RevokedDevice)) codes.insert(Problem::Revoked);
    if (!route.is_for_unfinished_sign_in) codes.insert(Problem::TotpNeeded);
  }
  if (!is_safe(route.method)) codes.insert({Problem::LengthRequired, Problem::DiskFull});
  if (route.body != BodyKind::None) codes.insert({Problem::UnsupportedMedia, Problem::Unreadable});
  if (route.rate_per_minute > 0) codes.insert(Problem::TooMany);
  return {codes.begin(), codes.end()};
}

bool Router::is_declared(const Route& route, const Response& response) {
  if (response.status < 400) {
    return std::any_of(route.answers.begin(), route.answers.end(),
                       [&](const Answer& answer) { return answer.status == response.status; });
  }
  const auto codes = problems_of(route);
  return std::any_of(codes.begin(), codes.end(),
                     [&](Problem code) { return kind_of(code).status == response.status; });
}

// A token bucket for each route and peer. The table is bounded: whoever was not here for longest is
// forgotten, which only ever forgives.
std::uint32_t Router::wait_seconds(const Route& route, const std::string& peer_address) {
  if (route.rate_per_minute == 0) return 0;
  const double per_ms = route.rate_per_minute / 60'000.0;
  const auto now = clock_.monotonic_ms();
  const auto key = route.id + ' ' + rate_key(peer_address);

  const std::scoped_lock lock(mutex_);
  auto known = bucket_by_key_.find(key);
  if (known == bucket_by_key_.end()) {
    buckets_.push_front({key, static_cast<double>(route.rate_per_minute), now});
    known = bucket_by_key_.emplace(key, buckets_.begin()).first;
    if (buckets_.size() > kBucketCountMax) {
      bucket_by_key_.erase(buckets_.back().key);
      buckets_.pop_back();
    }
  }
  buckets_.splice(buckets_.begin(), buckets_, known->second);
  auto& bucket = buckets_.front();
  bucket.tokens = std::min(static_cast<double>(route.rate_per_minute),
                           bucket.tokens + static_cast<double>(now - bucket.at_ms) * per_ms);
  bucket.at_ms = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return 0;
  }
  return static_cast<std::uint32_t>(std::ceil((1 - bucket.tokens) / per_ms / 1000));
}

}  // namespace aftercare::server
