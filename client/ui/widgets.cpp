#include "client/ui/widgets.h"

#include "client/ui/qr.h"
#include "client/ui/state.h"

#include <cmath>

namespace aftercare::ui {
namespace {

struct ButtonLook {
  Role ground, line, words;
};

ButtonLook look_of(const ButtonStyle& style, bool is_pressed) {
  if (!style.is_enabled)
    return {Role::Press, glass().theme().line_px > 1 ? Role::Line : Role::Press, Role::Soft};
  switch (style.kind) {
    case ButtonKind::Primary:
      if (is_pressed) return {Role::AccentSoft, Role::Accent, Role::Accent};
      return {Role::Accent, Role::Accent, Role::OnAccent};
    case ButtonKind::Quiet: return {is_pressed ? Role::Press : Role::Surface, Role::Surface, Role::Accent};
    case ButtonKind::Danger: return {is_pressed ? Role::DangerSoft : Role::Card, Role::Danger, Role::Danger};
    case ButtonKind::Outlined: break;
  }
  return {is_pressed ? Role::Press : Role::Card, Role::Line, Role::Ink};
}

Face face_of(const ButtonStyle& style) { return style.is_large ? Face::Heading : Face::BodyBold; }

}  // namespace

bool button(std::string_view key, const Rect& rect, std::string_view label, const ButtonStyle& style) {
  const auto touched = touch(key, rect, style.is_enabled);
  const auto look = look_of(style, touched.is_pressed);
  if (style.kind != ButtonKind::Quiet || touched.is_pressed) {
    fill(rect, look.ground, dp(10));
    if (look.line != look.ground || glass().theme().line_px > 1) outline(rect, look.line, dp(10));
  }
  auto inner = rect.inset(dp(12), 0);
  if (style.icon == Icon::None) {
    text_in_middle(inner, label,
                   {.face = face_of(style), .role = look.words, .align = Align::Centre, .fit = Fit::Label});
    return touched.is_tapped;
  }
  const float icon_width = dp(26), gap = dp(10);
  const float words = label_width(label, face_of(style), inner.w - icon_width - gap);
  auto line = inner.centred(words + icon_width + gap, inner.h);
  const auto mark = style.is_icon_behind ? line.cut_right(icon_width, gap) : line.cut_left(icon_width, gap);
  icon(mark, style.icon, look.words);
  text_in_middle(line, label,
                 {.face = face_of(style), .role = look.words, .align = Align::Centre, .fit = Fit::Label});
  return touched.is_tapped;
}

float button_width(std::string_view label, const ButtonStyle& style) {
  return text_width(label, face_of(style)) + dp(40) + (style.icon == Icon::None ? 0 : dp(36));
}

bool icon_button(std::string_view key, const Rect& rect, Icon which, bool is_outlined) {
  const auto touched = touch(key, rect);
  if (is_outlined || touched.is_pressed) fill(rect, touched.is_pressed ? Role::Press : Role::Card, dp(10));
  if (is_outlined) outline(rect, Role::Line, dp(10));
  icon(rect, which, Role::Ink);
  return touched.is_tapped;
}

Role ink_of(Tone tone) {
  switch (tone) {
    case Tone::Quiet: return Role::Soft;
    case Tone::Accent: return Role::Accent;
    case Tone::Done: return Role::Done;
    case Tone::Waiting: return Role::Waiting;
    case Tone::Danger: return Role::Danger;
  }
  return Role::Ink;
}

Role ground_of(Tone tone) {
  switch (tone) {
    case Tone::Quiet: return Role::Press;
    case Tone::Accent: return Role::AccentSoft;
    case Tone::Done: return Role::DoneSoft;
    case Tone::Waiting: return Role::WaitingSoft;
    case Tone::Danger: return Role::DangerSoft;
  }
  return Role::Press;
}

float chip_height() { return dp(32); }

float chip_width(std::string_view label, Icon mark) {
  return text_width(label, Face::SmallBold) + 2 * dp(13) + (mark == Icon::None ? 0 : dp(19)) +
         (mark == Icon::None || label.empty() ? 0 : dp(7));
}

Rect chip(const Rect& rect, std::string_view label, Icon mark, Tone tone, Align align) {
  const float width = std::min(chip_width(label, mark), rect.w);
  const Rect at{align == Align::Right    ? rect.right() - width
                : align == Align::Centre ? rect.middle_x() - width / 2
                                         : rect.x,
                rect.y + (rect.h - chip_height()) / 2, width, chip_height()};
  fill(at, ground_of(tone), chip_height() / 2);
  if (glass().theme().line_px > 1) outline(at, ink_of(tone), chip_height() / 2);
  auto inner = at.inset(dp(13), 0);
  if (mark != Icon::None) icon(inner.cut_left(dp(19), dp(7)), mark, ink_of(tone), Face::IconSmall);
  text_in_middle(inner, label, {.face = Face::SmallBold, .role = ink_of(tone)});
  return at;
}

bool chip_button(std::string_view key, const Rect& rect, std::string_view label, Icon mark, bool is_chosen) {
  const auto touched = touch(key, rect);
  const auto drawn = rect.centred(rect.w, std::min(rect.h, dp(44)));
  const bool is_lit = is_chosen || touched.is_pressed;
  fill(drawn, is_lit ? Role::AccentSoft : Role::Press, drawn.h / 2);
  if (is_chosen || glass().theme().line_px > 1)
    outline(drawn, is_chosen ? Role::Accent : Role::Line, drawn.h / 2, is_chosen ? dp(2) : 0);
  auto inner = drawn.inset(dp(14), 0);
  if (mark != Icon::None)
    icon(inner.cut_left(dp(19), dp(7)), mark, is_lit ? Role::Accent : Role::Soft, Face::IconSmall);
  text_in_middle(inner, label,
                 {.face = Face::SmallBold,
                  .role = is_lit ? Role::Accent : Role::Soft,
                  .align = Align::Centre,
                  .fit = Fit::Label});
  return touched.is_tapped;
}

bool is_small_choice(std::string_view label, float width) {
  return text_width(label, Face::BodyBold) > width - 2 * dp(10) - dp(34) + 0.5f;
}

bool choice(std::string_view key, const Rect& rect, std::string_view label, bool is_chosen, bool is_small) {
  const auto touched = touch(key, rect);
  fill(rect, is_chosen ? Role::AccentSoft : touched.is_pressed ? Role::Press : Role::Card, dp(10));
  outline(rect, is_chosen ? Role::Accent : Role::Line, dp(10), is_chosen ? std::max(2.0f, dp(2)) : 0);
  auto inner = rect.inset(dp(10), 0);
  const float room = inner.w - (is_chosen ? dp(34) : 0);
  // Where the smaller face does not hold it in one line either, the label takes two lines of it by itself.
  const auto face = is_small && text_width(label, Face::SmallBold) <= room ? Face::SmallBold : Face::BodyBold;
  if (is_chosen) {
    const float words = label_width(label, face, room);
    inner = inner.centred(words + dp(34), inner.h);
    icon(inner.cut_left(dp(26), dp(8)), Icon::Check, Role::Accent);
  }
  text_in_middle(inner, label,
                 {.face = face,
                  .role = is_chosen ? Role::Accent : Role::Ink,
                  .align = Align::Centre,
                  .fit = Fit::Label});
  return touched.is_tapped;
}

ChoiceGrid::ChoiceGrid(const Rect& whole, float width_min, std::size_t number, float space)
    : rect(whole), gap(space), count(number) {
  const auto fitting =
      static_cast<std::size_t>(std::max(1.0f, std::floor((whole.w + space) / (width_min + space))));
  column_count = std::max<std::size_t>(1, std::min(fitting, std::max<std::size_t>(number, 1)));
  const auto columns = static_cast<float>(column_count);
  // Few short answers stay short: a button across the whole glass is no easier to hit.
  width = std::min((whole.w - space * (columns - 1)) / columns, std::max(width_min, dp(280)));
}

Rect ChoiceGrid::at(std::size_t index) const {
  const auto column = static_cast<float>(index % column_count);
  const auto row = static_cast<float>(index / column_count);
  return {rect.x + column * (width + gap), rect.y + row * (button_height() + gap), width, button_height()};
}

float ChoiceGrid::height() const {
  const auto rows = static_cast<float>((count + column_count - 1) / column_count);
  return rows * button_height() + std::max(0.0f, rows - 1) * gap;
}

bool list_row(std::string_view key, const Rect& rect, std::string_view title, const RowStyle& style) {
  const auto touched = touch(key, rect);
  if (style.is_chosen || touched.is_pressed)
    fill(rect, style.is_chosen ? Role::AccentSoft : Role::Press, dp(10));
  auto inner = rect.inset(dp(12), 0);
  const auto words = style.is_chosen ? Role::Accent : Role::Ink;
  if (style.icon != Icon::None)
    icon(inner.cut_left(dp(28), dp(12)), style.icon, style.is_chosen ? Role::Accent : style.icon_role);
  if (style.has_chevron) icon(inner.cut_right(dp(24), dp(4)), Icon::ChevronRight, Role::Soft);
  if (!style.aside.empty()) {
    const auto face = style.is_chosen ? Face::BodyBold : Face::Body;
    const float width = std::min(text_width(style.aside, face), inner.w / 2);
    text_in_middle(
        inner.cut_right(width, dp(12)), style.aside,
        {.face = face, .role = style.is_chosen ? Role::Accent : Role::Soft, .align = Align::Right});
  }
  const auto face = style.is_chosen || style.is_bold ? Face::BodyBold : Face::Body;
  if (style.subtitle.empty()) {
    text_in_middle(inner, title, {.face = face, .role = words, .fit = Fit::Cut});
    return touched.is_tapped;
  }
  auto lines = inner.centred(inner.w, line_height(face) + line_height(Face::Small));
  (void)text(lines.cut_top(line_height(face)), title, {.face = face, .role = words});
  (void)text(lines, style.subtitle, {.face = Face::Small, .role = Role::Soft});
  return touched.is_tapped;
}

void progress_bar(const Rect& rect, float share) {
  fill(rect, Role::Press, rect.h / 2);
  if (glass().theme().line_px > 1) outline(rect, Role::Line, rect.h / 2);
  const float width = rect.w * std::clamp(share, 0.0f, 1.0f);
  if (width >= rect.h) fill({rect.x, rect.y, width, rect.h}, Role::Accent, rect.h / 2);
}

void group_label(const Rect& rect, std::string_view words) {
  text_in_middle(rect, words, {.face = Face::SmallBold, .role = Role::Soft});
}

float banner_height(std::string_view words, float width) {
  return text_height(words, Face::Body, width - dp(72)) + dp(28);
}

void banner(const Rect& rect, std::string_view words, Icon mark, Tone tone) {
  fill(rect, ground_of(tone), dp(12));
  if (glass().theme().line_px > 1) outline(rect, ink_of(tone), dp(12));
  auto inner = rect.inset(dp(16), dp(14));
  icon({inner.x, inner.y, dp(26), dp(26)}, mark, ink_of(tone));
  inner.cut_left(dp(40));
  (void)text(inner, words,
             {.face = Face::Body, .role = tone == Tone::Quiet ? Role::Ink : ink_of(tone), .fit = Fit::Wrap});
}

void empty_state(const Rect& rect, Icon mark, std::string_view title, std::string_view hint) {
  const float width = std::min(rect.w - dp(32), dp(420));
  const float title_height = text_height(title, Face::Heading, width);
  const float hint_height = hint.empty() ? 0 : text_height(hint, Face::Body, width) + dp(8);
  auto middle = rect.centred(width, dp(64) + title_height + hint_height);
  const auto ring = middle.cut_top(dp(56), dp(8)).centred(dp(56), dp(56));
  fill(ring, Role::Press, dp(28));
  icon(ring, mark, Role::Soft);
  middle.cut_top(text(middle, title, {.face = Face::Heading, .align = Align::Centre, .fit = Fit::Wrap}),
                 dp(8));
  if (!hint.empty()) (void)text(middle, hint, {.role = Role::Soft, .align = Align::Centre, .fit = Fit::Wrap});
}

void spinner(const Rect& rect) {
  constexpr int kDotCount = 8;
  constexpr std::int64_t kTurnMs = 960;
  const auto at = static_cast<int>(now_ms() % kTurnMs * kDotCount / kTurnMs);
  for (int i = 0; i < kDotCount; ++i) {
    const float angle = 6.2831853f * static_cast<float>(i) / kDotCount;
    const float x = rect.middle_x() + std::cos(angle) * dp(12);
    const float y = rect.middle_y() + std::sin(angle) * dp(12);
    const bool is_lit = !glass().has_motion() || i == at || i == (at + 1) % kDotCount;
    fill({x - dp(2), y - dp(2), dp(5), dp(5)}, is_lit ? Role::Accent : Role::Line, dp(2));
  }
  if (glass().has_motion()) draw_again_in_ms(kTurnMs / kDotCount);
}

void qr(const Rect& rect, std::string_view words) {
  const auto code = qr_code(words);
  const auto side = std::floor(std::min(rect.w, rect.h));
  const auto square = rect.centred(side, side);
  if (!code) {
    icon(square, Icon::Alert, Role::Danger);
    return;
  }
  constexpr int kQuietZone = 4;
  const float module =
      std::max(1.0f, std::floor(side / static_cast<float>(code.value().side + 2 * kQuietZone)));
  const float drawn = module * static_cast<float>(code.value().side);
  const auto inner = square.centred(drawn, drawn);
  auto& draw = brush();
  const auto ground = inner.inset(-module * kQuietZone);
  draw.AddRectFilled({ground.x, ground.y}, {ground.right(), ground.bottom()}, IM_COL32_WHITE);
  const float left = std::round(inner.x), top = std::round(inner.y);
  for (int y = 0; y < code.value().side; ++y) {
    for (int x = 0; x < code.value().side;) {
      int end = x;
      while (end < code.value().side && code.value().at(end, y)) ++end;
      if (end > x) {
        draw.AddRectFilled(
            {left + static_cast<float>(x) * module, top + static_cast<float>(y) * module},
            {left + static_cast<float>(end) * module, top + static_cast<float>(y + 1) * module},
            IM_COL32_BLACK);
      }
      x = std::max(end, x + 1);
    }
  }
}

}  // namespace aftercare::ui
