#include "tests/server/http_house.h"
#include "tests/support/fake_clock.h"

using namespace aftercare;
using namespace aftercare::server;
using aftercare::testing::FakeClock;

namespace {

/// One route for every set of callers with one member, and one for the office.
std::vector<Route> walled_routes(std::atomic<int>& run_count) {
  std::vector<Route> routes;
  const auto add = [&](const std::string& name, WhoSet who, Method method) {
    auto route = plain_route(method, "/" + name, name);
    route.who = who;
    route.handler = [&run_count](const Request&, const Caller&) -> Reply {
      ++run_count;
      return json({});
    };
    routes.push_back(std::move(route));
  };
  for (std::size_t i = 0; i < kWhoCount; ++i) {
    const auto who = static_cast<Who>(i);
    add("get_" + std::string{name_of(who)}, {who}, Method::Get);
    add("post_" + std::string{name_of(who)}, {who}, Method::Post);
  }
  add("office", kOfficePeople, Method::Get);
  return routes;
}

Request request_as(const Route& route, std::string_view who) {
  Request request;
  request.method = route.method;
  request.path = route.pattern;
  if (!who.empty() && who != "nobody")
    request.headers.push_back({"Authorization", "Bearer " + std::string{who}});
  if (!is_safe(route.method)) request.headers.push_back({"X-CSRF-Token", "csrf"});
  return request;
}

int status_of(Router& router, Request request) {
  return std::get<Response>(router.handle(std::move(request))).status;
}

}  // namespace

TEST_CASE("router: every route refuses every caller that it does not declare, and its handler does not run",
          "[S04][S07]") {
  std::atomic<int> run_count = 0;
  FakeClock clock;
  Router router(walled_routes(run_count), test_authenticate, clock);

  for (const auto& route : router.routes()) {
    for (std::size_t i = 0; i < kWhoCount; ++i) {
      const auto who = static_cast<Who>(i);
      CAPTURE(route.id, name_of(who));
      run_count = 0;
      const auto response = std::get<Response>(router.handle(request_as(route, name_of(who))));
      const bool is_allowed = route.who.has(who) || route.who.has(Who::Nobody);
      CHECK(run_count == (is_allowed ? 1 : 0));
      CHECK(Router::is_declared(route, response));
      if (is_allowed) {
        CHECK(response.status == 200);
      } else {
        CHECK(response.status == (who == Who::Nobody ? 401 : 403));
      }
    }
    if (route.who.has(Who::Nobody)) continue;
    CHECK(status_of(router, request_as(route, "expired")) == 401);
    CHECK(status_of(router, request_as(route, "invented")) == 401);
  }
}

TEST_CASE("router: a person changes nothing without the CSRF token of the session", "[S07]") {
  std::atomic<int> run_count = 0;
  FakeClock clock;
  Router router(walled_routes(run_count), test_authenticate, clock);
  Request request;
  request.method = Method::Post;
  request.path = "/post_manager";
  request.headers = {{"Authorization", "Bearer manager"}};

  CHECK(status_of(router, request) == 403);
  request.headers.push_back({"X-CSRF-Token", "wrong"});
  CHECK(status_of(router, request) == 403);
  request.headers.back().value = "csrf";
  CHECK(status_of(router, request) == 200);
  request.headers.push_back({"X-CSRF-Token", "csrf"});
  CHECK(status_of(router, request) == 403);
  CHECK(run_count == 1);
}

TEST_CASE("router: path, method, size, type and encoding are checked before the caller is asked for",
          "[S04][S07]") {
  auto zstd = plain_route(Method::Post, "/push", "push");
  zstd.body = BodyKind::CborZstd;
  zstd.body_byte_count_max = 10;
  FakeClock clock;
  bool was_asked = false;
  zstd.who = {Who::Device};
  Router router(
      {zstd, plain_route(Method::Get, "/things/{id}", "thing")},
      [&](const Request&) -> std::variant<Caller, Refusal> {
        was_asked = true;
        return Caller{Nobody{}};
      },
      clock);
  Request request;
  request.method = Method::Post;
  request.path = "/push";
  request.body = "12345";
  request.headers = {{"Content-Type", "application/cbor"}, {"Content-Encoding", "zstd"}};

  SECTION("all is well until the caller is asked") {
    CHECK(status_of(router, request) == 401);
    CHECK(was_asked);
  }
  SECTION("one byte too many") {
    request.body = "12345678901";
    CHECK(status_of(router, request) == 413);
    CHECK_FALSE(was_asked);
  }
  SECTION("another type") {
    request.headers[0].value = "application/json";
    CHECK(status_of(router, request) == 415);
    CHECK_FALSE(was_asked);
  }
  SECTION("no encoding") {
    request.headers.pop_back();
    CHECK(status_of(router, request) == 415);
  }
  SECTION("another encoding, twice") {
    request.headers.push_back({"Content-Encoding", "zstd"});
    CHECK(status_of(router, request) == 415);
  }
  SECTION("another method") {
    request.method = Method::Put;
    const auto response = std::get<Response>(router.handle(request));
    CHECK(response.status == 405);
    CHECK(response.headers.back().value == "POST");
  }
  SECTION("another path") {
    for (const std::string path : {"/", "/push/", "/pus%68", "/things", "/things/", "/things/..",
                                   "/things/%2e%2e", "/things/a%2fb", "/things/a/b"}) {
      CAPTURE(path);
      request.path = path;
      CHECK(status_of(router, request) == 404);
    }
  }
  SECTION("a program that is too old") {
    request.headers.push_back({"Aftercare-Version", "0"});
    CHECK(status_of(router, request) == 426);
  }
  SECTION("a newer program that still speaks our version is answered in it") {
    request.headers.push_back({"Aftercare-Version", "1-7"});
    CHECK(status_of(router, request) == 401);
  }
  SECTION("a newer program that does not is told that the server must be updated") {
    request.headers.push_back({"Aftercare-Version", "7-8"});
    const auto response = std::get<Response>(router.handle(request));
    CHECK(response.status == 426);
    CHECK(response.body.find("urn:aftercare:problem:too_new") != std::string::npos);
    CHECK(response.body.find("Update the server") != std::string::npos);
  }
  SECTION(
      "a server two versions on tells a program of today to update, and speaks with one that knows both") {
    Router later({zstd}, test_authenticate, clock, {.oldest = 2, .newest = 3});
    auto today = request;
    today.headers.push_back({"Aftercare-Version", protocol::to_text(protocol::kVersions)});
    const auto refused = std::get<Response>(later.handle(today));
    CHECK(refused.status == 426);
    CHECK(refused.body.find("urn:aftercare:problem:too_old") != std::string::npos);
    CHECK(refused.body.find("nothing is lost") != std::string::npos);
    request.headers.push_back({"Aftercare-Version", "1-2"});
    CHECK(status_of(later, request) != 426);
  }
  SECTION("a version that is no version") {
    for (const char* said : {"", "x", "2-1", "1-", "-1", "1-2-3", "4294967297"}) {
      CAPTURE(said);
      auto asked = request;
      asked.headers.push_back({"Aftercare-Version", said});
      CHECK(status_of(router, asked) == 400);
    }
  }
}

TEST_CASE("router: the parts of a path arrive decoded", "[S04]") {
  FakeClock clock;
  auto route = plain_route(Method::Get, "/a/{first}/b/{second}", "two");
  route.handler = [](const Request& request, const Caller&) -> Reply {
    return json({{"first", *request.param("first")}, {"second", *request.param("second")}});
  };
  Router router({route}, test_authenticate, clock);
  Request request;
  request.path = "/a/x%20y/b/%C4%8D";

  const auto response = std::get<Response>(router.handle(request));

  CHECK(nlohmann::json::parse(response.body) == nlohmann::json{{"first", "x y"}, {"second", "č"}});
}

TEST_CASE("router: a rate is kept for each peer and forgives with time", "[S07]") {
  FakeClock clock;
  auto route = plain_route(Method::Get, "/sign-in", "sign_in");
  route.rate_per_minute = 3;
  Router router({route}, test_authenticate, clock);
  Request request;
  request.path = "/sign-in";
  request.peer_address = "192.0.2.1";

  for (int i = 0; i < 3; ++i) CHECK(status_of(router, request) == 200);
  const auto refusal = std::get<Response>(router.handle(request));
  CHECK(refusal.status == 429);
  CHECK(refusal.headers.back().name == "Retry-After");
  CHECK(refusal.headers.back().value == "20");

  request.peer_address = "192.0.2.2";
  CHECK(status_of(router, request) == 200);
  request.peer_address = "192.0.2.1";
  clock.pass(std::chrono::seconds(20));
  CHECK(status_of(router, request) == 200);
  CHECK(status_of(router, request) == 429);
}

TEST_CASE("router: a handler that throws answers 500 and tells nothing", "[S07]") {
  FakeClock clock;
  spdlog::set_level(spdlog::level::off);
  auto route = plain_route(Method::Get, "/", "root");
  route.handler = [](const Request&, const Caller&) -> Reply { throw std::runtime_error("/home/secret"); };
  Router router({route}, test_authenticate, clock);
  Request request;
  request.path = "/";

  const auto response = std::get<Response>(router.handle(request));

  CHECK(response.status == 500);
  CHECK(response.body.find("secret") == std::string::npos);
}

TEST_CASE("problem: every code is a problem detail with its own status, title and advice", "[S04]") {
  for (const auto& kind : problem_kinds()) {
    CAPTURE(kind.name);
    const auto response = problem(kind.code, "", {{"offset", 7}});
    const auto value = nlohmann::json::parse(response.body);
    CHECK(response.content_type == "application/problem+json");
    CHECK(response.status == kind.status);
    CHECK(value.at("type") == "urn:aftercare:problem:" + std::string{kind.name});
    CHECK(value.at("status") == kind.status);
    CHECK_FALSE(value.at("title").get<std::string>().empty());
    CHECK_FALSE(value.at("detail").get<std::string>().empty());
    CHECK(value.at("offset") == 7);
    CHECK(problem_named(kind.name) == kind.code);
  }
}

TEST_CASE("openapi: each operation says its roles, limits and problems, from the table that is enforced",
          "[S04]") {
  std::atomic<int> run_count = 0;
  auto routes = walled_routes(run_count);
  routes.push_back(health_route("1.2.3"));
  routes[0].rate_per_minute = 5;
  routes[0].limits = {{"thing_count_max", 9}};
  const auto own = openapi_route(routes);
  routes.push_back(own);
  FakeClock clock;
  Router router(routes, test_authenticate, clock);

  Request request;
  request.path = "/openapi.json";
  const auto document = nlohmann::json::parse(std::get<Response>(router.handle(request)).body);

  CHECK(document.at("openapi") == "3.1.0");
  CHECK(document.at("info").at("license").at("identifier") == "Apache-2.0");
  for (const auto& route : router.routes()) {
    CAPTURE(route.id);
    std::string method{name_of(route.method)};
    std::transform(method.begin(), method.end(), method.begin(),
                   [](char letter) { return static_cast<char>(letter | 0x20); });
    const auto& operation = document.at("paths").at(route.pattern).at(method);
    CHECK(operation.at("operationId") == route.id);
    for (std::size_t i = 0; i < kWhoCount; ++i) {
      const auto& roles = operation.at("x-aftercare-roles");
      const bool is_told = std::find(roles.begin(), roles.end(), name_of(static_cast<Who>(i))) != roles.end();
      CHECK(is_told == route.who.has(static_cast<Who>(i)));
    }
    CHECK(operation.at("x-aftercare-limits").at("body_byte_count_max") == route.body_byte_count_max);
    for (const auto code : Router::problems_of(route)) {
      const auto& told =
          operation.at("responses").at(std::to_string(kind_of(code).status)).at("x-aftercare-problems");
      CHECK(std::find(told.begin(), told.end(), name_of(code)) != told.end());
    }
  }
  CHECK(document["paths"]["/get_nobody"]["get"]["x-aftercare-limits"]["rate_per_minute"] == 5);
  CHECK(document["paths"]["/get_nobody"]["get"]["x-aftercare-limits"]["thing_count_max"] == 9);
  CHECK(document["paths"]["/post_device"]["post"]["requestBody"]["content"].contains("application/cbor"));
  CHECK(document["paths"]["/healthz"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
                ["type"] == "object");
}
