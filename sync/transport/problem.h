#pragma once

#include "sync/transport/exchange.h"

#include <nlohmann/json.hpp>

namespace aftercare::sync {

/// A refusal of our server (RFC 9457). The code is the end of `urn:aftercare:problem:<code>`; when the
/// body cannot be read, the status alone has to do.
struct Problem {
  long status = 0;
  std::string code;
  std::string detail;
  nlohmann::json members;  // an object

  /// A whole number among the members.
  [[nodiscard]] std::optional<std::uint64_t> number(const char* name) const;
  /// A text among the members; empty when there is none.
  [[nodiscard]] std::string text(const char* name) const;
};

[[nodiscard]] Problem problem_of(const Answer& answer);

/// What the caller can do about it, as ports.h says.
[[nodiscard]] Error error_of(const Problem& problem);

/// Where the server stands, out of a `behind` or an `other_epoch`. Invalid when it does not say.
[[nodiscard]] Result<Behind> behind_of(const Problem& problem);
[[nodiscard]] Result<OtherEpoch> other_epoch_of(const Problem& problem);

}  // namespace aftercare::sync
