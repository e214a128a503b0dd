#include "client/tablet/tablet.h"

#include "client/tablet/draw_place.h"
#include "client/ui/keyboard_layout.h"

#include <fmt/format.h>

namespace aftercare::tablet {
namespace {

constexpr std::int64_t kFrameMs = 16;  // while something moves

const ui::Theme& theme_of(shown::ThemeChoice choice) {
  switch (choice) {
    case shown::ThemeChoice::Dark: return ui::dark_theme();
    case shown::ThemeChoice::Contrast: return ui::contrast_theme();
    case shown::ThemeChoice::System:
    case shown::ThemeChoice::Light: break;
  }
  return ui::light_theme();
}

}  // namespace

Tablet::Tablet(Options options) : options_(std::move(options)) {}

Result<std::unique_ptr<Tablet>> Tablet::open(Options options) {
  std::unique_ptr<Tablet> self{new Tablet{std::move(options)}};
  // The disk first: it opens while the window does.
  self->workers_ = std::make_unique<work::Workers>(
      work::Workers::Options{self->options_.data, self->options_.catalogue, [] { shell::Window::wake(); },
                             self->options_.photo_folders, self->options_.is_syncing_by_itself});
  self->step(app::begin({}));

  auto window = shell::Window::open(self->options_.window);
  if (!window) return window.error();
  self->window_ = std::move(window).value();
  auto keyboards = ui::load_keyboards(self->options_.assets / "keyboards");
  if (!keyboards) return keyboards.error();
  auto glass = ui::Glass::make(std::move(keyboards).value());
  if (!glass) return glass.error();
  self->glass_ = std::move(glass).value();
  self->glass_->record_texts(self->options_.is_recording_texts);
  self->pictures_ = std::make_unique<PictureShelf>(*self->window_);
  self->camera_ = std::make_unique<CameraDesk>(self->options_.camera, [] { shell::Window::wake(); });
  const auto& wanted = self->options_;
  self->state_.settings.language =
      language::closest_language(wanted.language.empty() ? wanted.system_language : wanted.language);
  if (wanted.theme) self->state_.settings.theme = *wanted.theme;
  if (wanted.text_percent) self->state_.settings.text_percent = *wanted.text_percent;
  return self;
}

Tablet::~Tablet() {
  if (camera_) camera_->stop();
  for (auto& effect : app::last_effects(state_)) carry_out(std::move(effect));
  workers_.reset();  // writes what waits
}

app::Now Tablet::now() const { return {shell::Window::now_ms(), const_cast<SystemClock&>(clock_).now()}; }

void Tablet::run() {
  while (!window_->is_closed()) turn(std::nullopt);
}

std::optional<std::chrono::milliseconds> Tablet::sleep() const {
  auto wanted = shell::sleep_before_frame(pace_);
  if (const auto due = app::next_due_ms(state_)) {
    const std::chrono::milliseconds left{std::max<std::int64_t>(0, *due - shell::Window::now_ms())};
    wanted = wanted ? std::min(*wanted, left) : left;
  }
  return wanted;
}

bool Tablet::is_quiet() const {
  return pace_.settle_frame_count == 0 && drawn_width_ == window_->width() &&
         drawn_height_ == window_->height() && (!pace_.next_change || pace_.next_change->count() > 0) &&
         window_->input().is_empty() && !app::is_saving(state_) && workers_->is_idle();
}

bool Tablet::turn(std::optional<std::chrono::milliseconds> longest) {
  auto wait = sleep();
  // Something moves: not faster than a display shows it.
  if (wait && wait->count() == 0 && window_->input().is_empty() && frame_count_ > 0 && pace_.next_change) {
    const auto since = shell::Window::now_ms() - drawn_at_ms_;
    wait = std::chrono::milliseconds{std::max<std::int64_t>(0, kFrameMs - since)};
  }
  if (!window_->input().is_empty()) wait = std::chrono::milliseconds{0};
  if (longest) wait = wait ? std::min(*wait, *longest) : *longest;

  const auto slept_from = shell::Window::now_ms();
  const bool has_event = window_->wait(wait);
  if (pace_.next_change)
    *pace_.next_change -= std::chrono::milliseconds{shell::Window::now_ms() - slept_from};
  if (has_event || !window_->input().is_empty()) pace_.settle_frame_count = shell::kSettleFrameCount;
  if (drawn_width_ != window_->width() || drawn_height_ != window_->height())
    pace_.settle_frame_count = shell::kSettleFrameCount;
  take_messages();
  if (const auto due = app::next_due_ms(state_); due && *due <= shell::Window::now_ms()) {
    step(app::pass_time(std::move(state_), now()));
    pace_.settle_frame_count = std::max(pace_.settle_frame_count, 1);
  }
  const auto left = shell::sleep_before_frame(pace_);
  const bool is_due = left && left->count() <= 0;
  if (!is_due || !window_->is_visible()) {
    if (!window_->is_visible()) pace_.settle_frame_count = 0;
    return false;
  }
  draw_frame();
  return true;
}

void Tablet::take_messages() {
  auto messages = workers_->take();
  for (auto& message : camera_->take()) messages.push_back(std::move(message));
  if (messages.empty()) return;
  pace_.settle_frame_count = shell::kSettleFrameCount;
  for (auto& message : messages) {
    if (const auto* photo = std::get_if<app::PhotoLoaded>(&message)) pictures_->put(*photo);
    if (const auto* frame = std::get_if<app::CameraFrame>(&message)) pictures_->show_camera(frame->picture);
    const bool is_start = std::holds_alternative<app::Started>(message);
    step(app::receive(std::move(state_), std::move(message), now()));
    if (!is_start) continue;
    if (!options_.language.empty()) state_.settings.language = options_.language;
    if (options_.theme) state_.settings.theme = *options_.theme;
    if (options_.text_percent) state_.settings.text_percent = *options_.text_percent;
  }
}

void Tablet::apply_settings() {
  const auto& settings = state_.settings;
  glass_->set_size(window_->width(), window_->height());
  glass_->set_display_scale(window_->display_scale());
  glass_->set_text_size(settings.text_percent);
  glass_->set_theme(theme_of(settings.theme));
  glass_->set_gloves(settings.has_gloves);
  glass_->set_motion(settings.has_motion);
  const auto language = language_of(state_);
  if (language != keyboard_language_) {
    keyboard_language_ = language;
    glass_->set_keyboard_language(language);
    are_letters_wanted_ = true;
  }
}

/// Letters that were never shown are drawn into the atlas first, which takes longer than a frame has.
void Tablet::make_letters() {
  constexpr int kHastyFrameMax = 10;
  stale_frame_count_ = glass_->fonts().is_stale() ? stale_frame_count_ + 1 : 0;
  const bool is_in_haste =
      (pace_.settle_frame_count > 1 || frame_count_ == 0) && stale_frame_count_ < kHastyFrameMax;
  const auto prepared = glass_->prepare(is_in_haste);
  if (prepared && prepared.value()) (void)window_->upload_fonts();
}

/// All letters of the language at once, after its first screen can be used: not one after the other on
/// each new screen.
void Tablet::want_letters() {
  if (!are_letters_wanted_ || state_.place == app::Place::Start) return;
  are_letters_wanted_ = false;
  for (const auto& [key, text] : options_.catalogue.in(keyboard_language_).texts())
    glass_->fonts().want(text);
  for (const auto& language : language::languages()) glass_->fonts().want(language.own_name);
}

/// A hardware keyboard's digits are the PIN pad's; a back key leads back.
void Tablet::type_pin(const ui::Input& input) {
  if (state_.place == app::Place::Pin) {
    for (const char character : input.text) {
      if (character >= '0' && character <= '9') ask(intent::TypePin{character});
    }
    for (const auto key : input.keys) {
      if (key == ui::KeyPress::Backspace) ask(intent::ErasePinDigit{});
    }
  }
  if (glass_->wants_text() || shown::is_customers(state_.place)) return;
  for (const auto key : input.keys) {
    if (key == ui::KeyPress::Escape && state_.place != app::Place::Pin && state_.place != app::Place::Start)
      ask(intent::GoBack{});
  }
}

std::optional<intent::Any> Tablet::lay_out(const ui::Input& input, float dt_s, std::int64_t at_ms) {
  glass_->begin(input, dt_s, at_ms);
  auto wish = draw_place(state_, {options_.catalogue, *pictures_, now(), clock_.zone()});
  glass_->end();
  return wish;
}

void Tablet::draw_frame() {
  const auto begun = std::chrono::steady_clock::now();
  apply_settings();
  make_letters();

  const auto input = window_->input().take();
  type_pin(input);
  drawn_width_ = window_->width();
  drawn_height_ = window_->height();
  const auto at = shell::Window::now_ms();
  const float dt_s = std::clamp(static_cast<float>(at - drawn_at_ms_) / 1000, 0.001f, 0.05f);
  drawn_at_ms_ = at;
  pace_.settle_frame_count = std::max(pace_.settle_frame_count - 1, 0);
  if (const auto wish = lay_out(input, dt_s, at)) {
    // What a tap brings is shown by the frame that took the tap, not by the one after it.
    ask(*wish);
    apply_settings();
    make_letters();
    if (const auto next = lay_out({}, 0.001f, at)) ask(*next);
    pace_.settle_frame_count = shell::kSettleFrameCount;
  }
  // Letters that were never shown, and what a key of the on-screen keyboard typed, are in this frame, too.
  if (glass_->fonts().has_new_letters() || glass_->has_typed()) {
    make_letters();
    if (const auto next = lay_out({}, 0.001f, at)) ask(*next);
    pace_.settle_frame_count = shell::kSettleFrameCount;
  }
  window_->show();
  want_letters();
  if (!window_->input().is_empty() || glass_->fonts().is_stale())
    pace_.settle_frame_count = std::max(pace_.settle_frame_count, 1);
  const auto next = glass_->next_frame_ms();
  pace_.next_change = next ? std::optional{std::chrono::milliseconds{*next}} : std::nullopt;
  // SDL's text input wakes an on-screen keyboard of the system, and lets dead keys compose. A scanner and the
  // PIN pad are keyboards too.
  window_->ask_for_text(glass_->wants_text() || state_.place == app::Place::Pin);
  if (const auto copied = glass_->take_copied()) window_->copy(*copied);
  for (auto& photo : pictures_->take_wishes()) workers_->carry_out(std::move(photo));
  ++frame_count_;
  last_frame_time_ = std::chrono::steady_clock::now() - begun;
}

void Tablet::ask(const intent::Any& intent) { step(app::update(std::move(state_), intent, now())); }

void Tablet::step(app::Step step) {
  state_ = std::move(step.state);
  for (auto& effect : step.effects) carry_out(std::move(effect));
}

void Tablet::carry_out(app::Effect effect) {
  if (std::holds_alternative<app::StartCamera>(effect)) {
    pictures_->close_camera();
    camera_->start();
  } else if (std::holds_alternative<app::StopCamera>(effect)) {
    camera_->stop();
    pictures_->close_camera();
  } else if (std::holds_alternative<app::Shoot>(effect)) {
    camera_->shoot();
  } else if (std::holds_alternative<app::ForgetCustomer>(effect)) {
    if (glass_) glass_->forget();
    if (window_) window_->copy("");
  } else {
    workers_->carry_out(std::move(effect));
  }
}

}  // namespace aftercare::tablet
