#include "sync/server/enrolment.h"

#include "shared/base/hash.h"
#include "shared/base/short_number.h"
#include "shared/base/text.h"
#include "shared/storage/records.h"
#include "sync/protocol/limits.h"
#include "sync/protocol/tags.h"
#include "sync/server/accepting.h"
#include "sync/server/office.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::server {
namespace {

using storage::AsBlob;

constexpr std::size_t kCodeSize = 16;
/// How long a code that is over is remembered, so that whoever tries it hears why.
constexpr std::chrono::days kRemembered{90};

struct Enrolment {
  std::int64_t rowid = 0;
  DeviceRole role = DeviceRole::Tablet;
  std::optional<UserId> user_id;
  Instant expires_at{};
  bool is_used = false;
  domain::Scope scope = domain::Scope::Organisation;
  DeviceId device_id;
  PublicKey public_key{};
  Bytes answer;
};

/// A word that we do not know gives away the least.
domain::Scope scope_in(const storage::Query& query, int column) {
  return domain::value_of<domain::Scope>(query.text(column)).value_or(domain::Scope::Assigned);
}

Result<std::optional<Enrolment>> find_enrolment(storage::Database& db, std::string_view code) {
  auto query = db.query(
      "SELECT rowid, role, user_id, expires_ms, used_ms, device_id, public_key, answer, scope FROM enrolment WHERE code_hash = ?",
      sha256(code));
  std::optional<Enrolment> enrolment;
  if (query.next()) {
    enrolment = Enrolment{.rowid = query.integer(0),
                          .role = domain::value_of<DeviceRole>(query.text(1)).value_or(DeviceRole::Tablet),
                          .user_id = query.is_null(2) ? std::nullopt : std::optional{query.id<UserId>(2)},
                          .expires_at = from_ms(query.integer(3)),
                          .is_used = !query.is_null(4),
                          .scope = scope_in(query, 8),
                          .device_id = query.id<DeviceId>(5),
                          .public_key = query.hash(6),
                          .answer = query.bytes(7)};
  }
  if (const auto read = query.done(); !read) return read.error();
  return enrolment;
}

Result<std::string> take_prefix(OrganisationStore& store) {
  std::optional<std::uint32_t> taken;
  auto query =
      store.db().query("UPDATE organisation SET next_prefix = next_prefix + 1 RETURNING next_prefix - 1");
  while (query.next()) taken = static_cast<std::uint32_t>(query.integer(0));
  if (const auto read = query.done(); !read) return read.error();
  if (!taken) return Error{ErrorKind::Corrupt, "the organisation's file has no organisation in it"};
  return device_prefix(*taken);
}

/// Whether somebody was enrolled with this id or this key before, under another code.
Result<bool> is_known(storage::Database& db, const protocol::EnrolRequest& request) {
  auto query = db.query(
      "SELECT 1 FROM lineage WHERE device_id = ?1 OR hash = ?2 UNION SELECT 1 FROM device WHERE id = ?1 LIMIT 1",
      request.device_id, protocol::genesis_hash(request.public_key));
  const bool is_there = query.next();
  if (const auto read = query.done(); !read) return read.error();
  return is_there;
}

/// Makes the device: its certificate, what it may do, its record in the feed, its first journal.
Result<Bytes> admit_device(OrganisationStore& store, const protocol::EnrolRequest& request,
                           const Enrolment& enrolment, const std::string& name) {
  const auto& organisation = store.organisation();
  const auto now = store.clock().now();
  const auto prefix = take_prefix(store);
  if (!prefix) return prefix.error();
  const protocol::Certificate certificate{.organisation_id = organisation.id,
                                          .device_id = request.device_id,
                                          .role = enrolment.role,
                                          .prefix = prefix.value(),
                                          .public_key = request.public_key,
                                          .enrolled_at = now};
  const auto signed_certificate =
      protocol::sign_statement(organisation.signing_key, protocol::kDeviceTag, protocol::encode(certificate));

  auto saved = store.db().run(
      "INSERT INTO device_access (device_id, public_key, role, user_id, name, prefix, enrolled_ms, app_version, scope) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      request.device_id, request.public_key, enrolment.role, enrolment.user_id, name, prefix.value(), now,
      request.app_version, enrolment.scope);
  if (!saved) return saved.error();

  domain::Device device;
  device.id = request.device_id;
  device.name = name;
  device.role = enrolment.role;
  device.prefix = prefix.value();
  device.public_key.bytes = view(request.public_key);
  device.certificate.bytes = protocol::encode(signed_certificate);
  device.user_id = enrolment.user_id;
  if (const auto created = office_create(store, UserId{}, device); !created) return created.error();

  const auto genesis = protocol::genesis_hash(request.public_key);
  const auto opened = open_lineage(store, {.id = 0,
                                           .device_id = request.device_id,
                                           .hash = genesis,
                                           .parent_id = std::nullopt,
                                           .fork_dseq = 0,
                                           .head = {0, genesis}});
  if (!opened) return opened.error();

  auto answer =
      protocol::encode(protocol::EnrolAnswer{.organisation_name = organisation.name,
                                             .user_id = enrolment.user_id,
                                             .certificate = signed_certificate,
                                             .organisation_key = organisation.signing_key.public_key,
                                             .box_key = organisation.box_key,
                                             .epoch = organisation.epoch,
                                             .server_time = now});
  saved = store.db().run(
      "UPDATE enrolment SET used_ms = ?, device_id = ?, public_key = ?, answer = ? WHERE rowid = ?", now,
      request.device_id, request.public_key, AsBlob{answer}, enrolment.rowid);
  if (saved)
    saved = store.note_audit("device " + to_text(request.device_id), "device.enrolled",
                             to_text(request.device_id), domain::name_of(enrolment.role));
  if (!saved) return saved.error();
  return answer;
}

constexpr std::string_view kAccessColumns =
    "SELECT d.device_id, d.public_key, d.role, d.user_id, d.name, d.prefix, d.enrolled_ms, d.revoked_ms, d.last_contact_ms, d.app_version, "
    "(SELECT max(l.dseq) FROM lineage l WHERE l.device_id = d.device_id), "
    "d.unsent_told_ms, d.unsent_operations, d.unsent_visits, d.unsent_photos, d.unsent_photo_bytes, d.returned_ms, d.scope FROM device_access d ";

std::optional<DeviceAccess::Unsent> unsent_of(const storage::Query& query, int column) {
  if (query.is_null(column)) return std::nullopt;
  const auto count = [&](int at) { return static_cast<std::uint64_t>(query.integer(column + at)); };
  return DeviceAccess::Unsent{.operation_count = count(1),
                              .visit_count = count(2),
                              .photo_count = count(3),
                              .photo_byte_count = count(4),
                              .told_at = from_ms(query.integer(column))};
}

DeviceAccess access_of(const storage::Query& query) {
  const auto instant = [&](int column) {
    return query.is_null(column) ? std::nullopt : std::optional{from_ms(query.integer(column))};
  };
  return {.device_id = query.id<DeviceId>(0),
          .public_key = query.hash(1),
          .role = domain::value_of<DeviceRole>(query.text(2)).value_or(DeviceRole::Kiosk),
          .user_id = query.is_null(3) ? std::nullopt : std::optional{query.id<UserId>(3)},
          .scope = scope_in(query, 17),
          .name = query.text(4),
          .prefix = query.text(5),
          .enrolled_at = from_ms(query.integer(6)),
          .returned_at = instant(16),
          .revoked_at = instant(7),
          .last_contact_at = instant(8),
          .app_version = query.text(9),
          .held_dseq = static_cast<std::uint64_t>(query.integer(10)),
          .unsent = unsent_of(query, 11)};
}

}  // namespace

Result<EnrolmentCode> open_enrolment(OrganisationStore& store, const UserId& by, DeviceRole role,
                                     const std::optional<UserId>& user_id, domain::Scope scope) {
  const auto now = store.clock().now();
  if (role == DeviceRole::Office)
    return Error{ErrorKind::Refused, "the office has its own device: enrol a tablet or a kiosk"};
  if (user_id) {
    const auto user = storage::find<domain::User>(store.db(), *user_id);
    if (!user) return user.error();
    if (!user.value() || !user.value()->is_active)
      return Error{ErrorKind::NotFound, "nobody who works here has this id"};
  }
  const EnrolmentCode enrolment{to_base64url(store.random().bytes(kCodeSize)),
                                now + protocol::kLimits.enrolment_code_life};
  auto saved = store.db().run("DELETE FROM enrolment WHERE expires_ms < ?", now - kRemembered);
  if (saved) {
    saved = store.db().run(
        "INSERT INTO enrolment (code_hash, role, user_id, created_ms, expires_ms, scope) VALUES (?, ?, ?, ?, ?, ?)",
        sha256(enrolment.code), role, user_id, now, enrolment.expires_at, scope);
  }
  if (saved)
    saved = store.note_audit(to_text(by), "enrolment.opened", domain::name_of(role),
                             user_id ? to_text(*user_id) : "");
  if (!saved) return saved.error();
  return enrolment;
}

Result<std::variant<Bytes, EnrolmentRefusal>> enrol(OrganisationStore& store,
                                                    const protocol::EnrolRequest& request) {
  using Outcome = std::variant<Bytes, EnrolmentRefusal>;
  const auto found = find_enrolment(store.db(), request.code);
  if (!found) return found.error();
  if (!found.value()) {
    return Outcome{EnrolmentRefusal{
        Problem::NotFound,
        "nobody gave out this enrolment code: copy the whole line once more, or ask for a new one"}};
  }
  const auto& enrolment = *found.value();
  if (store.clock().now() >= enrolment.expires_at) {
    return Outcome{EnrolmentRefusal{Problem::CodeExpired,
                                    "this enrolment code has expired: ask an administrator for a new one"}};
  }
  if (enrolment.is_used) {
    // The answer to the first request may have been lost on its way.
    if (enrolment.device_id == request.device_id && enrolment.public_key == request.public_key)
      return Outcome{enrolment.answer};
    return Outcome{EnrolmentRefusal{
        Problem::CodeUsed,
        "this enrolment code was used by another device: ask an administrator for a new one"}};
  }
  const auto known = is_known(store.db(), request);
  if (!known) return known.error();
  if (known.value() || request.device_id.is_nil()) {
    return Outcome{EnrolmentRefusal{
        Problem::Conflict, "this device was enrolled before: begin anew with an empty folder and a new key"}};
  }
  auto name = to_nfc(trimmed(request.device_name));
  if (!name || character_count(name.value()) > 100) {
    return Outcome{EnrolmentRefusal{Problem::Unreadable, "the name of a device has at most 100 characters"}};
  }
  auto answer = admit_device(store, request, enrolment, name.value());
  if (!answer) return answer.error();
  return Outcome{std::move(answer).value()};
}

Result<std::optional<DeviceAccess>> find_device(storage::Database& db, const DeviceId& id) {
  auto query = db.query(std::string{kAccessColumns} + "WHERE d.device_id = ?", id);
  std::optional<DeviceAccess> device;
  if (query.next()) device = access_of(query);
  if (const auto read = query.done(); !read) return read.error();
  return device;
}

Result<std::vector<DeviceAccess>> list_devices(storage::Database& db) {
  auto query = db.query(std::string{kAccessColumns} + "ORDER BY d.rowid");
  std::vector<DeviceAccess> devices;
  while (query.next()) devices.push_back(access_of(query));
  if (const auto read = query.done(); !read) return read.error();
  return devices;
}

Done revoke_device(OrganisationStore& store, const UserId& by, const DeviceId& id) {
  const auto access = find_device(store.db(), id);
  if (!access) return access.error();
  if (!access.value()) return Error{ErrorKind::NotFound, "there is no such device"};
  if (access.value()->revoked_at) return done();

  const auto saved =
      store.db().run("UPDATE device_access SET revoked_ms = ? WHERE device_id = ?", store.clock().now(), id);
  if (!saved) return saved;
  const auto device = storage::find<domain::Device>(store.db(), id);
  if (!device) return device.error();
  if (device.value()) {
    auto after = *device.value();
    after.is_revoked = true;
    if (const auto changed = office_change(store, by, *device.value(), after); !changed) return changed;
  }
  return store.note_audit(to_text(by), "device.revoked", to_text(id), "");
}

Done note_contact(OrganisationStore& store, const DeviceId& id) {
  return store.db().run("UPDATE device_access SET last_contact_ms = ? WHERE device_id = ?",
                        store.clock().now(), id);
}

Done note_unsent(OrganisationStore& store, const DeviceId& id, const protocol::Unsent& unsent) {
  const auto noted = store.db().run(
      "UPDATE device_access SET unsent_operations = ?, unsent_visits = ?, unsent_photos = ?, unsent_photo_bytes = ?, "
      "unsent_told_ms = ?6, last_contact_ms = ?6 WHERE device_id = ?5",
      unsent.operation_count, unsent.visit_count, unsent.photo_count, unsent.photo_byte_count, id,
      store.clock().now());
  if (!noted) return noted;
  for (const auto& [kind, counter] : unsent.numbers) {
    const auto counted = store.db().run(
        "INSERT INTO device_counter (device_id, kind, value) VALUES (?, ?, ?) "
        "ON CONFLICT (device_id, kind) DO UPDATE SET value = excluded.value",
        id, kind, counter);
    if (!counted) return counted;
  }
  return done();
}

Result<std::vector<std::string>> missing_numbers(storage::Database& db, const DeviceAccess& device,
                                                 std::size_t count_max) {
  constexpr std::int64_t kLookedAtMax = 10'000;  // of each kind: older ones were missed long ago
  std::vector<std::string> missing;
  for (const auto& [kind, table] : {std::pair{"C", "customer"}, std::pair{"V", "visit"}}) {
    std::int64_t highest = 0;
    {
      auto query = db.query("SELECT value FROM device_counter WHERE device_id = ? AND kind = ?",
                            device.device_id, kind);
      if (query.next()) highest = std::min<std::int64_t>(query.integer(0), UINT32_MAX);
      if (const auto read = query.done(); !read) return read.error();
    }
    std::vector<std::string> of_kind;
    const auto lowest = std::max<std::int64_t>(highest - kLookedAtMax, 0);
    for (auto counter = highest; counter > lowest && of_kind.size() < count_max; --counter) {
      auto number = to_text(ShortNumber{kind[0], device.prefix, static_cast<std::uint32_t>(counter)});
      auto query = db.query(fmt::format("SELECT 1 FROM {} WHERE number = ?", table), number);
      const bool is_here = query.next();
      if (const auto read = query.done(); !read) return read.error();
      if (!is_here) of_kind.push_back(std::move(number));
    }
    missing.insert(missing.end(), of_kind.rbegin(), of_kind.rend());
  }
  return missing;
}

}  // namespace aftercare::server
