#pragma once

#include "client/screens/settings_screen.h"
#include "client/ui/scroll.h"

/// What the tablet is, and what a thief could read of it: the half of the settings that nobody sets.
namespace aftercare::screens {

[[nodiscard]] Wish draw_about(const Stage& stage, ui::Scroll& scroll, const SettingsView& view);

}  // namespace aftercare::screens
