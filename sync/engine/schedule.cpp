#include "sync/engine/schedule.h"

#include <algorithm>

namespace aftercare::sync {
namespace {

using std::chrono::milliseconds;

const Pace::Pause& pause_for(FailureClass what, const Pace& pace) {
  switch (what) {
    case FailureClass::Network: return pace.network;
    case FailureClass::SignIn: return pace.sign_in;
    case FailureClass::Operation: return pace.operation;
    case FailureClass::Server: return pace.server;
    case FailureClass::Device: break;
  }
  return pace.device;
}

/// Anything from nothing to `longest` ("full jitter").
milliseconds somewhere_up_to(milliseconds longest, std::uint64_t random) {
  return milliseconds{static_cast<std::int64_t>(random % (static_cast<std::uint64_t>(longest.count()) + 1))};
}

milliseconds grown(const Pace::Pause& pause, std::uint32_t failure_count) {
  auto length = pause.first;
  for (std::uint32_t i = 1; i < failure_count && length < pause.longest; ++i) length *= 2;
  return std::min(length, pause.longest);
}

}  // namespace

milliseconds next_delay(const RunReport& report, std::uint32_t failure_count, std::uint64_t random,
                        const Pace& pace) {
  if (!report.failure) {
    const auto has_more =
        report.operation_waiting_count > 0 || report.has_blobs_to_send || report.has_more_to_pull;
    const auto is_worth_going_on = has_more && !report.is_copy && !report.is_revoked && !report.is_stopped;
    return is_worth_going_on ? milliseconds{0} : pace.idle / 2 + somewhere_up_to(pace.idle / 2, random);
  }
  const auto jitter = somewhere_up_to(grown(pause_for(report.failure->what, pace), failure_count), random);
  if (!report.retry_after) return jitter;
  return std::clamp(*report.retry_after, std::chrono::seconds{0}, pace.retry_after_max) + jitter;
}

}  // namespace aftercare::sync
