#include "sync/office/set_aside.h"

#include "shared/storage/records.h"
#include "sync/office/history.h"
#include "sync/server/enrolment.h"

#include <algorithm>
#include <map>
#include <set>

namespace aftercare::office {
namespace {

using Json = nlohmann::json;
using cbor::FieldMap;
using domain::EntityType;
using protocol::SetAsideReason;
using server::OrganisationStore;
using server::WaitingGroup;
using server::WaitingOperation;

/// Records as they stand here, and those that only what waits would make.
class Known {
 public:
  Known(storage::Database& db, const std::vector<WaitingGroup>& groups) : db_(db) {
    for (const auto& group : groups) {
      for (const auto& operation : group.operations) {
        if (operation.header.verb == protocol::Verb::Create)
          waiting_.try_emplace(operation.header.entity_id, &operation.fields);
      }
    }
  }

  template <class Record>
  struct Found {
    Record record;
    bool is_here = true;
  };
  template <class Record, class IdType>
  std::optional<Found<Record>> find(const IdType& id) {
    auto standing = storage::find<Record>(db_, id);
    if (standing && standing.value()) return Found<Record>{std::move(*standing.value()), true};
    const auto waiting = waiting_.find(id_cast<AnyId>(id));
    if (waiting == waiting_.end()) return std::nullopt;
    auto made = domain::record_of<Record>(id_cast<AnyId>(id), *waiting->second);
    if (!made) return std::nullopt;
    return Found<Record>{std::move(made).value(), false};
  }

 private:
  storage::Database& db_;
  std::map<AnyId, const FieldMap*> waiting_;
};

/// What people know the group by.
struct Subject {
  std::optional<domain::VisitId> visit;
  std::optional<domain::WorkOrderId> work_order;
  std::optional<domain::CustomerId> customer;
};

template <class Record>
void note_subject(const Record& record, Subject& subject) {
  const auto note = [](auto& slot, const auto& id) {
    using IdType = typename std::remove_cvref_t<decltype(slot)>::value_type;
    if constexpr (requires { id->bytes; }) {
      if (id && !slot) slot = id_cast<IdType>(*id);
    } else if (!slot && id_cast<AnyId>(id) != AnyId{}) {
      slot = id_cast<IdType>(id);
    }
  };
  if constexpr (std::same_as<Record, domain::Visit>) note(subject.visit, record.id);
  if constexpr (std::same_as<Record, domain::WorkOrder>) note(subject.work_order, record.id);
  if constexpr (std::same_as<Record, domain::Customer>) note(subject.customer, record.id);
  if constexpr (requires { record.visit_id; }) note(subject.visit, record.visit_id);
  if constexpr (requires { record.work_order_id; }) note(subject.work_order, record.work_order_id);
  if constexpr (requires { record.customer_id; }) note(subject.customer, record.customer_id);
}

Subject subject_of(Known& known, const WaitingOperation& operation) {
  Subject subject;
  domain::with_entity(operation.header.type, [&]<class Record>() {
    Record record{};
    record.id = id_cast<decltype(record.id)>(operation.header.entity_id);
    if (domain::apply(operation.fields, record)) note_subject(record, subject);
    if (const auto found = known.find<Record>(record.id)) note_subject(found->record, subject);
  });
  if (subject.visit) {
    if (const auto visit = known.find<domain::Visit>(*subject.visit)) note_subject(visit->record, subject);
  }
  if (subject.work_order) {
    if (const auto order = known.find<domain::WorkOrder>(*subject.work_order))
      note_subject(order->record, subject);
  }
  return subject;
}

/// A group that begins with the customer or asset of one visit is about that visit.
Subject subject_of(Known& known, const WaitingGroup& group) {
  auto subject = subject_of(known, group.operations.front());
  if (subject.visit) return subject;
  for (const auto& operation : group.operations) {
    const auto other = subject_of(known, operation);
    if (!other.visit) continue;
    if (subject.visit && *subject.visit != *other.visit) return subject_of(known, group.operations.front());
    subject = other;
  }
  return subject;
}

template <class Record, class IdType>
Json numbered_json(Known& known, const std::optional<IdType>& id) {
  if (!id) return nullptr;
  const auto found = known.find<Record>(*id);
  if (!found) return nullptr;
  Json value{{"id", to_text(*id)}, {"number", found->record.number}, {"is_here", found->is_here}};
  if constexpr (requires { found->record.name; }) value["name"] = found->record.name;
  return value;
}

std::string name_of(Known& known, const WaitingOperation& operation) {
  return domain::with_entity(operation.header.type, [&]<class Record>() -> std::string {
    Record record{};
    const auto id = id_cast<decltype(record.id)>(operation.header.entity_id);
    const auto found = known.find<Record>(id);
    if (!found) return {};
    if constexpr (requires { found->record.name.size(); }) {
      return found->record.name;
    } else if constexpr (requires { found->record.number.size(); }) {
      return found->record.number;
    } else {
      return {};
    }
  });
}

/// What stands in the way: not what only waits for the rest of the group.
template <class Reason>
std::optional<SetAsideReason> first_reason(const WaitingGroup& group, Reason reason) {
  std::optional<SetAsideReason> found;
  for (const auto& operation : group.operations) {
    const std::optional<SetAsideReason> one = reason(operation);
    if (!one) continue;
    if (*one != SetAsideReason::DependsOnOther) return one;
    if (!found) found = one;
  }
  return found;
}

Json device_json(const std::optional<server::DeviceAccess>& device, const server::DeviceId& id) {
  return {{"id", to_text(id)},
          {"name", device ? device->name : ""},
          {"prefix", device ? device->prefix : ""},
          {"is_revoked", device && device->revoked_at.has_value()}};
}

Json records_json(const WaitingGroup& group) {
  std::map<EntityType, std::vector<AnyId>> records;
  for (const auto& operation : group.operations) {
    auto& ids = records[operation.header.type];
    if (std::ranges::find(ids, operation.header.entity_id) == ids.end())
      ids.push_back(operation.header.entity_id);
  }
  Json list = Json::array();
  for (const auto& [type, ids] : records)
    list.push_back({{"type", domain::table_of(type)}, {"count", ids.size()}});
  return list;
}

/// Keys and measures that say nothing to a reader.
bool is_for_machines(const std::string& field) {
  static const std::set<std::string> kFields{
      "visit_id",  "form_id",    "boot_id",          "monotonic_ms",    "server_offset_ms",
      "sha256",    "media_type", "byte_count",       "width",           "height",
      "seal_list", "link_hash",  "signature",        "strokes_sha256",  "zone",
      "language",  "currency",   "thumbnail_sha256", "original_sha256", "original_byte_count"};
  return kFields.contains(field);
}

/// The values of a group; the machine's parts of a seal say nothing to a reader.
Json changes_json(OrganisationStore& store, const WaitingGroup& group, const std::string& prefix) {
  std::vector<Written> operations;
  for (const auto& operation : group.operations) {
    if (operation.header.type == EntityType::SealedGroup) continue;
    if (operation.header.verb == protocol::Verb::Append) continue;
    auto& written = operations.emplace_back();
    written.seq = operation.seq;
    written.type = operation.header.type;
    written.id = operation.header.entity_id;
    written.header = operation.header;
    written.fields = operation.fields;
    written.decision.ruling = protocol::Ruling::SetAside;
    written.decision.reason = operation.reason;
    written.received_at = operation.received_at;
    written.device = prefix;
    if (operations.size() == kWaitingChangeMax) break;  // each tells at least one
  }
  auto changes = Json::array();
  for (auto& change : told(store, operations))
    if (!is_for_machines(change["field"])) changes.push_back(std::move(change));
  return changes;
}

Result<Json> group_json(OrganisationStore& store, Known& known, const WaitingGroup& group) {
  const auto device = server::find_device(store.db(), group.device_id);
  if (!device) return device.error();
  const auto& first = group.operations.front();
  const auto subject = subject_of(known, group);
  const auto reason = first_reason(group, [](const auto& one) { return std::optional{one.reason}; });
  const auto tried = first_reason(group, [](const auto& one) { return one.tried; });
  std::optional<Instant> tried_at;
  for (const auto& one : group.operations)
    if (one.tried_at) tried_at = std::max(tried_at.value_or(*one.tried_at), *one.tried_at);
  const auto technician = known.find<domain::User>(first.header.user_id);

  auto changes = changes_json(store, group, device.value() ? device.value()->prefix : "");
  const bool has_more = changes.size() > kWaitingChangeMax;
  if (has_more)
    changes.erase(changes.begin() + static_cast<std::ptrdiff_t>(kWaitingChangeMax), changes.end());
  return Json{{"seq", first.seq},
              {"device", device_json(device.value(), group.device_id)},
              {"technician",
               technician ? Json{{"id", to_text(first.header.user_id)}, {"name", technician->record.name}}
                          : Json(nullptr)},
              {"record",
               {{"type", domain::table_of(first.header.type)},
                {"id", to_text(first.header.entity_id)},
                {"name", name_of(known, first)}}},
              {"visit", numbered_json<domain::Visit>(known, subject.visit)},
              {"work_order", numbered_json<domain::WorkOrder>(known, subject.work_order)},
              {"customer", numbered_json<domain::Customer>(known, subject.customer)},
              {"reason", domain::name_of(reason.value_or(SetAsideReason::None))},
              {"tried_reason", tried ? Json(domain::name_of(*tried)) : Json(nullptr)},
              {"tried_at", tried_at ? Json(to_rfc3339(*tried_at)) : Json(nullptr)},
              {"at", to_rfc3339(from_ms(first.header.time.ms))},
              {"received_at", to_rfc3339(first.received_at)},
              {"operation_count", group.operations.size()},
              {"records", records_json(group)},
              {"changes", std::move(changes)},
              {"has_more_changes", has_more}};
}

}  // namespace

Result<Json> waiting_json(OrganisationStore& store) {
  const auto groups = server::list_waiting(store);
  if (!groups) return groups.error();
  Known known{store.db(), groups.value()};
  Json list = Json::array();
  std::size_t operation_count = 0;
  for (const auto& group : groups.value()) {
    operation_count += group.operations.size();
    if (list.size() == kWaitingGroupMax) continue;
    auto told_group = group_json(store, known, group);
    if (!told_group) return told_group.error();
    list.push_back(std::move(told_group).value());
  }
  return Json{
      {"waiting", std::move(list)}, {"count", groups.value().size()}, {"operation_count", operation_count}};
}

Json settled_json(const server::Settled& settled) {
  Json remaining = Json::array();
  for (const auto& one : settled.remaining) {
    remaining.push_back({{"type", domain::table_of(one.type)},
                         {"id", to_text(one.id)},
                         {"reason", protocol::word_of(one.reason)}});
  }
  return {{"settled_count", settled.count}, {"remaining", std::move(remaining)}};
}

}  // namespace aftercare::office
