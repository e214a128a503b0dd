#pragma once

#include "shared/base/clock.h"
#include "sync/protocol/version.h"
#include "sync/server/http.h"
#include "sync/server/lanes.h"
#include "sync/server/live.h"

#include <cstddef>
#include <initializer_list>
#include <list>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

/// Routes as data. One table says who may do what, how much they may send and what they are told; the
/// router enforces it before a handler runs, and openapi.h prints it.
namespace aftercare::server {

/// Who a route is for. Nobody means that it asks nobody who they are (and hands every caller on as
/// Nobody); Kiosk is a person's account, a kiosk's machine is a Device.
enum class Who : std::uint8_t {
  Nobody,
  Device,
  RevokedDevice,
  Technician,
  Kiosk,
  Dispatcher,
  Manager,
  Administrator
};
inline constexpr std::size_t kWhoCount = 8;
[[nodiscard]] std::string_view name_of(Who who);
[[nodiscard]] Who who_is(const Caller& caller);

class WhoSet {
 public:
  constexpr WhoSet() = default;
  constexpr WhoSet(std::initializer_list<Who> members) {
    for (const auto who : members) bits_ |= 1U << static_cast<unsigned>(who);
  }
  [[nodiscard]] constexpr bool has(Who who) const { return (bits_ >> static_cast<unsigned>(who) & 1U) != 0; }
  [[nodiscard]] constexpr bool is_empty() const { return bits_ == 0; }

 private:
  unsigned bits_ = 0;
};
inline constexpr WhoSet kOfficePeople{Who::Dispatcher, Who::Manager, Who::Administrator};

enum class BodyKind {
  None,      // a Content-Length above 0 is refused
  Json,      // application/json
  Cbor,      // application/cbor
  CborZstd,  // application/cbor, Content-Encoding: zstd; the handler bounds what it becomes
  Part,      // application/partial-upload
};

/// What a route answers when nothing stands in the way.
struct Answer {
  int status = 200;
  std::string content_type = {};  // empty: no body
  std::string description = {};
  std::string schema = {};  // JSON Schema as text, for JSON
};

/// One line of /openapi.json about a parameter of the query or a header. For reading; the handler checks.
struct Parameter {
  std::string name;
  std::string description = {};
  bool is_required = false;
  bool is_header = false;
};

using Reply = std::variant<Response, WriteJob, LongPoll, EventStream>;
using Handler = std::function<Reply(const Request&, const Caller&)>;

struct Route {
  Method method = Method::Get;
  std::string pattern;  // "/v1/blobs/{hash}": {name} stands for one part of the path
  std::string id;       // stable; in the log and as operationId
  std::string summary = {};
  WhoSet who = {};
  BodyKind body = BodyKind::None;
  std::size_t body_byte_count_max = 0;
  std::string body_schema = {};
  std::vector<Parameter> parameters = {};
  std::vector<Answer> answers = {};
  std::vector<Problem> problems = {};  // of the handler; those of the router are added
  std::vector<std::pair<std::string, std::uint64_t>> limits = {};  // further ones, told in /openapi.json
  unsigned rate_per_minute = 0;                                    // for each peer address; 0: no bound
  bool is_for_unfinished_sign_in = false;  // open before a second factor that is due is set up
  Lane lane = Lane::Read;
  Handler handler = {};
};

/// A request that was let in: what to run, once the body is here.
struct Admission {
  const Route* route = nullptr;
  Caller caller = {};
};

class Router {
 public:
  /// Asserts what only a programmer can get wrong: two routes with one meaning or one id, a route for
  /// nobody at all, a body without a limit.
  Router(std::vector<Route> routes, Authenticator authenticate, Clock& clock,
         const protocol::Versions& versions = protocol::kVersions);

  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

  /// The first half, from the head alone: path, method, size, content type, rate. Fills
  /// `request.params`. Touches nothing slow.
  [[nodiscard]] std::variant<const Route*, Response> find(Request& request, std::uint64_t content_length);
  /// The second half: who asks, whether the route is for them, the CSRF token. May read a database.
  [[nodiscard]] std::variant<Caller, Response> admit(const Route& route, const Request& request) const;
  /// Runs the handler. What it throws becomes a 500.
  [[nodiscard]] Reply run(const Route& route, const Request& request, const Caller& caller) const;

  /// All three on this thread, for tests and for requests that did not come over a socket. `find`
  /// again: a body longer than declared is refused here too.
  [[nodiscard]] Reply handle(Request request);

  /// The problems a route can be answered with: its own and those of the router.
  [[nodiscard]] static std::vector<Problem> problems_of(const Route& route);
  /// Whether a route's declaration has room for this answer. The session logs what it did not declare.
  [[nodiscard]] static bool is_declared(const Route& route, const Response& response);

 private:
  struct Bucket {
    std::string key;
    double tokens = 0;
    std::int64_t at_ms = 0;
  };
  std::uint32_t wait_seconds(const Route& route, const std::string& peer_address);

  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> patterns_;
  Authenticator authenticate_;
  Clock& clock_;
  protocol::Versions versions_;
  std::mutex mutex_;
  std::list<Bucket> buckets_;  // most recently used first
  std::unordered_map<std::string, std::list<Bucket>::iterator> bucket_by_key_;
};

}  // namespace aftercare::server
