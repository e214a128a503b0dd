#pragma once

#include "shared/language/catalogue.h"
#include "sync/office/office_parts.h"
#include "sync/protocol/compress.h"
#include "sync/protocol/limits.h"
#include "sync/protocol/message.h"
#include "sync/server/enrolment.h"
#include "sync/server/openapi.h"
#include "sync/server/service.h"
#include "tests/support/catch.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scratch_folder.h"

#include <map>
#include <memory>
#include <string>

namespace aftercare::server {

/// Password hashing as cheap as libsodium allows: the rules are tested here, not the patience.
inline AccountRules quick_rules() {
  AccountRules rules;
  rules.hash_pass_count = 1;
  rules.hash_byte_count = 8 << 10;
  rules.managers_need_totp = false;  // tests of their own turn it on
  return rules;
}

/// A device as the server sees one: an id, a key, a token.
struct TestDevice {
  OrganisationId organisation_id;
  DeviceId id;
  SigningKey key;
  std::string token;
};

/// A data folder with its routes, answered on this thread: what a socket would ask of the router is
/// asked by a function, and write jobs run as a group of one, as the writer lane runs them.
class ServedHouse {
 public:
  explicit ServedHouse(const AccountRules& rules = quick_rules()) { open(folder.path() / "data", rules); }
  /// Serves another data folder from now on: a restored one.
  void open(const std::filesystem::path& data, const AccountRules& rules = quick_rules()) {
    router.reset();
    service.reset();
    house.reset();
    auto opened = House::open(data, clock, random);
    INFO((opened ? "" : opened.error().detail));
    REQUIRE(opened);
    house = std::move(opened).value();
    service = std::make_unique<Service>(*house, PublicAddress{.host = "server.example", .port = 8443}, rules);
    auto routes = all_routes(*service);
    for (auto& route : office::office_parts(catalogue(), folder.path() / "page").routes(*service))
      routes.push_back(std::move(route));
    routes.push_back(health_route("test"));
    routes.push_back(openapi_route(routes));
    router = std::make_unique<Router>(std::move(routes), authenticator(*service), clock);
  }
  ServedHouse(const ServedHouse&) = delete;
  ServedHouse& operator=(const ServedHouse&) = delete;

  static const language::Catalogue& catalogue() {
    static const auto loaded =
        language::Catalogue::load(std::filesystem::path{AFTERCARE_SOURCE_DIR} / "assets" / "lang");
    REQUIRE(loaded);
    return loaded.value();
  }

  OrganisationId add_organisation(const std::string& name) {
    const auto made = house->add(name);
    REQUIRE(made);
    return made.value().id;
  }

  UserId add(const OrganisationId& organisation_id, NewPerson person,
             const std::string& password = "correct horse battery") {
    if (!person.email.empty()) person.password_hash = service->passwords.hash(password).value();
    UserId id;
    const auto added = house->write(organisation_id, [&](OrganisationStore& store) -> Done {
      const auto made = add_person(store, UserId{}, person);
      if (!made) return made.error();
      id = made.value();
      return done();
    });
    REQUIRE(added);
    return id;
  }

  /// What the session does with a reply that is no long poll and no stream.
  Response settle(Reply reply) {
    if (auto* const response = std::get_if<Response>(&reply)) return std::move(*response);
    if (auto* const poll = std::get_if<LongPoll>(&reply)) return poll->again();
    if (std::holds_alternative<EventStream>(reply)) {
      Response response;
      response.content_type = "text/event-stream";
      return response;
    }
    auto& job = std::get<WriteJob>(reply);
    auto* const target = house->find_target(job.organisation_id);
    REQUIRE(target != nullptr);
    REQUIRE(target->begin());
    REQUIRE(target->savepoint());
    auto response = job.run(*target);
    REQUIRE((response.status < 400 || response.keeps_writes ? target->release() : target->rollback_to()));
    REQUIRE(target->commit());
    return response;
  }
  Response ask(Request request) { return settle(router->handle(std::move(request))); }

  static Request request(Method method, const std::string& path, Bytes body = {},
                         const std::string& content_type = {}) {
    Request made;
    made.method = method;
    const auto mark = path.find('?');
    made.path = path.substr(0, mark);
    if (mark != std::string::npos) made.query = query_of(path.substr(mark + 1)).value();
    made.body = std::move(body);
    made.peer_address = "192.0.2.1";
    if (!content_type.empty()) made.headers.push_back({"Content-Type", content_type});
    return made;
  }
  static Request post_cbor(const std::string& path, Bytes body) {
    return request(Method::Post, path, std::move(body), "application/cbor");
  }
  static Request post_json(const std::string& path, const nlohmann::json& body) {
    return request(Method::Post, path, body.dump(), "application/json");
  }
  static Request as_device(Request request, const std::string& token) {
    request.headers.push_back({"Authorization", "Bearer " + token});
    return request;
  }
  struct SignedIn {
    std::string cookie;
    std::string csrf;
  };
  static Request as_person(Request request, const SignedIn& session) {
    request.headers.push_back({"Cookie", std::string{kSessionCookie} + "=" + session.cookie});
    request.headers.push_back({"X-CSRF-Token", session.csrf});
    return request;
  }

  static std::string header_of(const Response& response, std::string_view name) {
    for (const auto& header : response.headers) {
      if (is_equal_ignoring_case(header.name, name)) return header.value;
    }
    return {};
  }
  static std::string code_of(const Response& response) {
    constexpr std::string_view kUrn = "urn:aftercare:problem:";
    const auto type = nlohmann::json::parse(response.body).at("type").get<std::string>();
    REQUIRE(type.starts_with(kUrn));
    return type.substr(kUrn.size());
  }

  SignedIn sign_in(const std::string& organisation, const std::string& email,
                   const std::string& password = "correct horse battery") {
    const auto answer = ask(
        post_json("/v1/session", {{"organisation", organisation}, {"email", email}, {"password", password}}));
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    const auto line = header_of(answer, "Set-Cookie");
    const auto begin = line.find('=') + 1;
    return {line.substr(begin, line.find(';') - begin),
            nlohmann::json::parse(answer.body).at("csrf").get<std::string>()};
  }

  std::string open_code(const OrganisationId& organisation_id, DeviceRole role) {
    std::string code;
    const auto opened = house->write(organisation_id, [&](OrganisationStore& store) -> Done {
      const auto made = open_enrolment(store, UserId{}, role, std::nullopt);
      if (!made) return made.error();
      code = made.value().code;
      return done();
    });
    REQUIRE(opened);
    return code;
  }
  TestDevice new_device(const OrganisationId& organisation_id) {
    return {.organisation_id = organisation_id,
            .id = make_id<DeviceId>(clock, random),
            .key = make_signing_key(random),
            .token = {}};
  }
  static protocol::EnrolRequest enrolment_of(const TestDevice& device, const std::string& code) {
    protocol::EnrolRequest asked{.organisation_id = device.organisation_id,
                                 .code = code,
                                 .device_id = device.id,
                                 .public_key = device.key.public_key,
                                 .device_name = "tablet of a test",
                                 .app_version = "1",
                                 .proof = {}};
    asked.proof = sign(device.key, protocol::kEnrolTag, protocol::enrol_proof_text(asked));
    return asked;
  }
  Response ask_enrol(const TestDevice& device, const std::string& code) {
    return ask(post_cbor("/v1/enrol", protocol::encode(enrolment_of(device, code))));
  }
  Response ask_token(const TestDevice& device) {
    const auto challenge =
        ask(post_cbor("/v1/token/challenge",
                      protocol::encode(protocol::ChallengeRequest{device.organisation_id, device.id})));
    REQUIRE(challenge.status == 200);
    return ask(post_cbor("/v1/token", protocol::encode(token_request(
                                          device, protocol::decode_challenge(challenge.body).value()))));
  }
  static protocol::TokenRequest token_request(const TestDevice& device, Bytes challenge) {
    protocol::TokenRequest asked{.organisation_id = device.organisation_id,
                                 .device_id = device.id,
                                 .challenge = std::move(challenge),
                                 .signature = {}};
    asked.signature = sign(device.key, protocol::kTokenTag, protocol::token_text(asked));
    return asked;
  }
  TestDevice enrolled(const OrganisationId& organisation_id, DeviceRole role = DeviceRole::Tablet) {
    auto device = new_device(organisation_id);
    REQUIRE(ask_enrol(device, open_code(organisation_id, role)).status == 200);
    const auto answer = ask_token(device);
    REQUIRE(answer.status == 200);
    device.token = protocol::decode_token_answer(answer.body).value().token;
    return device;
  }
  void revoke(const TestDevice& device) {
    REQUIRE(house->write(device.organisation_id, [&](OrganisationStore& store) {
      return revoke_device(store, UserId{}, device.id);
    }));
  }

  /// A push of one operation that makes a customer: the journal's next.
  Bytes push_body(const TestDevice& device, protocol::Head& head, const std::string& name) {
    domain::Customer customer;
    customer.id = make_id<domain::CustomerId>(clock, random);
    customer.name = name;
    customer.language = "en";
    protocol::Header header;
    header.organisation_id = device.organisation_id;
    header.device_id = device.id;
    header.dseq = head.dseq + 1;
    header.previous_hash = head.hash;
    header.time = {to_ms(clock.now()), 0};
    header.verb = protocol::Verb::Create;
    header.type = domain::EntityType::Customer;
    header.entity_id = id_cast<AnyId>(customer.id);
    protocol::PushRequest push;
    push.lineage = protocol::genesis_hash(device.key.public_key);
    push.operations.push_back(
        protocol::make_operation(header, cbor::encode(domain::fields_of(customer)), random));
    head = {header.dseq, protocol::operation_hash(push.operations.back().header)};
    push.head_signature =
        sign(device.key, protocol::kHeadTag, protocol::head_text(device.organisation_id, head.hash));
    return protocol::compress(protocol::encode(push));
  }
  static protocol::Head first_head(const TestDevice& device) {
    return {0, protocol::genesis_hash(device.key.public_key)};
  }
  static Request push_request(const TestDevice& device, Bytes body) {
    auto made = as_device(post_cbor("/v1/push", std::move(body)), device.token);
    made.headers.push_back({"Content-Encoding", "zstd"});
    return made;
  }

  testing::FakeClock clock;
  SystemRandom random;
  testing::ScratchFolder folder;
  std::unique_ptr<House> house;
  std::unique_ptr<Service> service;
  std::unique_ptr<Router> router;
};

}  // namespace aftercare::server
