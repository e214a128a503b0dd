#include "sync/office/office_routes.h"
#include "sync/protocol/decision.h"
#include "sync/protocol/operation.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace aftercare::office {
namespace {

using domain::EntityType;
using server::Event;
using server::EventStream;
using server::Method;
using server::OrganisationStore;

constexpr std::size_t kEventPageMax = 200;
constexpr std::size_t kEventScanMax = 5'000;

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

bool is_news(EntityType type) {
  using enum EntityType;
  return type == Visit || type == SignOff || type == WorkOrder || type == Device || type == Rating;
}

/// The visit that a record belongs to, so that the page knows which row to read again.
nlohmann::json visit_of(OrganisationStore& store, EntityType type, const AnyId& id) {
  if (type == EntityType::Visit) return to_text(id);
  if (type != EntityType::SignOff && type != EntityType::Rating) return nullptr;
  auto query = store.db().query(type == EntityType::Rating ? "SELECT visit_id FROM rating WHERE id = ?"
                                                           : "SELECT visit_id FROM sign_off WHERE id = ?",
                                id);
  return query.next() && !query.is_null(0) ? nlohmann::json(to_text(query.id<AnyId>(0)))
                                           : nlohmann::json(nullptr);
}

/// Something waits for a person, or does no longer.
Event set_aside_event(std::uint64_t seq) {
  const nlohmann::json data{{"seq", seq}, {"type", "set_aside"}, {"id", ""},
                            {"verb", ""}, {"visit_id", nullptr}, {"work_order_id", nullptr}};
  return {.id = seq, .name = "set_aside", .data = data.dump()};
}

/// A page of what was accepted after a position. `reached` moves past what is no news for the office, so
/// that the next page does not read it again.
std::vector<Event> events_after(Service& service, const domain::OrganisationId& organisation_id,
                                std::uint64_t& reached) {
  std::vector<Event> events;
  const auto store = service.house.read(organisation_id);
  if (!store) return events;
  std::size_t scanned = 0;
  do {
    scanned = 0;
    auto query = store.value()->db().query(
        "SELECT seq, type, entity_id, header, ruling, again_of FROM feed WHERE seq > ? ORDER BY seq LIMIT ?",
        reached, kEventScanMax);
    while (events.size() < kEventPageMax && query.next()) {
      ++scanned;
      reached = static_cast<std::uint64_t>(query.integer(0));
      const auto type = static_cast<EntityType>(query.integer(1));
      const bool is_in = protocol::takes_effect(static_cast<protocol::Ruling>(query.integer(4)));
      if (!is_in || query.integer(5) != 0) events.push_back(set_aside_event(reached));
      if (!is_in || !is_news(type)) continue;
      const auto header = protocol::decode_header(query.bytes(3));
      if (!header) continue;
      const auto id = query.id<AnyId>(2);
      const nlohmann::json data{{"seq", reached},
                                {"type", domain::table_of(type)},
                                {"id", to_text(id)},
                                {"verb", word_of(header.value().verb)},
                                {"visit_id", visit_of(*store.value(), type, id)},
                                {"work_order_id", type == EntityType::WorkOrder ? nlohmann::json(to_text(id))
                                                                                : nlohmann::json(nullptr)}};
      events.push_back({.id = reached, .name = std::string(domain::table_of(type)), .data = data.dump()});
    }
    // An empty page would mean "nothing more", so a long stretch without news is read to its end.
  } while (events.empty() && scanned == kEventScanMax);
  return events;
}

/// Where to go on: after the last event that arrived, else after what a list was read up to, else from now.
Result<std::uint64_t> position_of(const Office& office, const Request& request, const PersonCaller& caller) {
  auto said = request.header("Last-Event-ID");
  if (!said) said = request.query_value("after");
  if (said) {
    const auto seq = natural_of(*said);
    if (!seq) return Error{ErrorKind::Invalid, "Last-Event-ID and after are numbers of the feed"};
    return *seq;
  }
  const auto store = office.service.house.read(caller.organisation_id);
  if (!store) return store.error();
  const auto head = store.value()->head();
  if (!head) return head.error();
  return head.value().seq;
}

/// Whether whoever opened the stream is still signed in: a stream outlives the request that was let in.
bool is_signed_in(Service& service, const domain::OrganisationId& organisation_id,
                  const std::string& cookie) {
  const auto store = service.house.read(organisation_id);
  if (!store) return false;
  const auto found = server::find_session(*store.value(), cookie);
  return found && found.value().session.has_value();
}

Reply stream(const Office& office, const Request& request, const PersonCaller& caller) {
  const auto after = position_of(office, request, caller);
  if (!after) {
    return after.error().kind == ErrorKind::Invalid
               ? server::problem(Problem::BadRequest, after.error().detail)
               : server::refusal_of(after.error());
  }
  const auto store = office.service.house.read(caller.organisation_id);
  if (!store) return server::refusal_of(store.error());
  const auto head = store.value()->head();
  if (!head) return server::refusal_of(head.error());
  // Beyond the head: the server was restored, and what the page shows is of another time.
  auto is_lost = std::make_shared<bool>(after.value() > head.value().seq);
  auto reached = std::make_shared<std::uint64_t>(std::min(after.value(), head.value().seq));
  return EventStream{.organisation_id = caller.organisation_id,
                     .after_seq = std::min(after.value(), head.value().seq),
                     .next = [&service = office.service, organisation_id = caller.organisation_id,
                              cookie = std::string{request.cookie(server::kSessionCookie).value_or("")},
                              is_lost, reached](std::uint64_t seq) -> std::vector<Event> {
                       if (!is_signed_in(service, organisation_id, cookie)) return {};
                       if (std::exchange(*is_lost, false))
                         return {{.id = *reached, .name = "reset", .data = "{}"}};
                       *reached = std::max(*reached, seq);
                       return events_after(service, organisation_id, *reached);
                     }};
}

}  // namespace

std::vector<Route> live_routes(const Office& office) {
  std::vector<Route> routes;
  routes.push_back(
      {.method = Method::Get,
       .pattern = "/v1/events",
       .id = "events",
       .summary =
           "Visits, sign-offs, work orders and devices as they are accepted, and what is set aside or settled (server-sent events)",
       .who = server::kOfficePeople,
       .parameters = {{"after", "`seq` of the list that is shown; without it only what is new from now on"},
                      {"Last-Event-ID", "resume after this event", false, true}},
       .answers = {{200, "text/event-stream",
                    "data: {seq, type, id, verb, visit_id, work_order_id}; `reset` says to read all anew"}},
       .handler = as_person(office, stream)});
  return routes;
}

}  // namespace aftercare::office
