#include "sync/server/visit_routes.h"

#include "sync/protocol/decision.h"
#include "sync/protocol/operation.h"
#include "sync/server/visit_list.h"

#include <charconv>
#include <memory>

namespace aftercare::server {
namespace {

constexpr std::size_t kPageDefault = 50;
constexpr std::size_t kEventPageMax = 200;
constexpr std::size_t kEventScanMax = 5'000;

constexpr const char* kVisitListSchema =
    R"({"type":"object","required":["visits","next"],"properties":{"next":{"type":["string","null"]},"visits":{"type":"array","items":{"type":"object",)"
    R"("required":["id","number","kind","customer","technician","started_at","zone","state","seal","photo_count","missing_blobs"],"properties":{)"
    R"("id":{"type":"string"},"number":{"type":"string"},"kind":{"type":"string"},"customer":{"type":"object"},"technician":{"type":"string"},)"
    R"("started_at":{"type":"string","format":"date-time"},"zone":{"type":"string"},"state":{"enum":["open","signed","refused","absent"]},)"
    R"("seal":{"enum":["intact","erased","incomplete","broken",null]},"photo_count":{"type":"integer"},"missing_blobs":{"type":"array","items":{"type":"string"}}}}}}})";
constexpr const char* kVisitSchema =
    R"({"type":"object","required":["id","number","kind","events","answers","photos","notes","sign_offs","state"],"properties":{)"
    R"("price":{"type":["object","null"],"properties":{"minor":{"type":"integer"},"currency":{"type":"string"}}}}})";

std::optional<std::uint64_t> natural_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr std::uint64_t kMax = 1ULL << 53;
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value > kMax)
    return std::nullopt;
  return value;
}

Reply list(Service& service, const Request& request, const PersonCaller& caller) {
  const auto limit = request.query_value("limit") ? natural_of(*request.query_value("limit"))
                                                  : std::optional<std::uint64_t>{kPageDefault};
  std::optional<domain::VisitId> after;
  if (const auto text = request.query_value("after")) {
    const auto id = id_of_text<domain::VisitId>(*text);
    if (!id) return problem(Problem::BadRequest, "after is the `next` of the page before");
    after = id.value();
  }
  if (!limit || *limit == 0 || *limit > kVisitPageMax)
    return problem(Problem::BadRequest, "limit is a number from 1 to 200");
  const auto store = service.house.read(caller.organisation_id);
  if (!store) return refusal_of(store.error());
  const auto page = list_visits(*store.value(), service.house.blobs(caller.organisation_id), after, *limit);
  return page ? json(to_json(page.value())) : refusal_of(page.error());
}

Reply show(Service& service, const Request& request, const PersonCaller& caller) {
  const auto id = id_param<domain::VisitId>(request, "id");
  const auto unknown = problem(Problem::NotFound, "there is no visit of this id");
  if (!id) return unknown;
  const auto store = service.house.read(caller.organisation_id);
  if (!store) return refusal_of(store.error());
  const auto detail = visit_detail(*store.value(), service.house.blobs(caller.organisation_id), *id);
  if (!detail) return refusal_of(detail.error());
  return detail.value() ? json(*detail.value()) : unknown;
}

std::string_view word_of(protocol::Verb verb) {
  switch (verb) {
    case protocol::Verb::Create: return "create";
    case protocol::Verb::Change: return "change";
    case protocol::Verb::Append: return "append";
    case protocol::Verb::Delete: return "delete";
    case protocol::Verb::Seal: return "seal";
  }
  return "";
}

bool is_news(domain::EntityType type) {
  return type == domain::EntityType::Visit || type == domain::EntityType::SignOff ||
         type == domain::EntityType::WorkOrder;
}

/// A page of what was accepted after a position. `reached` moves past what is no news for the office, so
/// that the next page does not read it again.
std::vector<Event> events_after(Service& service, const OrganisationId& organisation_id,
                                std::uint64_t& reached) {
  std::vector<Event> events;
  const auto store = service.house.read(organisation_id);
  if (!store) return events;
  std::size_t scanned = 0;
  do {
    scanned = 0;
    auto query = store.value()->db().query(
        "SELECT seq, type, entity_id, header FROM feed WHERE seq > ? AND ruling <> ? ORDER BY seq LIMIT ?",
        reached, static_cast<std::int64_t>(protocol::Ruling::SetAside), kEventScanMax);
    while (events.size() < kEventPageMax && query.next()) {
      ++scanned;
      reached = static_cast<std::uint64_t>(query.integer(0));
      const auto type = static_cast<domain::EntityType>(query.integer(1));
      const auto header = protocol::decode_header(query.bytes(3));
      if (!is_news(type) || !header) continue;
      const nlohmann::json data{{"seq", reached},
                                {"type", domain::table_of(type)},
                                {"id", to_text(query.id<AnyId>(2))},
                                {"verb", word_of(header.value().verb)}};
      events.push_back({.id = reached, .name = std::string(domain::table_of(type)), .data = data.dump()});
    }
    // An empty page would mean "nothing more", so a long stretch without news is read to its end.
  } while (events.empty() && scanned == kEventScanMax);
  return events;
}

Reply stream(Service& service, const Request& request, const PersonCaller& caller) {
  std::uint64_t after = 0;
  if (const auto last = request.header("Last-Event-ID")) {
    const auto seq = natural_of(*last);
    if (!seq) return problem(Problem::BadRequest, "Last-Event-ID is the id of the last event that arrived");
    after = *seq;
  } else {
    const auto store = service.house.read(caller.organisation_id);
    if (!store) return refusal_of(store.error());
    const auto head = store.value()->head();
    if (!head) return refusal_of(head.error());
    after = head.value().seq;
  }
  auto reached = std::make_shared<std::uint64_t>(after);
  return EventStream{
      .organisation_id = caller.organisation_id,
      .after_seq = after,
      .next = [&service, organisation_id = caller.organisation_id, reached](std::uint64_t seq) {
        *reached = std::max(*reached, seq);
        return events_after(service, organisation_id, *reached);
      }};
}

}  // namespace

std::vector<Route> visit_routes(Service& service) {
  const auto as_person = [&service](Reply (*run)(Service&, const Request&, const PersonCaller&)) -> Handler {
    return [&service, run](const Request& request, const Caller& caller) {
      return run(service, request, std::get<PersonCaller>(caller));
    };
  };
  std::vector<Route> routes;
  routes.push_back(
      {.method = Method::Get,
       .pattern = "/v1/visits",
       .id = "visits",
       .summary = "The visits, newest first",
       .who = kOfficePeople,
       .parameters = {{"after", "`next` of the page before"}, {"limit", "how many, 50 unless told"}},
       .answers = {{200, "application/json", "a page of visits", kVisitListSchema}},
       .problems = {Problem::NotFound},
       .limits = {{"visit_count_max", kVisitPageMax}},
       .handler = as_person(list)});
  routes.push_back(
      {.method = Method::Get,
       .pattern = "/v1/visits/{id}",
       .id = "visit",
       .summary = "One visit: its clock, answers, photos, notes, sign-offs and the check of each seal",
       .who = kOfficePeople,
       .answers = {{200, "application/json", "the visit", kVisitSchema}},
       .problems = {Problem::NotFound},
       .handler = as_person(show)});
  routes.push_back(
      {.method = Method::Get,
       .pattern = "/v1/events",
       .id = "events",
       .summary = "Visits, sign-offs and work orders as they are accepted (server-sent events)",
       .who = kOfficePeople,
       .parameters = {{"Last-Event-ID", "resume after this event; without it only what is new from now on",
                       false, true}},
       .answers = {{200, "text/event-stream", "data: {seq, type, id, verb}"}},
       .handler = as_person(stream)});
  return routes;
}

}  // namespace aftercare::server
