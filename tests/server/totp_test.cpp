#include "sync/server/totp.h"
#include "tests/server/served_house.h"

namespace aftercare::server {
namespace {

// RFC 6238, appendix B: the secret and the codes for SHA-1, of which we show the last six digits.
constexpr const char* kSecret = "12345678901234567890";

Instant at_second(std::int64_t second) { return from_ms(second * 1000); }

AccountRules strict_rules() {
  auto rules = quick_rules();
  rules.managers_need_totp = true;
  return rules;
}

struct Office : ServedHouse {
  Office() : ServedHouse(strict_rules()) {}
  OrganisationId id = add_organisation("Here");
  UserId ada = add(id, {.name = "Ada", .email = "ada@example.com", .role = Role::Administrator});
  UserId maja = add(id, {.name = "Maja", .email = "maja@example.com", .role = Role::Dispatcher});

  Response try_sign_in(const std::string& email, const std::optional<std::string>& code = std::nullopt,
                       const std::string& password = "correct horse battery") {
    nlohmann::json body{{"email", email}, {"password", password}};
    if (code) body["code"] = *code;
    return ask(post_json("/v1/session", body));
  }
  Response get(const std::string& path, const SignedIn& session) {
    return ask(as_person(request(Method::Get, path), session));
  }
  Response put_code(const SignedIn& session, const std::string& code) {
    return ask(as_person(
        request(Method::Put, "/v1/session/totp", nlohmann::json{{"code", code}}.dump(), "application/json"),
        session));
  }
  /// The secret that the page would show, read from the file.
  Bytes pending_secret(const UserId& user_id) {
    const auto store = house->read(id);
    auto query = store.value()->db().query("SELECT totp_pending FROM account WHERE user_id = ?", user_id);
    REQUIRE(query.next());
    return query.bytes(0);
  }
  std::string code_now(const Bytes& secret) { return totp_code(secret, totp_step(clock.now())); }
  Bytes set_up(const SignedIn& session, const UserId& user_id) {
    REQUIRE(ask(as_person(request(Method::Post, "/v1/session/totp"), session)).status == 200);
    const auto secret = pending_secret(user_id);
    REQUIRE(put_code(session, code_now(secret)).status == 200);
    return secret;
  }
  std::string link_for(const UserId& user_id) {
    std::string token;
    REQUIRE(house->write(id, [&](OrganisationStore& store) -> Done {
      const auto person = find_person(store.db(), user_id);
      auto made = make_sign_in_link(store, UserId{}, *person.value(), service->passwords.rules());
      if (!made) return made.error();
      token = made.value();
      return done();
    }));
    return token;
  }
  Response use_link(const std::string& token) {
    return ask(post_json("/v1/session/link", {{"token", token}}));
  }
};

}  // namespace

TEST_CASE("totp: the codes are those of RFC 6238", "[S07]") {
  const std::vector<std::pair<std::int64_t, std::string>> vectors{{59, "287082"},
                                                                  {1'111'111'109, "081804"},
                                                                  {1'111'111'111, "050471"},
                                                                  {1'234'567'890, "005924"},
                                                                  {2'000'000'000, "279037"},
                                                                  {20'000'000'000, "353130"}};
  for (const auto& [second, code] : vectors) CHECK(totp_code(kSecret, totp_step(at_second(second))) == code);
}

TEST_CASE("totp: a code holds for its step and one to either side, and once", "[S07]") {
  const auto now = at_second(1'234'567'890);
  const auto step = totp_step(now);
  for (const std::int64_t distance : {-1, 0, 1})
    CHECK(accepted_totp_step(kSecret, totp_code(kSecret, step + distance), now, 0) == step + distance);
  for (const std::int64_t distance : {-2, 2})
    CHECK_FALSE(accepted_totp_step(kSecret, totp_code(kSecret, step + distance), now, 0));
  CHECK_FALSE(accepted_totp_step(kSecret, totp_code(kSecret, step), now, step));
  CHECK_FALSE(accepted_totp_step(kSecret, "", now, 0));
  CHECK_FALSE(accepted_totp_step(kSecret, "00592", now, 0));
}

TEST_CASE("totp: the secret is told in base32, as RFC 4648 writes it", "[S07]") {
  CHECK(to_base32("foobar") == "MZXW6YTBOI");
  CHECK(to_base32("f") == "MY");
  CHECK(totp_uri("Elektro Lípa", "a@b.cz", "foobar") ==
        "otpauth://totp/Elektro%20L%C3%ADpa:a%40b.cz?secret=MZXW6YTBOI&issuer=Elektro%20L%C3%ADpa");
}

TEST_CASE("sign-in: an administrator without a second factor may set it up and do nothing else", "[S07]") {
  Office office;
  const auto session = office.sign_in("Here", "ada@example.com");

  CHECK(Office::code_of(office.get("/v1/visits", session)) == "totp_needed");
  CHECK(nlohmann::json::parse(office.get("/v1/session", session).body).at("totp") == "needed");
  office.set_up(session, office.ada);

  CHECK(office.get("/v1/visits", session).status == 200);
  CHECK(nlohmann::json::parse(office.get("/v1/session", session).body).at("totp") == "on");
}

TEST_CASE("sign-in: a dispatcher is asked for no second factor until they set one up", "[S07]") {
  Office office;
  const auto session = office.sign_in("Here", "maja@example.com");
  CHECK(office.get("/v1/visits", session).status == 200);
  CHECK(nlohmann::json::parse(office.get("/v1/session", session).body).at("totp") == "off");

  office.set_up(session, office.maja);

  CHECK(Office::code_of(office.try_sign_in("maja@example.com")) == "code_needed");
}

TEST_CASE("sign-in: with a second factor the password alone opens nothing, and a code opens once", "[S07]") {
  Office office;
  const auto secret = office.set_up(office.sign_in("Here", "ada@example.com"), office.ada);
  office.clock.pass(std::chrono::seconds{60});

  CHECK(Office::code_of(office.try_sign_in("ada@example.com")) == "code_needed");
  CHECK(Office::code_of(office.try_sign_in("ada@example.com", "000000")) == "not_signed_in");
  office.clock.pass(std::chrono::seconds{30});
  const auto code = office.code_now(secret);
  CHECK(office.try_sign_in("ada@example.com", code).status == 200);
  CHECK(Office::code_of(office.try_sign_in("ada@example.com", code)) == "not_signed_in");
}

TEST_CASE("sign-in: wrong codes lock the account like wrong passwords", "[S07]") {
  Office office;
  office.set_up(office.sign_in("Here", "ada@example.com"), office.ada);
  office.clock.pass(std::chrono::seconds{60});

  CHECK(office.try_sign_in("ada@example.com", "000000").status == 401);
  const auto locked = office.try_sign_in("ada@example.com", "000001");

  CHECK(Office::code_of(locked) == "too_many");
  CHECK_FALSE(Office::header_of(locked, "Retry-After").empty());
}

TEST_CASE("sign-in: a wrong code does not put a second factor in force", "[S07]") {
  Office office;
  const auto session = office.sign_in("Here", "maja@example.com");
  REQUIRE(office.ask(Office::as_person(Office::request(Method::Post, "/v1/session/totp"), session)).status ==
          200);

  CHECK(office.put_code(session, "000000").status == 422);

  CHECK(office.try_sign_in("maja@example.com").status == 200);
}

TEST_CASE("sign-in: a second factor that is on is not replaced from a session that somebody found open",
          "[S07]") {
  Office office;
  const auto session = office.sign_in("Here", "maja@example.com");
  office.set_up(session, office.maja);

  const auto again =
      office.ask(Office::as_person(Office::request(Method::Post, "/v1/session/totp"), session));

  CHECK(Office::code_of(again) == "conflict");
}

TEST_CASE("sign-in: a one-time link signs in once, past the second factor, and not after an hour", "[S07]") {
  Office office;
  const auto token = office.link_for(office.ada);

  const auto first = office.use_link(token);
  REQUIRE(first.status == 200);
  CHECK(nlohmann::json::parse(first.body).at("totp") == "off");
  CHECK(Office::code_of(office.use_link(token)) == "not_signed_in");

  const auto late = office.link_for(office.ada);
  office.clock.pass(std::chrono::minutes{61});
  CHECK(Office::code_of(office.use_link(late)) == "not_signed_in");
  CHECK(Office::code_of(office.use_link("nonsense")) == "not_signed_in");
}

TEST_CASE("sign-in: whoever lost the second factor's device gets it taken away and is signed out", "[S07]") {
  Office office;
  const auto session = office.sign_in("Here", "maja@example.com");
  office.set_up(session, office.maja);
  REQUIRE(office.house->write(office.id, [&](OrganisationStore& store) {
    return remove_totp(store, UserId{}, *find_person(store.db(), office.maja).value());
  }));

  CHECK(office.get("/v1/session", session).status == 401);
  CHECK(office.try_sign_in("maja@example.com").status == 200);
}

TEST_CASE("sign-in: a person chooses their own language, and the feed tells everybody", "[L01]") {
  Office office;
  const auto session = office.sign_in("Here", "maja@example.com");
  const auto choose = [&](const char* language) {
    return office.ask(
        Office::as_person(Office::request(Method::Patch, "/v1/session",
                                          nlohmann::json{{"language", language}}.dump(), "application/json"),
                          session));
  };

  const auto chosen = choose("ka");

  REQUIRE(chosen.status == 200);
  CHECK(chosen.feed_seq);
  CHECK(nlohmann::json::parse(chosen.body).at("user").at("language") == "ka");
  CHECK(choose("xx").status >= 400);
}

}  // namespace aftercare::server
