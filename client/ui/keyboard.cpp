#include "client/ui/keyboard.h"

#include "client/ui/canvas.h"
#include "client/ui/state.h"
#include "client/ui/telex.h"
#include "client/ui/text_field.h"
#include "client/ui/touch.h"
#include "client/ui/utf8.h"

#include <cmath>

namespace aftercare::ui {
namespace {

constexpr float kHeightShareMax = 0.56f;  // of the glass
constexpr float kKeyPx = 54;
constexpr float kGapPx = 6;

const KeyboardLayout* layout_of(std::string_view code) {
  for (const auto& layout : glass().keyboards()) {
    if (layout.code == code) return &layout;
  }
  return glass().keyboards().empty() ? nullptr : &glass().keyboards().front();
}

const KeyboardLayout* wanted_layout() {
  switch (focused_pad()) {
    case Pad::Number: return layout_of("number");
    case Pad::Date: return layout_of("date");
    case Pad::Phone: return layout_of("phone");
    case Pad::Code: return layout_of("en");
    case Pad::Text: break;
  }
  return layout_of(state().keyboard_language);
}

bool is_pad(const KeyboardLayout& layout) {
  return layout.code == "number" || layout.code == "date" || layout.code == "phone";
}

void next_language() {
  auto& s = state();
  std::vector<std::string> codes;
  for (const auto& layout : glass().keyboards()) {
    if (!is_pad(layout)) codes.push_back(layout.code);
  }
  const auto now = std::ranges::find(codes, s.keyboard_language);
  if (codes.empty()) return;
  s.keyboard_language = now == codes.end() || now + 1 == codes.end() ? codes.front() : *(now + 1);
  s.is_symbols = s.is_shifted = false;
}

void type(const KeyboardLayout& layout, const std::string& words) {
  auto& s = state();
  if (layout.has_telex && !words.empty()) {
    const auto before = word_before_cursor();
    std::size_t at = 0;
    const auto composed = telex(before, next_character(words, at));
    if (composed != before + words) {
      for (std::size_t i = 0; i < to_characters(before).size(); ++i)
        s.pending_keys.push_back(KeyPress::Backspace);
      s.pending_after_keys = composed;
      return;
    }
  }
  s.pending_text += words;
}

void press(const KeyboardLayout& layout, const Key& key) {
  auto& s = state();
  switch (key.does) {
    case Key::Does::Type:
    case Key::Does::Decimal:
      type(layout, s.is_shifted && !key.shifted.empty() ? key.shifted : key.types);
      s.is_shifted = false;
      break;
    case Key::Does::Shift: s.is_shifted = !s.is_shifted; break;
    case Key::Does::Backspace: s.pending_keys.push_back(KeyPress::Backspace); break;
    case Key::Does::Enter: s.pending_keys.push_back(KeyPress::Enter); break;
    case Key::Does::Symbols: s.is_symbols = true; break;
    case Key::Does::Letters: s.is_symbols = false; break;
    case Key::Does::Language: next_language(); break;
    case Key::Does::Hide: leave_fields(); break;
  }
  draw_again_in_ms(0);
}

Icon icon_of(Key::Does does) {
  switch (does) {
    case Key::Does::Shift: return Icon::Shift;
    case Key::Does::Backspace: return Icon::Backspace;
    case Key::Does::Enter: return Icon::Return;
    case Key::Does::Language: return Icon::Globe;
    case Key::Does::Hide: return Icon::HideKeyboard;
    default: return Icon::None;
  }
}

std::string name_of(const Key& key) {
  switch (key.does) {
    case Key::Does::Shift: return "shift";
    case Key::Does::Backspace: return "backspace";
    case Key::Does::Enter: return "enter";
    case Key::Does::Language: return "language";
    case Key::Does::Hide: return "hide";
    case Key::Does::Symbols: return "symbols";
    case Key::Does::Letters: return "letters";
    default: return key.types == " " ? "space" : key.types;
  }
}

std::string label_of(const KeyboardLayout& layout, const Key& key) {
  if (key.does == Key::Does::Symbols) return "?123";
  if (key.does == Key::Does::Letters) return "ABC";
  if (key.types == " ") return layout.code;
  return state().is_shifted && !key.shifted.empty() ? key.shifted : key.types;
}

void draw_key(const KeyboardLayout& layout, const Key& key, const Rect& rect) {
  const auto touched = touch("keyboard." + name_of(key), rect);
  const bool is_quiet = key.does != Key::Does::Type && key.does != Key::Does::Decimal;
  const bool is_lit = touched.is_pressed || (key.does == Key::Does::Shift && state().is_shifted);
  fill(rect, is_lit ? Role::AccentSoft : is_quiet ? Role::Press : Role::Card, dp(8));
  outline(rect, is_lit ? Role::Accent : Role::Line, dp(8));
  if (const auto picture = icon_of(key.does); picture != Icon::None) {
    icon(rect, picture, Role::Ink);
  } else {
    text_in_middle(
        rect, label_of(layout, key),
        {.face = Face::Body, .role = key.types == " " ? Role::Soft : Role::Ink, .align = Align::Centre});
  }
  if (touched.is_tapped) press(layout, key);
}

}  // namespace

void begin_keyboard() {
  auto& s = state();
  s.pan = 0;
  if (!s.focus || !s.is_keyboard_wanted || s.keyboard_top <= 0) return;
  const float bottom = focused_bottom() + s.last_pan + dp(16);
  s.pan = std::max(0.0f, bottom - s.keyboard_top);
  if (s.pan != s.last_pan) draw_again_in_ms(0);
}

float keyboard_pan() { return state().pan; }

void draw_keyboard() {
  auto& s = state();
  s.last_pan = s.pan;
  const auto* layout = s.focus && s.is_keyboard_wanted ? wanted_layout() : nullptr;
  if (layout == nullptr) {
    glass().set_keyboard_rect({});
    s.keyboard_top = 0;
    return;
  }
  const auto& layer = s.is_symbols && !layout->symbols.rows.empty() ? layout->symbols : layout->letters;
  const auto bounds = glass().bounds();
  const float gap = dp(kGapPx);
  const auto row_count = static_cast<float>(std::max<std::size_t>(layer.rows.size(), 1));
  const float least = std::ceil(kTargetHeightEm * dp(18));
  const float key_height =
      std::max(least, std::min(dp(kKeyPx), (bounds.h * kHeightShareMax - gap * (row_count + 1)) / row_count));
  const float height = row_count * key_height + gap * (row_count + 1);
  Rect rect{0, bounds.h - height, bounds.w, height};
  const bool is_new = s.keyboard_top != rect.y;
  s.keyboard_top = rect.y;
  glass().set_keyboard_rect(rect);
  if (is_new) draw_again_in_ms(0);

  ImGui::SetNextWindowPos({rect.x, rect.y});
  ImGui::SetNextWindowSize({rect.w, rect.h});
  ImGui::Begin("keyboard", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoNav |
                   ImGuiWindowFlags_NoFocusOnAppearing);
  fill(rect, Role::Surface);
  hairline(rect.x, rect.y, rect.w);
  auto rows = rect.inset(gap);
  // A pad of digits is no wider than a hand.
  if (is_pad(*layout)) rows = rows.centred(std::min(rows.w, dp(520)), rows.h);
  for (const auto& row : layer.rows) {
    auto line = rows.cut_top(key_height, gap);
    float weight = 0;
    for (const auto& key : row) weight += key.width;
    const float unit = (line.w - gap * static_cast<float>(row.size() - 1)) / weight;
    for (const auto& key : row) draw_key(*layout, key, line.cut_left(unit * key.width, gap));
  }
  ImGui::End();
}

}  // namespace aftercare::ui
