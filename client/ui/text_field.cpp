#include "client/ui/text_field.h"

#include "client/ui/canvas.h"
#include "client/ui/state.h"
#include "client/ui/touch.h"
#include "client/ui/utf8.h"
#include "shared/base/text.h"

#include <cmath>

#define STB_TEXTEDIT_CHARTYPE char32_t
#define STB_TEXTEDIT_POSITIONTYPE int
// No key asks for it: what was erased stays erased for the next person.
#define STB_TEXTEDIT_UNDOSTATECOUNT 2
#define STB_TEXTEDIT_UNDOCHARCOUNT 8
#include <stb_textedit.h>

namespace aftercare::ui {

/// One line as it is laid out: characters [from, to), and where the next begins.
struct FieldLine {
  int from = 0, to = 0, next = 0;
};

struct FieldFocus {
  std::string key;
  std::u32string text;
  STB_TexteditState edit{};
  std::vector<FieldLine> lines;
  float width = 0;
  bool has_lines = false;
  Pad pad = Pad::Text;
  Rect rect;
  bool is_drawn = false;
  std::int64_t since_ms = 0;
  float shift_x = 0;  // of one line that is longer than its field
  std::size_t character_max = 0;
};

namespace {

constexpr std::int64_t kBlinkMs = 530;

float advance(char32_t character) {
  if (character == U'\n') return 0;
  return glass()
      .fonts()
      .of(Face::Body)
      ->GetCharAdvance(static_cast<ImWchar>(character > 0xFFFF ? 0xFFFD : character));
}

/// Broken at blanks within the width, or only at newlines.
std::vector<FieldLine> lines_of(const std::u32string& text, float width, bool is_broken) {
  std::vector<FieldLine> lines;
  int from = 0;
  const int count = static_cast<int>(text.size());
  while (true) {
    float x = 0;
    int last_blank = -1;
    int at = from;
    FieldLine line{from, count, count};
    bool is_ended = false;
    for (; at < count; ++at) {
      const auto character = text[static_cast<std::size_t>(at)];
      if (character == U'\n') {
        line = {from, at, at + 1};
        is_ended = true;
        break;
      }
      if (character == U' ') last_blank = at;
      x += advance(character);
      if (is_broken && x > width && character != U' ' && at > from) {
        line = last_blank >= from ? FieldLine{from, last_blank + 1, last_blank + 1} : FieldLine{from, at, at};
        is_ended = true;
        break;
      }
    }
    lines.push_back(line);
    if (!is_ended) return lines;
    from = line.next;
  }
}

void lay_out(FieldFocus& field) { field.lines = lines_of(field.text, field.width, field.has_lines); }

}  // namespace
}  // namespace aftercare::ui

// What stb_textedit asks of a text.
namespace {

using aftercare::ui::FieldFocus;

int text_length(const FieldFocus* field) { return static_cast<int>(field->text.size()); }

void layout_row(StbTexteditRow* row, const FieldFocus* field, int from) {
  int to = text_length(field);
  for (const auto& line : field->lines) {
    if (line.from == from) to = line.next;
  }
  float width = 0;
  for (int at = from; at < to; ++at)
    width += aftercare::ui::advance(field->text[static_cast<std::size_t>(at)]);
  row->x0 = 0;
  row->x1 = width;
  row->baseline_y_delta = aftercare::ui::line_height(aftercare::ui::Face::Body);
  row->ymin = 0;
  row->ymax = row->baseline_y_delta;
  row->num_chars = std::max(to - from, from < text_length(field) ? 1 : 0);
}

float char_width(const FieldFocus* field, int row_start, int at) {
  const auto character = field->text[static_cast<std::size_t>(row_start + at)];
  return character == U'\n' ? -1.0f : aftercare::ui::advance(character);
}

int key_to_text(int key) { return key >= 0x200000 ? -1 : key; }

void delete_chars(FieldFocus* field, int at, int count) {
  field->text.erase(static_cast<std::size_t>(at), static_cast<std::size_t>(count));
  aftercare::ui::lay_out(*field);
}

int insert_chars(FieldFocus* field, int at, const char32_t* characters, int count) {
  if (field->text.size() + static_cast<std::size_t>(count) > field->character_max) return 0;
  field->text.insert(static_cast<std::size_t>(at), characters, static_cast<std::size_t>(count));
  aftercare::ui::lay_out(*field);
  return 1;
}

}  // namespace

#define STB_TEXTEDIT_STRING FieldFocus
#define STB_TEXTEDIT_STRINGLEN(field) text_length(field)
#define STB_TEXTEDIT_LAYOUTROW(row, field, from) layout_row(row, field, from)
#define STB_TEXTEDIT_GETWIDTH(field, row, at) char_width(field, row, at)
#define STB_TEXTEDIT_KEYTOTEXT(key) key_to_text(key)
#define STB_TEXTEDIT_GETCHAR(field, at) ((field)->text[static_cast<std::size_t>(at)])
#define STB_TEXTEDIT_NEWLINE U'\n'
#define STB_TEXTEDIT_DELETECHARS(field, at, count) delete_chars(field, at, count)
#define STB_TEXTEDIT_INSERTCHARS(field, at, characters, count) insert_chars(field, at, characters, count)
#define STB_TEXTEDIT_IS_SPACE(character) ((character) == U' ' || (character) == U'\n')
#define STB_TEXTEDIT_K_SHIFT 0x400000
#define STB_TEXTEDIT_K_LEFT 0x200000
#define STB_TEXTEDIT_K_RIGHT 0x200001
#define STB_TEXTEDIT_K_UP 0x200002
#define STB_TEXTEDIT_K_DOWN 0x200003
#define STB_TEXTEDIT_K_LINESTART 0x200004
#define STB_TEXTEDIT_K_LINEEND 0x200005
#define STB_TEXTEDIT_K_TEXTSTART 0x200006
#define STB_TEXTEDIT_K_TEXTEND 0x200007
#define STB_TEXTEDIT_K_DELETE 0x200008
#define STB_TEXTEDIT_K_BACKSPACE 0x200009
#define STB_TEXTEDIT_K_UNDO 0x20000A
#define STB_TEXTEDIT_K_REDO 0x20000B
#define STB_TEXTEDIT_K_WORDLEFT 0x20000C
#define STB_TEXTEDIT_K_WORDRIGHT 0x20000D
#define STB_TEXTEDIT_K_PGUP 0x20000E
#define STB_TEXTEDIT_K_PGDOWN 0x20000F
#define STB_TEXTEDIT_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb_textedit.h>
#pragma GCC diagnostic pop

namespace aftercare::ui {
namespace {

void begin_typing(std::string_view key, const std::string& words, const Rect& rect, const FieldStyle& style,
                  float width) {
  auto& s = state();
  if (s.focus) s.left_field = s.focus->key;
  auto field = std::make_shared<FieldFocus>();
  field->key = key;
  field->text = to_characters(words);
  field->pad = style.pad;
  field->has_lines = style.has_lines;
  field->rect = rect;
  field->width = width;
  field->since_ms = s.now_ms;
  field->character_max = style.character_max;
  lay_out(*field);
  stb_textedit_initialize_state(&field->edit, style.has_lines ? 0 : 1);
  field->edit.cursor = text_length(field.get());
  s.focus = std::move(field);
  s.is_keyboard_wanted = s.is_finger;
  s.is_symbols = false;
}

int key_of(KeyPress key) {
  switch (key) {
    case KeyPress::Left: return STB_TEXTEDIT_K_LEFT;
    case KeyPress::Right: return STB_TEXTEDIT_K_RIGHT;
    case KeyPress::Up: return STB_TEXTEDIT_K_UP;
    case KeyPress::Down: return STB_TEXTEDIT_K_DOWN;
    case KeyPress::Home: return STB_TEXTEDIT_K_LINESTART;
    case KeyPress::End: return STB_TEXTEDIT_K_LINEEND;
    case KeyPress::Backspace: return STB_TEXTEDIT_K_BACKSPACE;
    case KeyPress::Delete: return STB_TEXTEDIT_K_DELETE;
    default: return 0;
  }
}

std::u32string selected(const FieldFocus& field) {
  const int from = std::min(field.edit.select_start, field.edit.select_end);
  const int to = std::max(field.edit.select_start, field.edit.select_end);
  return field.text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
}

void type(FieldFocus& field, std::string_view typed) {
  for (const auto character : to_characters(typed)) {
    if (character == U'\n' ? !field.has_lines : character < 0x20 || character == 0x7F) continue;
    stb_textedit_key(&field, &field.edit, static_cast<int>(character));
  }
}

/// Keys and text of this frame. True when Enter ended a field of one line.
bool take_keys(FieldFocus& field) {
  auto& s = state();
  bool is_entered = false;
  const bool is_text_first = s.after_keys.empty();
  if (is_text_first) type(field, s.text);
  for (const auto key : s.keys) {
    switch (key) {
      case KeyPress::Enter:
        if (field.has_lines) {
          stb_textedit_key(&field, &field.edit, '\n');
        } else {
          is_entered = true;
        }
        break;
      case KeyPress::SelectAll:
        field.edit.select_start = 0;
        field.edit.select_end = field.edit.cursor = text_length(&field);
        break;
      case KeyPress::Copy: s.copied = to_utf8(selected(field)); break;
      case KeyPress::Cut:
        s.copied = to_utf8(selected(field));
        stb_textedit_cut(&field, &field.edit);
        break;
      case KeyPress::Paste: type(field, s.clipboard); break;
      default:
        if (const int known = key_of(key); known != 0) stb_textedit_key(&field, &field.edit, known);
    }
  }
  if (!is_text_first) type(field, s.after_keys + s.text);
  return is_entered;
}

/// What was typed as loose marks (a hardware keyboard's dead keys) becomes one letter.
std::string composed(const std::u32string& characters) {
  auto text = to_utf8(characters);
  for (const auto character : characters) {
    if (character < 0x300 || character > 0x36F) continue;
    if (auto whole = to_nfc(text)) return std::move(whole).value();
    break;
  }
  return text;
}

struct Layout {
  Rect inner;  // where the letters stand
  Rect unit;
};

Layout layout_of(const Rect& rect, const FieldStyle& style) {
  auto inner = rect.inset(dp(16), 0);
  if (style.icon != Icon::None) inner.cut_left(dp(38));
  Rect unit{};
  if (!style.unit.empty()) unit = inner.cut_right(text_width(style.unit, Face::Body), dp(8));
  if (style.has_lines) {
    inner.y += dp(13);
    inner.h -= dp(26);
  }
  return {inner, unit};
}

void place_cursor(FieldFocus& field, const Rect& inner, bool is_drag) {
  const auto& s = state();
  const float x = s.x - inner.x + field.shift_x;
  const float y = field.has_lines ? s.y - inner.y : 1;
  if (is_drag) {
    stb_textedit_drag(&field, &field.edit, x, y);
  } else {
    stb_textedit_click(&field, &field.edit, x, y);
  }
}

void draw_typed(FieldFocus& field, const Rect& inner) {
  const float height = line_height(Face::Body);
  const Clip clip{inner.inset(-dp(2), 0)};
  const int from = std::min(field.edit.select_start, field.edit.select_end);
  const int to = std::max(field.edit.select_start, field.edit.select_end);
  float y = field.has_lines ? inner.y : inner.y + (inner.h - height) / 2;
  for (std::size_t i = 0; i < field.lines.size(); ++i) {
    const auto& line = field.lines[i];
    float cursor_x = 0;
    float x = 0, select_from = -1, select_to = -1;
    for (int at = line.from; at <= line.to; ++at) {
      if (at == field.edit.cursor) cursor_x = x;
      if (at == std::max(from, line.from)) select_from = x;
      if (at == std::min(to, line.to)) select_to = x;
      if (at < line.to) x += advance(field.text[static_cast<std::size_t>(at)]);
    }
    const bool has_cursor =
        field.edit.cursor >= line.from && (field.edit.cursor < line.next || i + 1 == field.lines.size());
    if (has_cursor && !field.has_lines) {
      if (cursor_x - field.shift_x > inner.w) field.shift_x = cursor_x - inner.w;
      if (cursor_x < field.shift_x) field.shift_x = cursor_x;
    }
    if (from < to && select_to > select_from)
      fill({inner.x + select_from - field.shift_x, y, select_to - select_from, height}, Role::AccentSoft);
    const auto words = to_utf8(
        std::u32string_view(field.text)
            .substr(static_cast<std::size_t>(line.from), static_cast<std::size_t>(line.to - line.from)));
    (void)text({inner.x - field.shift_x, y, 1e6f, height}, words, {.face = Face::Body});
    const bool is_lit = (state().now_ms - field.since_ms) / kBlinkMs % 2 == 0;
    if (has_cursor && is_lit)
      fill({std::round(inner.x + cursor_x - field.shift_x), y + dp(2), std::max(1.0f, dp(2)), height - dp(4)},
           Role::Accent);
    y += height;
  }
  draw_again_in_ms(kBlinkMs - (state().now_ms - field.since_ms) % kBlinkMs);
}

void draw_resting(const Rect& inner, const std::string& words, const FieldStyle& style) {
  const bool is_empty = words.empty();
  const TextStyle look{.face = Face::Body, .role = is_empty ? Role::Soft : Role::Ink};
  const std::string_view shown = is_empty ? style.placeholder : std::string_view(words);
  if (!style.has_lines) {
    text_in_middle(inner, shown, look);
    return;
  }
  const Clip clip{inner};
  float y = inner.y;
  const auto characters = to_characters(shown);
  for (const auto& line : lines_of(characters, inner.w, true)) {
    (void)text({inner.x, y, inner.w + dp(20), line_height(Face::Body)},
               to_utf8(std::u32string_view(characters)
                           .substr(static_cast<std::size_t>(line.from),
                                   static_cast<std::size_t>(line.to - line.from))),
               look);
    y += line_height(Face::Body);
  }
}

}  // namespace

Edit text_field(std::string_view key, const Rect& rect, std::string& words, const FieldStyle& style) {
  auto& s = state();
  Edit edit;
  (void)glass().fonts().want(words);
  const auto layout = layout_of(rect, style);
  const auto touched = touch(key, rect);
  const bool was_typing = s.focus && s.focus->key == key;
  const bool is_wanted = s.focus_wanted == key;
  if (touched.is_tapped || is_wanted) {
    if (!was_typing) begin_typing(key, words, rect, style, layout.inner.w);
    if (is_wanted) {
      s.focus_wanted.clear();
    } else if (s.focus) {
      place_cursor(*s.focus, layout.inner, /*is_drag=*/false);
      s.is_keyboard_wanted = s.is_finger || s.is_keyboard_wanted;
    }
  }
  if (s.left_field == key) {
    s.left_field.clear();
    edit.is_left = true;
  }

  const bool is_typing = s.focus && s.focus->key == key;
  const bool is_outlined = is_typing || style.is_wrong;
  fill(rect, Role::Card, dp(10));
  outline(rect,
          style.is_wrong ? Role::Danger
          : is_typing    ? Role::Accent
                         : Role::Line,
          dp(10), is_outlined ? std::max(1.0f, dp(2)) : 0);
  if (style.icon != Icon::None) icon({rect.x + dp(10), rect.y, dp(40), rect.h}, style.icon, Role::Soft);
  if (!style.unit.empty()) text_in_middle(layout.unit, style.unit, {.role = Role::Soft, .fit = Fit::Label});
  if (!is_typing) {
    draw_resting(layout.inner, words, style);
    return edit;
  }

  auto& field = *s.focus;
  field.is_drawn = true;
  field.rect = rect;
  field.width = layout.inner.w;
  if (to_utf8(field.text) != words) {  // somebody else wrote: Clear, or the app
    field.text = to_characters(words);
    field.edit.cursor = field.edit.select_start = field.edit.select_end = text_length(&field);
  }
  lay_out(field);
  edit.is_entered = take_keys(field);
  if (!s.text.empty() || !s.keys.empty() || !s.after_keys.empty()) field.since_ms = s.now_ms;
  const auto now = composed(field.text);
  if (now != words) {
    words = now;
    if (to_utf8(field.text) != now) {
      field.text = to_characters(now);
      field.edit.cursor = std::min(field.edit.cursor, text_length(&field));
      lay_out(field);
    }
    (void)glass().fonts().want(words);
    edit.is_changed = true;
  }
  draw_typed(field, layout.inner);
  if (edit.is_entered) {
    edit.is_left = true;
    s.focus.reset();
    s.is_keyboard_wanted = false;
  }
  return edit;
}

float field_height(std::string_view words, float width, std::size_t lines_min, std::size_t lines_max) {
  (void)glass().fonts().want(words);
  const auto count = lines_of(to_characters(words), width - dp(32), true).size();
  return dp(28) + line_height(Face::Body) * static_cast<float>(std::clamp(count, lines_min, lines_max));
}

void focus_field(std::string_view key) {
  state().focus_wanted = key;
  draw_again_in_ms(0);
}

void leave_fields() {
  auto& s = state();
  if (s.focus) s.left_field = s.focus->key;
  s.focus.reset();
  s.is_keyboard_wanted = false;
}

bool is_typing_in(std::string_view key) { return state().focus && state().focus->key == key; }

Pad focused_pad() { return state().focus ? state().focus->pad : Pad::Text; }

float focused_bottom() {
  const auto& focus = state().focus;
  // Of a field with many lines, the top ones: what is typed in.
  return focus ? std::min(focus->rect.bottom(), focus->rect.y + dp(160)) : 0;
}

std::string word_before_cursor() {
  const auto& focus = state().focus;
  if (!focus) return {};
  const auto cursor = static_cast<std::size_t>(focus->edit.cursor);
  std::size_t from = cursor;
  while (from > 0 && focus->text[from - 1] > U' ' && focus->text[from - 1] != 0xA0) --from;
  return to_utf8(std::u32string_view(focus->text).substr(from, cursor - from));
}

void end_fields() {
  auto& s = state();
  if (!s.focus) return;
  auto& field = *s.focus;
  const bool is_gone = !field.is_drawn;
  field.is_drawn = false;
  const bool is_elsewhere = s.went_up && !s.is_scrolling && !field.rect.contains(s.down_x, s.down_y) &&
                            !glass().keyboard().contains(s.down_x, s.down_y);
  const bool is_escaped = std::ranges::find(s.keys, KeyPress::Escape) != s.keys.end();
  if (is_gone) {
    s.focus.reset();
  } else if (is_elsewhere || is_escaped) {
    leave_fields();
    draw_again_in_ms(0);
  }
  if (std::ranges::find(s.keys, KeyPress::Tab) != s.keys.end()) {
    leave_fields();
    draw_again_in_ms(0);
  }
}

}  // namespace aftercare::ui
