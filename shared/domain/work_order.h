#pragma once

#include "shared/domain/asset.h"
#include "shared/domain/user.h"

namespace aftercare::domain {

using WorkOrderId = Id<struct WorkOrderTag>;

/// What a technician is sent for, or does from afar. product.md V03.
enum class VisitKind {
  Installation,
  Maintenance,
  Repair,
  Adjustment,
  Update,
  Training,
  Inspection,
  Collection,
  RemoteHelp
};
template <>
struct Names<VisitKind> {
  static constexpr std::array<std::string_view, 9> values{"installation", "maintenance", "repair",
                                                          "adjustment",   "update",      "training",
                                                          "inspection",   "collection",  "remote_help"};
};

/// Where a work order stands, in the order in which it is lived through.
enum class WorkOrderState {
  Planned,
  Assigned,
  Accepted,
  Travelling,
  OnSite,
  Done,
  Closed,
  Cancelled,
  Declined
};
template <>
struct Names<WorkOrderState> {
  static constexpr std::array<std::string_view, 9> values{
      "planned", "assigned", "accepted", "travelling", "on_site", "done", "closed", "cancelled", "declined"};
};

/// A piece of work that was promised to a customer.
struct WorkOrder {
  WorkOrderId id;
  std::string number;
  CustomerId customer_id;
  std::optional<SiteId> site_id;
  std::optional<AssetId> asset_id;
  VisitKind kind = VisitKind::Repair;
  WorkOrderState state = WorkOrderState::Planned;
  std::optional<UserId> technician_id;
  std::optional<Instant> window_start;
  std::optional<Instant> window_end;
  std::string zone;
  std::string summary;  // what the customer asked for, in the office's words
  std::string bring;    // what to load
  std::string form_key;
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, WorkOrder>
void each_field(C& order, F&& field) {
  field(1, "number", order.number, kOnce);
  field(2, "customer_id", order.customer_id, kOnce);
  field(3, "site_id", order.site_id, kOffice);
  field(4, "asset_id", order.asset_id, kOnSite);
  field(5, "kind", order.kind, kOffice);
  field(6, "state", order.state, kState);
  field(7, "technician_id", order.technician_id, kOffice);
  field(8, "window_start_ms", order.window_start, kOffice);
  field(9, "window_end_ms", order.window_end, kOffice);
  field(10, "zone", order.zone, kOffice);
  field(11, "summary", order.summary, kPersonal);
  field(12, "bring", order.bring, kOffice);
  field(13, "form_key", order.form_key, kOffice);
}

/// The work-order state machine. A device may skip ahead (a visit recorded offline arrives as done),
/// never back; only the office cancels, re-plans and closes; nothing leaves closed.
[[nodiscard]] bool can_become(WorkOrderState from, WorkOrderState to, bool is_office);

}  // namespace aftercare::domain
