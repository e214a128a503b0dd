#include "tests/server/served_house.h"

namespace aftercare::server {
namespace {

struct Desk {
  testing::FakeClock clock;
  SystemRandom random;
  Hash key{{1, 2, 3}};
  Tokens tokens{key, random};
  OrganisationId organisation_id = make_id<OrganisationId>(clock, random);
  DeviceId device_id = make_id<DeviceId>(clock, random);
};

Tokens::Fault fault_of(const std::variant<Tokens::Claims, Tokens::Fault>& read) {
  REQUIRE(std::holds_alternative<Tokens::Fault>(read));
  return std::get<Tokens::Fault>(read);
}

}  // namespace

TEST_CASE("tokens: one names its device for fifteen minutes of the server's clock, and no longer", "[S07]") {
  Desk desk;
  const auto issued = desk.tokens.issue(desk.organisation_id, desk.device_id, desk.clock.now());

  const auto read = desk.tokens.read(issued.token, desk.clock.now());
  REQUIRE(std::holds_alternative<Tokens::Claims>(read));
  CHECK(std::get<Tokens::Claims>(read).device_id == desk.device_id);
  CHECK(std::get<Tokens::Claims>(read).organisation_id == desk.organisation_id);

  desk.clock.pass(std::chrono::minutes(15));
  CHECK(fault_of(desk.tokens.read(issued.token, desk.clock.now())) == Tokens::Fault::Expired);
}

TEST_CASE("tokens: no changed sign of one is believed", "[S07]") {
  Desk desk;
  const auto token = desk.tokens.issue(desk.organisation_id, desk.device_id, desk.clock.now()).token;

  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    CAPTURE(i);
    CHECK(fault_of(desk.tokens.read(changed, desk.clock.now())) == Tokens::Fault::Forged);
  }
  for (const auto* junk : {"", ".", "a.b", "....", "AAAA"}) {
    CHECK(fault_of(desk.tokens.read(junk, desk.clock.now())) == Tokens::Fault::Forged);
  }
}

TEST_CASE("tokens: another server's key makes tokens that mean nothing here", "[S07]") {
  Desk desk;
  const Tokens others{Hash{{9}}, desk.random};

  const auto token = others.issue(desk.organisation_id, desk.device_id, desk.clock.now()).token;

  CHECK(fault_of(desk.tokens.read(token, desk.clock.now())) == Tokens::Fault::Forged);
}

TEST_CASE("tokens: a challenge is for one device and two minutes, and is no token", "[S07]") {
  Desk desk;
  const auto now = desk.clock.now();
  const auto challenge = desk.tokens.challenge(desk.organisation_id, desk.device_id, now);

  CHECK(desk.tokens.is_challenge(challenge, desk.organisation_id, desk.device_id, now));
  CHECK_FALSE(desk.tokens.is_challenge(challenge, desk.organisation_id,
                                       make_id<DeviceId>(desk.clock, desk.random), now));
  CHECK_FALSE(desk.tokens.is_challenge(challenge, desk.organisation_id, desk.device_id,
                                       now + std::chrono::minutes(2)));
  CHECK_FALSE(desk.tokens.is_challenge("", desk.organisation_id, desk.device_id, now));
  const auto payload = challenge.substr(0, challenge.size() - 32);
  const auto as_token = to_base64url(payload) + '.' + to_base64url(challenge.substr(payload.size()));
  CHECK(fault_of(desk.tokens.read(as_token, now)) == Tokens::Fault::Forged);
}

TEST_CASE("tokens: a server's clock set back by years honours no token from its future", "[S07]") {
  Desk desk;
  const auto token = desk.tokens.issue(desk.organisation_id, desk.device_id, desk.clock.now()).token;

  const auto years_ago = desk.clock.now() - std::chrono::days(5 * 365);

  CHECK(fault_of(desk.tokens.read(token, years_ago)) == Tokens::Fault::Expired);
}

}  // namespace aftercare::server
