#include "tests/server/served_house.h"

namespace aftercare::server {
namespace {

constexpr const char* kOrganisation = "Aftercare Test";
constexpr const char* kPassword = "correct horse battery";

struct Office : ServedHouse {
  OrganisationId id = add_organisation(kOrganisation);
  UserId admin = add(id, {.name = "Ada", .email = "ada@example.com", .role = Role::Administrator});
  UserId maja =
      add(id, {.name = "Maja", .email = "maja@example.com", .role = Role::Dispatcher, .language = "sl"});

  Response try_sign_in(const std::string& email, const std::string& password) {
    return ask(post_json("/v1/session",
                         {{"organisation", kOrganisation}, {"email", email}, {"password", password}}));
  }
  Response change(const UserId& who, const nlohmann::json& body) {
    auto made = request(Method::Patch, "/v1/people/" + to_text(who), body.dump(), "application/json");
    return ask(as_person(std::move(made), sign_in(kOrganisation, "ada@example.com")));
  }
  int status_with(const SignedIn& session) {
    return ask(as_person(request(Method::Get, "/v1/session"), session)).status;
  }
};

}  // namespace

TEST_CASE("accounts: the right password opens a session of twelve hours in a cookie that scripts cannot read",
          "[S07]") {
  Office office;

  const auto answer = office.try_sign_in(" Maja@Example.com ", kPassword);

  REQUIRE(answer.status == 200);
  const auto cookie = Office::header_of(answer, "Set-Cookie");
  CHECK(cookie.starts_with("__Host-session="));
  for (const auto* part : {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"})
    CHECK(cookie.find(part) != std::string::npos);
  const auto session = office.sign_in(kOrganisation, "maja@example.com");
  CHECK(office.status_with(session) == 200);
  office.clock.pass(std::chrono::hours(12));
  const auto over = office.ask(Office::as_person(Office::request(Method::Get, "/v1/session"), session));
  CHECK(Office::code_of(over) == "token_expired");
}

TEST_CASE("accounts: a wrong password, an unknown address and somebody who left are answered alike",
          "[S07]") {
  Office office;
  const auto gone =
      office.add(office.id, {.name = "Gone", .email = "gone@example.com", .role = Role::Dispatcher});
  REQUIRE(office.change(gone, {{"is_active", false}}).status == 200);

  const auto wrong = office.try_sign_in("maja@example.com", "wrong horse battery");
  const auto unknown = office.try_sign_in("nobody@example.com", "wrong horse battery");
  const auto left = office.try_sign_in("gone@example.com", kPassword);

  CHECK(wrong.status == 401);
  CHECK(unknown.status == 401);
  CHECK(wrong.body == unknown.body);
  CHECK(wrong.body == left.body);
}

TEST_CASE("accounts: wrong tries are slowed down, with and without an account", "[S07]") {
  Office office;
  const auto* const email = GENERATE("maja@example.com", "nobody@example.com");
  CAPTURE(email);
  for (int n = 0; n < 5; ++n) {
    CHECK(office.try_sign_in(email, "wrong horse battery").status == 401);
    const auto locked = office.try_sign_in(email, kPassword);
    CHECK(locked.status == 429);
    CHECK(Office::header_of(locked, "Retry-After") == std::to_string(1 << n));
    office.clock.pass(std::chrono::seconds(1 << n));
  }

  const bool has_account = std::string_view{email} == "maja@example.com";
  CHECK(office.try_sign_in(email, kPassword).status == (has_account ? 200 : 401));
  if (has_account) CHECK(office.try_sign_in(email, "wrong horse battery").status == 401);  // counted anew
}

TEST_CASE("accounts: nobody is locked out for more than a quarter of an hour", "[S07]") {
  CHECK(lock_after(1, {}) == std::chrono::seconds(1));
  CHECK(lock_after(5, {}) == std::chrono::seconds(16));
  CHECK(lock_after(1'000'000, {}) == std::chrono::minutes(15));
}

TEST_CASE("accounts: a new password, another role and leaving end somebody's sessions", "[S07]") {
  Office office;
  const auto session = office.sign_in(kOrganisation, "maja@example.com");
  REQUIRE(office.status_with(session) == 200);

  SECTION("password") {
    REQUIRE(office.change(office.maja, {{"password", "another horse entirely"}}).status == 200);
  }
  SECTION("role") { REQUIRE(office.change(office.maja, {{"role", "manager"}}).status == 200); }
  SECTION("leaving") { REQUIRE(office.change(office.maja, {{"is_active", false}}).status == 200); }

  CHECK(office.status_with(session) == 401);
}

TEST_CASE("accounts: a name may change while somebody is signed in", "[S07]") {
  Office office;
  const auto session = office.sign_in(kOrganisation, "maja@example.com");

  REQUIRE(office.change(office.maja, {{"name", "Maja Kovačič"}}).status == 200);

  CHECK(office.status_with(session) == 200);
}

TEST_CASE("accounts: signing out ends the session at the server, not only in the browser", "[S07]") {
  Office office;
  const auto session = office.sign_in(kOrganisation, "maja@example.com");

  const auto out = office.ask(Office::as_person(Office::request(Method::Delete, "/v1/session"), session));

  CHECK(out.status == 204);
  CHECK(office.status_with(session) == 401);
}

TEST_CASE("accounts: without the session's own CSRF token nothing is changed", "[S07]") {
  Office office;
  auto session = office.sign_in(kOrganisation, "ada@example.com");
  session.csrf = office.sign_in(kOrganisation, "ada@example.com").csrf;  // of another session

  auto made = Office::request(Method::Patch, "/v1/people/" + to_text(office.maja), R"({"role":"manager"})",
                              "application/json");
  const auto refused = office.ask(Office::as_person(std::move(made), session));

  CHECK(refused.status == 403);
}

TEST_CASE("accounts: a weak password is refused with advice", "[S07]") {
  const Passwords passwords{quick_rules()};

  CHECK_FALSE(passwords.check("short", "a@example.com"));
  CHECK_FALSE(passwords.check("Someone@Example.com", "someone@example.com"));
  CHECK_FALSE(passwords.check("aaaaaaaaaaaaaaa", ""));
  CHECK_FALSE(passwords.check(std::string(300, 'x') + "y", ""));
  CHECK(passwords.check("čtyři slova dohromady", "a@example.com"));
  SystemRandom random;
  CHECK(passwords.check(Passwords::make(random), ""));
}

TEST_CASE("accounts: the last administrator stays", "[S07]") {
  Office office;

  CHECK(office.change(office.admin, {{"role", "manager"}}).status == 422);
  CHECK(office.change(office.admin, {{"is_active", false}}).status == 422);
  REQUIRE(office.change(office.maja, {{"role", "administrator"}}).status == 200);
  CHECK(office.change(office.admin, {{"role", "manager"}}).status == 200);
}

TEST_CASE("accounts: an address belongs to one person, and what is added is told once", "[S07]") {
  Office office;
  const auto session = office.sign_in(kOrganisation, "ada@example.com");
  const auto add = [&](const nlohmann::json& body) {
    return office.ask(Office::as_person(Office::post_json("/v1/people", body), session));
  };

  const auto added = add({{"name", "Olga"}, {"email", "Olga@example.com"}, {"role", "manager"}});
  REQUIRE(added.status == 201);
  const auto password = nlohmann::json::parse(added.body).at("password").get<std::string>();
  CHECK(office.try_sign_in("olga@example.com", password).status == 200);

  CHECK(add({{"name", "Second"}, {"email", "olga@example.com"}, {"role", "manager"}}).status == 409);
  CHECK(add({{"name", "No address"}, {"role", "manager"}}).status == 422);
  CHECK(add({{"name", "Petr"}, {"role", "technician"}}).status == 201);
  CHECK(add({{"name", "Petr"}, {"role", "king"}}).status == 422);
  CHECK(add({{"name", 5}, {"role", "technician"}}).status == 422);
  CHECK(add({{"name", "Petr"}, {"role", "technician"}, {"is_god", true}}).status == 422);
  const auto people = office.ask(Office::as_person(Office::request(Method::Get, "/v1/people"), session));
  CHECK(people.body.find("password") == std::string::npos);
}

}  // namespace aftercare::server
