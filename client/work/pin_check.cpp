#include "client/work/pin_check.h"

#include <sodium.h>

namespace aftercare::work {

domain::Tick tick(Clock& clock) { return {clock.boot_id(), clock.monotonic_ms()}; }

Result<std::string> hash_of_pin(const std::string& pin) {
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str(hash.data(), pin.data(), pin.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    return Error{ErrorKind::Busy, "there is not enough memory to keep a PIN safely: try again"};
  }
  hash.resize(hash.find('\0'));
  return hash;
}

Result<PinVerdict> judge_pin(const KnownPin& known, const std::string& pin, const domain::Tick& now,
                             const std::function<Done(const domain::WrongPins&)>& count) {
  const auto rest = domain::rest_of_wait(known.wrong, now);
  if (rest.count() > 0) {
    if (domain::is_other_clock(known.wrong, now)) {
      if (const auto begun = count({known.wrong.count, now}); !begun) return begun.error();
    }
    return PinVerdict{false, rest};
  }
  const domain::WrongPins if_wrong{known.wrong.count + 1, now};
  if (const auto counted = count(if_wrong); !counted) return counted.error();
  const bool is_right = crypto_pwhash_str_verify(known.hash.c_str(), pin.data(), pin.size()) == 0;
  if (!is_right) return PinVerdict{false, domain::pin_wait(if_wrong.count)};
  if (const auto forgotten = count({0, now}); !forgotten) return forgotten.error();
  return PinVerdict{true};
}

}  // namespace aftercare::work
