#pragma once

#include "sync/engine/attempt.h"

namespace aftercare::sync {

/// Goes on with the token of the last run while it is good, else signs in.
[[nodiscard]] Outcome sign_in(Attempt& attempt);

/// Signs a challenge of the server with the device's key and gets a fresh token for it.
[[nodiscard]] Outcome renew(Attempt& attempt);

/// Calls the server. When it does not take the token any more, signs in again and calls again: a token that
/// ends in the middle of many photos costs nobody anything. One that was refused before its end is renewed
/// once a run.
template <class Call>
[[nodiscard]] auto signed_in(Attempt& attempt, const Call& call) -> decltype(call()) {
  auto answer = call();
  if (answer || answer.error().kind != ErrorKind::SignIn) return answer;
  const bool has_ended = attempt.clock.monotonic_ms() >= attempt.session.good_until_ms;
  if (attempt.has_signed_in_again && !has_ended) return answer;
  attempt.has_signed_in_again = attempt.has_signed_in_again || !has_ended;
  if (auto failure = renew(attempt)) return std::move(failure->error);
  return call();
}

}  // namespace aftercare::sync
