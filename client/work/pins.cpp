#include "client/work/pins.h"

#include "shared/storage/records.h"

namespace aftercare::work {
namespace {

/// The PIN of somebody who still works here.
Result<std::optional<KnownPin>> known_pin(sync::DeviceStore& store, const domain::UserId& user) {
  auto query = store.db().query(
      "SELECT p.hash, p.wrong_count, p.boot_id, p.counted_at_ms FROM pin p JOIN user u ON u.id = p.user_id "
      "WHERE p.user_id = ? AND u.is_active",
      user);
  std::optional<KnownPin> known;
  if (query.next()) known = {query.text(0), {query.integer(1), {query.text(2), query.integer(3)}}};
  if (const auto read = query.done(); !read) return read.error();
  return known;
}

Done count(sync::DeviceStore& store, const domain::UserId& user, const domain::WrongPins& wrong) {
  return store.db().run("UPDATE pin SET wrong_count = ?, boot_id = ?, counted_at_ms = ? WHERE user_id = ?",
                        wrong.count, wrong.since.boot_id, wrong.since.monotonic_ms, user);
}

}  // namespace

Result<std::vector<shown::Technician>> technicians(sync::DeviceStore& store) {
  const auto identity = store.identity();
  if (!identity) return identity.error();
  std::optional<domain::UserId> carrier;
  if (identity.value()) carrier = identity.value()->user_id;

  std::vector<shown::Technician> found;
  auto query = store.db().query(
      "SELECT u.id, u.name, u.language, p.user_id IS NOT NULL FROM user u LEFT JOIN pin p ON p.user_id = u.id "
      "WHERE u.is_active AND u.role = ? ORDER BY u.name, u.rowid",
      domain::Role::Technician);
  while (query.next()) {
    const auto id = query.id<domain::UserId>(0);
    found.push_back({id, query.text(1), query.text(2), query.integer(3) != 0, id == carrier});
  }
  if (const auto read = query.done(); !read) return read.error();
  return found;
}

Result<PinVerdict> check_pin(sync::DeviceStore& store, const domain::UserId& user, const std::string& pin) {
  const auto known = known_pin(store, user);
  if (!known) return known.error();
  if (!known.value()) return PinVerdict{};

  return judge_pin(*known.value(), pin, tick(store.clock()),
                   [&](const domain::WrongPins& wrong) { return count(store, user, wrong); });
}

Done set_pin(sync::DeviceStore& store, const domain::UserId& user, const std::string& pin) {
  if (!domain::is_pin(pin)) return Error{ErrorKind::Refused, "a PIN has six digits"};
  const auto who = storage::find<domain::User>(store.db(), user);
  if (!who) return who.error();
  if (!who.value() || !who.value()->is_active)
    return Error{ErrorKind::Refused, "nobody of this name works here: sync, then try again"};
  const auto hash = hash_of_pin(pin);
  if (!hash) return hash.error();
  const auto set =
      store.db().run("INSERT OR IGNORE INTO pin (user_id, hash) VALUES (?, ?)", user, hash.value());
  if (!set) return set;
  if (store.db().changes() == 0)
    return Error{ErrorKind::Refused, "there is a PIN already: unlock with it, or ask the office"};
  return done();
}

Done begin_waits_anew(sync::DeviceStore& store) {
  const auto now = tick(store.clock());
  return store.db().run(
      "UPDATE pin SET boot_id = ?1, counted_at_ms = ?2 WHERE wrong_count > 0 AND boot_id <> ?1", now.boot_id,
      now.monotonic_ms);
}

}  // namespace aftercare::work
