#pragma once

#include "client/app/kiosk_state.h"

#include <string>
#include <vector>

namespace aftercare::test {

/// A state of the kiosk as a picture or a design test wants it: every page, with plain, long and missing
/// contents. They take place at `sample_now()`.
struct KioskSample {
  std::string name;  // "kiosk.home", "kiosk.unit.covered"
  app::KioskState state;
};
[[nodiscard]] std::vector<KioskSample> kiosk_samples(const std::string& language);

}  // namespace aftercare::test
