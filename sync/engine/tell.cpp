#include "sync/engine/tell.h"

#include "sync/engine/sign_in.h"

namespace aftercare::sync {

Outcome tell_lost(Attempt& attempt) {
  const auto words = attempt.store.lost_words();
  if (!words) return device_failure(words.error());
  if (words.value().empty()) return {};
  const auto told = signed_in(attempt, [&] { return attempt.server.tell_lost(words.value()); });
  if (!told) return {};  // the next run tells it again
  if (const auto noted = attempt.store.note_lost_told(); !noted) return device_failure(noted.error());
  return {};
}

Outcome tell_unsent(Attempt& attempt) {
  const auto unsent = attempt.store.unsent();
  if (!unsent) return device_failure(unsent.error());
  if (!unsent.value()) return {};
  const auto& now = *unsent.value();
  const auto& told = attempt.session.told;
  if (told && told->is_as_much_as(now)) return {};
  if (attempt.server.tell_unsent(now)) attempt.session.told = now;
  return {};
}

}  // namespace aftercare::sync
