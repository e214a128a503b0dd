#include "tests/simulation/invariants.h"

#include "shared/storage/customer_file.h"
#include "shared/storage/records.h"
#include "sync/protocol/decision.h"
#include "sync/protocol/tags.h"
#include "sync/server/checking.h"
#include "sync/server/scoping.h"
#include "sync/store/self_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace aftercare::simulation {
namespace {

using domain::EntityType;
using storage::Database;

Finding finding(std::string invariant, std::string what) { return {std::move(invariant), std::move(what)}; }

std::string short_of(const Hash& hash) { return to_hex(hash).substr(0, 12); }

/// A store that only reads, as the routes have it.
template <class Check>
Found with_reader(Headquarters& headquarters, const char* invariant, const Check& check) {
  auto reader = headquarters.house().read(headquarters.organisation_id());
  if (!reader) return finding(invariant, "the server's file cannot be read: " + reader.error().detail);
  return check(*reader.value());
}

bool has(Database& db, std::string_view sql, const auto&... args) { return db.query(sql, args...).next(); }

/// All records of one kind, as bytes by id.
std::map<AnyId, Bytes> records_of(Database& db, EntityType type) {
  std::vector<AnyId> ids;
  {
    auto query = db.query(fmt::format("SELECT id FROM {}", domain::table_of(type)));
    while (query.next()) ids.push_back(query.id<AnyId>(0));
  }
  std::map<AnyId, Bytes> records;
  for (const auto& id : ids) {
    const auto fields = storage::read_fields(db, type, id);
    if (fields && fields.value()) records[id] = cbor::encode(*fields.value());
  }
  return records;
}

/// Which customers' files a device may have by the server's word; nothing where it may have all.
Result<std::optional<std::set<domain::CustomerId>>> members(Database& db, const protocol::DeviceId& device) {
  using Members = std::optional<std::set<domain::CustomerId>>;
  const auto scope = server::scope_of(db, device);
  if (!scope) return scope.error();
  if (scope.value() == domain::Scope::Organisation) return Members{};
  std::set<domain::CustomerId> customers;
  auto query = db.query("SELECT customer_id FROM scope_member WHERE device_id = ? AND is_member", device);
  while (query.next()) customers.insert(query.id<domain::CustomerId>(0));
  return Members{std::move(customers)};
}

protocol::DeviceId device_of(Tablet& tablet) {
  const auto identity = tablet.store().identity();
  return identity && identity.value() ? identity.value()->device_id : protocol::DeviceId{};
}

constexpr EntityType kFirst = EntityType::Customer;
constexpr auto kLast = EntityType::ServicePoint;

std::string merge_name(domain::EntityType type, std::uint32_t number) {
  return domain::with_entity(type, [&]<class Record>() -> std::string {
    std::string name = "unknown";
    const Record record{};
    domain::each_field(
        record, [&](std::uint32_t field, std::string_view, const auto&, const domain::FieldRule& rule) {
          if (field == number) name = name_of(rule.merge);
        });
    return name;
  });
}

/// Each field may end in its own way.
std::set<std::string> ends_of(const protocol::Header& header, const protocol::Decision& decision) {
  if (decision.ruling == protocol::Ruling::SetAside)
    return {fmt::format("set aside: {}", domain::name_of(decision.reason))};
  std::set<std::string> ends;
  for (const auto& [number, value] : decision.lost) ends.insert("lost: " + merge_name(header.type, number));
  for (const auto& [number, value] : decision.replaced)
    ends.insert("replaced: " + merge_name(header.type, number));
  if (ends.empty()) ends.insert("accepted");
  return ends;
}

}  // namespace

Found saved_is_kept(Tablet& tablet) {
  const char* kName = "nothing saved is lost";
  const auto mark = tablet.store().bookmark();
  if (!mark) return finding(kName, tablet.name() + " has lost its bookmark: " + mark.error().detail);
  const auto& saved = tablet.saved();
  if (mark.value().head.dseq < saved.size()) {
    return finding(kName, fmt::format("{} had saved {} operations and now holds {}", tablet.name(),
                                      saved.size(), mark.value().head.dseq));
  }
  for (std::size_t i = 0; i < saved.size(); ++i) {
    const auto hash = tablet.store().hash_at(i + 1);
    if (!hash || hash.value() != saved[i])
      return finding(kName, fmt::format("operation {} of {} is another one now", i + 1, tablet.name()));
  }
  return {};
}

Found held_is_there(Tablet& tablet, Headquarters& headquarters) {
  const char* kName = "nothing acknowledged is lost";
  const auto mark = tablet.store().bookmark();
  if (!mark) return finding(kName, tablet.name() + ": " + mark.error().detail);
  return with_reader(headquarters, kName, [&](server::OrganisationStore& store) -> Found {
    if (store.organisation().epoch != mark.value().epoch) return {};
    const auto held = std::min(mark.value().held_dseq, mark.value().head.dseq);
    for (std::uint64_t dseq = held; dseq > 0 && dseq + 3 > held; --dseq) {
      const auto hash = tablet.store().hash_at(dseq);
      if (!hash) return finding(kName, fmt::format("{} has no operation {}", tablet.name(), dseq));
      if (!has(store.db(), "SELECT 1 FROM feed WHERE hash = ?", hash.value())) {
        return finding(kName, fmt::format("the server has said to hold operation {} ({}) of {}, and does not",
                                          dseq, short_of(hash.value()), tablet.name()));
      }
    }
    return {};
  });
}

Found feed_is_dense(Headquarters& headquarters) {
  const char* kName = "the feed is dense and in order";
  return with_reader(headquarters, kName, [&](server::OrganisationStore& store) -> Found {
    const auto head = store.head();
    if (!head) return finding(kName, head.error().detail);
    auto query = store.db().query("SELECT count(*), coalesce(max(seq), 0), coalesce(min(seq), 1) FROM feed");
    if (!query.next()) return finding(kName, "the feed cannot be read");
    const auto count = static_cast<std::uint64_t>(query.integer(0));
    if (count != head.value().seq || static_cast<std::uint64_t>(query.integer(1)) != count ||
        query.integer(2) != 1) {
      return finding(kName, fmt::format("{} items, the last is {}, the counter stands at {}", count,
                                        query.integer(1), head.value().seq));
    }
    auto last = store.db().query("SELECT root FROM feed WHERE seq = ?", count);
    if (count > 0 && (!last.next() || last.hash(0) != head.value().root))
      return finding(kName, "the root of the counter is not that of the last item");
    return {};
  });
}

Found nobody_holds_more(Tablet& tablet, Headquarters& headquarters) {
  const char* kName = "nobody holds a row outside its scope";
  return with_reader(headquarters, kName, [&](server::OrganisationStore& store) -> Found {
    const auto mark = tablet.store().bookmark();
    const auto device = device_of(tablet);
    if (!mark || store.organisation().epoch != mark.value().epoch) return {};
    const auto scope = members(store.db(), device);
    if (!scope) return finding(kName, scope.error().detail);
    if (!scope.value()) return {};

    auto& db = tablet.store().db();
    std::map<domain::CustomerId, std::vector<std::pair<EntityType, AnyId>>> held;
    for (const auto type : storage::kReferencesFirst) {
      if (storage::of_customer(type).empty()) continue;
      for (const auto& [id, fields] : records_of(db, type)) {
        const auto owner = storage::owner_of(db, type, id);
        if (!owner) return finding(kName, owner.error().detail);
        if (const auto* customer = std::get_if<domain::CustomerId>(&owner.value()))
          held[*customer].emplace_back(type, id);
      }
    }
    for (const auto& [customer, records] : held) {
      const bool is_told = !has(
          store.db(), "SELECT 1 FROM scope_member WHERE device_id = ? AND customer_id = ? AND change_seq > ?",
          device, customer, mark.value().scope_seq);
      const bool is_moving = has(
          db,
          "SELECT 1 FROM leaving WHERE customer_id = ?1 UNION ALL SELECT 1 FROM taking_in WHERE customer_id = ?1",
          customer);
      const bool is_pending = std::ranges::any_of(records, [&](const auto& record) {
        return has(db, "SELECT 1 FROM operation WHERE entity_id = ? AND settled_seq IS NULL", record.second);
      });
      if (scope.value()->contains(customer) || !is_told || is_moving || is_pending) continue;
      const auto& [type, id] = records.front();
      return finding(kName,
                     fmt::format("{} holds a {} ({}) and {} more of customer {}", tablet.name(),
                                 domain::table_of(type), to_text(id), records.size() - 1, to_text(customer)));
    }
    return {};
  });
}

PendingWork pending_work(Tablet& tablet) {
  PendingWork pending;
  auto& db = tablet.store().db();
  {
    auto query = db.query(
        "SELECT DISTINCT type, entity_id FROM operation WHERE settled_seq IS NULL AND body IS NOT NULL ORDER BY entity_id");
    while (query.next())
      pending.records.emplace_back(static_cast<EntityType>(query.integer(0)), query.id<AnyId>(1));
  }
  std::erase_if(pending.records, [&](const auto& record) {
    const auto is_shown = storage::exists(db, record.first, record.second);
    return !is_shown || !is_shown.value();
  });
  auto query = db.query(
      "SELECT sha256 FROM blob WHERE is_here AND NOT is_held AND sha256 IN "
      "(SELECT sha256 FROM photo UNION ALL SELECT strokes_sha256 FROM sign_off) ORDER BY sha256");
  while (query.next()) pending.blobs.push_back(query.hash(0));
  return pending;
}

bool is_any_leaving(Tablet& tablet) { return has(tablet.store().db(), "SELECT 1 FROM leaving LIMIT 1"); }

Found pending_work_stays(Tablet& tablet, Headquarters& headquarters, const PendingWork& before) {
  const char* kName = "a customer who leaves takes no pending work along";
  auto& db = tablet.store().db();
  for (const auto& [type, id] : before.records) {
    if (!has(db, "SELECT 1 FROM operation WHERE entity_id = ? AND settled_seq IS NULL AND body IS NOT NULL",
             id))
      continue;
    const auto is_shown = storage::exists(db, type, id);
    if (!is_shown || !is_shown.value()) {
      return finding(kName, fmt::format("{} has unsettled work on a {} that it no longer shows ({})",
                                        tablet.name(), domain::table_of(type), to_text(id)));
    }
  }
  for (const auto& sha256 : before.blobs) {
    if (has(db, "SELECT 1 FROM blob WHERE sha256 = ? AND is_here", sha256)) continue;
    if (headquarters.is_up() && headquarters.house().blobs(headquarters.organisation_id()).has(sha256))
      continue;
    return finding(kName, fmt::format("{} let go of blob {}, and the server does not hold it", tablet.name(),
                                      short_of(sha256)));
  }
  return {};
}

Found each_operation_once(const std::vector<std::unique_ptr<Tablet>>& tablets, Headquarters& headquarters) {
  const char* kName = "each operation once";
  return with_reader(headquarters, kName, [&](server::OrganisationStore& store) -> Found {
    // What was set aside stands there a second time once somebody settled it.
    std::map<Hash, int> feed;
    {
      auto query = store.db().query("SELECT hash, ruling FROM feed");
      while (query.next())
        feed[query.hash(0)] +=
            protocol::takes_effect(static_cast<protocol::Ruling>(query.integer(1))) ? 1 : 0;
    }
    for (const auto& [hash, count] : feed) {
      if (count > 1)
        return finding(kName, fmt::format("operation {} takes effect {} times", short_of(hash), count));
    }
    for (const auto& tablet : tablets) {
      for (std::size_t i = 0; i < tablet->saved().size(); ++i) {
        if (!feed.contains(tablet->saved()[i])) {
          return finding(kName, fmt::format("operation {} ({}) of {} never reached the feed", i + 1,
                                            short_of(tablet->saved()[i]), tablet->name()));
        }
      }
    }
    return {};
  });
}

Found all_converge(Tablet& tablet, Headquarters& headquarters) {
  const char* kName = "all converge";
  return with_reader(headquarters, kName, [&](server::OrganisationStore& store) -> Found {
    const auto scope = members(store.db(), device_of(tablet));
    if (!scope) return finding(kName, scope.error().detail);
    // What it may hold only until it is let go of is not brought up to date.
    const auto is_in_scope = [&](Database& db, EntityType type, const AnyId& id) {
      if (!scope.value()) return true;
      const auto owner = storage::owner_of(db, type, id);
      const auto* customer = owner ? std::get_if<domain::CustomerId>(&owner.value()) : nullptr;
      if (customer != nullptr) return scope.value()->contains(*customer);
      return owner && std::holds_alternative<storage::Nobodys>(owner.value());
    };
    for (auto number = static_cast<int>(kFirst); number <= static_cast<int>(kLast); ++number) {
      const auto type = static_cast<EntityType>(number);
      // What it may not read but wrote itself it keeps: compared by what the server has of it.
      const bool may_read = domain::may_read(tablet.role, type);
      const auto there = records_of(store.db(), type);
      const auto here = records_of(tablet.store().db(), type);
      for (const auto& [id, bytes] : here) {
        if (!may_read && !has(tablet.store().db(), "SELECT 1 FROM operation WHERE entity_id = ?", id)) {
          return finding(
              "nobody holds what is out of its reach",
              fmt::format("{} holds a {} ({})", tablet.name(), domain::table_of(type), to_text(id)));
        }
        const auto found = there.find(id);
        if (!is_in_scope(tablet.store().db(), type, id)) continue;
        if (found == there.end()) {
          return finding(kName, fmt::format("{} shows a {} that the server does not have ({})", tablet.name(),
                                            domain::table_of(type), to_text(id)));
        }
        if (found->second != bytes) {
          return finding(
              kName, fmt::format("{} and the server differ in a {} ({}): {} against {}", tablet.name(),
                                 domain::table_of(type), to_text(id), to_hex(bytes), to_hex(found->second)));
        }
      }
      if (!may_read) continue;
      for (const auto& [id, bytes] : there) {
        if (!here.contains(id) && is_in_scope(store.db(), type, id)) {
          return finding(kName, fmt::format("{} lacks a {} that the server has ({})", tablet.name(),
                                            domain::table_of(type), to_text(id)));
        }
      }
    }
    const auto mark = tablet.store().bookmark();
    const auto head = store.head();
    if (!mark || !head || mark.value().feed_seq != head.value().seq || mark.value().root != head.value().root)
      return finding(kName, tablet.name() + " does not stand at the end of the feed with its root");
    return {};
  });
}

Found device_verifies(Tablet& tablet) {
  const char* kName = "chains, seals and photos verify on the device";
  const auto checked = sync::check_everything(tablet.store());
  if (!checked) return finding(kName, tablet.name() + ": " + checked.error().detail);
  if (!checked.value().complaints.empty())
    return finding(kName, tablet.name() + ": " + checked.value().complaints.front());
  return {};
}

Found server_verifies(Headquarters& headquarters) {
  const char* kName = "chains, roots and seals verify at the server";
  return with_reader(headquarters, kName, [&](server::OrganisationStore& store) -> Found {
    const auto checked =
        server::check_organisation(store, headquarters.house().blobs(headquarters.organisation_id()));
    if (!checked) return finding(kName, checked.error().detail);
    if (!checked.value().complaints.empty()) return finding(kName, checked.value().complaints.front());
    if (!checked.value().damaged_blobs.empty())
      return finding(kName, to_hex(checked.value().damaged_blobs.front()) + " is damaged");
    return {};
  });
}

Found blobs_match(const std::vector<std::unique_ptr<Tablet>>& tablets, Headquarters& headquarters) {
  const char* kName = "a blob's bytes match its name, and none that is named is lost";
  auto& blobs = headquarters.house().blobs(headquarters.organisation_id());
  return with_reader(headquarters, kName, [&](server::OrganisationStore& store) -> Found {
    std::set<Hash> kept;
    for (const auto& tablet : tablets) kept.insert(tablet->kept().begin(), tablet->kept().end());
    auto query = store.db().query("SELECT DISTINCT sha256 FROM blob_reference");
    while (query.next()) {
      const auto name = query.hash(0);
      if (!blobs.has(name) && kept.contains(name))
        return finding(kName, fmt::format("blob {} was saved on a device and is nowhere", short_of(name)));
      if (blobs.has(name)) {
        const auto bytes = blobs.read_all(name, protocol::kLimits.blob_byte_count_max);
        if (!bytes) return finding(kName, bytes.error().detail);
        continue;
      }
      for (const auto& tablet : tablets) {
        if (tablet->store().whole_blob(name)) {
          return finding(kName, fmt::format("{} still holds blob {}, and the server lacks it", tablet->name(),
                                            short_of(name)));
        }
      }
    }
    return {};
  });
}

void note_ends(Headquarters& headquarters, Coverage& coverage) {
  auto reader = headquarters.house().read(headquarters.organisation_id());
  if (!reader) return;
  auto query = reader.value()->db().query("SELECT hash, header, decision, again_of, ruling FROM feed");
  while (query.next()) {
    const auto header = protocol::decode_header(query.bytes(1));
    if (!header) continue;
    const auto kind = kind_name(header.value().type, header.value().verb);
    if (query.integer(3) != 0) {
      const auto ruling = static_cast<protocol::Ruling>(query.integer(4));
      coverage.note_end(query.hash(0), kind, protocol::takes_effect(ruling) ? kTakenInLater : kLeftOut);
    } else if (const auto decision = protocol::decode_decision(query.bytes(2))) {
      for (const auto& end : ends_of(header.value(), decision.value()))
        coverage.note_end(query.hash(0), kind, end);
    }
  }
}

}  // namespace aftercare::simulation
