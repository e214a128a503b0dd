#include "client/screens/kiosk/kiosk_parts.h"

#include <algorithm>
#include <array>

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr std::int64_t kMinuteMs = 60'000;

bool fits(std::string_view words, Face face, float width, float height) {
  for (std::string_view rest = words; !rest.empty();) {
    const auto end = rest.find(' ');
    if (ui::text_width(rest.substr(0, end), face) > width) return false;
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  return ui::text_height(words, face, width) <= height + 0.5f;
}

/// Of the faces of buttons, from `largest` on, the first that holds the label.
Face label_face(std::string_view label, float width, float height, Face largest) {
  constexpr std::array kFaces{Face::Title, Face::Heading, Face::BodyBold, Face::SmallBold};
  const auto* face = std::ranges::find(kFaces, largest);
  while (face + 1 < kFaces.end() && !fits(label, *face, width, height)) ++face;
  return *face;
}

Rect words_of(const Rect& button) { return button.inset(button.w < dp(240) ? dp(14) : dp(24), dp(8)); }

struct ButtonLook {
  Role ground, line, words, mark;
};
ButtonLook look_of(bool is_primary, bool is_pressed, bool is_enabled) {
  if (!is_enabled) return {Role::Press, Role::Press, Role::Soft, Role::Soft};
  if (is_primary) return {Role::Accent, Role::Accent, Role::OnAccent, Role::OnAccent};
  if (is_pressed) return {Role::AccentSoft, Role::Accent, Role::Accent, Role::Accent};
  return {Role::Card, Role::Line, Role::Ink, Role::Accent};
}

void draw_ground(const Rect& rect, const ButtonLook& look, bool is_pressed) {
  ui::fill(rect, look.ground, dp(12));
  ui::outline(rect, look.line, dp(12));
  if (is_pressed) ui::outline(rect.inset(dp(3)), look.words, dp(10), dp(2));
}

/// By the clock of nobody: opening hours are said as they are written.
std::string time_words(const language::Formatter& in, int minutes) {
  return in.time({from_ms(minutes * kMinuteMs), "UTC"});
}

std::string day_words(const language::Formatter& in, int day) {
  constexpr std::array kDays{"kiosk.day.mon", "kiosk.day.tue", "kiosk.day.wed", "kiosk.day.thu",
                             "kiosk.day.fri", "kiosk.day.sat", "kiosk.day.sun"};
  return in.tr(kDays[static_cast<std::size_t>(day)]);
}

}  // namespace

void keep(KioskWish& wish, KioskWish tapped) {
  const bool is_edit = wish && (std::holds_alternative<kiosk_intent::EditSerial>(*wish) ||
                                std::holds_alternative<kiosk_intent::EditComment>(*wish));
  if (!tapped || is_edit) return;
  wish = std::move(tapped);
}

float kiosk_button_height() { return dp(92); }

float kiosk_margin() { return ui::glass().bounds().w < dp(640) ? dp(24) : dp(48); }

Face fitting_face(std::string_view words, float width, float height, std::initializer_list<Face> faces) {
  for (const auto face : faces) {
    if (fits(words, face, width, height)) return face;
  }
  return *(faces.end() - 1);
}

bool kiosk_button(std::string_view key, const Rect& rect, std::string_view label, const KioskButton& style) {
  const auto touched = ui::touch(key, rect, style.is_enabled);
  const auto look = look_of(style.is_primary, touched.is_pressed, style.is_enabled);
  draw_ground(rect, look, touched.is_pressed);
  auto inner = words_of(rect);
  const float mark = style.icon == Icon::None ? 0 : dp(34);
  const float room = inner.w - (mark > 0 ? mark + dp(16) : 0);
  const auto face = label_face(label, room, inner.h, style.face);
  if (style.is_centred) {
    const float words = std::min(room, ui::text_width(label, face));
    inner = inner.centred(words + (mark > 0 ? mark + dp(16) : 0), inner.h);
  }
  if (mark > 0) ui::icon(inner.cut_left(mark, dp(16)), style.icon, look.mark);
  ui::text_in_middle(inner, label,
                     {.face = face,
                      .role = look.words,
                      .align = style.is_centred && mark == 0 ? ui::Align::Centre : ui::Align::Left,
                      .fit = ui::Fit::Wrap});
  return touched.is_tapped;
}

DoorForm door_form(const Rect& rect, std::string_view label, DoorForm at_most) {
  if (at_most.is_upright && rect.h >= dp(150)) {
    const float width = rect.w - 2 * dp(24);
    const float room = rect.h - 2 * dp(24) - dp(52) - dp(8);
    const auto face = label_face(label, width, room, at_most.face);
    if (fits(label, face, width, room)) return {true, face};
  }
  const auto words = words_of(rect);
  return {false, label_face(label, words.w - dp(50), words.h, at_most.face)};
}

bool kiosk_door(std::string_view key, const Rect& rect, std::string_view label, const KioskButton& style,
                bool is_upright) {
  if (!is_upright) return kiosk_button(key, rect, label, style);
  const auto touched = ui::touch(key, rect);
  const auto look = look_of(style.is_primary, touched.is_pressed, true);
  draw_ground(rect, look, touched.is_pressed);
  auto inner = rect.inset(dp(24));
  ui::icon({inner.x, inner.y, dp(52), dp(52)}, style.icon, look.mark, Face::IconLarge);
  const float height = ui::text_height(label, style.face, inner.w);
  (void)ui::text(inner.cut_bottom(height), label,
                 {.face = style.face, .role = look.words, .fit = ui::Fit::Wrap});
  return touched.is_tapped;
}

float kiosk_title_height(std::string_view words, float width) {
  const auto face = fitting_face(words, width, dp(58) * 2, {Face::Display, Face::Page, Face::Title});
  return ui::text_height(words, face, width);
}

float draw_kiosk_title(const Rect& rect, std::string_view words, Role role) {
  const auto face = fitting_face(words, rect.w, dp(58) * 2, {Face::Display, Face::Page, Face::Title});
  return ui::text(rect, words, {.face = face, .role = role, .fit = ui::Fit::Wrap});
}

std::vector<std::string> hours_words(const language::Formatter& in, const domain::OpeningHours& hours) {
  std::vector<std::string> rows;
  for (const auto& row : domain::rows_of(hours)) {
    if (row.spans.empty()) continue;
    auto words = day_words(in, row.first_day);
    if (row.last_day != row.first_day) words += "–" + day_words(in, row.last_day);
    const char* before = " ";
    for (const auto& span : row.spans) {
      words += before + time_words(in, span.from) + "–" + time_words(in, span.to % (24 * 60));
      before = ", ";
    }
    rows.push_back(std::move(words));
  }
  return rows;
}

}  // namespace aftercare::screens
