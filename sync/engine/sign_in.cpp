#include "sync/engine/sign_in.h"

#include "sync/protocol/tags.h"

#include <algorithm>

namespace aftercare::sync {
namespace {

/// Without a token nothing else can be tried, so here even a plain no is about signing in.
Failure sign_in_failure(Attempt& attempt, Error error) {
  auto failure = server_failure(attempt, std::move(error));
  if (failure.what == FailureClass::Operation) failure.what = FailureClass::SignIn;
  return failure;
}

bool is_good(const Session& session, Clock& clock) {
  return !session.token.empty() && session.boot_id == clock.boot_id() &&
         clock.monotonic_ms() < session.good_until_ms;
}

}  // namespace

Outcome sign_in(Attempt& attempt) {
  if (!is_good(attempt.session, attempt.clock)) return renew(attempt);
  attempt.report.is_revoked = attempt.session.is_revoked;
  attempt.server.use_token(attempt.session.token);
  return {};
}

Outcome renew(Attempt& attempt) {
  attempt.tell({.stage = Progress::Stage::SigningIn});
  attempt.session = {};
  const auto& identity = attempt.identity;

  const auto challenge = attempt.server.challenge({identity.organisation_id, identity.device_id});
  if (!challenge) return sign_in_failure(attempt, challenge.error());

  protocol::TokenRequest request{.organisation_id = identity.organisation_id,
                                 .device_id = identity.device_id,
                                 .challenge = challenge.value(),
                                 .signature = {}};
  request.signature = sign(identity.key, protocol::kTokenTag, protocol::token_text(request));
  const auto asked_at_ms = attempt.clock.monotonic_ms();
  auto answer = attempt.server.token(request);
  if (!answer && answer.error().kind == ErrorKind::SignIn) {
    // It may have been restored from a backup of before our enrolment: what it signed then speaks for us.
    request.certificate = identity.certificate;
    answer = attempt.server.token(request);
  }
  if (!answer) return sign_in_failure(attempt, answer.error());
  const auto& word = answer.value();

  // Only the length of its life is used, never the hour at which it ends: our own clock may be years
  // off, and the server checks its tokens anyway.
  const auto life = std::max(word.expires_at - word.server_time - attempt.options.limits.token_margin,
                             std::chrono::milliseconds{0});
  attempt.session = {.token = word.token,
                     .boot_id = attempt.clock.boot_id(),
                     .good_until_ms = asked_at_ms + life.count(),
                     .is_revoked = word.is_revoked};
  attempt.report.is_revoked = word.is_revoked;
  attempt.server.use_token(word.token);

  // Noted here and not at each answer: it is fresh (a receipt may be a repetition), and a run with
  // nothing to do writes nothing.
  const auto noted =
      attempt.store.note_server_time(word.server_time, attempt.clock.now(), attempt.clock.monotonic_ms());
  if (!noted) return device_failure(noted.error());
  return {};
}

}  // namespace aftercare::sync
