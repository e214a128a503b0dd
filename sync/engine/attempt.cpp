#include "sync/engine/attempt.h"

#include "sync/engine/hand_back.h"

namespace aftercare::sync {
namespace {

FailureClass class_of(ErrorKind kind, bool is_stranger) {
  switch (kind) {
    case ErrorKind::Offline: return FailureClass::Network;
    case ErrorKind::SignIn: return FailureClass::SignIn;
    case ErrorKind::Refused: return is_stranger ? FailureClass::Network : FailureClass::Operation;
    case ErrorKind::NotFound:
    case ErrorKind::Conflict:
    case ErrorKind::Newer: return FailureClass::Operation;
    case ErrorKind::Busy:
    case ErrorKind::Invalid: return FailureClass::Server;
    // A server has no such words; they come from our own disk while we signed in again.
    case ErrorKind::Full:
    case ErrorKind::Corrupt: break;
  }
  return FailureClass::Device;
}

}  // namespace

Failure server_failure(Attempt& attempt, Error error) {
  if (const auto wait = attempt.server.retry_after()) attempt.report.retry_after = wait;
  return {class_of(error.kind, attempt.server.is_stranger()), std::move(error)};
}

Outcome enter_epoch(Attempt& attempt, const EpochId& epoch) {
  if (++attempt.epoch_count > attempt.options.limits.epoch_count_max) {
    return Failure{FailureClass::Server,
                   {ErrorKind::Invalid, "the server changes its epoch again and again"}};
  }
  if (const auto noted = attempt.store.note_epoch(epoch); !noted) return device_failure(noted.error());
  attempt.report.new_epoch = epoch;
  attempt.lineage.reset();
  attempt.elsewhere.reset();
  attempt.is_push_over = false;
  return hand_back(attempt);
}

void Attempt::tell(Progress progress) {
  if (!options.on_progress) return;
  if (const auto unsent = store.unsent(); unsent && unsent.value()) {
    visits.note(unsent.value()->visit_count);
    progress.photo_total_count = photo_done_count + unsent.value()->photo_count;
  }
  progress.visit_done_count = visits.done_count();
  progress.visit_total_count = visits.total_count;
  progress.photo_done_count = photo_done_count;
  options.on_progress(progress);
}

}  // namespace aftercare::sync
