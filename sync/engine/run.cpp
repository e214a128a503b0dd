#include "sync/engine/run.h"

#include "sync/engine/blobs.h"
#include "sync/engine/compare.h"
#include "sync/engine/hand_back.h"
#include "sync/engine/pull.h"
#include "sync/engine/push.h"
#include "sync/engine/rescue.h"
#include "sync/engine/settle.h"
#include "sync/engine/sign_in.h"
#include "sync/engine/snapshot.h"
#include "sync/engine/tell.h"

#include <initializer_list>

namespace aftercare::sync {
namespace {

using Verb = Outcome (*)(Attempt&);

/// Keeps the first failure. Says whether the next step may be tried: one request that fails for
/// itself must not hold up somebody's signature.
bool may_go_on(RunReport& report, const Outcome& failure) {
  if (!failure) return true;
  if (!report.failure || report.failure->what == FailureClass::Operation) report.failure = failure;
  return failure->what == FailureClass::Operation;
}

void in_order(Attempt& attempt, std::initializer_list<Verb> steps) {
  for (const auto step : steps) {
    attempt.report.is_stopped = attempt.is_stopped();
    if (attempt.report.is_stopped || !may_go_on(attempt.report, step(attempt))) return;
  }
  attempt.report.is_stopped = attempt.is_stopped();
}

}  // namespace

RunReport run(Store& store, Server& server, Clock& clock, Session& session, const RunOptions& options) {
  RunReport report;
  auto identity = store.identity();
  if (!identity) {
    report.failure = device_failure(identity.error());
    return report;
  }
  if (!identity.value()) {
    report.failure =
        Failure{FailureClass::SignIn,
                {ErrorKind::SignIn, "this folder is not enrolled yet: ask the office for an enrolment line"}};
    return report;
  }

  Attempt attempt{store, server, clock, session, options, report, *std::move(identity).value()};
  in_order(attempt, {sign_in, hand_back, push, send_signatures, pull, index, tell_lost, tell_unsent,
                     send_photos, hand_in_rescues, fetch_blobs, compare, tell_unsent});
  static_cast<void>(may_go_on(report, settle(attempt)));
  return report;
}

}  // namespace aftercare::sync
