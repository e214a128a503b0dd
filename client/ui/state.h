#pragma once

#include "client/ui/glass.h"

#include <imgui.h>

/// What the functions of this folder remember between frames. Included by this folder only.
namespace aftercare::ui {

struct ScrollState;

/// The text field that is typed in.
struct FieldFocus;

struct Glass::State {
  ImGuiContext* context = nullptr;
  std::int64_t now_ms = 0;
  float dt_s = 1.0f / 60;
  std::vector<PointerSample> samples;  // of this frame
  std::string text;
  std::vector<KeyPress> keys;
  std::string after_keys;  // typed once the keys were pressed: a composed word
  float wheel_lines = 0;
  std::string clipboard;
  std::optional<std::string> copied;

  // The finger
  float x = -1, y = -1;
  bool is_down = false, went_down = false, went_up = false;
  float down_x = 0, down_y = 0;
  bool is_scrolling = false;  // this gesture moves a list, so nothing under it fires
  bool is_finger = false;     // the last touch came from a finger or pen
  std::string scroll_key;     // the list that the gesture moves

  int person = 0;  // part of every identity; changes in forget()
  std::map<std::string, std::shared_ptr<ScrollState>> scrolls;
  std::shared_ptr<FieldFocus> focus;
  std::string focus_wanted;  // a field that asked to be typed in next
  std::string left_field;    // lost its focus; told to it when it is drawn next
  float pan = 0;             // how far everything is moved up, so that the field stays above the keyboard
  float last_pan = 0;
  std::string pending_text;  // of the on-screen keyboard, for the next frame
  std::vector<KeyPress> pending_keys;
  std::string pending_after_keys;
  bool is_keyboard_wanted = false;
  std::string keyboard_language = "en";
  bool is_shifted = false, is_symbols = false;
  float keyboard_top = 0;

  std::optional<std::int64_t> again_ms;
  bool is_moving = false;

  struct Ground {
    Rect rect;
    Colour colour;
  };
  std::vector<Ground> grounds;  // what was filled in this frame, for the contrast of texts
  int ghost_depth = 0;          // inside `Inert`: drawn, but nothing can be tapped
};

// Of the field that is typed in.
[[nodiscard]] float focused_bottom();
[[nodiscard]] std::string word_before_cursor();

[[nodiscard]] inline Glass::State& state() { return glass().state(); }
[[nodiscard]] ImU32 ink(Role role);
[[nodiscard]] ImDrawList& brush();

}  // namespace aftercare::ui
