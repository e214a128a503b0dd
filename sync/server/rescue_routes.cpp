#include "sync/server/rescue_routes.h"

#include "sync/protocol/limits.h"
#include "sync/server/rescuing.h"

namespace aftercare::server {
namespace {

using protocol::kRescueLimits;

constexpr std::size_t kBodyMax = kRescueLimits.head_byte_count_max + kRescueLimits.piece_byte_count_max + 64;

Reply take_piece(Service& service, const Request& request, const Caller& caller) {
  const auto& device = std::get<DeviceCaller>(caller);
  const auto decoded = protocol::decode_rescue_request(request.body);
  if (!decoded) return refusal_of(decoded.error());
  auto look = look_at_rescue(service.house, device.organisation_id, decoded.value(),
                             "device " + to_text(device.device_id));
  if (!look) {
    const auto kind = look.error().kind;
    if (kind == ErrorKind::NotFound) return problem(Problem::Conflict, look.error().detail);
    if (kind == ErrorKind::Refused) return problem(Problem::Unreadable, look.error().detail);
    return refusal_of(look.error());
  }
  if (const auto* answer = std::get_if<protocol::RescueAnswer>(&look.value()))
    return cbor(protocol::encode(*answer));
  return write_job<OrganisationStore>(
      device.organisation_id,
      [note = std::get<RescueNote>(std::move(look).value())](OrganisationStore& store) {
        const auto answer = note_rescue(store, note);
        if (!answer) return refusal_of(answer.error());
        return with_feed(cbor(protocol::encode(answer.value())), store);
      });
}

}  // namespace

std::vector<Route> rescue_routes(Service& service) {
  std::vector<Route> routes;
  routes.push_back(
      {.method = Method::Post,
       .pattern = "/v1/rescues",
       .id = "rescue_piece",
       .summary =
           "Hand in a piece of another device's rescue file; taken once, whoever brings it and how often",
       .who = {Who::Device, Who::RevokedDevice},
       .body = BodyKind::Cbor,
       .body_byte_count_max = kBodyMax,
       .answers = {{200, "application/cbor",
                    "RescueAnswer: whether it was taken, and which piece comes next"}},
       .problems = {Problem::Conflict, Problem::Unreadable},
       .limits = {{"piece_byte_count_max", kRescueLimits.piece_byte_count_max},
                  {"piece_count_max", kRescueLimits.piece_count_max}},
       .handler = [&service](const Request& request, const Caller& caller) {
         return take_piece(service, request, caller);
       }});
  return routes;
}

}  // namespace aftercare::server
