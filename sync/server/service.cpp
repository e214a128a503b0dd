#include "sync/server/service.h"

#include "sync/protocol/enrolment_line.h"
#include "sync/server/blob_routes.h"
#include "sync/server/device_routes.h"
#include "sync/server/enrolment.h"
#include "sync/server/people_routes.h"
#include "sync/server/rescue_routes.h"
#include "sync/server/sign_in_routes.h"

#include <spdlog/spdlog.h>

#include <iterator>

namespace aftercare::server {
namespace {

using Asked = std::variant<Caller, Refusal>;

Asked refuse(const Error& error) {
  if (error.kind == ErrorKind::NotFound)
    return Refusal{Problem::NotSignedIn, "there is no such organisation here"};
  spdlog::error("telling who asks failed: {}", error.detail);
  return Refusal{error.kind == ErrorKind::Busy ? Problem::Busy : Problem::ServerError};
}

Asked device_of(Service& service, std::string_view token) {
  const auto read = service.tokens.read(token, service.house.clock().now());
  if (const auto* fault = std::get_if<Tokens::Fault>(&read)) {
    return *fault == Tokens::Fault::Expired
               ? Refusal{Problem::TokenExpired, "get a new token"}
               : Refusal{Problem::NotSignedIn, "this token is not from this server"};
  }
  const auto& claims = std::get<Tokens::Claims>(read);
  const auto store = service.house.read(claims.organisation_id);
  if (!store) return refuse(store.error());
  const auto device = find_device(store.value()->db(), claims.device_id);
  if (!device) return refuse(device.error());
  if (!device.value()) return Refusal{Problem::NotSignedIn, "this device is not enrolled here"};
  return Caller{DeviceCaller{.organisation_id = claims.organisation_id,
                             .device_id = claims.device_id,
                             .role = device.value()->role,
                             .is_revoked = device.value()->revoked_at.has_value()}};
}

Asked person_of(Service& service, std::string_view cookie) {
  const Refusal unknown{Problem::NotSignedIn, "sign in"};
  const auto organisation_id = organisation_of_cookie(cookie);
  if (!organisation_id) return unknown;
  const auto store = service.house.read(*organisation_id);
  if (!store) return store.error().kind == ErrorKind::NotFound ? Asked{unknown} : refuse(store.error());
  const auto found = find_session(*store.value(), cookie);
  if (!found) return refuse(found.error());
  if (found.value().is_over) return Refusal{Problem::TokenExpired, "this session is over: sign in again"};
  if (!found.value().session) return unknown;
  const auto& session = *found.value().session;
  return Caller{PersonCaller{.organisation_id = *organisation_id,
                             .user_id = session.user_id,
                             .role = session.role,
                             .csrf_token = session.csrf_token,
                             .must_set_up_totp = must_set_up_totp(session, service.passwords.rules())}};
}

}  // namespace

Authenticator authenticator(Service& service) {
  return [&service](const Request& request) -> Asked {
    if (request.header("Authorization")) {
      const auto token = request.bearer_token();
      return token ? device_of(service, *token)
                   : Asked{Refusal{Problem::NotSignedIn, "Authorization: Bearer <token>"}};
    }
    if (const auto cookie = request.cookie(kSessionCookie)) return person_of(service, *cookie);
    return Caller{Nobody{}};
  };
}

std::vector<Route> all_routes(Service& service) {
  std::vector<Route> routes;
  for (auto some : {device_routes(service), blob_routes(service), rescue_routes(service),
                    sign_in_routes(service), people_routes(service)}) {
    routes.insert(routes.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  return routes;
}

Response refusal_of(const Error& error) {
  auto response = problem_of(error);
  if (response.status >= 500) spdlog::error("a request failed: {}", error.detail);
  return response;
}

Response refusal_in_words(const Error& error) {
  if (error.kind == ErrorKind::Refused) return problem(Problem::Unreadable, error.detail);
  return refusal_of(error);
}

Response with_feed(Response response, OrganisationStore& store) {
  if (const auto head = store.head()) response.feed_seq = head.value().seq;
  return response;
}

std::string enrolment_line(const PublicAddress& address, const OrganisationId& organisation_id,
                           std::string code) {
  return protocol::to_text(protocol::EnrolmentLine{.host = address.host,
                                                   .port = address.port,
                                                   .organisation_id = organisation_id,
                                                   .code = std::move(code),
                                                   .pin = address.pin,
                                                   .spare_pin = address.spare_pin});
}

}  // namespace aftercare::server
