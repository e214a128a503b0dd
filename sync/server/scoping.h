#pragma once

#include "shared/domain/scope.h"
#include "shared/storage/customer_file.h"
#include "sync/protocol/message.h"
#include "sync/server/organisation_store.h"

#include <map>
#include <string>
#include <vector>

/// Which customers' files each device is given, and how it learns that this changed.
namespace aftercare::server {

[[nodiscard]] Result<domain::Scope> scope_of(storage::Database& db, const DeviceId& device_id);

/// Which rows of such records the device ?1 should hold: an SQL condition.
[[nodiscard]] std::string rows_in_scope(domain::Scope scope, domain::EntityType type);

/// A record that somebody wrote.
struct Touched {
  domain::EntityType type{};
  AnyId id;
};
/// Customers enter and leave assigned devices' scopes by what was just written. In its transaction.
[[nodiscard]] Done follow_scopes(OrganisationStore& store, const DeviceId& by,
                                 const std::vector<Touched>& touched);
/// The same for one device and all that time alone has changed. In a write job.
[[nodiscard]] Done sweep_scope(OrganisationStore& store, const DeviceId& device_id);
/// NotFound when there is no such device. In a write job.
[[nodiscard]] Done set_scope(OrganisationStore& store, const UserId& by, const DeviceId& device_id,
                             domain::Scope scope);

/// The changes of a device's scope after `after`, oldest first, at most `count_max`, and whether more follow.
struct ScopeChanges {
  std::vector<protocol::ScopeChange> changes;
  std::uint64_t last_seq = 0;
  bool has_more = false;
};
[[nodiscard]] Result<ScopeChanges> scope_changes_after(storage::Database& db, const DeviceId& device_id,
                                                       std::uint64_t after, std::size_t count_max);

/// What one device may read of the feed while it knows its scope up to a change: customers that entered
/// later come to it as whole files.
class Sight {
 public:
  static Result<Sight> of(storage::Database& db, DeviceRole role, const DeviceId& device_id,
                          std::uint64_t known_change);
  [[nodiscard]] Result<bool> sees(domain::EntityType type, const AnyId& id);

 private:
  Sight(storage::Database& db, DeviceRole role, const DeviceId& device_id, std::uint64_t known_change)
      : db_(db), role_(role), device_id_(device_id), known_change_(known_change) {}
  Result<bool> sees_file(const domain::CustomerId& customer_id);

  storage::Database& db_;
  DeviceRole role_;
  DeviceId device_id_;
  std::uint64_t known_change_;
  domain::Scope scope_ = domain::Scope::Organisation;
  bool is_limited_ = false;
  std::map<domain::CustomerId, bool> seen_;
};
/// Whether the device may have this customer's file now.
[[nodiscard]] Result<bool> may_have_file(storage::Database& db, const DeviceId& device_id,
                                         const domain::CustomerId& customer_id);

}  // namespace aftercare::server
