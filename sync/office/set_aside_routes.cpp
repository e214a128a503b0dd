#include "sync/office/office_routes.h"
#include "sync/office/schemas.h"
#include "sync/office/set_aside.h"

namespace aftercare::office {
namespace {

using server::Method;
using server::OrganisationStore;
using server::Settled;

Response unknown() { return server::problem(Problem::NotFound, "nothing was set aside there"); }

Reply list(const Office& office, const Request&, const PersonCaller& caller) {
  const auto store = office.service.house.read(caller.organisation_id);
  if (!store) return server::refusal_of(store.error());
  const auto waiting = waiting_json(*store.value());
  return waiting ? Reply{server::json(waiting.value())} : Reply{server::refusal_of(waiting.error())};
}

Response answer_with(OrganisationStore& store, const Result<Settled>& settled) {
  if (!settled)
    return settled.error().kind == ErrorKind::NotFound ? unknown() : server::refusal_of(settled.error());
  return server::with_feed(server::json(settled_json(settled.value())), store);
}

using Act = Result<Settled> (*)(OrganisationStore&, const domain::UserId&, std::uint64_t);

/// Release or dismiss what the address names by its place in the feed.
Reply settle(const Request& request, const PersonCaller& caller, Act act) {
  const auto seq = natural_of(request.param("seq").value_or(""));
  if (!seq) return unknown();
  return server::write_job<OrganisationStore>(
      caller.organisation_id, [seq = *seq, act, by = caller.user_id](OrganisationStore& store) {
        return answer_with(store, act(store, by, seq));
      });
}
Reply release(const Office&, const Request& request, const PersonCaller& caller) {
  return settle(request, caller, server::release);
}
Reply dismiss(const Office&, const Request& request, const PersonCaller& caller) {
  return settle(request, caller, server::dismiss);
}

Reply release_device(const Office&, const Request& request, const PersonCaller& caller) {
  const auto id = server::id_param<protocol::DeviceId>(request, "id");
  if (!id) return unknown();
  return server::write_job<OrganisationStore>(
      caller.organisation_id, [id = *id, by = caller.user_id](OrganisationStore& store) {
        return answer_with(store, server::release_all_of(store, by, id));
      });
}

}  // namespace

std::vector<Route> set_aside_routes(const Office& office) {
  std::vector<Route> routes;
  routes.push_back(
      {.method = Method::Get,
       .pattern = "/v1/set_aside",
       .id = "set_aside",
       .summary = "What devices handed in and could not be taken in: it waits for a person",
       .who = server::kOfficePeople,
       .answers = {{200, "application/json", "what waits, oldest first", schema::set_aside()}},
       .limits = {{"group_count_max", kWaitingGroupMax}, {"change_count_max", kWaitingChangeMax}},
       .handler = as_person(office, list)});
  routes.push_back(
      {.method = Method::Post,
       .pattern = "/v1/set_aside/{seq}/release",
       .id = "release",
       .summary =
           "Take it in now, with all that waits for it, as far as the records of today allow; again is once",
       .who = server::kOfficePeople,
       .answers = {{200, "application/json", "what was taken in, and what still waits and why",
                    schema::settled()}},
       .problems = {Problem::NotFound},
       .handler = as_person(office, release)});
  routes.push_back({.method = Method::Post,
                    .pattern = "/v1/set_aside/{seq}/dismiss",
                    .id = "dismiss",
                    .summary = "Leave it out for good, with all that waits for it; it stays in the history",
                    .who = server::kOfficePeople,
                    .answers = {{200, "application/json", "how much was left out", schema::settled()}},
                    .problems = {Problem::NotFound},
                    .handler = as_person(office, dismiss)});
  routes.push_back({.method = Method::Post,
                    .pattern = "/v1/devices/{id}/release",
                    .id = "release_device",
                    .summary = "Take in everything of a device that waits, in its order",
                    .who = server::kOfficePeople,
                    .answers = {{200, "application/json", "what was taken in, and what still waits and why",
                                 schema::settled()}},
                    .problems = {Problem::NotFound},
                    .handler = as_person(office, release_device)});
  return routes;
}

}  // namespace aftercare::office
