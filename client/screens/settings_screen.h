#pragma once

#include "client/screens/frame.h"

namespace aftercare::screens {

/// How the tablet looks and speaks for the one who holds it, and what it is.
struct SettingsView {
  std::string language;
  shown::ThemeChoice theme = shown::ThemeChoice::System;
  int text_percent = 100;
  bool has_gloves = false, has_motion = true;
  shown::DeviceFacts device;
  std::string technician_name;
};
[[nodiscard]] Wish draw_settings(Stage stage, const SettingsView& view, const FrameView& frame);

}  // namespace aftercare::screens
