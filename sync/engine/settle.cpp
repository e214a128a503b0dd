#include "sync/engine/settle.h"

#include <algorithm>

namespace aftercare::sync {

Outcome settle(Attempt& attempt) {
  auto& report = attempt.report;
  const auto mark = attempt.store.bookmark();
  if (!mark) return device_failure(mark.error());
  const auto blobs = attempt.store.blobs_to_send(1);
  if (!blobs) return device_failure(blobs.error());

  const auto head = mark.value().head.dseq;
  report.operation_waiting_count = head - std::min(mark.value().held_dseq, head);
  report.has_blobs_to_send = !blobs.value().empty();
  const auto is_all_held = report.operation_waiting_count == 0 && !report.has_blobs_to_send;
  report.is_settled =
      is_all_held && !report.failure && !report.is_stopped && (report.is_revoked || !report.has_more_to_pull);

  if (report.is_settled && !report.is_revoked) {
    if (const auto freed = attempt.store.let_go(); !freed) return device_failure(freed.error());
  }
  // Not before: what is not held anywhere else must not be erased.
  if (!report.is_revoked || !is_all_held) return {};
  if (const auto noted = attempt.store.note_revoked(); !noted) return device_failure(noted.error());
  return {};
}

}  // namespace aftercare::sync
