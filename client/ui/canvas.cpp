#include "client/ui/canvas.h"

#include "client/ui/state.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace aftercare::ui {
namespace {

ImVec2 top_left(const Rect& rect) { return {rect.x, rect.y}; }
ImVec2 bottom_right(const Rect& rect) { return {rect.right(), rect.bottom()}; }

Rect clip_now() {
  const auto min = brush().GetClipRectMin();
  const auto max = brush().GetClipRectMax();
  return {min.x, min.y, max.x - min.x, max.y - min.y};
}

/// On whole pixels: parts that meet leave no seam.
Rect snapped(const Rect& rect) {
  const float left = std::round(rect.x), top = std::round(rect.y);
  return {left, top, std::round(rect.right()) - left, std::round(rect.bottom()) - top};
}

void note_ground(const Rect& rect, Role role) {
  if (!glass().is_recording()) return;
  state().grounds.push_back({rect.intersection(clip_now()), glass().theme().of(role)});
}

Colour ground_at(float x, float y) {
  const auto& grounds = state().grounds;
  for (auto ground = grounds.rbegin(); ground != grounds.rend(); ++ground) {
    if (ground->rect.contains(x, y)) return ground->colour;
  }
  return glass().theme().of(Role::Surface);
}

const char* start_of(std::string_view words) { return words.data(); }
const char* end_of(std::string_view words) { return words.data() + words.size(); }

void want(std::string_view words, Face face) { (void)glass().fonts().want(words, face); }

float width_of(std::string_view words, ImFont& font) {
  if (words.empty()) return 0;  // Dear ImGui takes a null end for "up to the terminating zero"
  return font.CalcTextSizeA(font.FontSize, 1e9f, 0, start_of(words), end_of(words)).x;
}

/// Where the next line ends, and where the one after it begins.
struct Line {
  std::string_view words;
  std::string_view rest;
};

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80; }

/// Breaks at blanks, not at the ones that must not break; a word that is wider than the line is broken
/// anywhere.
Line next_line(std::string_view words, ImFont& font, float width) {
  float x = 0;
  std::size_t last_break = 0;  // the line could end before this byte
  std::size_t at = 0;
  while (at < words.size()) {
    if (words[at] == '\n') return {words.substr(0, at), words.substr(at + 1)};
    std::size_t next = at + 1;
    while (next < words.size() && is_continuation(words[next])) ++next;
    if (words[at] == ' ') last_break = at;
    x += width_of(words.substr(at, next - at), font);
    if (x > width + 0.5f && words[at] != ' ' && at > 0) {
      if (last_break > 0) return {words.substr(0, last_break), words.substr(last_break + 1)};
      return {words.substr(0, at), words.substr(at)};
    }
    at = next;
  }
  return {words, {}};
}

std::string cut_to(std::string_view words, ImFont& font, float width) {
  constexpr std::string_view kEllipsis = "…";
  const float room = width - width_of(kEllipsis, font);
  std::size_t end = 0;
  float x = 0;
  for (std::size_t at = 0; at < words.size();) {
    std::size_t next = at + 1;
    while (next < words.size() && is_continuation(words[next])) ++next;
    x += width_of(words.substr(at, next - at), font);
    if (x > room) break;
    end = at = next;
  }
  while (end > 0 && words[end - 1] == ' ') --end;
  return std::string(words.substr(0, end)).append(kEllipsis);
}

void draw_line(float x, float y, std::string_view words, const TextStyle& style, bool is_cut) {
  auto& font = *glass().fonts().of(style.face);
  const float height = line_height(style.face);
  const ImVec2 at{std::round(x), std::round(y + (height - font.FontSize) / 2)};
  brush().AddText(&font, font.FontSize, at, ink(style.role), start_of(words), end_of(words));
  if (!glass().is_recording() || words.empty()) return;
  DrawnText drawn;
  drawn.text = std::string(words);
  drawn.rect = {at.x, y, width_of(words, font), height};
  drawn.visible = drawn.rect.intersection(clip_now());
  drawn.ink = glass().theme().of(style.role);
  drawn.ground = ground_at(drawn.rect.middle_x(), drawn.rect.middle_y());
  drawn.face = style.face;
  drawn.is_cut = is_cut;
  drawn.may_cut = style.fit == Fit::Cut;
  glass().note_text(std::move(drawn));
}

float aligned(const Rect& rect, float width, Align align) {
  if (align == Align::Centre) return rect.x + (rect.w - width) / 2;
  if (align == Align::Right) return rect.right() - width;
  return rect.x;
}

float draw_wrapped(const Rect& rect, std::string_view words, const TextStyle& style) {
  auto& font = *glass().fonts().of(style.face);
  const float height = line_height(style.face);
  float y = rect.y;
  std::size_t count = 0;
  while (!words.empty()) {
    ++count;
    const auto line = next_line(words, font, rect.w);
    if (style.lines_max > 0 && count == style.lines_max && !line.rest.empty()) {
      const auto cut = cut_to(words.substr(0, words.find('\n')), font, rect.w);
      draw_line(aligned(rect, width_of(cut, font), style.align), y, cut, style, true);
      return y + height - rect.y;
    }
    draw_line(aligned(rect, width_of(line.words, font), style.align), y, line.words, style, false);
    words = line.rest;
    y += height;
  }
  return y - rect.y;
}

/// What a label is written in where the wished face is too wide for it.
Face smaller(Face face) {
  if (face == Face::Small || face == Face::SmallBold) return Face::Tiny;
  if (face == Face::Display) return Face::Page;
  return face == Face::Body ? Face::Small : Face::SmallBold;
}

/// Two lines of the smaller face where one does not hold it: a label is never cut by itself.
void draw_label(const Rect& rect, std::string_view words, TextStyle style) {
  auto& font = *glass().fonts().of(style.face);
  if (width_of(words, font) <= rect.w + 0.5f) {
    draw_line(aligned(rect, width_of(words, font), style.align),
              rect.y + (rect.h - line_height(style.face)) / 2, words, style, false);
    return;
  }
  style.face = smaller(style.face);
  auto& small = *glass().fonts().of(style.face);
  const float height = line_height(style.face);
  const auto lines_max = std::max<std::size_t>(1, static_cast<std::size_t>((rect.h + 4) / height));
  std::vector<std::string_view> lines;
  auto rest = words;
  while (!rest.empty() && lines.size() < lines_max) {
    const auto line = next_line(rest, small, rect.w);
    lines.push_back(line.words);
    rest = line.rest;
  }
  float y = rect.y + (rect.h - height * static_cast<float>(lines.size())) / 2;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool is_last = i + 1 == lines.size();
    const auto shown = is_last && !rest.empty() ? cut_to(std::string(lines[i]) + " …", small, rect.w)
                                                : std::string(lines[i]);
    draw_line(aligned(rect, width_of(shown, small), style.align), y, shown, style, is_last && !rest.empty());
    y += height;
  }
}

/// As long as they are not in the atlas: many small triangles, each with each frame.
void draw_corners_by_hand(const Rect& rect, float r, int line, ImU32 colour) {
  constexpr float kQuarter = std::numbers::pi_v<float> / 2;
  auto& draw = brush();
  const auto at = [&](float x, float y, float from) {
    const float width = static_cast<float>(line);
    if (line == 0) draw.PathLineTo({x, y});
    draw.PathArcTo({x, y}, line == 0 ? r : r - width / 2, from, from + kQuarter);
    if (line == 0) draw.PathFillConvex(colour);
    if (line != 0) draw.PathStroke(colour, ImDrawFlags_None, width);
  };
  at(rect.x + r, rect.y + r, 2 * kQuarter);
  at(rect.right() - r, rect.y + r, 3 * kQuarter);
  at(rect.right() - r, rect.bottom() - r, 0);
  at(rect.x + r, rect.bottom() - r, kQuarter);
}

void draw_corners(const Rect& rect, float r, int line, ImU32 colour) {
  const auto* corner = glass().fonts().corner(static_cast<int>(r), line);
  if (corner == nullptr) {
    draw_corners_by_hand(rect, r, line, colour);
    draw_again_in_ms(0);
    return;
  }
  auto& draw = brush();
  const auto texture = ImGui::GetIO().Fonts->TexID;
  const auto at = [&](float x, float y, bool is_right, bool is_bottom) {
    const float u0 = is_right ? corner->u1 : corner->u0, u1 = is_right ? corner->u0 : corner->u1;
    const float v0 = is_bottom ? corner->v1 : corner->v0, v1 = is_bottom ? corner->v0 : corner->v1;
    draw.AddImage(texture, {x, y}, {x + r, y + r}, {u0, v0}, {u1, v1}, colour);
  };
  at(rect.x, rect.y, false, false);
  at(rect.right() - r, rect.y, true, false);
  at(rect.right() - r, rect.bottom() - r, true, true);
  at(rect.x, rect.bottom() - r, false, true);
}

}  // namespace

ImU32 ink(Role role) {
  const auto colour = glass().theme().of(role);
  return IM_COL32(colour.r, colour.g, colour.b, 255);
}

ImDrawList& brush() { return *ImGui::GetWindowDrawList(); }

void fill(const Rect& whole, Role role, float radius) {
  const auto rect = snapped(whole);
  if (rect.is_empty()) return;
  note_ground(rect, role);
  const auto colour = ink(role);
  radius = std::min(radius, std::min(rect.w, rect.h) / 2);
  if (radius < 1) {
    brush().AddRectFilled(top_left(rect), bottom_right(rect), colour);
    return;
  }
  // Three rectangles and four corners of the atlas: the software renderer fills and copies ten times faster
  // than it draws polygons.
  const float r = std::ceil(radius);
  auto& draw = brush();
  draw.AddRectFilled({rect.x + r, rect.y}, {rect.right() - r, rect.bottom()}, colour);
  draw.AddRectFilled({rect.x, rect.y + r}, {rect.x + r, rect.bottom() - r}, colour);
  draw.AddRectFilled({rect.right() - r, rect.y + r}, {rect.right(), rect.bottom() - r}, colour);
  draw_corners(rect, r, 0, colour);
}

void outline(const Rect& whole, Role role, float radius, float width) {
  const auto rect = snapped(whole);
  if (rect.is_empty()) return;
  const float line =
      width > 0 ? std::round(width) : std::max(1.0f, std::round(glass().theme().line_px * glass().scale()));
  auto& draw = brush();
  const auto colour = ink(role);
  const float r = std::ceil(std::min(radius, std::min(rect.w, rect.h) / 2));
  draw.AddRectFilled({rect.x + r, rect.y}, {rect.right() - r, rect.y + line}, colour);
  draw.AddRectFilled({rect.x + r, rect.bottom() - line}, {rect.right() - r, rect.bottom()}, colour);
  draw.AddRectFilled({rect.x, rect.y + r}, {rect.x + line, rect.bottom() - r}, colour);
  draw.AddRectFilled({rect.right() - line, rect.y + r}, {rect.right(), rect.bottom() - r}, colour);
  if (r < 1) return;
  draw_corners(rect, r, static_cast<int>(line), colour);
}

void card(const Rect& rect, Role ground, Role line) {
  fill(rect, ground, dp(12));
  outline(rect, line, dp(12));
}

void hairline(float x, float y, float width) {
  const float line = std::max(1.0f, std::round(glass().theme().line_px));
  brush().AddRectFilled({x, std::round(y)}, {x + width, std::round(y) + line}, ink(Role::Line));
}

void hairline_down(float x, float y, float height) {
  const float line = std::max(1.0f, std::round(glass().theme().line_px));
  brush().AddRectFilled({std::round(x), y}, {std::round(x) + line, y + height}, ink(Role::Line));
}

void stroke(const float* xy, std::size_t point_count, Role role, float width) {
  auto& draw = brush();
  const auto colour = ink(role);
  if (point_count == 1) {
    draw.AddCircleFilled({xy[0], xy[1]}, width / 2, colour);
    return;
  }
  const auto flags = draw.Flags;
  draw.Flags |= ImDrawListFlags_AntiAliasedLines;
  for (std::size_t i = 0; i < point_count; ++i) draw.PathLineTo({xy[2 * i], xy[2 * i + 1]});
  draw.PathStroke(colour, ImDrawFlags_None, width);
  draw.AddCircleFilled({xy[0], xy[1]}, width / 2, colour);
  draw.AddCircleFilled({xy[2 * point_count - 2], xy[2 * point_count - 1]}, width / 2, colour);
  draw.Flags = flags;
}

void icon(const Rect& rect, Icon icon, Role role, Face face) {
  if (icon == Icon::None) return;
  auto& font = *glass().fonts().of(face);
  const auto* glyph = font.FindGlyph(static_cast<ImWchar>(icon));
  if (glyph == nullptr) return;
  const float width = glyph->X1 - glyph->X0;
  const float height = glyph->Y1 - glyph->Y0;
  const float x = std::round(rect.middle_x() - width / 2 - glyph->X0);
  const float y = std::round(rect.middle_y() - height / 2 - glyph->Y0);
  font.RenderChar(&brush(), font.FontSize, {x, y}, ink(role), static_cast<ImWchar>(icon));
}

float line_height(Face face) { return glass().fonts().line_height(face); }

float text_width(std::string_view words, Face face) {
  want(words, face);
  return std::ceil(width_of(words, *glass().fonts().of(face)));
}

float label_width(std::string_view words, Face face, float room) {
  const float width = text_width(words, face);
  if (width <= room + 0.5f) return width;
  auto& small = *glass().fonts().of(smaller(face));
  float widest = 0;
  while (!words.empty()) {
    const auto line = next_line(words, small, room);
    widest = std::max(widest, width_of(line.words, small));
    words = line.rest;
  }
  return std::min(room, std::ceil(widest));
}

float text_height(std::string_view words, Face face, float width, std::size_t lines_max) {
  want(words, face);
  auto& font = *glass().fonts().of(face);
  std::size_t count = 0;
  while (!words.empty() && (lines_max == 0 || count < lines_max)) {
    words = next_line(words, font, width).rest;
    ++count;
  }
  return line_height(face) * static_cast<float>(count);
}

float text(const Rect& rect, std::string_view words, const TextStyle& style) {
  if (words.empty() || rect.w <= 0) return 0;
  want(words, style.face);
  auto& font = *glass().fonts().of(style.face);
  switch (style.fit) {
    case Fit::Wrap: return draw_wrapped(rect, words, style);
    case Fit::Label: draw_label(rect, words, style); return rect.h;
    case Fit::Cut: break;
  }
  const float width = width_of(words, font);
  if (width <= rect.w + 0.5f) {
    draw_line(aligned(rect, width, style.align), rect.y, words, style, false);
  } else {
    const auto cut = cut_to(words, font, rect.w);
    draw_line(aligned(rect, width_of(cut, font), style.align), rect.y, cut, style, true);
  }
  return line_height(style.face);
}

void text_in_middle(const Rect& rect, std::string_view words, const TextStyle& style) {
  if (style.fit == Fit::Label) {
    (void)text(rect, words, style);
    return;
  }
  const float height = style.fit == Fit::Wrap ? text_height(words, style.face, rect.w, style.lines_max)
                                              : line_height(style.face);
  (void)text({rect.x, rect.y + (rect.h - height) / 2, rect.w, height}, words, style);
}

void picture(const Rect& rect, const PictureSource& source, bool is_filling) {
  if (source.texture == 0 || source.width_px <= 0 || source.height_px <= 0) {
    fill(rect, Role::Press, dp(10));
    icon(rect, Icon::Photo, Role::Soft);
    return;
  }
  const float wide = static_cast<float>(source.width_px);
  const float high = static_cast<float>(source.height_px);
  const auto texture = reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(source.texture));
  if (is_filling) {
    const float factor = std::max(rect.w / wide, rect.h / high);
    const float u = rect.w / (wide * factor) / 2;
    const float v = rect.h / (high * factor) / 2;
    brush().AddImage(texture, top_left(rect), bottom_right(rect), {0.5f - u, 0.5f - v}, {0.5f + u, 0.5f + v});
    return;
  }
  const float factor = std::min(rect.w / wide, rect.h / high);
  const auto shown = rect.centred(std::round(wide * factor), std::round(high * factor));
  brush().AddImage(texture, top_left(shown), bottom_right(shown));
}

Clip::Clip(const Rect& rect) { ImGui::PushClipRect(top_left(rect), bottom_right(rect), true); }
Clip::~Clip() { ImGui::PopClipRect(); }

}  // namespace aftercare::ui
