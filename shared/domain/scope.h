#pragma once

#include "shared/domain/work_order.h"

#include <optional>

/// Which customers' files a device is given.
namespace aftercare::domain {

enum class Scope {
  Organisation,  // all of them
  Assigned,      // those that its user needs
};
template <>
struct Names<Scope> {
  static constexpr std::array<std::string_view, 2> values{"organisation", "assigned"};
};

/// How long a customer's file stays with a device after the last thing that tied them.
inline constexpr std::chrono::days kFileKept{90};

/// What ties a device and its user to one customer.
struct ScopeFacts {
  bool has_open_order = false;  // an order that is not over is assigned to the user
  std::optional<Instant> last_work =
      {};  // when a visit of the user's there began, or an order of theirs changed
  std::optional<Instant> last_written = {};  // when this device last wrote something of the file
};

[[nodiscard]] constexpr bool is_over(WorkOrderState state) {
  return state == WorkOrderState::Closed || state == WorkOrderState::Cancelled ||
         state == WorkOrderState::Declined;
}

/// Whether an assigned device needs the customer's file: it or its user works there, or did not long ago.
[[nodiscard]] constexpr bool needs_file(const ScopeFacts& facts, Instant now) {
  const auto is_recent = [&](const std::optional<Instant>& at) { return at && *at > now - kFileKept; };
  return facts.has_open_order || is_recent(facts.last_work) || is_recent(facts.last_written);
}

}  // namespace aftercare::domain
