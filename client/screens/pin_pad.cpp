#include "client/screens/pin_pad.h"

#include "client/ui/touch.h"

#include <cmath>

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr int kRowCount = 4;
constexpr std::size_t kDigitCount = 6;

float gap() { return dp(12); }

/// What a key has under its words; without an outline it cannot be used, where grounds all look the same.
void draw_key(const Rect& rect, bool is_pressed, bool is_enabled) {
  ui::fill(rect, is_pressed || !is_enabled ? Role::Press : Role::Card, dp(12));
  if (is_enabled) ui::outline(rect, is_pressed ? Role::Accent : Role::Line, dp(12));
}

bool digit_key(const Rect& rect, char digit, bool is_enabled) {
  const auto touched = ui::touch(std::string("pin.") + digit, rect, is_enabled);
  draw_key(rect, touched.is_pressed, is_enabled);
  ui::text_in_middle(
      rect, std::string(1, digit),
      {.face = Face::Page, .role = is_enabled ? Role::Ink : Role::Soft, .align = ui::Align::Centre});
  return touched.is_tapped;
}

bool erase_key(const Stage& stage, const Rect& rect, bool is_enabled) {
  const auto touched = ui::touch("pin.erase", rect, is_enabled);
  if (touched.is_pressed) ui::fill(rect, Role::Press, dp(12));
  auto inner = rect.centred(rect.w - dp(8), dp(26) + ui::line_height(Face::Small));
  ui::icon(inner.cut_top(dp(26)), Icon::Backspace, is_enabled ? Role::Ink : Role::Soft);
  (void)ui::text(
      inner, stage.in.tr("pin.erase"),
      {.face = Face::Small, .role = Role::Soft, .align = ui::Align::Centre, .fit = ui::Fit::Label});
  return touched.is_tapped;
}

}  // namespace

float pin_pad_height_max() { return kRowCount * dp(94) + (kRowCount - 1) * gap(); }

Wish draw_pin_pad(const Stage& stage, const Rect& rect, bool is_enabled) {
  Wish wish;
  // Whole pixels: a key has the same edges as its neighbour.
  const float height =
      std::floor((std::min(rect.h, pin_pad_height_max()) - (kRowCount - 1) * gap()) / kRowCount);
  const float width = std::floor((rect.w - 2 * gap()) / 3);
  const auto cell = [&](int column, int row) {
    return Rect{std::round(rect.x + static_cast<float>(column) * (width + gap())),
                std::round(rect.y + static_cast<float>(row) * (height + gap())), width, height};
  };
  for (int i = 0; i < 9; ++i) {
    const char digit = static_cast<char>('1' + i);
    if (digit_key(cell(i % 3, i / 3), digit, is_enabled)) wish = intent::TypePin{digit};
  }
  if (digit_key(cell(1, 3), '0', is_enabled)) wish = intent::TypePin{'0'};
  if (erase_key(stage, cell(2, 3), is_enabled)) wish = intent::ErasePinDigit{};
  return wish;
}

std::string pin_wait_words(const Stage& stage, std::chrono::milliseconds wait) {
  using std::chrono::ceil;
  const auto seconds = std::max(ceil<std::chrono::seconds>(wait), std::chrono::seconds{1});
  if (seconds <= std::chrono::seconds{90})
    return stage.in.tr("pin.wait.seconds", {{"count", seconds.count()}});
  return stage.in.tr("pin.wait.minutes", {{"duration", stage.in.duration(ceil<std::chrono::minutes>(wait))}});
}

void draw_pin_dots(const Rect& rect, std::size_t typed_count, bool is_wrong, ui::Align align) {
  const float side = dp(20), space = dp(16);
  const float width = kDigitCount * side + (kDigitCount - 1) * space;
  float x = align == ui::Align::Centre ? rect.middle_x() - width / 2 : rect.x;
  for (std::size_t i = 0; i < kDigitCount; ++i) {
    const Rect dot{std::round(x), std::round(rect.middle_y() - side / 2), side, side};
    if (i < typed_count) {
      ui::fill(dot, Role::Accent, side / 2);
    } else {
      ui::outline(dot, is_wrong ? Role::Danger : Role::Soft, side / 2, std::max(2.0f, dp(2)));
    }
    x += side + space;
  }
}

}  // namespace aftercare::screens
