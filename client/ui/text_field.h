#pragma once

#include "client/ui/glass.h"
#include "client/ui/rect.h"

#include <string>
#include <string_view>

namespace aftercare::ui {

/// Which on-screen keyboard a field asks for.
/// `Code`: letters and digits as printed on products, in any language.
enum class Pad { Text, Number, Date, Phone, Code };

struct FieldStyle {
  std::string_view placeholder = {};
  std::string_view unit = {};  // shown behind the value
  Pad pad = Pad::Text;
  bool has_lines = false;  // several lines, broken at blanks
  bool is_wrong = false;   // outlined as danger
  Icon icon = Icon::None;  // before the text
  std::size_t character_max = 4000;
};

/// What happened to a field in this frame.
struct Edit {
  bool is_changed = false;  // the text is another one now
  bool is_left = false;     // somebody is done with it: it was left or Enter was pressed
  bool is_entered = false;  // Enter was pressed
};

/// A field to type into. The text stays the caller's. Nothing of it is remembered once the field is left,
/// so that the next person finds nothing to undo.
Edit text_field(std::string_view key, const Rect& rect, std::string& words, const FieldStyle& style = {});

/// The height of a field of several lines for its text.
[[nodiscard]] float field_height(std::string_view words, float width, std::size_t lines_min,
                                 std::size_t lines_max);

/// The next frame types into that field, as if it had been tapped.
void focus_field(std::string_view key);
void leave_fields();
[[nodiscard]] bool is_typing_in(std::string_view key);

[[nodiscard]] Pad focused_pad();

void end_fields();  // Glass's own

}  // namespace aftercare::ui
