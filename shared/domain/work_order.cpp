#include "shared/domain/work_order.h"

namespace aftercare::domain {
namespace {

// The stages that technicians move through, so that "later" can be asked; the others stand outside.
int stage(WorkOrderState state) {
  switch (state) {
    case WorkOrderState::Planned: return 0;
    case WorkOrderState::Assigned: return 1;
    case WorkOrderState::Accepted: return 2;
    case WorkOrderState::Travelling: return 3;
    case WorkOrderState::OnSite: return 4;
    case WorkOrderState::Done: return 5;
    default: return -1;
  }
}

}  // namespace

bool can_become(WorkOrderState from, WorkOrderState to, bool is_office) {
  using enum WorkOrderState;
  if (from == to) return true;
  if (from == Closed) return false;
  if (is_office) {
    if (from == Done) return to == Closed || to == Planned;  // planned again: the work must be repeated
    if (from == Cancelled || from == Declined) return to == Planned || to == Assigned || to == Closed;
    return to != Closed;
  }
  // Work that was done counts even when the office had cancelled it meanwhile: it happened.
  if (to == Done) return true;
  if (to == Declined) return from == Assigned || from == Planned;
  return stage(to) > stage(from) && stage(from) >= 0;
}

}  // namespace aftercare::domain
