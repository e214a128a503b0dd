#include "sync/engine/tell.h"

namespace aftercare::sync {

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
