#include "shared/domain/sign_off.h"

#include "shared/base/text.h"

namespace aftercare::domain {
namespace {

bool fits(OutcomeReason reason, Outcome outcome) {
  using enum OutcomeReason;
  switch (reason) {
    case None: return false;
    case Other: return true;
    case NotHome:
    case LeftBeforeEnd:
    case Remote:
    case UnmannedSite: return outcome == Outcome::Absent;
    default: return outcome == Outcome::Refused;
  }
}

}  // namespace

Done check_sign_off(const SignOff& sign_off) {
  if (sign_off.outcome == Outcome::Signed) {
    if (trimmed(sign_off.signer_name).empty())
      return Error{ErrorKind::Refused, "a signature needs the signer's name"};
    if (!sign_off.strokes) return Error{ErrorKind::Refused, "a signature needs strokes: nothing was drawn"};
    if (sign_off.reason != OutcomeReason::None) {
      return Error{ErrorKind::Refused, "whoever signs gives no reason for not signing"};
    }
    return done();
  }
  if (!fits(sign_off.reason, sign_off.outcome)) {
    return Error{ErrorKind::Refused, sign_off.outcome == Outcome::Refused
                                         ? "say why the customer refused to sign"
                                         : "say why nobody could sign"};
  }
  if (sign_off.reason == OutcomeReason::Other && trimmed(sign_off.reason_text).empty()) {
    return Error{ErrorKind::Refused, "the reason \"other\" needs words of its own"};
  }
  return done();
}

}  // namespace aftercare::domain
