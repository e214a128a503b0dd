#pragma once

#include "client/ui/fonts.h"
#include "client/ui/keyboard_layout.h"
#include "client/ui/rect.h"
#include "client/ui/theme.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// The glass that people touch: its size, what fingers and keys did since the last frame, and where
/// everything landed that was drawn. One at a time; the functions of this folder draw on it.
namespace aftercare::ui {

/// One report of a finger, a pen or a mouse, in pixels of the window.
struct PointerSample {
  float x = 0, y = 0;
  std::int64_t t_ms = 0;        // by a clock that only grows
  std::optional<int> pressure;  // 0..1000, where the digitiser tells it
  enum class What { Down, Move, Up, Cancel } what = What::Move;
  enum class From { Finger, Pen, Mouse } from = From::Finger;
};

enum class KeyPress {
  Left,
  Right,
  Up,
  Down,
  Home,
  End,
  Backspace,
  Delete,
  Enter,
  Tab,
  BackTab,
  Escape,
  SelectAll,
  Copy,
  Cut,
  Paste
};

/// What happened since the last frame, in order. Between two samples with a button's change lies a frame:
/// a quick tap is never lost, and a frame never sees more than one press or one lift.
struct Input {
  std::vector<PointerSample> pointer;
  std::string text;  // typed, composed; UTF-8
  std::vector<KeyPress> keys;
  float wheel_lines = 0;  // up is positive
  std::string clipboard;  // for Paste
};

/// Something that can be tapped, where it landed.
struct Target {
  std::string key;
  Rect rect;
  Rect visible;  // what of it is not clipped
  bool is_enabled = true;
};

/// A text that was drawn, for tests and for the journey player.
struct DrawnText {
  std::string text;
  Rect rect;     // of the letters
  Rect visible;  // what of it is not clipped
  Colour ink;
  Colour ground;  // what lies under its middle
  Face face = Face::Body;
  bool is_cut = false;   // ended in an ellipsis or was clipped
  bool may_cut = false;  // a name of unknown length: the whole is a tap away
};

class Glass {
 public:
  /// Makes the Dear ImGui context. One glass at a time.
  static Result<std::unique_ptr<Glass>> make(std::vector<KeyboardLayout> keyboards = {});
  ~Glass();
  Glass(const Glass&) = delete;
  Glass& operator=(const Glass&) = delete;

  // ---- how it looks
  void set_size(int width_px, int height_px);
  /// `percent` of look.md's sizes on this display; smaller where the glass would hold too little.
  void set_text_size(int percent);
  void set_display_scale(float scale);
  void set_theme(const Theme& theme) { theme_ = &theme; }
  void set_gloves(bool is_on) { has_gloves_ = is_on; }
  void set_motion(bool is_on) { has_motion_ = is_on; }
  void set_keyboard_language(std::string code);
  /// New widget identities, nothing remembered of what was typed: for the next person at the glass.
  void forget();

  // ---- a frame
  /// Builds the atlas again where characters, corners or the size changed; true when the texture is stale.
  /// In haste, new corners wait.
  Result<bool> prepare(bool is_in_haste = false);
  /// A key of the on-screen keyboard was touched: the next frame types it.
  [[nodiscard]] bool has_typed() const;
  void begin(const Input& input, float dt_s, std::int64_t now_ms);
  /// Ends the frame; what is to be drawn is in ImGui::GetDrawData().
  void end();
  /// Something still moves or blinks: another frame is wanted in so many milliseconds.
  [[nodiscard]] std::optional<std::int64_t> next_frame_ms() const;
  [[nodiscard]] bool wants_text() const;
  /// What was copied in this frame, for the clipboard of the system.
  [[nodiscard]] std::optional<std::string> take_copied();

  // ---- what landed where, in the last frame
  [[nodiscard]] const std::vector<Target>& targets() const { return targets_; }
  [[nodiscard]] const Target* target(std::string_view key) const;
  [[nodiscard]] const std::vector<DrawnText>& texts() const { return texts_; }
  void record_texts(bool is_on) { is_recording_ = is_on; }
  [[nodiscard]] Rect bounds() const { return {0, 0, width_, height_}; }
  [[nodiscard]] Rect keyboard() const { return keyboard_rect_; }

  [[nodiscard]] float scale() const { return scale_; }
  [[nodiscard]] Fonts& fonts() { return fonts_; }

  // State of the functions of this folder; nobody else's business.
  struct State;
  [[nodiscard]] State& state() { return *state_; }
  [[nodiscard]] const Theme& theme() const { return *theme_; }
  [[nodiscard]] bool has_gloves() const { return has_gloves_; }
  [[nodiscard]] bool has_motion() const { return has_motion_; }
  [[nodiscard]] bool is_recording() const { return is_recording_; }
  void note_target(Target target) { targets_.push_back(std::move(target)); }
  void note_text(DrawnText text) { texts_.push_back(std::move(text)); }
  void set_keyboard_rect(Rect rect) { keyboard_rect_ = rect; }
  [[nodiscard]] const std::vector<KeyboardLayout>& keyboards() const { return keyboards_; }

 private:
  Glass(Fonts fonts, std::vector<KeyboardLayout> keyboards);
  void choose_scale();

  Fonts fonts_;
  std::vector<KeyboardLayout> keyboards_;
  std::unique_ptr<State> state_;
  const Theme* theme_ = &light_theme();
  float width_ = 1280, height_ = 800;
  float display_scale_ = 1;
  int text_percent_ = 100;
  float scale_ = 1;
  float built_scale_ = 0;
  bool has_gloves_ = false;
  bool has_motion_ = true;
  bool is_recording_ = false;
  std::vector<Target> targets_;
  std::vector<DrawnText> texts_;
  Rect keyboard_rect_;
};

/// The glass that is drawn on. There is one whenever a screen is drawn.
[[nodiscard]] Glass& glass();

/// Where a screen is drawn: the whole glass, moved up while the on-screen keyboard would cover the field.
[[nodiscard]] Rect page();

/// look.md's pixels (at 18 px body), scaled to this glass.
[[nodiscard]] float dp(float pixels);
/// How high something tappable is: 54, or 3.25 em for gloves; never under 2.75 em.
[[nodiscard]] float button_height();
[[nodiscard]] float row_height();

/// What the fingers did in this frame, in order: for the signature pad.
[[nodiscard]] const std::vector<PointerSample>& pointer_samples();
[[nodiscard]] std::int64_t now_ms();
/// Asks for another frame in so long: a clock in a header, a spinner.
void draw_again_in_ms(std::int64_t ms);

}  // namespace aftercare::ui
