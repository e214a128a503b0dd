#pragma once

#include "client/shown/work_list.h"
#include "shared/storage/records.h"

/// Where a visit or a work order stands, as lists of them read it. For the readers of this folder only.
namespace aftercare::work {

/// Joins the newest event and the newest sign-off of the visit `v`.
inline constexpr std::string_view kStandingJoins =
    "LEFT JOIN visit_event e ON e.rowid = (SELECT max(rowid) FROM visit_event WHERE visit_id = v.id) "
    "LEFT JOIN sign_off f ON f.rowid = (SELECT max(rowid) FROM sign_off WHERE visit_id = v.id) ";
/// Four columns for `read_standing`.
inline constexpr std::string_view kStandingColumns = "e.kind, e.at_ms, f.outcome, f.signed_at_ms";

struct StandingSince {
  shown::Standing standing = shown::Standing::Planned;
  std::optional<Instant> since;
};

[[nodiscard]] inline shown::Standing standing_of(domain::VisitEventKind kind) {
  switch (kind) {
    case domain::VisitEventKind::Travelling: return shown::Standing::Travelling;
    case domain::VisitEventKind::Arrived: return shown::Standing::Arrived;
    case domain::VisitEventKind::Working: return shown::Standing::Working;
    case domain::VisitEventKind::Paused: return shown::Standing::Paused;
    case domain::VisitEventKind::Left: break;
  }
  return shown::Standing::Left;
}

[[nodiscard]] inline shown::Standing standing_of(domain::Outcome outcome) {
  switch (outcome) {
    case domain::Outcome::Signed: return shown::Standing::Signed;
    case domain::Outcome::Refused: return shown::Standing::Refused;
    case domain::Outcome::Absent: break;
  }
  return shown::Standing::Absent;
}

/// Of an order without a visit on this tablet.
[[nodiscard]] inline shown::Standing standing_of(domain::WorkOrderState state) {
  switch (state) {
    case domain::WorkOrderState::Travelling: return shown::Standing::Travelling;
    case domain::WorkOrderState::OnSite: return shown::Standing::Arrived;
    case domain::WorkOrderState::Done:
    case domain::WorkOrderState::Closed: return shown::Standing::Left;
    case domain::WorkOrderState::Cancelled:
    case domain::WorkOrderState::Declined: return shown::Standing::Cancelled;
    default: break;
  }
  return shown::Standing::Planned;
}

[[nodiscard]] inline StandingSince read_standing(const storage::Query& query, int column) {
  if (!query.is_null(column + 2)) {
    domain::Outcome outcome{};
    storage::read_column(query, column + 2, outcome);
    return {standing_of(outcome), from_ms(query.integer(column + 3))};
  }
  if (!query.is_null(column)) {
    domain::VisitEventKind kind{};
    storage::read_column(query, column, kind);
    return {standing_of(kind), from_ms(query.integer(column + 1))};
  }
  return {};
}

}  // namespace aftercare::work
