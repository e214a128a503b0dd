#pragma once

#include "client/screens/stage.h"
#include "client/shown/kiosk_intent.h"
#include "client/ui/widgets.h"

/// What the pages of a kiosk are made of: large, few, and always in the same place.
namespace aftercare::screens {

using KioskWish = std::optional<kiosk_intent::Any>;

/// That a text was edited goes before a tap in the same frame, as `keep` of stage.h says.
void keep(KioskWish& wish, KioskWish tapped);

[[nodiscard]] float kiosk_button_height();  // 92, look.md
[[nodiscard]] float kiosk_margin();

/// The largest of these faces in which every word fits the width and all of them the height.
[[nodiscard]] ui::Face fitting_face(std::string_view words, float width, float height,
                                    std::initializer_list<ui::Face> faces);

struct KioskButton {
  ui::Icon icon = ui::Icon::None;
  bool is_primary = false;
  bool is_enabled = true;
  bool is_centred = false;
  ui::Face face = ui::Face::Title;  // the largest that it may be written in
};
/// A wide button with its icon at the left, as high as its rectangle.
[[nodiscard]] bool kiosk_button(std::string_view key, const ui::Rect& rect, std::string_view label,
                                const KioskButton& style = {});
/// A door of the home page: its icon above its words, or beside them where that is too high. Doors beside
/// each other look alike, so all are asked first.
struct DoorForm {
  bool is_upright = true;
  ui::Face face = ui::Face::Title;
};
[[nodiscard]] DoorForm door_form(const ui::Rect& rect, std::string_view label, DoorForm at_most);
[[nodiscard]] bool kiosk_door(std::string_view key, const ui::Rect& rect, std::string_view label,
                              const KioskButton& style, bool is_upright);

/// The sentence a page begins with, in the largest face that fits; returns the height it took.
float draw_kiosk_title(const ui::Rect& rect, std::string_view words, ui::Role role = ui::Role::Ink);
[[nodiscard]] float kiosk_title_height(std::string_view words, float width);

/// "Mon–Fri 8:00–17:00", one for each row of days that are alike and open.
[[nodiscard]] std::vector<std::string> hours_words(const language::Formatter& in,
                                                   const domain::OpeningHours& hours);

}  // namespace aftercare::screens
