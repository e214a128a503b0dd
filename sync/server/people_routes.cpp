#include "sync/server/people_routes.h"

#include "shared/base/json.h"
#include "sync/protocol/limits.h"
#include "sync/server/enrolment.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace aftercare::server {
namespace {

constexpr std::size_t kBodyMax = 8 << 10;
constexpr const char* kSessionSchema =
    R"({"type":"object","required":["csrf","user","role","expires"],"properties":{"csrf":{"type":"string"},"user":{"type":"object"},)"
    R"("role":{"type":"string"},"expires":{"type":"string","format":"date-time"}}})";
constexpr const char* kPersonSchema =
    R"({"type":"object","required":["id","name","role","language","is_active","email"],"properties":{"id":{"type":"string"},"name":{"type":"string"},)"
    R"("role":{"enum":["technician","kiosk","dispatcher","manager","administrator"]},"language":{"type":"string"},"is_active":{"type":"boolean"},)"
    R"("email":{"type":["string","null"]},"password":{"type":"string","description":"only where one was made, and only once"}}})";
constexpr const char* kPeopleSchema =
    R"({"type":"object","required":["people"],"properties":{"people":{"type":"array","items":{"type":"object"}}}})";
constexpr const char* kDeviceSchema =
    R"({"type":"object","required":["id","name","role","prefix","enrolled_at","is_revoked","held_dseq"],"properties":{"id":{"type":"string"},)"
    R"("name":{"type":"string"},"role":{"enum":["tablet","kiosk"]},"prefix":{"type":"string"},"enrolled_at":{"type":"string"},"revoked_at":)"
    R"({"type":["string","null"]},"last_contact_at":{"type":["string","null"]},"app_version":{"type":"string"},"is_revoked":{"type":"boolean"},)"
    R"("held_dseq":{"type":"integer"},"user_id":{"type":["string","null"]}}})";
constexpr const char* kDevicesSchema =
    R"({"type":"object","required":["devices"],"properties":{"devices":{"type":"array","items":{"type":"object"}}}})";
constexpr const char* kSignInSchema =
    R"({"type":"object","required":["email","password"],"properties":{"organisation":{"type":"string"},"email":{"type":"string"},"password":{"type":"string"}}})";
constexpr const char* kNewPersonSchema =
    R"({"type":"object","required":["name","role"],"properties":{"name":{"type":"string"},"email":{"type":"string"},"role":{"type":"string"},)"
    R"("language":{"type":"string"},"password":{"type":"string"}}})";
constexpr const char* kChangedPersonSchema =
    R"({"type":"object","properties":{"name":{"type":"string"},"role":{"type":"string"},"language":{"type":"string"},"is_active":{"type":"boolean"},)"
    R"("password":{"type":"string"}}})";
constexpr const char* kNewEnrolmentSchema =
    R"({"type":"object","required":["role"],"properties":{"role":{"enum":["tablet","kiosk"]},"user":{"type":"string"}}})";
constexpr const char* kEnrolmentSchema =
    R"({"type":"object","required":["line","expires"],"properties":{"line":{"type":"string"},"expires":{"type":"string","format":"date-time"}}})";

/// The members of a JSON body, each taken once by name and kind. What is of another kind, unknown or
/// missing is said at the end, by name.
class Members {
 public:
  explicit Members(std::string_view body) {
    auto parsed = parse_json(body, {.byte_count_max = kBodyMax, .depth_max = 4, .value_count_max = 64});
    if (!parsed) {
      wrong_ = parsed.error().detail;
    } else if (!parsed.value().is_object()) {
      wrong_ = "the body is one object";
    } else {
      object_ = std::move(parsed).value();
    }
  }

  std::optional<std::string> text(const char* name) {
    const auto* value = take(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) return refuse<std::string>(fmt::format("{} must be a text", name));
    return value->get<std::string>();
  }
  std::optional<bool> flag(const char* name) {
    const auto* value = take(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_boolean()) return refuse<bool>(fmt::format("{} must be true or false", name));
    return value->get<bool>();
  }
  template <domain::Named Enum>
  std::optional<Enum> word(const char* name) {
    const auto said = text(name);
    if (!said) return std::nullopt;
    const auto known = domain::value_of<Enum>(*said);
    return known ? known : refuse<Enum>(fmt::format("{} has a value that nobody here knows", name));
  }
  template <class T>
  T needed(std::optional<T> value, const char* name) {
    if (!value && wrong_.empty()) wrong_ = fmt::format("{} is missing", name);
    return value.value_or(T{});
  }

  /// What is wrong with the body, once everything was asked for.
  std::optional<Response> refusal() {
    for (const auto& [name, value] : object_.items()) {
      if (!taken_.contains(name) && wrong_.empty()) wrong_ = "a member has a name that nobody here knows";
    }
    if (wrong_.empty()) return std::nullopt;
    return problem(Problem::Unreadable, wrong_);
  }

 private:
  const nlohmann::json* take(const char* name) {
    taken_.insert(name);
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }
  template <class T>
  std::optional<T> refuse(std::string detail) {
    if (wrong_.empty()) wrong_ = std::move(detail);
    return std::nullopt;
  }

  nlohmann::json object_ = nlohmann::json::object();
  std::set<std::string> taken_;
  std::string wrong_;
};

/// A rule of ours that what was sent does not keep: the sender corrects it.
Response refusal_in_words(const Error& error) {
  if (error.kind == ErrorKind::Refused) return problem(Problem::Unreadable, error.detail);
  return refusal_of(error);
}

Response with_feed(Response response, OrganisationStore& store) {
  if (const auto head = store.head()) response.feed_seq = head.value().seq;
  return response;
}

nlohmann::json person_json(const Person& person) {
  return {{"id", to_text(person.user.id)},
          {"name", person.user.name},
          {"role", domain::name_of(person.user.role)},
          {"language", person.user.language},
          {"is_active", person.user.is_active},
          {"email", person.email.empty() ? nlohmann::json(nullptr) : nlohmann::json(person.email)}};
}

nlohmann::json device_json(const DeviceAccess& device) {
  const auto instant = [](const std::optional<Instant>& at) {
    return at ? nlohmann::json(to_rfc3339(*at)) : nlohmann::json(nullptr);
  };
  return {{"id", to_text(device.device_id)},
          {"name", device.name},
          {"role", domain::name_of(device.role)},
          {"prefix", device.prefix},
          {"user_id", device.user_id ? nlohmann::json(to_text(*device.user_id)) : nlohmann::json(nullptr)},
          {"enrolled_at", to_rfc3339(device.enrolled_at)},
          {"revoked_at", instant(device.revoked_at)},
          {"is_revoked", device.revoked_at.has_value()},
          {"last_contact_at", instant(device.last_contact_at)},
          {"app_version", device.app_version},
          {"held_dseq", device.held_dseq}};
}

nlohmann::json session_json(const Organisation& organisation, const Person& person,
                            const std::string& csrf_token) {
  return {{"csrf", csrf_token},
          {"organisation", organisation.name},
          {"user",
           {{"id", to_text(person.user.id)},
            {"name", person.user.name},
            {"email", person.email},
            {"language", person.user.language}}},
          {"role", domain::name_of(person.user.role)}};
}

std::string cookie_line(std::string_view value, std::chrono::seconds life) {
  return fmt::format("{}={}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={}", kSessionCookie, value,
                     life.count());
}

// ---- Signing in ------------------------------------------------------------------------------------

/// One answer for a wrong password, an unknown address and somebody who left.
Response wrong_sign_in() {
  return problem(Problem::NotSignedIn,
                 "the e-mail address or the password is wrong: after several wrong tries wait a little");
}

Response locked(Instant until, Instant now) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(until - now).count();
  return problem_later(Problem::TooMany, static_cast<std::uint32_t>(seconds),
                       "too many wrong tries for this e-mail address");
}

/// After the slow part: counted and written in one job, so that tries side by side cannot slip past.
Reply refuse_sign_in(Service& service, const OrganisationId& organisation_id,
                     const std::optional<Person>& person, const std::string& email) {
  if (!person)
    service.unknown_emails.note_failure(organisation_id, email, service.house.clock().now(),
                                        service.passwords.rules());
  return write_job<OrganisationStore>(organisation_id, [&service, person](OrganisationStore& store) {
    // Nobody's try is written down too: the answer takes as long, whoever was meant.
    const auto noted = person ? note_failed_sign_in(store, *person, service.passwords.rules())
                              : store.note_audit("nobody", "session.refused", "", "");
    if (!noted) return refusal_of(noted.error());
    auto response = wrong_sign_in();
    response.keeps_writes = true;
    return response;
  });
}

Reply sign_in(Service& service, const Request& request, const Caller&) {
  Members members{request.body};
  const auto organisation_name = members.text("organisation").value_or("");
  const auto email_text = members.needed(members.text("email"), "email");
  const auto password = members.needed(members.text("password"), "password");
  if (auto refusal = members.refusal()) return std::move(*refusal);
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

  return write_job<OrganisationStore>(organisation_id, [&service,
                                                        person = *person](OrganisationStore& store) {
    const auto now_there = find_person(store.db(), person.user.id);
    if (!now_there) return refusal_of(now_there.error());
    // Between the check and now the password may have been changed, or the person removed.
    if (!now_there.value() || !now_there.value()->user.is_active ||
        now_there.value()->password_hash != person.password_hash) {
      return wrong_sign_in();
    }
    const auto& rules = service.passwords.rules();
    const auto opened = open_session(store, *now_there.value(), rules);
    if (!opened) return refusal_of(opened.error());
    auto value = session_json(store.organisation(), *now_there.value(), opened.value().session.csrf_token);
    value["expires"] = to_rfc3339(opened.value().session.expires_at);
    auto response = json(value);
    response.headers.push_back({"Set-Cookie", cookie_line(opened.value().cookie, rules.session_life)});
    return response;
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

Reply who_am_i(Service& service, const Request& request, const Caller& caller) {
  const auto& asking = std::get<PersonCaller>(caller);
  const auto store = service.house.read(asking.organisation_id);
  if (!store) return refusal_of(store.error());
  const auto person = find_person(store.value()->db(), asking.user_id);
  if (!person) return refusal_of(person.error());
  const auto session = find_session(*store.value(), request.cookie(kSessionCookie).value_or(""));
  if (!session) return refusal_of(session.error());
  if (!person.value() || !session.value().session) return problem(Problem::NotSignedIn);
  auto value = session_json(store.value()->organisation(), *person.value(), asking.csrf_token);
  value["expires"] = to_rfc3339(session.value().session->expires_at);
  return json(value);
}

// ---- People ----------------------------------------------------------------------------------------

Reply list_all_people(Service& service, const Request&, const Caller& caller) {
  const auto store = service.house.read(std::get<PersonCaller>(caller).organisation_id);
  if (!store) return refusal_of(store.error());
  const auto people = list_people(store.value()->db());
  if (!people) return refusal_of(people.error());
  auto list = nlohmann::json::array();
  for (const auto& person : people.value()) list.push_back(person_json(person));
  return json({{"people", std::move(list)}});
}

Reply add(Service& service, const Request& request, const Caller& caller) {
  Members members{request.body};
  NewPerson person;
  person.name = members.needed(members.text("name"), "name");
  const auto email_text = members.text("email");
  person.role = members.needed(members.word<Role>("role"), "role");
  person.language = members.text("language").value_or("en");
  auto password = members.text("password");
  if (auto refusal = members.refusal()) return std::move(*refusal);

  std::optional<std::string> made;
  if (email_text) {
    auto email = email_of_text(*email_text);
    if (!email) return refusal_in_words(email.error());
    person.email = std::move(email).value();
    if (!password) password = made = Passwords::make(service.house.random());
    if (const auto checked = service.passwords.check(*password, person.email); !checked)
      return refusal_in_words(checked.error());
    auto hash = service.passwords.hash(*password);
    if (!hash) return refusal_of(hash.error());
    person.password_hash = std::move(hash).value();
  } else if (password) {
    return problem(Problem::Unreadable, "a password needs an e-mail address to sign in with");
  }
  const auto& asking = std::get<PersonCaller>(caller);
  return write_job<OrganisationStore>(asking.organisation_id,
                                      [person, made, by = asking.user_id](OrganisationStore& store) {
                                        const auto added = add_person(store, by, person);
                                        if (!added) return refusal_in_words(added.error());
                                        const auto there = find_person(store.db(), added.value());
                                        if (!there) return refusal_of(there.error());
                                        auto value = person_json(there.value().value_or(Person{}));
                                        if (made) value["password"] = *made;
                                        return with_feed(json(value, 201), store);
                                      });
}

Reply change(Service& service, const Request& request, const Caller& caller) {
  const auto unknown = problem(Problem::NotFound, "there is nobody of this id");
  const auto id = id_param<UserId>(request, "id");
  if (!id) return unknown;
  Members members{request.body};
  const auto name = members.text("name");
  const auto role = members.word<Role>("role");
  const auto language = members.text("language");
  const auto is_active = members.flag("is_active");
  const auto password = members.text("password");
  if (auto refusal = members.refusal()) return std::move(*refusal);

  const auto& asking = std::get<PersonCaller>(caller);
  std::optional<std::string> password_hash;
  if (password) {
    const auto store = service.house.read(asking.organisation_id);
    if (!store) return refusal_of(store.error());
    const auto person = find_person(store.value()->db(), *id);
    if (!person) return refusal_of(person.error());
    if (!person.value()) return unknown;
    if (const auto checked = service.passwords.check(*password, person.value()->email); !checked)
      return refusal_in_words(checked.error());
    auto hash = service.passwords.hash(*password);
    if (!hash) return refusal_of(hash.error());
    password_hash = std::move(hash).value();
  }
  return write_job<OrganisationStore>(
      asking.organisation_id, [=, id = *id, by = asking.user_id](OrganisationStore& store) {
        const auto person = find_person(store.db(), id);
        if (!person) return refusal_of(person.error());
        if (!person.value()) return unknown;
        auto after = person.value()->user;
        if (name) {
          const auto composed = to_nfc(trimmed(*name));
          if (!composed) return refusal_in_words(composed.error());
          after.name = composed.value();
        }
        if (role) after.role = *role;
        if (language) after.language = *language;
        if (is_active) after.is_active = *is_active;
        if (password_hash) {
          if (const auto set = set_password(store, by, *person.value(), *password_hash); !set)
            return refusal_in_words(set.error());
        }
        if (name || role || language || is_active) {
          if (const auto changed = change_person(store, by, *person.value(), after); !changed)
            return refusal_in_words(changed.error());
        }
        const auto there = find_person(store.db(), id);
        if (!there) return refusal_of(there.error());
        return with_feed(json(person_json(there.value().value_or(Person{}))), store);
      });
}

// ---- Devices ---------------------------------------------------------------------------------------

Reply list_all_devices(Service& service, const Request&, const Caller& caller) {
  const auto store = service.house.read(std::get<PersonCaller>(caller).organisation_id);
  if (!store) return refusal_of(store.error());
  const auto devices = list_devices(store.value()->db());
  if (!devices) return refusal_of(devices.error());
  auto list = nlohmann::json::array();
  for (const auto& device : devices.value()) list.push_back(device_json(device));
  return json({{"devices", std::move(list)}});
}

Reply revoke(Service&, const Request& request, const Caller& caller) {
  const auto id = id_param<DeviceId>(request, "id");
  if (!id) return problem(Problem::NotFound, "there is no device of this id");
  const auto& asking = std::get<PersonCaller>(caller);
  return write_job<OrganisationStore>(
      asking.organisation_id, [id = *id, by = asking.user_id](OrganisationStore& store) {
        if (const auto revoked = revoke_device(store, by, id); !revoked) return refusal_of(revoked.error());
        const auto device = find_device(store.db(), id);
        if (!device) return refusal_of(device.error());
        return with_feed(json(device_json(device.value().value_or(DeviceAccess{}))), store);
      });
}

Reply open_enrolment_for(Service& service, const Request& request, const Caller& caller) {
  Members members{request.body};
  const auto role = members.needed(members.word<DeviceRole>("role"), "role");
  const auto user_text = members.text("user");
  if (auto refusal = members.refusal()) return std::move(*refusal);
  std::optional<UserId> user_id;
  if (user_text) {
    const auto id = id_of_text<UserId>(*user_text);
    if (!id) return problem(Problem::Unreadable, "user is the id of somebody who works here");
    user_id = id.value();
  }
  const auto& asking = std::get<PersonCaller>(caller);
  return write_job<OrganisationStore>(
      asking.organisation_id, [&service, role, user_id, by = asking.user_id](OrganisationStore& store) {
        const auto opened = open_enrolment(store, by, role, user_id);
        if (!opened) return refusal_in_words(opened.error());
        return json({{"line", enrolment_line(service.address, store.organisation().id, opened.value().code)},
                     {"expires", to_rfc3339(opened.value().expires_at)}},
                    201);
      });
}

}  // namespace

std::vector<Route> people_routes(Service& service) {
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
       .summary = "Sign in with e-mail address and password",
       .who = {Who::Nobody},
       .body = BodyKind::Json,
       .body_byte_count_max = kBodyMax,
       .body_schema = kSignInSchema,
       .answers = {{200, "application/json", "signed in; the session is in the cookie", kSessionSchema}},
       .problems = {Problem::NotSignedIn, Problem::TooMany},
       .limits = {{"session_life_s", std::chrono::seconds(rules.session_life).count()},
                  {"lock_s_max", rules.lock_max.count()}},
       .rate_per_minute = 60,
       .lane = Lane::Slow,
       .handler = with_service(sign_in)});
  routes.push_back({.method = Method::Get,
                    .pattern = "/v1/session",
                    .id = "session",
                    .summary = "Who is signed in",
                    .who = people,
                    .answers = {{200, "application/json", "who I am", kSessionSchema}},
                    .handler = with_service(who_am_i)});
  routes.push_back({.method = Method::Delete,
                    .pattern = "/v1/session",
                    .id = "sign_out",
                    .summary = "Sign out",
                    .who = people,
                    .answers = {{204, "", "signed out"}},
                    .handler = with_service(sign_out)});
  routes.push_back({.method = Method::Get,
                    .pattern = "/v1/people",
                    .id = "people",
                    .summary = "Everybody who works or worked here",
                    .who = {Who::Administrator},
                    .answers = {{200, "application/json", "people", kPeopleSchema}},
                    .handler = with_service(list_all_people)});
  routes.push_back({.method = Method::Post,
                    .pattern = "/v1/people",
                    .id = "add_person",
                    .summary = "Add somebody; without a password one is made and told once",
                    .who = {Who::Administrator},
                    .body = BodyKind::Json,
                    .body_byte_count_max = kBodyMax,
                    .body_schema = kNewPersonSchema,
                    .answers = {{201, "application/json", "added", kPersonSchema}},
                    .problems = {Problem::Conflict},
                    .limits = {{"password_character_count_min", rules.password_character_count_min}},
                    .lane = Lane::Slow,
                    .handler = with_service(add)});
  routes.push_back(
      {.method = Method::Patch,
       .pattern = "/v1/people/{id}",
       .id = "change_person",
       .summary = "Change somebody's name, role, language or password, or let them go; their sessions end",
       .who = {Who::Administrator},
       .body = BodyKind::Json,
       .body_byte_count_max = kBodyMax,
       .body_schema = kChangedPersonSchema,
       .answers = {{200, "application/json", "changed", kPersonSchema}},
       .problems = {Problem::NotFound, Problem::Conflict},
       .limits = {{"password_character_count_min", rules.password_character_count_min}},
       .lane = Lane::Slow,
       .handler = with_service(change)});
  routes.push_back({.method = Method::Get,
                    .pattern = "/v1/devices",
                    .id = "devices",
                    .summary = "The devices: last contact, version, how much of their work is here",
                    .who = {Who::Manager, Who::Administrator},
                    .answers = {{200, "application/json", "devices", kDevicesSchema}},
                    .handler = with_service(list_all_devices)});
  routes.push_back({.method = Method::Post,
                    .pattern = "/v1/devices/{id}/revoke",
                    .id = "revoke_device",
                    .summary = "From now on the device may only hand in its work, which is set aside",
                    .who = {Who::Administrator},
                    .answers = {{200, "application/json", "the device", kDeviceSchema}},
                    .problems = {Problem::NotFound},
                    .handler = with_service(revoke)});
  routes.push_back(
      {.method = Method::Post,
       .pattern = "/v1/enrolments",
       .id = "open_enrolment",
       .summary = "A line that lets one device in, once",
       .who = {Who::Administrator},
       .body = BodyKind::Json,
       .body_byte_count_max = kBodyMax,
       .body_schema = kNewEnrolmentSchema,
       .answers = {{201, "application/json", "the line, told once", kEnrolmentSchema}},
       .problems = {Problem::NotFound},
       .limits = {{"code_life_s", std::chrono::seconds(protocol::kLimits.enrolment_code_life).count()}},
       .handler = with_service(open_enrolment_for)});
  return routes;
}

}  // namespace aftercare::server
