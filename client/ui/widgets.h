#pragma once

#include "client/ui/canvas.h"
#include "client/ui/touch.h"

#include <string>
#include <string_view>

/// The handful of things that every screen is made of.
namespace aftercare::ui {

enum class ButtonKind {
  Primary,   // the one action of the screen
  Outlined,  // everything else
  Quiet,     // only words
  Danger,    // outlined; says what it will do
};
struct ButtonStyle {
  ButtonKind kind = ButtonKind::Outlined;
  Icon icon = Icon::None;
  bool is_icon_behind = false;
  bool is_enabled = true;
  bool is_large = false;  // the words in the heading's size
};
[[nodiscard]] bool button(std::string_view key, const Rect& rect, std::string_view label,
                          const ButtonStyle& style = {});
/// As wide as its words need.
[[nodiscard]] float button_width(std::string_view label, const ButtonStyle& style = {});
/// Without words, for back, call and navigate only.
[[nodiscard]] bool icon_button(std::string_view key, const Rect& rect, Icon icon, bool is_outlined = true);

enum class Tone { Quiet, Accent, Done, Waiting, Danger };
[[nodiscard]] float chip_width(std::string_view label, Icon icon = Icon::None);
[[nodiscard]] float chip_height();
/// A small state in words, in its tone; at the left of the rectangle, or at its right.
Rect chip(const Rect& rect, std::string_view label, Icon icon, Tone tone, Align align = Align::Left);
/// A chip that can be tapped; as high as a target must be, drawn smaller.
[[nodiscard]] bool chip_button(std::string_view key, const Rect& rect, std::string_view label, Icon icon,
                               bool is_chosen);

/// One of several answers. `is_small`: another label of its grid needs the smaller face, so all take it.
[[nodiscard]] bool choice(std::string_view key, const Rect& rect, std::string_view label, bool is_chosen,
                          bool is_small = false);
/// Whether a label so wide a button needs the smaller face, chosen or not.
[[nodiscard]] bool is_small_choice(std::string_view label, float width);
/// Lays buttons of these labels in rows, each at least `width_min` wide; returns the height they take.
struct ChoiceGrid {
  ChoiceGrid(const Rect& rect, float width_min, std::size_t count, float gap);
  [[nodiscard]] Rect at(std::size_t index) const;
  [[nodiscard]] float height() const;
  Rect rect;
  float gap = 0, width = 0;
  std::size_t column_count = 1, count = 0;
};

struct RowStyle {
  std::string_view subtitle = {};
  std::string_view aside = {};  // at the right
  Icon icon = Icon::None;
  Role icon_role = Role::Soft;
  bool is_chosen = false;
  bool has_chevron = false;
  bool is_bold = false;
};
/// A line of a list that can be tapped along its whole width.
[[nodiscard]] bool list_row(std::string_view key, const Rect& rect, std::string_view title,
                            const RowStyle& style = {});

void progress_bar(const Rect& rect, float share);
/// A small heading over a group.
void group_label(const Rect& rect, std::string_view words);

/// Something that has to be said, in its tone, as high as its words need.
[[nodiscard]] float banner_height(std::string_view words, float width);
void banner(const Rect& rect, std::string_view words, Icon icon, Tone tone);

/// What a list shows when it has nothing: an icon, a sentence, perhaps what to do.
void empty_state(const Rect& rect, Icon icon, std::string_view title, std::string_view hint = {});

/// A small turning mark, while something is on its way; none when motion is not wanted.
void spinner(const Rect& rect);

[[nodiscard]] Role ink_of(Tone tone);
[[nodiscard]] Role ground_of(Tone tone);

/// The squares of a QR code, black on white in every theme, with its quiet zone.
void qr(const Rect& rect, std::string_view words);

}  // namespace aftercare::ui
