#include "sync/server/people_routes.h"

#include "sync/protocol/limits.h"
#include "sync/server/enrolment.h"
#include "sync/server/json_body.h"
#include "sync/server/returning.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::server {
namespace {

constexpr std::size_t kBodyMax = JsonBody::kByteCountMax;
constexpr const char* kPersonSchema =
    R"({"type":"object","required":["id","name","role","language","is_active","email"],"properties":{"id":{"type":"string"},"name":{"type":"string"},)"
    R"("role":{"enum":["technician","kiosk","dispatcher","manager","administrator"]},"language":{"type":"string"},"is_active":{"type":"boolean"},)"
    R"("email":{"type":["string","null"]},"password":{"type":"string","description":"only where one was made, and only once"}}})";
const std::string kPeopleSchema =
    std::string{R"({"type":"object","required":["people"],"properties":{"people":{"type":"array","items":)"} +
    kPersonSchema + "}}}";
constexpr const char* kDeviceSchema =
    R"({"type":"object","required":["id","name","role","prefix","user","enrolled_at","returned_at","revoked_at","is_revoked","last_contact_at","app_version","held_dseq","unsent",)"
    R"("missing_numbers","set_aside_count","lineage_count"],"properties":{"id":{"type":"string"},"name":{"type":"string"},"role":{"enum":["tablet","kiosk"]},)"
    R"("prefix":{"type":"string"},"user":{"oneOf":[{"type":"object","required":["id","name"],"properties":{"id":{"type":"string"},"name":{"type":"string"}}},{"type":"null"}]},)"
    R"("enrolled_at":{"type":"string","format":"date-time"},"returned_at":{"type":["string","null"],"description":"after a restore, by its certificate"},"revoked_at":{"type":["string","null"]},"is_revoked":{"type":"boolean"},"last_contact_at":{"type":["string","null"]},)"
    R"("app_version":{"type":"string"},"held_dseq":{"type":"integer"},"unsent":{"oneOf":[{"type":"object","description":"what the device last said that it still holds",)"
    R"("required":["operations","visits","photos","photo_bytes","told_at"],"properties":{"operations":{"type":"integer"},"visits":{"type":"integer"},"photos":{"type":"integer"},)"
    R"("photo_bytes":{"type":"integer"},"told_at":{"type":"string","format":"date-time"}}},{"type":"null"}]},"missing_numbers":{"type":"array","items":{"type":"string"}},)"
    R"("set_aside_count":{"type":"integer"},"lineage_count":{"type":"integer"}}})";
const std::string kDevicesSchema =
    std::string{
        R"({"type":"object","required":["devices","restores"],"properties":{"restores":{"type":"array","description":"what restores from a backup cost, as far as devices know",)"
        R"("items":{"type":"object","required":["restored_at","kept_seq","reached_seq","lost_count","came_back_count"],"properties":{"restored_at":{"type":"string","format":"date-time"},)"
        R"("kept_seq":{"type":"integer"},"reached_seq":{"type":"integer"},"lost_count":{"type":"integer"},"came_back_count":{"type":"integer"}}}},)"
        R"("devices":{"type":"array","items":)"} +
    kDeviceSchema + "}}}";
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

nlohmann::json person_json(const Person& person) {
  return {{"id", to_text(person.user.id)},
          {"name", person.user.name},
          {"role", domain::name_of(person.user.role)},
          {"language", person.user.language},
          {"is_active", person.user.is_active},
          {"email", person.email.empty() ? nlohmann::json(nullptr) : nlohmann::json(person.email)}};
}

/// Where a device stands, for whoever looks after it.
Result<nlohmann::json> device_json(storage::Database& db, const DeviceAccess& device) {
  const auto instant = [](const std::optional<Instant>& at) {
    return at ? nlohmann::json(to_rfc3339(*at)) : nlohmann::json(nullptr);
  };
  nlohmann::json value{{"id", to_text(device.device_id)},
                       {"name", device.name},
                       {"role", domain::name_of(device.role)},
                       {"prefix", device.prefix},
                       {"user", nullptr},
                       {"enrolled_at", to_rfc3339(device.enrolled_at)},
                       {"returned_at", instant(device.returned_at)},
                       {"revoked_at", instant(device.revoked_at)},
                       {"is_revoked", device.revoked_at.has_value()},
                       {"last_contact_at", instant(device.last_contact_at)},
                       {"app_version", device.app_version},
                       {"held_dseq", device.held_dseq},
                       {"unsent", nullptr}};
  if (device.user_id) {
    const auto person = find_person(db, *device.user_id);
    if (!person) return person.error();
    if (person.value())
      value["user"] = {{"id", to_text(*device.user_id)}, {"name", person.value()->user.name}};
  }
  if (device.unsent) {
    value["unsent"] = {{"operations", device.unsent->operation_count},
                       {"visits", device.unsent->visit_count},
                       {"photos", device.unsent->photo_count},
                       {"photo_bytes", device.unsent->photo_byte_count},
                       {"told_at", to_rfc3339(device.unsent->told_at)}};
  }
  const auto missing = missing_numbers(db, device);
  if (!missing) return missing.error();
  value["missing_numbers"] = missing.value();
  auto query = db.query(
      "SELECT count(*), (SELECT count(*) FROM set_aside s JOIN lineage l ON l.id = s.lineage_id WHERE l.device_id = ?1 AND s.settled_seq IS NULL) "
      "FROM lineage WHERE device_id = ?1",
      device.device_id);
  if (query.next()) {
    value["lineage_count"] = query.integer(0);
    value["set_aside_count"] = query.integer(1);
  }
  if (const auto read = query.done(); !read) return read.error();
  return value;
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
  JsonBody body{request.body};
  NewPerson person;
  person.name = body.needed(body.text("name"), "name");
  const auto email_text = body.text("email");
  person.role = body.needed(body.word<Role>("role"), "role");
  person.language = body.text("language").value_or("en");
  auto password = body.text("password");
  if (auto refusal = body.refusal()) return std::move(*refusal);

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
  JsonBody body{request.body};
  const auto name = body.text("name");
  const auto role = body.word<Role>("role");
  const auto language = body.text("language");
  const auto is_active = body.flag("is_active");
  const auto password = body.text("password");
  if (auto refusal = body.refusal()) return std::move(*refusal);

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
  for (const auto& device : devices.value()) {
    auto entry = device_json(store.value()->db(), device);
    if (!entry) return refusal_of(entry.error());
    list.push_back(std::move(entry).value());
  }
  const auto lost = lost_feeds(store.value()->db());
  if (!lost) return refusal_of(lost.error());
  auto restores = nlohmann::json::array();
  for (const auto& one : lost.value()) {
    restores.push_back({{"restored_at", to_rfc3339(one.restored_at)},
                        {"kept_seq", one.kept_seq},
                        {"reached_seq", one.reached_seq},
                        {"lost_count", one.lost_count()},
                        {"came_back_count", one.came_back_count}});
  }
  return json({{"devices", std::move(list)}, {"restores", std::move(restores)}});
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
        const auto value = device_json(store.db(), device.value().value_or(DeviceAccess{}));
        return value ? with_feed(json(value.value()), store) : refusal_of(value.error());
      });
}

Reply open_enrolment_for(Service& service, const Request& request, const Caller& caller) {
  JsonBody body{request.body};
  const auto role = body.needed(body.word<DeviceRole>("role"), "role");
  const auto user_text = body.text("user");
  if (auto refusal = body.refusal()) return std::move(*refusal);
  std::optional<UserId> user_id;
  if (user_text) {
    const auto id = id_of_text<UserId>(*user_text);
    if (!id) return problem(Problem::Unreadable, "user is the id of somebody who works here");
    user_id = id.value();
  }
  if (role == DeviceRole::Kiosk && user_id)
    return problem(Problem::Unreadable, "a kiosk belongs to nobody: leave `user` out");
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
  const auto& rules = service.passwords.rules();
  std::vector<Route> routes;
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
                    .who = kOfficePeople,
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
