#include "shared/domain/visit.h"

#include <algorithm>

namespace aftercare::domain {
namespace {

// Between two moments, by the best clock that covers both.
std::int64_t elapsed_ms(const VisitEvent& from, const VisitEvent& to) {
  if (!from.boot_id.empty() && from.boot_id == to.boot_id)
    return std::max<std::int64_t>(to.monotonic_ms - from.monotonic_ms, 0);
  // An offset known at one end only would count the clock's whole error as time worked.
  const bool is_corrected = from.server_offset_ms && to.server_offset_ms;
  const auto correction = is_corrected ? *to.server_offset_ms - *from.server_offset_ms : 0;
  return std::max<std::int64_t>(to_ms(to.at) - to_ms(from.at) + correction, 0);
}

}  // namespace

bool can_follow(const std::vector<VisitEvent>& events, VisitEventKind next) {
  using enum VisitEventKind;
  if (events.empty())
    return next == Travelling || next == Arrived || next == Working;  // remote help starts working
  switch (events.back().kind) {
    case Travelling: return next == Arrived;
    case Arrived: return next == Working || next == Left;
    case Working: return next == Paused || next == Left;
    case Paused: return next == Working || next == Left;
    case Left: return false;
  }
  return false;
}

std::int64_t worked_ms(const std::vector<VisitEvent>& events, const VisitEvent& until) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].kind != VisitEventKind::Working) continue;
    sum += elapsed_ms(events[i], i + 1 < events.size() ? events[i + 1] : until);
  }
  return sum;
}

}  // namespace aftercare::domain
