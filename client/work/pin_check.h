#pragma once

#include "shared/base/clock.h"
#include "shared/base/result.h"
#include "shared/domain/pin.h"

#include <functional>
#include <string>

/// How a PIN is kept and tried: by its slow hash, each try written down before it is answered.
namespace aftercare::work {

struct KnownPin {
  std::string hash;
  domain::WrongPins wrong;
};

struct PinVerdict {
  bool is_right = false;
  std::chrono::milliseconds wait{0};  // before the next try
};

[[nodiscard]] domain::Tick tick(Clock& clock);
[[nodiscard]] Result<std::string> hash_of_pin(const std::string& pin);

/// `count` keeps the wrong tries: the try is in the file before it is answered, so that pulling the plug wins
/// nobody a guess. While the wait lasts, the right PIN is refused, too.
[[nodiscard]] Result<PinVerdict> judge_pin(const KnownPin& known, const std::string& pin,
                                           const domain::Tick& now,
                                           const std::function<Done(const domain::WrongPins&)>& count);

}  // namespace aftercare::work
