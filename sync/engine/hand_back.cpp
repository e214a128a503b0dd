#include "sync/engine/hand_back.h"

#include "sync/engine/sign_in.h"

namespace aftercare::sync {

Outcome hand_back(Attempt& attempt) {
  for (;;) {
    if (attempt.is_stopped()) return {};
    const auto items = attempt.store.tail_to_hand_back();
    if (!items) return device_failure(items.error());
    if (!items.value()) return {};
    const auto mark = attempt.store.bookmark();
    if (!mark) return device_failure(mark.error());
    if (attempt.session.unplaced_at_seq == mark.value().feed_seq) return {};

    const auto answer = signed_in(attempt, [&] { return attempt.server.hand_back(*items.value()); });
    if (!answer) return {};
    if (!answer.value().is_placed) {
      attempt.session.unplaced_at_seq = mark.value().feed_seq;
      return {};
    }
    const auto noted = attempt.store.note_handed_back(*items.value(), answer.value().through_seq);
    if (!noted) return device_failure(noted.error());
    attempt.report.item_handed_back_count += items.value()->items.size();
  }
}

}  // namespace aftercare::sync
