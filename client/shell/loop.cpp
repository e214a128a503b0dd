#include "client/shell/loop.h"

#include "client/ui/keyboard_layout.h"

namespace aftercare::shell {
namespace {

constexpr std::int64_t kFrameMs = 16;  // while something moves

}  // namespace

Done Loop::open(const Options& options) {
  auto window = Window::open(options.window);
  if (!window) return window.error();
  window_ = std::move(window).value();
  auto keyboards = ui::load_keyboards(options.keyboards);
  if (!keyboards) return keyboards.error();
  auto glass = ui::Glass::make(std::move(keyboards).value());
  if (!glass) return glass.error();
  glass_ = std::move(glass).value();
  glass_->record_texts(options.is_recording_texts);
  return done();
}

void Loop::run() {
  while (!window_->is_closed() && !end_) turn(std::nullopt);
}

std::optional<std::chrono::milliseconds> Loop::sleep() const {
  auto wanted = sleep_before_frame(pace_);
  if (const auto due = next_due_ms()) {
    const std::chrono::milliseconds left{std::max<std::int64_t>(0, *due - Window::now_ms())};
    wanted = wanted ? std::min(*wanted, left) : left;
  }
  return wanted;
}

bool Loop::is_quiet() const {
  return pace_.settle_frame_count == 0 && drawn_width_ == window_->width() &&
         drawn_height_ == window_->height() && (!pace_.next_change || pace_.next_change->count() > 0) &&
         window_->input().is_empty() && !is_working();
}

bool Loop::turn(std::optional<std::chrono::milliseconds> longest) {
  auto wait = sleep();
  // Something moves: not faster than a display shows it.
  if (wait && wait->count() == 0 && window_->input().is_empty() && frame_count_ > 0 && pace_.next_change) {
    const auto since = Window::now_ms() - drawn_at_ms_;
    wait = std::chrono::milliseconds{std::max<std::int64_t>(0, kFrameMs - since)};
  }
  if (!window_->input().is_empty()) wait = std::chrono::milliseconds{0};
  if (longest) wait = wait ? std::min(*wait, *longest) : *longest;

  const auto slept_from = Window::now_ms();
  const bool has_event = window_->wait(wait);
  if (pace_.next_change) *pace_.next_change -= std::chrono::milliseconds{Window::now_ms() - slept_from};
  if (has_event || !window_->input().is_empty()) pace_.settle_frame_count = kSettleFrameCount;
  if (drawn_width_ != window_->width() || drawn_height_ != window_->height())
    pace_.settle_frame_count = kSettleFrameCount;
  if (take_messages()) pace_.settle_frame_count = kSettleFrameCount;
  if (const auto due = next_due_ms(); due && *due <= Window::now_ms()) {
    pass_time();
    pace_.settle_frame_count = std::max(pace_.settle_frame_count, 1);
  }
  const auto left = sleep_before_frame(pace_);
  const bool is_due = left && left->count() <= 0;
  if (!is_due || !window_->is_visible()) {
    if (!window_->is_visible()) pace_.settle_frame_count = 0;
    return false;
  }
  draw_frame();
  return true;
}

void Loop::apply_looks() {
  const auto wanted = looks();
  glass_->set_size(window_->width(), window_->height());
  glass_->set_display_scale(window_->display_scale());
  glass_->set_text_size(wanted.text_percent);
  glass_->set_theme(wanted.theme);
  glass_->set_gloves(wanted.has_gloves);
  glass_->set_motion(wanted.has_motion);
  if (wanted.language == language_) return;
  language_ = wanted.language;
  glass_->set_keyboard_language(language_);
  are_letters_wanted_ = true;
}

/// Letters that were never shown are drawn into the atlas first, which takes longer than a frame has.
void Loop::make_letters() {
  constexpr int kHastyFrameMax = 10;
  stale_frame_count_ = glass_->fonts().is_stale() ? stale_frame_count_ + 1 : 0;
  const bool is_in_haste =
      (pace_.settle_frame_count > 1 || frame_count_ == 0) && stale_frame_count_ < kHastyFrameMax;
  const auto prepared = glass_->prepare(is_in_haste);
  if (prepared && prepared.value()) (void)window_->upload_fonts();
}

Loop::Action Loop::lay_out(const ui::Input& input, float dt_s, std::int64_t at_ms) {
  glass_->begin(input, dt_s, at_ms);
  auto action = draw();
  glass_->end();
  return action;
}

void Loop::draw_frame() {
  const auto begun = std::chrono::steady_clock::now();
  apply_looks();
  make_letters();

  auto input = window_->input().take();
  take_input(input);
  drawn_width_ = window_->width();
  drawn_height_ = window_->height();
  const auto at = Window::now_ms();
  const float dt_s = std::clamp(static_cast<float>(at - drawn_at_ms_) / 1000, 0.001f, 0.05f);
  drawn_at_ms_ = at;
  pace_.settle_frame_count = std::max(pace_.settle_frame_count - 1, 0);
  if (const auto action = lay_out(input, dt_s, at)) {
    // What a tap brings is shown by the frame that took the tap, not by the one after it.
    action();
    apply_looks();
    make_letters();
    if (const auto next = lay_out({}, 0.001f, at)) next();
    pace_.settle_frame_count = kSettleFrameCount;
  }
  // Letters that were never shown, and what a key of the on-screen keyboard typed, are in this frame, too.
  if (glass_->fonts().has_new_letters() || glass_->has_typed()) {
    make_letters();
    if (const auto next = lay_out({}, 0.001f, at)) next();
    pace_.settle_frame_count = kSettleFrameCount;
  }
  window_->show();
  // All letters of the language at once, after its first screen can be used: not one after the other on each
  // new screen.
  if (are_letters_wanted_) are_letters_wanted_ = !want_letters(language_);
  if (!window_->input().is_empty() || glass_->fonts().is_stale())
    pace_.settle_frame_count = std::max(pace_.settle_frame_count, 1);
  const auto next = glass_->next_frame_ms();
  pace_.next_change = next ? std::optional{std::chrono::milliseconds{*next}} : std::nullopt;
  // SDL's text input wakes an on-screen keyboard of the system, and lets dead keys compose.
  window_->ask_for_text(glass_->wants_text() || is_listening());
  if (const auto copied = glass_->take_copied()) window_->copy(*copied);
  after_frame();
  ++frame_count_;
  last_frame_time_ = std::chrono::steady_clock::now() - begun;
}

}  // namespace aftercare::shell
