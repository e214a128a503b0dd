#pragma once

#include "sync/server/accounts.h"
#include "sync/server/house.h"
#include "sync/server/router.h"
#include "sync/server/tokens.h"

#include <array>
#include <functional>
#include <mutex>
#include <string>

/// What the routes of one running server share, and who may call them.
namespace aftercare::server {

/// Where devices find us, and whose certificate they will accept there.
struct PublicAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  Hash pin{};
  Hash spare_pin{};
};

struct Service {
  Service(House& of_house, PublicAddress at, AccountRules rules = {})
      : house(of_house),
        tokens(of_house.token_key(), of_house.random()),
        passwords(rules),
        unknown_emails(rules.unknown_email_count_max),
        address(std::move(at)) {}

  House& house;
  Tokens tokens;
  Passwords passwords;
  UnknownEmails unknown_emails;
  PublicAddress address;
  std::array<std::mutex, 64> blob_locks;  // one blob, one upload at a time: striped by name
};

/// Reads `Authorization: Bearer` and the session cookie. What a caller may do is looked up each time, so
/// that a revoked device and a person who left are stopped by their very next request.
[[nodiscard]] Authenticator authenticator(Service& service);

/// Every route but /healthz and /openapi.json, which are told of these.
[[nodiscard]] std::vector<Route> all_routes(Service& service);

/// problem_of, after what only an operator can mend was logged.
[[nodiscard]] Response refusal_of(const Error& error);
/// The same, but a rule of ours that what was sent does not keep is the sender's to correct.
[[nodiscard]] Response refusal_in_words(const Error& error);
/// The answer of a write job that wrote into the feed: whoever waits for it is woken after the commit.
[[nodiscard]] Response with_feed(Response response, OrganisationStore& store);

/// The line that lets one device in.
[[nodiscard]] std::string enrolment_line(const PublicAddress& address, const OrganisationId& organisation_id,
                                         std::string code);

/// An id in a path or query; nothing when it is none.
template <class IdType>
[[nodiscard]] std::optional<IdType> id_param(const Request& request, std::string_view name) {
  const auto text = request.param(name);
  if (!text) return std::nullopt;
  const auto id = id_of_text<IdType>(*text);
  return id ? std::optional{id.value()} : std::nullopt;
}

}  // namespace aftercare::server
