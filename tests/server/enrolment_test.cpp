#include "shared/storage/records.h"
#include "tests/server/served_house.h"

namespace aftercare::server {

TEST_CASE("enrolment: a code makes one device, certified, in the feed, with a journal that begins", "[S07]") {
  ServedHouse served;
  const auto organisation_id = served.add_organisation("Aftercare Test");
  const auto device = served.new_device(organisation_id);

  const auto answer = served.ask_enrol(device, served.open_code(organisation_id, DeviceRole::Tablet));

  REQUIRE(answer.status == 200);
  const auto enrolled = protocol::decode_enrol_answer(answer.body);
  REQUIRE(enrolled);
  CHECK(enrolled.value().organisation_name == "Aftercare Test");
  CHECK(protocol::is_signed_by(enrolled.value().organisation_key, protocol::kDeviceTag,
                               enrolled.value().certificate));
  const auto certificate = protocol::decode_certificate(enrolled.value().certificate.statement);
  REQUIRE(certificate);
  CHECK(certificate.value().device_id == device.id);
  CHECK(certificate.value().public_key == device.key.public_key);
  CHECK(certificate.value().prefix == "23");  // the office is 22

  const auto store = served.house->read(organisation_id);
  REQUIRE(store);
  const auto record = storage::find<domain::Device>(store.value()->db(), device.id);
  REQUIRE(record);
  REQUIRE(record.value());
  CHECK(record.value()->prefix == "23");
  CHECK(find_device(store.value()->db(), device.id).value()->held_dseq == 0);
}

TEST_CASE("enrolment: asking again with the same device, code and key gets the same bytes", "[S07][S01]") {
  ServedHouse served;
  const auto organisation_id = served.add_organisation("Aftercare Test");
  const auto device = served.new_device(organisation_id);
  const auto code = served.open_code(organisation_id, DeviceRole::Tablet);
  const auto first = served.ask_enrol(device, code);
  served.clock.pass(std::chrono::minutes(5));

  const auto second = served.ask_enrol(device, code);

  REQUIRE(second.status == 200);
  CHECK(second.body == first.body);
  const auto store = served.house->read(organisation_id);
  CHECK(list_devices(store.value()->db()).value().size() == 1);
}

TEST_CASE("enrolment: a code lets in one device, for a day, and says what is wrong", "[S07][O09]") {
  ServedHouse served;
  const auto organisation_id = served.add_organisation("Aftercare Test");
  const auto code = served.open_code(organisation_id, DeviceRole::Tablet);

  SECTION("used by another device") {
    REQUIRE(served.ask_enrol(served.new_device(organisation_id), code).status == 200);
    const auto refused = served.ask_enrol(served.new_device(organisation_id), code);
    CHECK(refused.status == 410);
    CHECK(ServedHouse::code_of(refused) == "code_used");
  }
  SECTION("too late") {
    served.clock.pass(std::chrono::hours(24));
    const auto refused = served.ask_enrol(served.new_device(organisation_id), code);
    CHECK(refused.status == 410);
    CHECK(ServedHouse::code_of(refused) == "code_expired");
  }
  SECTION("never given out") {
    CHECK(ServedHouse::code_of(served.ask_enrol(served.new_device(organisation_id), "made-up")) ==
          "not_found");
  }
  SECTION("of another organisation") {
    const auto other = served.add_organisation("Another");
    CHECK(ServedHouse::code_of(served.ask_enrol(served.new_device(other), code)) == "not_found");
  }
  SECTION("a proof made with another key") {
    const auto device = served.new_device(organisation_id);
    auto asked = ServedHouse::enrolment_of(device, code);
    asked.public_key = make_signing_key(served.random).public_key;
    const auto refused = served.ask(ServedHouse::post_cbor("/v1/enrol", protocol::encode(asked)));
    CHECK(refused.status == 422);
    CHECK(served.ask_enrol(device, code).status == 200);  // the code was not spent
  }
  SECTION("a device that was enrolled before") {
    const auto device = served.new_device(organisation_id);
    REQUIRE(served.ask_enrol(device, code).status == 200);
    const auto refused = served.ask_enrol(device, served.open_code(organisation_id, DeviceRole::Tablet));
    CHECK(refused.status == 409);
  }
}

TEST_CASE("enrolment: the code itself stands in no row", "[S07]") {
  ServedHouse served;
  const auto organisation_id = served.add_organisation("Aftercare Test");
  const auto code = served.open_code(organisation_id, DeviceRole::Kiosk);

  const auto store = served.house->read(organisation_id);
  auto query = store.value()->db().query(
      "SELECT count(*) FROM enrolment WHERE code_hash = ? OR code_hash = CAST(? AS BLOB)",
      storage::AsBlob{code}, code);

  REQUIRE(query.next());
  CHECK(query.integer(0) == 0);
}

TEST_CASE("enrolment: a revoked device gets a token that only hands in, and its work is set aside",
          "[S07][O09]") {
  ServedHouse served;
  const auto organisation_id = served.add_organisation("Aftercare Test");
  auto device = served.enrolled(organisation_id);
  auto head = ServedHouse::first_head(device);
  const auto unsent = served.push_body(device, head, "a visit that was not sent");

  served.revoke(device);

  const auto token = protocol::decode_token_answer(served.ask_token(device).body);
  REQUIRE(token);
  CHECK(token.value().is_revoked);
  device.token = token.value().token;
  const auto pushed = served.ask(ServedHouse::push_request(device, unsent));
  REQUIRE(pushed.status == 200);
  const auto answer = protocol::decode_push_answer(pushed.body);
  REQUIRE(answer);
  REQUIRE(answer.value().set_aside.size() == 1);
  CHECK(answer.value().set_aside.front().reason == protocol::SetAsideReason::Revoked);
  const auto pull =
      served.ask(ServedHouse::as_device(ServedHouse::request(Method::Get, "/v1/pull"), device.token));
  CHECK(ServedHouse::code_of(pull) == "revoked");
}

TEST_CASE("enrolment: a token needs the key that was enrolled", "[S07]") {
  ServedHouse served;
  const auto organisation_id = served.add_organisation("Aftercare Test");
  auto device = served.enrolled(organisation_id);

  SECTION("another key") {
    device.key = make_signing_key(served.random);
    CHECK(served.ask_token(device).status == 401);
  }
  SECTION("a device that nobody enrolled is told the same") {
    CHECK(served.ask_token(served.new_device(organisation_id)).status == 401);
  }
  SECTION("an organisation that is not here is told the same") {
    device.organisation_id = make_id<OrganisationId>(served.clock, served.random);
    CHECK(served.ask_token(device).status == 401);
  }
  SECTION("a challenge that is too old") {
    const auto challenge = served.service->tokens.challenge(organisation_id, device.id, served.clock.now());
    served.clock.pass(std::chrono::minutes(3));
    const auto answer = served.ask(
        ServedHouse::post_cbor("/v1/token", protocol::encode(ServedHouse::token_request(device, challenge))));
    CHECK(ServedHouse::code_of(answer) == "token_expired");
  }
}

}  // namespace aftercare::server
