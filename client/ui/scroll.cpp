#include "client/ui/scroll.h"

#include "client/ui/canvas.h"
#include "client/ui/state.h"

#include <cmath>

namespace aftercare::ui {
namespace {

constexpr float kGlideDecay = 4.0f;  // of the speed, a second
constexpr float kSpeedMin = 30;      // pixels a second: slower than this is at rest
constexpr float kSpeedMax = 6000;
constexpr float kSpeedMemory = 0.06f;  // seconds over which the finger's speed is averaged
constexpr float kDragStartEm = 0.5f;   // further than this a gesture is a scroll, and nothing under it fires
constexpr float kWheelLines = 3;

}  // namespace

float ScrollMotion::drag(float dy, float dt_s) {
  is_gliding_ = false;
  const float now = dy / std::max(dt_s, 0.001f);
  const float weight = std::min(1.0f, dt_s / kSpeedMemory);
  speed_ += (now - speed_) * weight;
  return dy;
}

void ScrollMotion::lift() {
  speed_ = std::clamp(speed_, -kSpeedMax, kSpeedMax);
  is_gliding_ = std::abs(speed_) > kSpeedMin;
}

float ScrollMotion::step(float dt_s) {
  if (!is_gliding_) return 0;
  const float dy = speed_ * dt_s;
  speed_ *= std::exp(-kGlideDecay * dt_s);
  if (std::abs(speed_) < kSpeedMin) {
    speed_ = 0;
    is_gliding_ = false;
  }
  return dy;
}

Scroll::Scroll(std::string_view key, const Rect& view) : key_(key), view_(view) {
  auto& s = state();
  auto& kept = s.scrolls[key_];
  if (!kept) kept = std::make_shared<ScrollState>();
  scroll_ = kept;
  scroll_->room = view.h;

  const bool is_mine = s.scroll_key == key_;
  if (s.went_down && view.contains(s.down_x, s.down_y)) {
    scroll_->motion.stop();
    s.scroll_key = key_;  // an inner list that is drawn later takes it over
  }
  if (is_mine && (s.is_down || s.went_up)) {
    float moved = 0;
    float last = s.y;
    for (const auto& sample : s.samples) last = sample.y;
    moved = last - s.down_y;
    if (!s.is_scrolling && std::abs(moved) > kDragStartEm * dp(18) && scroll_->content > scroll_->room + 1) {
      s.is_scrolling = true;
    }
    if (s.is_scrolling) {
      scroll_->offset -= scroll_->motion.drag(last - s.down_y, s.dt_s);
      s.down_y = last;
    }
  }
  if (is_mine && s.went_up) {
    if (s.is_scrolling && glass().has_motion()) scroll_->motion.lift();
  }
  if (s.wheel_lines != 0 && view.contains(s.x, s.y)) {
    scroll_->offset -= s.wheel_lines * kWheelLines * dp(18);
    s.is_moving = true;
  }
  scroll_->offset -= scroll_->motion.step(s.dt_s);
  if (scroll_->is_jump_wanted) {
    scroll_->offset = scroll_->jump_to;
    scroll_->is_jump_wanted = false;
    scroll_->motion.stop();
  }
  const float most = std::max(0.0f, scroll_->content - scroll_->room);
  if (scroll_->offset < 0 || scroll_->offset > most) scroll_->motion.stop();
  scroll_->offset = std::round(std::clamp(scroll_->offset, 0.0f, most));
  if (scroll_->motion.is_gliding()) s.is_moving = true;

  ImGui::SetCursorScreenPos({view.x, view.y});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  // A little wider than its content, for the mark beside it.
  ImGui::BeginChild(key_.c_str(), {view.w + dp(12), view.h}, false,
                    ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse |
                        ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoMove);
  ImGui::PopStyleVar();
}

Scroll::~Scroll() {
  const float content = y_;
  if (std::abs(content - scroll_->content) > 0.5f) {
    scroll_->content = content;
    draw_again_in_ms(0);
  }
  if (content > view_.h + 1) {
    // How far one is, as a thin mark; never something to grab.
    const float height = std::max(dp(32), view_.h * view_.h / content);
    const float y = view_.y + (view_.h - height) * scroll_->offset / std::max(1.0f, content - view_.h);
    const float x = std::min(view_.right() + dp(6), glass().bounds().w - dp(6));
    fill({x, y, dp(4), height}, Role::Line, dp(2));
  }
  ImGui::EndChild();
}

Rect Scroll::next(float height, float gap) {
  const Rect piece{view_.x, view_.y + y_ - scroll_->offset, view_.w, height};
  y_ += height + gap;
  return piece;
}

bool Scroll::is_visible(float height) const {
  const float top = y_ - scroll_->offset;
  return top + height > 0 && top < view_.h;
}

void Scroll::show(const Rect& piece) {
  const float top = piece.y - view_.y + scroll_->offset;
  if (top >= scroll_->offset && top + piece.h <= scroll_->offset + view_.h) return;
  scroll_->is_jump_wanted = true;
  scroll_->jump_to = std::max(0.0f, top - dp(16));
  draw_again_in_ms(0);
}

bool Scroll::is_at_end() const { return scroll_->offset + scroll_->room >= scroll_->content - dp(200); }

void scroll_to_top(std::string_view key) {
  const auto found = state().scrolls.find(std::string(key));
  if (found == state().scrolls.end()) return;
  found->second->is_jump_wanted = true;
  found->second->jump_to = 0;
}

}  // namespace aftercare::ui
