#include "shared/base/hash.h"
#include "tests/server/served_house.h"

#include <algorithm>
#include <array>

namespace aftercare::server {
namespace {

/// One caller of the walk: what they put on a request, and what the route table calls them.
struct Walker {
  std::string name;
  std::function<void(Request&)> show;
  std::optional<Who> who;  // nothing: must be turned away everywhere but where nobody is asked
  std::string code = {};   // the problem that they must then get
};

/// Everything a caller needs in one house: an organisation with people of each role, tablets, a kiosk,
/// and a neighbour whose tablet has no business here.
struct Town : ServedHouse {
  OrganisationId id = add_organisation("Here");
  OrganisationId other_id = add_organisation("Elsewhere");
  TestDevice tablet = enrolled(id);
  TestDevice revoked = enrolled(id);
  TestDevice stranger = enrolled(other_id);
  Hash photo = sha256("a photo");

  Town() {
    revoke(revoked);
    for (const auto role :
         {Role::Technician, Role::Kiosk, Role::Dispatcher, Role::Manager, Role::Administrator}) {
      const std::string name{domain::name_of(role)};
      add(id, {.name = name, .email = name + "@example.com", .role = role});
      sessions[role] = sign_in("Here", name + "@example.com");
    }
    REQUIRE(house->blobs(id).save(photo, "a photo"));
  }

  std::vector<Walker> walkers() {
    std::vector<Walker> all;
    const auto bearer = [](std::string token) {
      return [token](Request& request) { request.headers.push_back({"Authorization", "Bearer " + token}); };
    };
    all.push_back({"nobody", [](Request&) {}, std::nullopt, "not_signed_in"});
    const auto expired = service->tokens.issue(id, tablet.id, clock.now() - std::chrono::minutes(16)).token;
    all.push_back({"an expired token", bearer(expired), std::nullopt, "token_expired"});
    all.push_back({"a forged token", bearer(tablet.token + "A"), std::nullopt, "not_signed_in"});
    all.push_back({"a token of a device that is not here",
                   bearer(service->tokens.issue(id, stranger.id, clock.now()).token), std::nullopt,
                   "not_signed_in"});
    all.push_back({"an unknown cookie",
                   [](Request& request) {
                     request.headers.push_back({"Cookie", "__Host-session=" + std::string(64, 'A')});
                   },
                   std::nullopt, "not_signed_in"});
    all.push_back({"a tablet", bearer(tablet.token), Who::Device});
    all.push_back({"a tablet of another organisation", bearer(stranger.token), Who::Device});
    all.push_back({"a revoked tablet", bearer(revoked.token), Who::RevokedDevice});
    for (const auto& [role, session] : sessions) {
      all.push_back(
          {std::string{domain::name_of(role)},
           [session = session](Request& request) {
             request.headers.push_back({"Cookie", std::string{kSessionCookie} + "=" + session.cookie});
             request.headers.push_back({"X-CSRF-Token", session.csrf});
           },
           who_is(PersonCaller{.organisation_id = id, .user_id = {}, .role = role})});
    }
    return all;
  }

  /// A request that the route takes as far as its form goes; whom it is about does not exist.
  Request sample(const Route& route) const {
    auto path = route.pattern;
    if (const auto at = path.find("{hash}"); at != std::string::npos) path.replace(at, 6, to_hex(photo));
    if (const auto at = path.find("{id}"); at != std::string::npos) path.replace(at, 4, std::string(32, 'a'));
    Request made = request(route.method, path);
    switch (route.body) {
      case BodyKind::None: break;
      case BodyKind::Json:
        made.body = "{}";
        made.headers.push_back({"Content-Type", "application/json"});
        break;
      case BodyKind::CborZstd: made.headers.push_back({"Content-Encoding", "zstd"}); [[fallthrough]];
      case BodyKind::Cbor:
        made.body = "\x80";
        made.headers.push_back({"Content-Type", "application/cbor"});
        break;
      case BodyKind::Part:
        made.body = "bytes";
        made.headers.push_back({"Content-Type", "application/partial-upload"});
        break;
    }
    return made;
  }

  std::map<Role, SignedIn> sessions;
};

}  // namespace

TEST_CASE("routes: each of them answers each caller as it declares, and lets in nobody else", "[S07][S04]") {
  Town town;
  std::size_t count = 0;
  for (const auto& route : town.router->routes()) {
    for (const auto& walker : town.walkers()) {
      // Signing out would end the walk for that person.
      if (route.id == "sign_out" && walker.who && route.who.has(*walker.who)) continue;
      auto request = town.sample(route);
      walker.show(request);

      const auto response = town.ask(request);

      INFO(route.id << " asked by " << walker.name << ": " << response.status << ' ' << response.body);
      CHECK(Router::is_declared(route, response));
      ++count;
      if (route.who.has(Who::Nobody)) {
        // The pages are not built here, which is not the caller's fault.
        const bool is_page = route.id.find("page") != std::string::npos;
        if (route.body == BodyKind::None) CHECK((is_page ? response.status == 404 : response.status < 400));
        CHECK(response.status != 403);
        continue;
      }
      if (!walker.who) {
        CHECK(response.status == 401);
        CHECK(ServedHouse::code_of(response) == walker.code);
      } else if (!route.who.has(*walker.who)) {
        CHECK(response.status == 403);
        CHECK(ServedHouse::code_of(response) ==
              (*walker.who == Who::RevokedDevice ? "revoked" : "forbidden"));
      } else {
        CHECK(response.status != 401);
        CHECK(response.status != 403);
        CHECK(response.status < 500);
      }
      // Where somebody of the neighbour's may call, nothing of this house comes out.
      if (walker.name == "a tablet of another organisation")
        CHECK(response.body.find("a photo") == std::string::npos);
    }
  }
  CHECK(count > 200);
}

TEST_CASE("routes: openapi.json declares every route with its roles and limits", "[S04]") {
  Town town;

  const auto answer = town.ask(ServedHouse::request(Method::Get, "/openapi.json"));

  REQUIRE(answer.status == 200);
  const auto description = nlohmann::json::parse(answer.body);
  for (const auto& route : town.router->routes()) {
    std::string method{name_of(route.method)};
    for (auto& letter : method) letter = static_cast<char>(std::tolower(letter));
    CAPTURE(route.id);
    REQUIRE(description.at("paths").contains(route.pattern));
    REQUIRE(description.at("paths").at(route.pattern).contains(method));
    CHECK(description.at("paths").at(route.pattern).at(method).contains("x-aftercare-roles"));
  }
}

TEST_CASE("routes: a push is answered with the same receipt however often it comes", "[S01]") {
  Town town;
  auto head = ServedHouse::first_head(town.tablet);
  const auto body = town.push_body(town.tablet, head, "Anna");

  const auto first = town.ask(ServedHouse::push_request(town.tablet, body));
  town.clock.pass(std::chrono::seconds(30));
  const auto second = town.ask(ServedHouse::push_request(town.tablet, body));

  REQUIRE(first.status == 200);
  CHECK(first.feed_seq.has_value());
  CHECK(second.body == first.body);
  const auto receipt =
      protocol::decode_receipt(protocol::decode_push_answer(first.body).value().receipt.statement);
  REQUIRE(receipt);
  CHECK(receipt.value().head == head);
}

TEST_CASE("routes: a push that does not follow is told where the server stands", "[S01]") {
  Town town;
  auto head = ServedHouse::first_head(town.tablet);
  const auto lost = town.push_body(town.tablet, head, "never arrived");
  const auto next = town.push_body(town.tablet, head, "arrived");

  const auto refused = town.ask(ServedHouse::push_request(town.tablet, next));

  REQUIRE(refused.status == 409);
  const auto body = nlohmann::json::parse(refused.body);
  CHECK(ServedHouse::code_of(refused) == "behind");
  CHECK(body.at("dseq") == 0);
  CHECK(body.at("lineage") == to_hex(protocol::genesis_hash(town.tablet.key.public_key)));
  CHECK(body.at("head") == body.at("lineage"));
  CHECK(body.at("epoch").get<std::string>().size() == 32);
  CHECK(town.ask(ServedHouse::push_request(town.tablet, lost)).status == 200);
  CHECK(town.ask(ServedHouse::push_request(town.tablet, next)).status == 200);
}

TEST_CASE("routes: another epoch is told before anything is read or written", "[S01]") {
  Town town;
  auto head = ServedHouse::first_head(town.tablet);
  auto push = ServedHouse::push_request(town.tablet, town.push_body(town.tablet, head, "Anna"));
  push.headers.push_back({"Aftercare-Epoch", std::string(32, '0')});

  const auto refused = town.ask(push);

  CHECK(ServedHouse::code_of(refused) == "other_epoch");
  const auto epoch = town.house->find("Here").value().epoch;
  CHECK(nlohmann::json::parse(refused.body).at("epoch") == to_text(epoch));
  const auto pull = town.ask(ServedHouse::as_device(
      ServedHouse::request(
          Method::Get, "/v1/pull?after=0&lineage=" + std::string(64, '0') + "&epoch=" + std::string(32, '0')),
      town.tablet.token));
  CHECK(ServedHouse::code_of(pull) == "other_epoch");
}

TEST_CASE("routes: what one tablet pushed another pulls, and a pull without news waits", "[S01]") {
  Town town;
  const auto second = town.enrolled(town.id);
  auto head = ServedHouse::first_head(town.tablet);
  REQUIRE(
      town.ask(ServedHouse::push_request(town.tablet, town.push_body(town.tablet, head, "Anna"))).status ==
      200);
  const auto epoch = to_text(town.house->find("Here").value().epoch);
  const auto lineage = to_hex(protocol::genesis_hash(second.key.public_key));
  const auto pull = [&](std::uint64_t after, int wait) {
    auto request = ServedHouse::request(Method::Get, "/v1/pull?epoch=" + epoch + "&lineage=" + lineage +
                                                         "&after=" + std::to_string(after) +
                                                         "&wait=" + std::to_string(wait));
    return town.router->handle(ServedHouse::as_device(std::move(request), second.token));
  };

  const auto answer = town.settle(pull(0, 0));

  REQUIRE(answer.status == 200);
  CHECK(ServedHouse::header_of(answer, "Content-Encoding") == "zstd");
  const auto page = protocol::decode_pull_answer(protocol::decompress(answer.body, 4 << 20).value());
  REQUIRE(page);
  REQUIRE_FALSE(page.value().items.empty());
  const auto& last = page.value().items.back();
  REQUIRE(last.content);
  CHECK(last.content->body.find("Anna") != std::string::npos);
  const auto waiting = pull(last.seq, 120);
  REQUIRE(std::holds_alternative<LongPoll>(waiting));
  CHECK(std::get<LongPoll>(waiting).wait == std::chrono::seconds(50));
  CHECK(std::get<LongPoll>(waiting).after_seq == last.seq);
}

TEST_CASE("routes: bytes that are no push are refused and change nothing", "[S01]") {
  Town town;
  auto head = ServedHouse::first_head(town.tablet);
  const auto good = town.push_body(town.tablet, head, "Anna");

  for (std::size_t size = 0; size < good.size(); size += 7) {
    CAPTURE(size);
    if (size == 0) continue;  // a body without bytes is refused by its length
    CHECK(town.ask(ServedHouse::push_request(town.tablet, good.substr(0, size))).status == 422);
  }
  const auto bomb = protocol::compress(std::string(64 << 20, 'a'));
  CHECK(town.ask(ServedHouse::push_request(town.tablet, bomb)).status == 422);
  CHECK(town.ask(ServedHouse::push_request(town.stranger, good)).status == 422);  // somebody else's journal
  CHECK(town.ask(ServedHouse::push_request(town.tablet, good)).status == 200);
}

TEST_CASE("routes: a blob goes up in parts, survives a lost answer, and is checked before it counts",
          "[S01]") {
  Town town;
  const std::string bytes(300'000, 'p');
  const auto name = sha256(bytes);
  const auto path = "/v1/blobs/" + to_hex(name);
  const auto part = [&](std::uint64_t offset, std::string body, const char* complete) {
    auto request = ServedHouse::request(Method::Patch, path, std::move(body), "application/partial-upload");
    request.headers.push_back({"Upload-Offset", std::to_string(offset)});
    request.headers.push_back({"Upload-Complete", complete});
    return town.ask(
        ServedHouse::as_device(std::move(request), town.revoked.token));  // a revoked tablet may hand in
  };
  const auto standing = [&] {
    return town.ask(ServedHouse::as_device(ServedHouse::request(Method::Head, path), town.revoked.token));
  };
  CHECK(standing().status == 404);

  CHECK(part(0, bytes.substr(0, 100'000), "?0").status == 204);
  const auto again = part(0, bytes.substr(0, 100'000), "?0");
  CHECK(again.status == 409);
  CHECK(nlohmann::json::parse(again.body).at("offset") == 100'000);
  CHECK(ServedHouse::header_of(standing(), "Upload-Offset") == "100000");
  CHECK(ServedHouse::header_of(standing(), "Upload-Complete") == "?0");
  const auto last = part(100'000, bytes.substr(100'000), "?1");
  CHECK(last.status == 204);
  CHECK(ServedHouse::header_of(last, "Upload-Complete") == "?1");
  CHECK(part(100'000, bytes.substr(100'000), "?1").status == 204);  // the answer was lost

  const auto got =
      town.ask(ServedHouse::as_device(ServedHouse::request(Method::Get, path), town.tablet.token));
  REQUIRE(got.status == 200);
  CHECK(got.body == bytes);
  CHECK(ServedHouse::header_of(got, "Content-Disposition").starts_with("attachment"));
  CHECK(
      town.ask(ServedHouse::as_device(ServedHouse::request(Method::Get, path), town.stranger.token)).status ==
      404);
  const auto missing = town.ask(ServedHouse::as_device(
      ServedHouse::post_cbor("/v1/blobs/missing", protocol::encode_hashes({name, sha256("other")})),
      town.tablet.token));
  CHECK(protocol::decode_hashes(missing.body).value() == std::vector<Hash>{sha256("other")});
}

TEST_CASE("routes: a blob whose bytes are not what its name promises begins anew", "[S01]") {
  Town town;
  const auto path = "/v1/blobs/" + to_hex(sha256("promised"));
  const auto send = [&](std::string body) {
    auto request = ServedHouse::request(Method::Patch, path, std::move(body), "application/partial-upload");
    request.headers.push_back({"Upload-Offset", "0"});
    request.headers.push_back({"Upload-Complete", "?1"});
    return town.ask(ServedHouse::as_device(std::move(request), town.tablet.token));
  };

  const auto standing = [&] {
    return town.ask(ServedHouse::as_device(ServedHouse::request(Method::Head, path), town.tablet.token));
  };

  CHECK(ServedHouse::code_of(send("something else")) == "wrong_hash");
  CHECK(standing().status == 404);
  CHECK(send("promised").status == 204);
  CHECK(ServedHouse::header_of(standing(), "Upload-Complete") == "?1");
  CHECK(ServedHouse::header_of(send("promised"), "Upload-Offset") == "8");  // the answer was lost
}

TEST_CASE("routes: a kiosk gets no customer's photo", "[S07]") {
  Town town;
  const auto kiosk = town.enrolled(town.id, DeviceRole::Kiosk);

  const auto answer = town.ask(ServedHouse::as_device(
      ServedHouse::request(Method::Get, "/v1/blobs/" + to_hex(town.photo)), kiosk.token));

  CHECK(answer.status == 403);
}

TEST_CASE("routes: an administrator opens an enrolment that a device can use, and revokes the device",
          "[S07]") {
  Town town;
  const auto& admin = town.sessions.at(Role::Administrator);

  const auto opened =
      town.ask(ServedHouse::as_person(ServedHouse::post_json("/v1/enrolments", {{"role", "tablet"}}), admin));

  REQUIRE(opened.status == 201);
  const auto line = nlohmann::json::parse(opened.body).at("line").get<std::string>();
  CHECK(line.starts_with("aftercare://server.example:8443/enrol#" + to_text(town.id) + "."));
  const auto begin = line.find('.', line.find('#')) + 1;
  const auto device = town.new_device(town.id);
  REQUIRE(town.ask_enrol(device, line.substr(begin, line.find('.', begin) - begin)).status == 200);
  const auto revoked = town.ask(ServedHouse::as_person(
      ServedHouse::request(Method::Post, "/v1/devices/" + to_text(device.id) + "/revoke"), admin));
  REQUIRE(revoked.status == 200);
  CHECK(nlohmann::json::parse(revoked.body).at("is_revoked") == true);
  const auto listed = town.ask(ServedHouse::as_person(ServedHouse::request(Method::Get, "/v1/devices"),
                                                      town.sessions.at(Role::Manager)));
  CHECK(nlohmann::json::parse(listed.body).at("devices").size() == 3);
}

TEST_CASE("routes: the event stream begins where the reader left off and tells devices, not people",
          "[S04]") {
  Town town;
  auto request = ServedHouse::request(Method::Get, "/v1/events");
  request.headers.push_back({"Last-Event-ID", "0"});

  const auto reply =
      town.router->handle(ServedHouse::as_person(std::move(request), town.sessions.at(Role::Dispatcher)));

  REQUIRE(std::holds_alternative<EventStream>(reply));
  CHECK(std::get<EventStream>(reply).after_seq == 0);
  const auto events = std::get<EventStream>(reply).next(0);
  REQUIRE_FALSE(events.empty());
  CHECK(std::ranges::all_of(events, [](const Event& event) { return event.name == "device"; }));
  CHECK(std::get<EventStream>(reply).next(events.back().id).empty());
}

TEST_CASE(
    "routes: a stream that goes on from beyond the feed says to read everything anew, and a signed-out one is silent",
    "[O01][S07]") {
  Town town;
  const auto& session = town.sessions.at(Role::Dispatcher);
  const auto stream_from = [&](const char* after) {
    auto reply = town.router->handle(ServedHouse::as_person(
        ServedHouse::request(Method::Get, std::string{"/v1/events?after="} + after), session));
    REQUIRE(std::holds_alternative<EventStream>(reply));
    return std::get<EventStream>(std::move(reply));
  };

  const auto lost = stream_from("999999").next(0);
  REQUIRE(lost.size() == 1);
  CHECK(lost.front().name == "reset");
  const auto open = stream_from("0");
  CHECK_FALSE(open.next(0).empty());
  REQUIRE(
      town.ask(ServedHouse::as_person(ServedHouse::request(Method::Delete, "/v1/session"), session)).status ==
      204);
  CHECK(open.next(0).empty());
}

}  // namespace aftercare::server
