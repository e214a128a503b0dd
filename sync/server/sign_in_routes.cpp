#include "sync/server/sign_in_routes.h"

#include "sync/server/json_body.h"
#include "sync/server/office.h"
#include "sync/server/totp.h"

#include <fmt/format.h>

namespace aftercare::server {
namespace {

constexpr std::size_t kBodyMax = JsonBody::kByteCountMax;
constexpr const char* kSessionSchema =
    R"({"type":"object","required":["csrf","organisation","user","role","expires","totp"],"properties":{"csrf":{"type":"string"},"organisation":{"type":"string"},)"
    R"("user":{"type":"object","required":["id","name","email","language"],"properties":{"id":{"type":"string"},"name":{"type":"string"},)"
    R"("email":{"type":"string"},"language":{"type":"string"}}},"role":{"enum":["technician","kiosk","dispatcher","manager","administrator"]},)"
    R"("expires":{"type":"string","format":"date-time"},"totp":{"enum":["on","off","needed"]}}})";
constexpr const char* kSignInSchema =
    R"({"type":"object","required":["email","password"],"properties":{"organisation":{"type":"string"},"email":{"type":"string"},"password":{"type":"string"},)"
    R"("code":{"type":"string","description":"six digits, where the second factor is on"}}})";
constexpr const char* kLinkSchema =
    R"({"type":"object","required":["token"],"properties":{"token":{"type":"string"}}})";
constexpr const char* kLanguageSchema =
    R"({"type":"object","required":["language"],"properties":{"language":{"enum":["en","cs","ka","sl","ru","vi"]}}})";
constexpr const char* kTotpSchema =
    R"({"type":"object","required":["secret","uri"],"properties":{"secret":{"type":"string","description":"base32"},"uri":{"type":"string"}}})";
constexpr const char* kCodeSchema =
    R"({"type":"object","required":["code"],"properties":{"code":{"type":"string"}}})";

nlohmann::json session_json(const Organisation& organisation, const Person& person,
                            const PersonSession& session, const AccountRules& rules) {
  return {{"csrf", session.csrf_token},
          {"organisation", organisation.name},
          {"user",
           {{"id", to_text(person.user.id)},
            {"name", person.user.name},
            {"email", person.email},
            {"language", person.user.language}}},
          {"role", domain::name_of(person.user.role)},
          {"expires", to_rfc3339(session.expires_at)},
          {"totp", session.has_totp                   ? "on"
                   : must_set_up_totp(session, rules) ? "needed"
                                                      : "off"}};
}

std::string cookie_line(std::string_view value, std::chrono::seconds life) {
  return fmt::format("{}={}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={}", kSessionCookie, value,
                     life.count());
}

/// One answer for a wrong password, a wrong code, an unknown address and somebody who left.
Response wrong_sign_in() {
  return problem(
      Problem::NotSignedIn,
      "the e-mail address, the password or the code is wrong: after several wrong tries wait a little");
}

Response locked(Instant until, Instant now) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(until - now).count();
  return problem_later(Problem::TooMany, static_cast<std::uint32_t>(seconds),
                       "too many wrong tries for this e-mail address");
}

Response note_refusal(OrganisationStore& store, const std::optional<Person>& person,
                      const AccountRules& rules) {
  // Nobody's try is written down too: the answer takes as long, whoever was meant.
  const auto noted = person ? note_failed_sign_in(store, *person, rules)
                            : store.note_audit("nobody", "session.refused", "", "");
  if (!noted) return refusal_of(noted.error());
  auto response = wrong_sign_in();
  response.keeps_writes = true;
  return response;
}

/// After the slow part: counted and written in one job, so that tries side by side cannot slip past.
Reply refuse_sign_in(Service& service, const OrganisationId& organisation_id,
                     const std::optional<Person>& person, const std::string& email) {
  if (!person)
    service.unknown_emails.note_failure(organisation_id, email, service.house.clock().now(),
                                        service.passwords.rules());
  return write_job<OrganisationStore>(organisation_id, [&service, person](OrganisationStore& store) {
    return note_refusal(store, person, service.passwords.rules());
  });
}

Response let_in(OrganisationStore& store, const Person& person, const AccountRules& rules,
                bool has_second_factor) {
  const auto opened = open_session(store, person, rules, has_second_factor);
  if (!opened) return refusal_of(opened.error());
  auto response = json(session_json(store.organisation(), person, opened.value().session, rules));
  response.headers.push_back({"Set-Cookie", cookie_line(opened.value().cookie, rules.session_life)});
  return response;
}

/// The password was right: now the second factor, where there is one.
Response finish_sign_in(OrganisationStore& store, const Person& person,
                        const std::optional<std::string>& code, const AccountRules& rules) {
  if (person.totp_secret.empty()) return let_in(store, person, rules, false);
  if (!code) return problem(Problem::CodeNeeded);
  const auto step = accepted_totp_step(person.totp_secret, *code, store.clock().now(), person.totp_step);
  if (!step) return note_refusal(store, person, rules);
  const auto used =
      store.db().run("UPDATE account SET totp_step = ? WHERE user_id = ?", *step, person.user.id);
  if (!used) return refusal_of(used.error());
  return let_in(store, person, rules, true);
}

Reply sign_in(Service& service, const Request& request, const Caller&) {
  JsonBody body{request.body};
  const auto organisation_name = body.text("organisation").value_or("");
  const auto email_text = body.needed(body.text("email"), "email");
  const auto password = body.needed(body.text("password"), "password");
  const auto code = body.text("code");
  if (auto refusal = body.refusal()) return std::move(*refusal);
  if (password.size() > service.passwords.rules().password_byte_count_max)
    return problem(Problem::Unreadable, "the password is too long");

  const auto organisation = service.house.find(organisation_name);
  if (!organisation) {
    if (organisation.error().kind == ErrorKind::Invalid) {
      return problem(Problem::Unreadable,
                     "this server has several organisations: name yours in `organisation`");
    }
    (void)service.passwords.is_right(std::nullopt, password);
    return wrong_sign_in();
  }
  const auto organisation_id = organisation.value().id;
  const auto email = email_of_text(email_text);
  const auto email_key = email ? email.value() : email_text;
  std::optional<Person> person;
  if (email) {
    const auto store = service.house.read(organisation_id);
    if (!store) return refusal_of(store.error());
    auto found = find_by_email(store.value()->db(), email.value());
    if (!found) return refusal_of(found.error());
    if (found.value() && found.value()->user.is_active) person = std::move(found).value();
  }
  const auto now = service.house.clock().now();
  const auto locked_until =
      person ? person->locked_until : service.unknown_emails.tries(organisation_id, email_key).locked_until;
  if (now < locked_until) return locked(locked_until, now);

  const auto hash = person ? std::optional{person->password_hash} : std::nullopt;
  if (!service.passwords.is_right(hash, password))
    return refuse_sign_in(service, organisation_id, person, email_key);

  return write_job<OrganisationStore>(
      organisation_id, [&service, code, person = *person](OrganisationStore& store) {
        const auto now_there = find_person(store.db(), person.user.id);
        if (!now_there) return refusal_of(now_there.error());
        // Between the check and now the password may have been changed, or the person removed.
        if (!now_there.value() || !now_there.value()->user.is_active ||
            now_there.value()->password_hash != person.password_hash) {
          return wrong_sign_in();
        }
        return finish_sign_in(store, *now_there.value(), code, service.passwords.rules());
      });
}

Reply sign_in_by_link(Service& service, const Request& request, const Caller&) {
  JsonBody body{request.body};
  const auto token = body.needed(body.text("token"), "token");
  if (auto refusal = body.refusal()) return std::move(*refusal);
  const auto organisation_id = organisation_of_cookie(token);
  const auto over =
      problem(Problem::NotSignedIn, "this link was used, or its time is over: ask for a new one");
  if (!organisation_id || !service.house.has(*organisation_id)) return over;
  return write_job<OrganisationStore>(*organisation_id, [&service, token, over](OrganisationStore& store) {
    const auto person = use_sign_in_link(store, token);
    if (!person) return refusal_of(person.error());
    if (!person.value()) {
      auto response = over;
      response.keeps_writes = true;  // a link whose time is over is forgotten
      return response;
    }
    return let_in(store, *person.value(), service.passwords.rules(), true);
  });
}

Reply sign_out(Service&, const Request& request, const Caller& caller) {
  const std::string cookie{request.cookie(kSessionCookie).value_or("")};
  return write_job<OrganisationStore>(
      std::get<PersonCaller>(caller).organisation_id, [cookie](OrganisationStore& store) {
        if (const auto closed = close_session(store, cookie); !closed) return refusal_of(closed.error());
        return no_content({{"Set-Cookie", cookie_line("", std::chrono::seconds{0})}});
      });
}

Response session_of(OrganisationStore& store, const UserId& id, std::string_view cookie,
                    const AccountRules& rules) {
  const auto person = find_person(store.db(), id);
  if (!person) return refusal_of(person.error());
  const auto session = find_session(store, cookie);
  if (!session) return refusal_of(session.error());
  if (!person.value() || !session.value().session) return problem(Problem::NotSignedIn);
  return json(session_json(store.organisation(), *person.value(), *session.value().session, rules));
}

Reply who_am_i(Service& service, const Request& request, const Caller& caller) {
  const auto& asking = std::get<PersonCaller>(caller);
  const auto store = service.house.read(asking.organisation_id);
  if (!store) return refusal_of(store.error());
  return session_of(*store.value(), asking.user_id, request.cookie(kSessionCookie).value_or(""),
                    service.passwords.rules());
}

Reply choose_language(Service& service, const Request& request, const Caller& caller) {
  JsonBody body{request.body};
  const auto language = body.needed(body.text("language"), "language");
  if (auto refusal = body.refusal()) return std::move(*refusal);
  const std::string cookie{request.cookie(kSessionCookie).value_or("")};
  const auto& asking = std::get<PersonCaller>(caller);
  return write_job<OrganisationStore>(
      asking.organisation_id, [&service, language, cookie, id = asking.user_id](OrganisationStore& store) {
        const auto person = find_person(store.db(), id);
        if (!person) return refusal_of(person.error());
        if (!person.value()) return problem(Problem::NotSignedIn);
        auto after = person.value()->user;
        after.language = language;
        if (const auto changed = change_person(store, id, *person.value(), after); !changed)
          return refusal_in_words(changed.error());
        return with_feed(session_of(store, id, cookie, service.passwords.rules()), store);
      });
}

Reply set_up_totp(Service&, const Request&, const Caller& caller) {
  const auto& asking = std::get<PersonCaller>(caller);
  return write_job<OrganisationStore>(
      asking.organisation_id, [id = asking.user_id](OrganisationStore& store) {
        const auto person = find_person(store.db(), id);
        if (!person) return refusal_of(person.error());
        if (!person.value()) return problem(Problem::NotSignedIn);
        // Whoever found a session open must not be able to put their own device in its place.
        if (!person.value()->totp_secret.empty())
          return problem(Problem::Conflict, "a second factor is on: an administrator can take it away first");
        const auto secret = begin_totp(store, id);
        if (!secret) return refusal_of(secret.error());
        return json({{"secret", to_base32(secret.value())},
                     {"uri", totp_uri(store.organisation().name, person.value()->email, secret.value())}});
      });
}

Reply finish_totp(Service& service, const Request& request, const Caller& caller) {
  JsonBody body{request.body};
  const auto code = body.needed(body.text("code"), "code");
  if (auto refusal = body.refusal()) return std::move(*refusal);
  const std::string cookie{request.cookie(kSessionCookie).value_or("")};
  const auto& asking = std::get<PersonCaller>(caller);
  return write_job<OrganisationStore>(
      asking.organisation_id, [&service, code, cookie, id = asking.user_id](OrganisationStore& store) {
        if (const auto confirmed = confirm_totp(store, id, code, cookie); !confirmed)
          return refusal_in_words(confirmed.error());
        return session_of(store, id, cookie, service.passwords.rules());
      });
}

}  // namespace

std::vector<Route> sign_in_routes(Service& service) {
  const auto with_service = [&service](Reply (*run)(Service&, const Request&, const Caller&)) -> Handler {
    return [&service, run](const Request& request, const Caller& caller) {
      return run(service, request, caller);
    };
  };
  const WhoSet people{Who::Technician, Who::Kiosk, Who::Dispatcher, Who::Manager, Who::Administrator};
  const auto& rules = service.passwords.rules();
  std::vector<Route> routes;
  routes.push_back(
      {.method = Method::Post,
       .pattern = "/v1/session",
       .id = "sign_in",
       .summary = "Sign in with e-mail address and password, and the code of the second factor",
       .who = {Who::Nobody},
       .body = BodyKind::Json,
       .body_byte_count_max = kBodyMax,
       .body_schema = kSignInSchema,
       .answers = {{200, "application/json", "signed in; the session is in the cookie", kSessionSchema}},
       .problems = {Problem::NotSignedIn, Problem::CodeNeeded, Problem::TooMany},
       .limits = {{"session_life_s", std::chrono::seconds(rules.session_life).count()},
                  {"lock_s_max", rules.lock_max.count()}},
       .rate_per_minute = 60,
       .lane = Lane::Slow,
       .handler = with_service(sign_in)});
  routes.push_back(
      {.method = Method::Post,
       .pattern = "/v1/session/link",
       .id = "sign_in_by_link",
       .summary = "Sign in with the token of a one-time link",
       .who = {Who::Nobody},
       .body = BodyKind::Json,
       .body_byte_count_max = kBodyMax,
       .body_schema = kLinkSchema,
       .answers = {{200, "application/json", "signed in; the session is in the cookie", kSessionSchema}},
       .problems = {Problem::NotSignedIn},
       .limits = {{"link_life_s", std::chrono::seconds(rules.link_life).count()}},
       .rate_per_minute = 60,
       .handler = with_service(sign_in_by_link)});
  routes.push_back({.method = Method::Get,
                    .pattern = "/v1/session",
                    .id = "session",
                    .summary = "Who is signed in",
                    .who = people,
                    .answers = {{200, "application/json", "who I am", kSessionSchema}},
                    .is_for_unfinished_sign_in = true,
                    .handler = with_service(who_am_i)});
  routes.push_back({.method = Method::Patch,
                    .pattern = "/v1/session",
                    .id = "choose_language",
                    .summary = "The language in which I am spoken to",
                    .who = people,
                    .body = BodyKind::Json,
                    .body_byte_count_max = kBodyMax,
                    .body_schema = kLanguageSchema,
                    .answers = {{200, "application/json", "who I am", kSessionSchema}},
                    .is_for_unfinished_sign_in = true,
                    .handler = with_service(choose_language)});
  routes.push_back({.method = Method::Delete,
                    .pattern = "/v1/session",
                    .id = "sign_out",
                    .summary = "Sign out",
                    .who = people,
                    .answers = {{204, "", "signed out"}},
                    .is_for_unfinished_sign_in = true,
                    .handler = with_service(sign_out)});
  routes.push_back({.method = Method::Post,
                    .pattern = "/v1/session/totp",
                    .id = "set_up_totp",
                    .summary = "Begin setting up the second factor: a new secret for the authenticator app",
                    .who = people,
                    .answers = {{200, "application/json", "the secret, told once", kTotpSchema}},
                    .problems = {Problem::Conflict},
                    .is_for_unfinished_sign_in = true,
                    .handler = with_service(set_up_totp)});
  routes.push_back({.method = Method::Put,
                    .pattern = "/v1/session/totp",
                    .id = "finish_totp",
                    .summary = "The second factor is in force from the first right code on",
                    .who = people,
                    .body = BodyKind::Json,
                    .body_byte_count_max = kBodyMax,
                    .body_schema = kCodeSchema,
                    .answers = {{200, "application/json", "who I am", kSessionSchema}},
                    .rate_per_minute = 30,
                    .is_for_unfinished_sign_in = true,
                    .handler = with_service(finish_totp)});
  return routes;
}

}  // namespace aftercare::server
