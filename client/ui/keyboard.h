#pragma once

/// The on-screen keyboard: shown while a field that a finger chose is typed in. Layouts are data
/// (assets/keyboards). Glass calls these; screens know nothing of it.
namespace aftercare::ui {

/// Before the screens: moves everything up so far that the field stays in sight.
void begin_keyboard();
/// After the screens, over them. What is typed reaches the field in the next frame.
void draw_keyboard();
/// How far the screens are moved up in this frame.
[[nodiscard]] float keyboard_pan();

}  // namespace aftercare::ui
