#pragma once

#include "client/ui/glass.h"

#include <string_view>

/// What everything is drawn with: flat rounded rectangles, lines, texts, icons, pictures.
namespace aftercare::ui {

enum class Align { Left, Centre, Right };
enum class Fit {
  Cut,    // one line, an ellipsis at the end: for names of unknown length
  Wrap,   // as many lines as it needs; the height is returned
  Label,  // one line, or two smaller ones; must fit: a design test looks
};

void fill(const Rect& rect, Role role, float radius = 0);
void outline(const Rect& rect, Role role, float radius = 0, float width = 0);  // width 0: the theme's line
/// A card: ground, outline, radius 12.
void card(const Rect& rect, Role ground = Role::Card, Role line = Role::Line);
void hairline(float x, float y, float width);  // across
void hairline_down(float x, float y, float height);
void stroke(const float* xy, std::size_t point_count, Role role, float width);  // x, y, x, y …
void icon(const Rect& rect, Icon icon, Role role, Face face = Face::Icon);      // in its middle

struct TextStyle {
  Face face = Face::Body;
  Role role = Role::Ink;
  Align align = Align::Left;
  Fit fit = Fit::Cut;
  std::size_t lines_max = 0;  // of Wrap; 0: all
};
/// Draws it at the top of the rectangle; one line stands in its line height. Returns the height used.
float text(const Rect& rect, std::string_view words, const TextStyle& style = {});
/// The same, in the middle of the rectangle's height.
void text_in_middle(const Rect& rect, std::string_view words, const TextStyle& style = {});
[[nodiscard]] float text_width(std::string_view words, Face face);
/// How wide Fit::Label draws it where there is so much room: less, where it takes two smaller lines.
[[nodiscard]] float label_width(std::string_view words, Face face, float room);
/// The height that Wrap would take in that width.
[[nodiscard]] float text_height(std::string_view words, Face face, float width, std::size_t lines_max = 0);
[[nodiscard]] float line_height(Face face);

/// A picture that the shell made a texture of; `key` names it (a photo's hash). Draws a quiet ground with an
/// icon until it is there. Kept within the rectangle, its shape kept; `is_filling` crops instead.
struct PictureSource {
  std::uint64_t texture = 0;  // 0: not there yet
  int width_px = 0, height_px = 0;
};
void picture(const Rect& rect, const PictureSource& source, bool is_filling = false);

/// Everything until the end is clipped to the rectangle.
class Clip {
 public:
  explicit Clip(const Rect& rect);
  ~Clip();
  Clip(const Clip&) = delete;
  Clip& operator=(const Clip&) = delete;
};

}  // namespace aftercare::ui
