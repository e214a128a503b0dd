#include "sync/server/openapi.h"

#include "sync/protocol/version.h"

#include <fmt/format.h>

#include <map>

namespace aftercare::server {
namespace {

using nlohmann::json;

constexpr const char* kProblemType = "application/problem+json";

std::string lower(std::string_view text) {
  std::string result{text};
  for (char& letter : result) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return result;
}

// Schemas are written by hand beside the routes; a mistake in one shows as a text, and a test looks for it.
json schema_of(const std::string& text) {
  if (text.empty()) return json::object();
  auto parsed = parse_json(text);
  return parsed ? parsed.value() : json("not JSON: " + parsed.error().detail);
}

std::string_view media_of(BodyKind kind) {
  switch (kind) {
    case BodyKind::None: return "";
    case BodyKind::Json: return "application/json";
    case BodyKind::Cbor:
    case BodyKind::CborZstd: return "application/cbor";
    case BodyKind::Part: return "application/partial-upload";
  }
  return "";
}

json parameters_of(const Route& route) {
  auto list = json::array();
  for (std::size_t at = route.pattern.find('{'); at != std::string::npos;
       at = route.pattern.find('{', at + 1)) {
    const auto end = route.pattern.find('}', at);
    list.push_back({{"name", route.pattern.substr(at + 1, end - at - 1)},
                    {"in", "path"},
                    {"required", true},
                    {"schema", {{"type", "string"}}}});
  }
  for (const auto& parameter : route.parameters) {
    list.push_back({{"name", parameter.name},
                    {"in", parameter.is_header ? "header" : "query"},
                    {"required", parameter.is_required},
                    {"description", parameter.description},
                    {"schema", {{"type", "string"}}}});
  }
  if (route.body == BodyKind::CborZstd) {
    list.push_back({{"name", "Content-Encoding"},
                    {"in", "header"},
                    {"required", true},
                    {"schema", {{"type", "string"}, {"enum", {"zstd"}}}}});
  }
  return list;
}

bool has_person(const WhoSet& who) {
  for (const auto each : {Who::Technician, Who::Kiosk, Who::Dispatcher, Who::Manager, Who::Administrator}) {
    if (who.has(each)) return true;
  }
  return false;
}

json responses_of(const Route& route) {
  auto responses = json::object();
  for (const auto& answer : route.answers) {
    auto& response = responses[std::to_string(answer.status)];
    response["description"] = answer.description.empty() ? "Done" : answer.description;
    if (!answer.content_type.empty())
      response["content"][answer.content_type]["schema"] = schema_of(answer.schema);
  }
  for (const auto code : Router::problems_of(route)) {
    const auto& kind = kind_of(code);
    auto& response = responses[std::to_string(kind.status)];
    if (!response.contains("description")) response["description"] = kind.title;
    response["x-aftercare-problems"].push_back(kind.name);
    response["content"][kProblemType]["schema"]["$ref"] = "#/components/schemas/Problem";
  }
  return responses;
}

json operation_of(const Route& route) {
  json operation{{"operationId", route.id}, {"summary", route.summary}};
  if (auto parameters = parameters_of(route); !parameters.empty())
    operation["parameters"] = std::move(parameters);
  if (route.body != BodyKind::None) {
    operation["requestBody"] = {
        {"required", true},
        {"content", {{std::string{media_of(route.body)}, {{"schema", schema_of(route.body_schema)}}}}}};
  }
  operation["responses"] = responses_of(route);

  auto roles = json::array();
  for (std::size_t i = 0; i < kWhoCount; ++i) {
    if (route.who.has(static_cast<Who>(i))) roles.push_back(name_of(static_cast<Who>(i)));
  }
  operation["x-aftercare-roles"] = std::move(roles);

  json limits{{"body_byte_count_max", route.body_byte_count_max}};
  if (route.rate_per_minute > 0) limits["rate_per_minute"] = route.rate_per_minute;
  for (const auto& [name, value] : route.limits) limits[name] = value;
  operation["x-aftercare-limits"] = std::move(limits);

  auto security = json::array();
  if (route.who.has(Who::Device) || route.who.has(Who::RevokedDevice))
    security.push_back({{"device", json::array()}});
  if (has_person(route.who)) {
    json person{{"session", json::array()}};
    if (!is_safe(route.method)) person["csrf"] = json::array();
    security.push_back(std::move(person));
  }
  operation["security"] = route.who.has(Who::Nobody) ? json::array() : security;
  return operation;
}

json components() {
  auto codes = json::array();
  auto table = json::array();
  for (const auto& kind : problem_kinds()) {
    codes.push_back(fmt::format("urn:aftercare:problem:{}", kind.name));
    table.push_back(
        {{"code", kind.name}, {"status", kind.status}, {"title", kind.title}, {"advice", kind.advice}});
  }
  return {{"schemas",
           {{"Problem",
             {{"type", "object"},
              {"description", "RFC 9457. Further members depend on the type."},
              {"required", {"type", "title", "status", "detail"}},
              {"properties",
               {{"type", {{"type", "string"}, {"enum", codes}}},
                {"title", {{"type", "string"}}},
                {"status", {{"type", "integer"}}},
                {"detail", {{"type", "string"}}}}},
              {"x-aftercare-problems", table}}}}},
          {"securitySchemes",
           {{"device",
             {{"type", "http"}, {"scheme", "bearer"}, {"description", "a token got by signing a challenge"}}},
            {"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "__Host-session"}}},
            {"csrf", {{"type", "apiKey"}, {"in", "header"}, {"name", "X-CSRF-Token"}}}}}};
}

Route describing_route() {
  Route route;
  route.pattern = "/openapi.json";
  route.id = "openapi";
  route.summary = "This description";
  route.who = {Who::Nobody};
  route.answers = {{200, "application/json", "OpenAPI 3.1"}};
  route.lane = Lane::Inline;
  return route;
}

}  // namespace

nlohmann::json openapi_of(const std::vector<Route>& routes, const HttpLimits& limits) {
  nlohmann::json document{
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "Aftercare"},
        {"version", std::to_string(protocol::kVersion)},
        {"description",
         "What devices and people may ask of an Aftercare server. Every answer carries Aftercare-Version; an "
         "answer without it is not the server's."},
        {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}}};
  document["paths"] = json::object();
  for (const auto& route : routes) {
    document["paths"][route.pattern][lower(name_of(route.method))] = operation_of(route);
  }
  document["components"] = components();
  document["x-aftercare-limits"] = {{"head_byte_count_max", limits.head_byte_count_max},
                                    {"header_count_max", limits.header_count_max},
                                    {"connection_count_max", limits.connection_count_max},
                                    {"stream_count_max", limits.stream_count_max},
                                    {"head_time_ms_max", limits.head_time_max.count()},
                                    {"body_time_ms_max", limits.body_time_max.count()},
                                    {"byte_per_second_min", limits.byte_per_second_min},
                                    {"wait_time_ms_max", limits.wait_time_max.count()}};
  return document;
}

Route openapi_route(const std::vector<Route>& routes, const HttpLimits& limits) {
  auto all = routes;
  all.push_back(describing_route());
  auto route = describing_route();
  route.handler = [answer = server::json(openapi_of(all, limits))](const Request&, const Caller&) -> Reply {
    return answer;
  };
  return route;
}

Route health_route(std::string version) {
  Route route;
  route.pattern = "/healthz";
  route.id = "health";
  route.summary = "Whether the server answers";
  route.who = {Who::Nobody};
  route.answers = {
      {200, "application/json", "It does",
       R"({"type":"object","required":["status","version"],"properties":{"status":{"const":"ok"},"version":{"type":"string"}}})"}};
  route.lane = Lane::Inline;
  route.handler = [version = std::move(version)](const Request&, const Caller&) -> Reply {
    return server::json({{"status", "ok"}, {"version", version}});
  };
  return route;
}

}  // namespace aftercare::server
