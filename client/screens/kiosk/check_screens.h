#pragma once

#include "client/screens/kiosk/kiosk_frame.h"

/// Check my product: which one, and what is promised for it.
namespace aftercare::screens {

struct CheckView {
  std::string* serial = nullptr;  // half typed
};
[[nodiscard]] KioskWish draw_check(const Stage& stage, const KioskFrameView& frame, const CheckView& view);

struct UnitView {
  const shown::FoundUnit* found = nullptr;  // none while it is looked for
  std::string code;                         // as it was typed
};
[[nodiscard]] KioskWish draw_unit(const Stage& stage, const KioskFrameView& frame, const UnitView& view);

}  // namespace aftercare::screens
