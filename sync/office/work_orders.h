#pragma once

#include "shared/domain/work_order.h"
#include "sync/server/json_body.h"
#include "sync/server/organisation_store.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

/// Work orders as dispatchers plan them: found, made, given to technicians, moved, cancelled.
namespace aftercare::office {

struct WorkOrderFilter {
  std::optional<Instant> from = {};   // the promised window begins at or after
  std::optional<Instant> until = {};  // … before
  std::optional<domain::UserId> technician = {};
  bool is_unassigned = false;
  std::optional<domain::WorkOrderId> id = {};
  std::string state = {};  // a WorkOrderState, "open" (somebody still has to do something), or empty: all
  std::string words = {};  // number, customer, asset or what was asked for
};

inline constexpr std::size_t kWorkOrderPageMax = 200;

/// `{work_orders, next, count}`: by promised window, those without one first. NotFound when `after` is none.
[[nodiscard]] Result<nlohmann::json> list_work_orders(server::OrganisationStore& store,
                                                      const WorkOrderFilter& filter,
                                                      const std::optional<domain::WorkOrderId>& after,
                                                      std::size_t count_max);
/// One, without its history; nothing when there is none.
[[nodiscard]] Result<std::optional<nlohmann::json>> work_order_json(server::OrganisationStore& store,
                                                                    const domain::WorkOrderId& id);

// In a write job.

/// What a dispatcher says of a new order. The id is the page's own: the same order sent again is not made
/// twice.
struct NewWorkOrder {
  std::optional<domain::WorkOrderId> id;
  domain::WorkOrder order;  // number and state are given here
};
[[nodiscard]] Result<domain::WorkOrderId> add_work_order(server::OrganisationStore& store,
                                                         const domain::UserId& by, NewWorkOrder wanted);

/// What a dispatcher changes; what is not given stays.
struct WorkOrderChange {
  std::uint64_t seen_seq = 0;  // up to where in the feed the dispatcher's view reached
  server::Given<domain::UserId> technician = {};
  server::Given<domain::SiteId> site = {};
  server::Given<domain::AssetId> asset = {};
  server::Given<Instant> window_start = {};
  server::Given<Instant> window_end = {};
  std::optional<domain::VisitKind> kind = {};
  std::optional<std::string> zone = {};
  std::optional<std::string> summary = {};
  std::optional<std::string> bring = {};
  std::optional<std::string> form_key = {};
  std::optional<domain::WorkOrderState> state = {};
};
/// Conflict when somebody changed one of these fields after `seen_seq`: nothing is written then.
[[nodiscard]] Done change_work_order(server::OrganisationStore& store, const domain::UserId& by,
                                     const domain::WorkOrderId& id, const WorkOrderChange& change);

}  // namespace aftercare::office
