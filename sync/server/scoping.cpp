#include "sync/server/scoping.h"

#include <fmt/format.h>

#include <set>

namespace aftercare::server {
namespace {

using domain::CustomerId;
using domain::Scope;
using storage::Database;

struct AssignedDevice {
  DeviceId id;
  std::optional<UserId> user_id;
};

Result<std::vector<AssignedDevice>> assigned_devices(Database& db) {
  std::vector<AssignedDevice> devices;
  auto query = db.query(
      "SELECT device_id, user_id FROM device_access WHERE scope = 'assigned' AND revoked_ms IS NULL");
  while (query.next())
    devices.push_back(
        {query.id<DeviceId>(0), query.is_null(1) ? std::nullopt : std::optional{query.id<UserId>(1)}});
  if (const auto read = query.done(); !read) return read.error();
  return devices;
}

// ---- The rule's facts --------------------------------------------------------------------------------

Result<std::optional<Instant>> newest(Database& db, std::string_view sql, const auto&... args) {
  auto query = db.query(sql, args...);
  std::optional<Instant> at;
  if (query.next() && !query.is_null(0)) at = from_ms(query.integer(0));
  if (const auto read = query.done(); !read) return read.error();
  return at;
}

Result<domain::ScopeFacts> facts_of(Database& db, const AssignedDevice& device, const CustomerId& customer) {
  domain::ScopeFacts facts;
  const auto written = newest(db, "SELECT at_ms FROM scope_touch WHERE device_id = ? AND customer_id = ?",
                              device.id, customer);
  if (!written) return written.error();
  facts.last_written = written.value();
  if (!device.user_id) return facts;
  {
    auto query = db.query("SELECT state FROM work_order WHERE customer_id = ? AND technician_id = ?",
                          customer, *device.user_id);
    while (query.next()) {
      const auto state = domain::value_of<domain::WorkOrderState>(query.text(0));
      facts.has_open_order |= state && !domain::is_over(*state);
    }
    if (const auto read = query.done(); !read) return read.error();
  }
  const auto visited =
      newest(db, "SELECT max(started_at_ms) FROM visit WHERE customer_id = ? AND technician_id = ?", customer,
             *device.user_id);
  if (!visited) return visited.error();
  const auto ordered =
      newest(db,
             "SELECT max((SELECT max(f.received_ms) FROM feed f WHERE f.entity_id = w.id)) FROM work_order w "
             "WHERE w.customer_id = ? AND w.technician_id = ?",
             customer, *device.user_id);
  if (!ordered) return ordered.error();
  facts.last_work = std::max(visited.value(), ordered.value());
  return facts;
}

// ---- Membership --------------------------------------------------------------------------------------

Result<std::optional<bool>> membership(Database& db, const DeviceId& device_id, const CustomerId& customer) {
  auto query = db.query("SELECT is_member FROM scope_member WHERE device_id = ? AND customer_id = ?",
                        device_id, customer);
  std::optional<bool> is_member;
  if (query.next()) is_member = query.integer(0) != 0;
  if (const auto read = query.done(); !read) return read.error();
  return is_member;
}

Done note_change(Database& db, const DeviceId& device_id, const CustomerId& customer, bool is_member) {
  return db.run(
      "INSERT INTO scope_member (device_id, customer_id, is_member, change_seq) VALUES (?1, ?2, ?3, "
      "(SELECT coalesce(max(change_seq), 0) + 1 FROM scope_member WHERE device_id = ?1)) "
      "ON CONFLICT (device_id, customer_id) DO UPDATE SET is_member = excluded.is_member, change_seq = excluded.change_seq",
      device_id, customer, is_member);
}

Done refresh(OrganisationStore& store, const AssignedDevice& device, const CustomerId& customer) {
  const auto facts = facts_of(store.db(), device, customer);
  if (!facts) return facts.error();
  const auto was_member = membership(store.db(), device.id, customer);
  if (!was_member) return was_member.error();
  const bool is_needed = domain::needs_file(facts.value(), store.clock().now());
  if (was_member.value().value_or(false) == is_needed) return done();
  return note_change(store.db(), device.id, customer, is_needed);
}

Done note_touch(OrganisationStore& store, const DeviceId& device_id, const CustomerId& customer, Instant at) {
  return store.db().run(
      "INSERT INTO scope_touch (device_id, customer_id, at_ms) VALUES (?, ?, ?) "
      "ON CONFLICT (device_id, customer_id) DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)",
      device_id, customer, at);
}

Result<std::set<CustomerId>> customers_of(Database& db, const std::vector<Touched>& touched) {
  std::set<CustomerId> customers;
  for (const auto& record : touched) {
    const auto owner = storage::owner_of(db, record.type, record.id);
    if (!owner) return owner.error();
    if (const auto* customer = std::get_if<CustomerId>(&owner.value())) customers.insert(*customer);
  }
  return customers;
}

Result<std::set<CustomerId>> customers_in(storage::Query query) {
  std::set<CustomerId> customers;
  while (query.next()) customers.insert(query.id<CustomerId>(0));
  if (const auto read = query.done(); !read) return read.error();
  return customers;
}

/// What the device wrote lately, from the feed: for one that was not assigned until now.
Done gather_touches(OrganisationStore& store, const DeviceId& device_id) {
  struct Write {
    Touched record;
    Instant at{};
  };
  std::vector<Write> writes;
  {
    auto query = store.db().query(
        "SELECT f.type, f.entity_id, max(f.received_ms) FROM feed f JOIN lineage l ON l.id = f.lineage_id "
        "WHERE l.device_id = ? AND f.received_ms > ? GROUP BY f.entity_id",
        device_id, store.clock().now() - domain::kFileKept);
    while (query.next())
      writes.push_back({{static_cast<domain::EntityType>(query.integer(0)), query.id<AnyId>(1)},
                        from_ms(query.integer(2))});
    if (const auto read = query.done(); !read) return read;
  }
  for (const auto& write : writes) {
    const auto customers = customers_of(store.db(), {write.record});
    if (!customers) return customers.error();
    for (const auto& customer : customers.value()) {
      if (const auto noted = note_touch(store, device_id, customer, write.at); !noted) return noted;
    }
  }
  return done();
}

/// Everything that the device had is put in or out of its new scope; what stays is not sent again.
Done narrow(OrganisationStore& store, const AssignedDevice& device) {
  auto& db = store.db();
  if (const auto gathered = gather_touches(store, device.id); !gathered) return gathered;
  const auto customers = customers_in(db.query("SELECT id FROM customer"));
  if (!customers) return customers.error();
  for (const auto& customer : customers.value()) {
    const auto facts = facts_of(db, device, customer);
    if (!facts) return facts.error();
    const auto noted =
        domain::needs_file(facts.value(), store.clock().now())
            ? db.run(
                  "INSERT OR IGNORE INTO scope_member (device_id, customer_id, is_member, change_seq) VALUES (?, ?, 1, 0)",
                  device.id, customer)
            : note_change(db, device.id, customer, /*is_member=*/false);
    if (!noted) return noted;
  }
  return done();
}

Done widen(OrganisationStore& store, const AssignedDevice& device) {
  const auto missing = customers_in(store.db().query(
      "SELECT id FROM customer c WHERE NOT EXISTS "
      "(SELECT 1 FROM scope_member m WHERE m.device_id = ? AND m.customer_id = c.id AND m.is_member)",
      device.id));
  if (!missing) return missing.error();
  for (const auto& customer : missing.value()) {
    if (const auto noted = note_change(store.db(), device.id, customer, /*is_member=*/true); !noted)
      return noted;
  }
  return done();
}

}  // namespace

Result<Scope> scope_of(Database& db, const DeviceId& device_id) {
  auto query = db.query("SELECT scope FROM device_access WHERE device_id = ?", device_id);
  auto scope = Scope::Organisation;
  // A word that we do not know gives away the least.
  if (query.next()) scope = domain::value_of<Scope>(query.text(0)).value_or(Scope::Assigned);
  if (const auto read = query.done(); !read) return read.error();
  return scope;
}

std::string rows_in_scope(Scope scope, domain::EntityType type) {
  if (scope == Scope::Organisation) return "1";
  std::string of_members{storage::of_customer(type)};
  if (of_members.empty()) return "1";
  constexpr std::string_view kOne = "= ?1";
  constexpr std::string_view kMembers =
      "IN (SELECT customer_id FROM scope_member WHERE device_id = ?1 AND is_member = 1)";
  for (auto at = of_members.find(kOne); at != std::string::npos;
       at = of_members.find(kOne, at + kMembers.size()))
    of_members.replace(at, kOne.size(), kMembers);
  return fmt::format("({}) OR ({})", storage::of_nobody(type), of_members);
}

Done follow_scopes(OrganisationStore& store, const DeviceId& by, const std::vector<Touched>& touched) {
  const auto devices = assigned_devices(store.db());
  if (!devices) return devices.error();
  if (devices.value().empty() || touched.empty()) return done();
  const auto customers = customers_of(store.db(), touched);
  if (!customers) return customers.error();
  for (const auto& customer : customers.value()) {
    for (const auto& device : devices.value()) {
      if (device.id == by) {
        if (const auto noted = note_touch(store, by, customer, store.clock().now()); !noted) return noted;
      }
      if (const auto refreshed = refresh(store, device, customer); !refreshed) return refreshed;
    }
  }
  return done();
}

Done sweep_scope(OrganisationStore& store, const DeviceId& device_id) {
  auto& db = store.db();
  const auto devices = assigned_devices(db);
  if (!devices) return devices.error();
  for (const auto& device : devices.value()) {
    if (device.id != device_id) continue;
    const auto since = store.clock().now() - domain::kFileKept;
    const auto customers = customers_in(
        db.query("SELECT customer_id FROM scope_member WHERE device_id = ?1 AND is_member "
                 "UNION SELECT customer_id FROM scope_touch WHERE device_id = ?1 AND at_ms > ?2 "
                 "UNION SELECT customer_id FROM work_order WHERE technician_id = ?3 "
                 "UNION SELECT customer_id FROM visit WHERE started_at_ms > ?2 AND technician_id = ?3",
                 device_id, since, device.user_id));
    if (!customers) return customers.error();
    for (const auto& customer : customers.value()) {
      if (const auto refreshed = refresh(store, device, customer); !refreshed) return refreshed;
    }
  }
  return done();
}

Done set_scope(OrganisationStore& store, const UserId& by, const DeviceId& device_id, Scope scope) {
  auto& db = store.db();
  AssignedDevice device{device_id, std::nullopt};
  {
    auto query = db.query("SELECT user_id FROM device_access WHERE device_id = ?", device_id);
    if (!query.next()) {
      const auto read = query.done();
      return read ? Done{Error{ErrorKind::NotFound, "there is no such device"}} : read;
    }
    if (!query.is_null(0)) device.user_id = query.id<UserId>(0);
  }
  const auto before = scope_of(db, device_id);
  if (!before) return before.error();
  if (before.value() == scope) return done();
  if (const auto set = db.run("UPDATE device_access SET scope = ? WHERE device_id = ?", scope, device_id);
      !set)
    return set;
  const auto changed = scope == Scope::Assigned ? narrow(store, device) : widen(store, device);
  if (!changed) return changed;
  return store.note_audit(to_text(by), "device.scope", to_text(device_id), domain::name_of(scope));
}

Result<ScopeChanges> scope_changes_after(Database& db, const DeviceId& device_id, std::uint64_t after,
                                         std::size_t count_max) {
  ScopeChanges found{.changes = {}, .last_seq = after, .has_more = false};
  auto query = db.query(
      "SELECT change_seq, customer_id, is_member FROM scope_member WHERE device_id = ? AND change_seq > ? "
      "ORDER BY change_seq LIMIT ?",
      device_id, after, count_max + 1);
  while (query.next()) {
    if (found.changes.size() == count_max) {
      found.has_more = true;
      break;
    }
    found.last_seq = static_cast<std::uint64_t>(query.integer(0));
    found.changes.push_back({query.id<CustomerId>(1), query.integer(2) != 0});
  }
  if (const auto read = query.done(); !read) return read.error();
  return found;
}

Result<Sight> Sight::of(Database& db, DeviceRole role, const DeviceId& device_id,
                        std::uint64_t known_change) {
  Sight sight{db, role, device_id, known_change};
  const auto scope = scope_of(db, device_id);
  if (!scope) return scope.error();
  sight.scope_ = scope.value();
  auto query = db.query("SELECT 1 FROM scope_member WHERE device_id = ? LIMIT 1", device_id);
  sight.is_limited_ = sight.scope_ == Scope::Assigned || query.next();
  if (const auto read = query.done(); !read) return read.error();
  return sight;
}

Result<bool> Sight::sees(domain::EntityType type, const AnyId& id) {
  if (!domain::may_read(role_, type)) return false;
  if (!is_limited_) return true;
  const auto owner = storage::owner_of(db_, type, id);
  if (!owner) return owner.error();
  if (const auto* customer = std::get_if<CustomerId>(&owner.value())) return sees_file(*customer);
  return std::holds_alternative<storage::Nobodys>(owner.value()) || scope_ == Scope::Organisation;
}

Result<bool> Sight::sees_file(const CustomerId& customer_id) {
  if (const auto known = seen_.find(customer_id); known != seen_.end()) return known->second;
  auto query =
      db_.query("SELECT is_member, change_seq FROM scope_member WHERE device_id = ? AND customer_id = ?",
                device_id_, customer_id);
  bool is_seen = scope_ == Scope::Organisation;
  if (query.next())
    is_seen = query.integer(0) != 0 && static_cast<std::uint64_t>(query.integer(1)) <= known_change_;
  if (const auto read = query.done(); !read) return read.error();
  seen_[customer_id] = is_seen;
  return is_seen;
}

Result<bool> may_have_file(Database& db, const DeviceId& device_id, const CustomerId& customer_id) {
  const auto scope = scope_of(db, device_id);
  if (!scope) return scope.error();
  if (scope.value() == Scope::Organisation) return true;
  const auto is_member = membership(db, device_id, customer_id);
  if (!is_member) return is_member.error();
  return is_member.value().value_or(false);
}

}  // namespace aftercare::server
