#include "client/ui/glass.h"

#include "client/ui/canvas.h"
#include "client/ui/keyboard.h"
#include "client/ui/scroll.h"
#include "client/ui/state.h"
#include "client/ui/text_field.h"

#include <cassert>
#include <cmath>

namespace aftercare::ui {
namespace {

// Less than this does not hold a button beside a sentence, so text stops growing there.
constexpr float kShortSideEmMin = 20;
constexpr float kLongSideEmMin = 34;
constexpr float kBodyPx = 18;

Glass* g_glass = nullptr;

void clear_clipboard_of_imgui() {
  ImGui::GetIO().GetClipboardTextFn = nullptr;
  ImGui::GetIO().SetClipboardTextFn = nullptr;
}

}  // namespace

Glass& glass() {
  assert(g_glass != nullptr);
  return *g_glass;
}

Result<std::unique_ptr<Glass>> Glass::make(std::vector<KeyboardLayout> keyboards) {
  auto fonts = Fonts::find();
  if (!fonts) return fonts.error();
  return std::unique_ptr<Glass>(new Glass(std::move(fonts).value(), std::move(keyboards)));
}

Glass::Glass(Fonts fonts, std::vector<KeyboardLayout> keyboards)
    : fonts_(std::move(fonts)), keyboards_(std::move(keyboards)), state_(std::make_unique<State>()) {
  assert(g_glass == nullptr);
  g_glass = this;
  state_->context = ImGui::CreateContext();
  auto& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  clear_clipboard_of_imgui();
  auto& style = ImGui::GetStyle();
  // The software renderer draws antialiased textured lines unevenly.
  style.AntiAliasedLines = false;
  style.AntiAliasedLinesUseTex = false;
  style.WindowPadding = {0, 0};
  style.WindowBorderSize = 0;
  style.ItemSpacing = {0, 0};
  style.CircleTessellationMaxError = 0.2f;
}

Glass::~Glass() {
  ImGui::DestroyContext(state_->context);
  g_glass = nullptr;
}

void Glass::set_size(int width_px, int height_px) {
  width_ = static_cast<float>(width_px);
  height_ = static_cast<float>(height_px);
  choose_scale();
}

void Glass::set_text_size(int percent) {
  text_percent_ = percent;
  choose_scale();
}

void Glass::set_display_scale(float scale) {
  display_scale_ = scale;
  choose_scale();
}

void Glass::choose_scale() {
  const float fitting = std::min(std::min(width_, height_) / (kShortSideEmMin * kBodyPx),
                                 std::max(width_, height_) / (kLongSideEmMin * kBodyPx));
  const float wanted = display_scale_ * static_cast<float>(text_percent_) / 100;
  scale_ = std::max(0.5f, std::min(wanted, std::max(fitting, 0.5f)));
}

void Glass::set_keyboard_language(std::string code) { state_->keyboard_language = std::move(code); }

void Glass::forget() {
  ++state_->person;
  state_->focus.reset();
  state_->left_field.clear();
  state_->focus_wanted.clear();
  state_->scrolls.clear();
  state_->clipboard.clear();
  state_->copied = std::string{};
}

Result<bool> Glass::prepare(bool is_in_haste) {
  const bool is_wanted = is_in_haste ? fonts_.has_new_letters() : fonts_.is_stale();
  if (!is_wanted && built_scale_ == scale_) return false;
  if (const auto built = fonts_.build(scale_); !built) return built.error();
  built_scale_ = scale_;
  return true;
}

bool Glass::has_typed() const {
  return !state_->pending_text.empty() || !state_->pending_keys.empty() ||
         !state_->pending_after_keys.empty();
}

void Glass::begin(const Input& input, float dt_s, std::int64_t now) {
  auto& s = *state_;
  s.now_ms = now;
  s.dt_s = std::max(dt_s, 0.001f);
  s.samples = input.pointer;
  s.text = std::exchange(s.pending_text, {}) + input.text;
  s.keys = std::exchange(s.pending_keys, {});
  s.keys.insert(s.keys.end(), input.keys.begin(), input.keys.end());
  s.after_keys = std::exchange(s.pending_after_keys, {});
  s.wheel_lines = input.wheel_lines;
  s.clipboard = input.clipboard;
  s.went_down = s.went_up = false;
  s.again_ms.reset();
  s.is_moving = false;
  s.grounds.clear();
  targets_.clear();
  texts_.clear();

  auto& io = ImGui::GetIO();
  io.DisplaySize = {width_, height_};
  io.DeltaTime = s.dt_s;
  for (const auto& sample : input.pointer) {
    s.x = sample.x;
    s.y = sample.y;
    s.is_finger = sample.from != PointerSample::From::Mouse;
    if (sample.what == PointerSample::What::Down) {
      s.is_down = s.went_down = true;
      s.is_scrolling = false;
      s.scroll_key.clear();
      s.down_x = sample.x;
      s.down_y = sample.y;
    }
    if (sample.what == PointerSample::What::Up) {
      s.is_down = false;
      s.went_up = true;
    }
    if (sample.what == PointerSample::What::Cancel) {
      s.is_down = false;
      s.is_scrolling = true;  // nothing fires
    }
  }
  if (!input.text.empty()) s.is_keyboard_wanted = false;  // somebody types on real keys
  io.MousePos = {s.x, s.y};
  io.MouseDown[0] = s.is_down;
  ImGui::NewFrame();

  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(io.DisplaySize);
  ImGui::Begin("glass", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PushID(s.person);
  begin_keyboard();
  fill(bounds(), Role::Surface);
}

void Glass::end() {
  ImGui::PopID();
  ImGui::End();
  end_fields();
  draw_keyboard();
  ImGui::Render();
  auto& s = *state_;
  // A finger that was lifted is nowhere, so nothing stays lit under it.
  if (!s.is_down && s.is_finger) {
    s.x = s.y = -1;
  }
}

std::optional<std::int64_t> Glass::next_frame_ms() const {
  if (state_->is_moving) return 0;
  return state_->again_ms;
}

bool Glass::wants_text() const { return state_->focus != nullptr; }

std::optional<std::string> Glass::take_copied() { return std::exchange(state_->copied, std::nullopt); }

const Target* Glass::target(std::string_view key) const {
  for (const auto& target : targets_) {
    if (target.key == key) return &target;
  }
  return nullptr;
}

Rect page() { return {0, -keyboard_pan(), glass().bounds().w, glass().bounds().h}; }

float dp(float pixels) { return std::round(pixels * glass().scale()); }

float button_height() { return dp(glass().has_gloves() ? 60 : 54); }

float row_height() { return dp(glass().has_gloves() ? 64 : 56); }

const std::vector<PointerSample>& pointer_samples() { return state().samples; }

std::int64_t now_ms() { return state().now_ms; }

void draw_again_in_ms(std::int64_t ms) {
  auto& again = state().again_ms;
  again = again ? std::min(*again, ms) : ms;
}

}  // namespace aftercare::ui
