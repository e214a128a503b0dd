#pragma once

#include "client/shown/intent.h"
#include "client/ui/theme.h"

namespace aftercare::screens {

/// The colours of what somebody chose.
[[nodiscard]] inline const ui::Theme& theme_of(shown::ThemeChoice choice) {
  switch (choice) {
    case shown::ThemeChoice::Dark: return ui::dark_theme();
    case shown::ThemeChoice::Contrast: return ui::contrast_theme();
    case shown::ThemeChoice::System:
    case shown::ThemeChoice::Light: break;
  }
  return ui::light_theme();
}

}  // namespace aftercare::screens
