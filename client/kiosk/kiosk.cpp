#include "client/kiosk/kiosk.h"

#include "client/kiosk/draw_kiosk.h"
#include "client/screens/theme_choice.h"
#include "client/ui/text_field.h"

namespace aftercare::kiosk {
namespace {

using app::KioskPlace;

/// Between two letters of a scanner lies less, however long our own frames take; by hand there is a pause
/// sooner or later.
constexpr std::int64_t kBurstPauseMs = 1'000;
constexpr std::size_t kScanBytesMin = 4;

}  // namespace

Kiosk::Kiosk(Options options) : options_(std::move(options)) {}

Result<std::unique_ptr<Kiosk>> Kiosk::open(Options options) {
  std::unique_ptr<Kiosk> self{new Kiosk{std::move(options)}};
  const auto& wanted = self->options_;
  // The disk first: it opens while the window does.
  self->workers_ = std::make_unique<work::Workers>(
      work::Workers::Options{.data = wanted.data,
                             .catalogue = wanted.catalogue,
                             .wake = [] { shell::Window::wake(); },
                             .photo_folders = {},
                             .is_syncing_by_itself = wanted.is_syncing_by_itself,
                             .role = domain::DeviceRole::Kiosk});
  app::KioskState state;
  state.house.language = language::closest_language(wanted.language);
  state.house.theme = wanted.theme;
  if (wanted.text_percent != 0) state.house.text_percent = wanted.text_percent;
  state.house.idle_ms = wanted.idle.count();
  self->step(app::begin(std::move(state), self->now()));
  const auto opened =
      self->Loop::open({wanted.window, wanted.assets / "keyboards", wanted.is_recording_texts});
  if (!opened) return opened.error();
  return self;
}

Kiosk::~Kiosk() {
  workers_.reset();  // writes what waits
}

app::Now Kiosk::now() const { return {shell::Window::now_ms(), const_cast<SystemClock&>(clock_).now()}; }

bool Kiosk::take_messages() {
  auto messages = workers_->take();
  for (auto& message : messages) step(app::receive(std::move(state_), std::move(message), now()));
  return !messages.empty();
}

shell::Loop::Looks Kiosk::looks() const {
  auto& window = const_cast<Kiosk*>(this)->window();
  return {.theme = screens::theme_of(state_.customer.theme),
          .text_percent = text_percent_of(state_, window.width(), window.height()),
          .language = state_.customer.language};
}

bool Kiosk::want_letters(const std::string& language) {
  if (state_.place == KioskPlace::Opening) return false;
  for (const auto& [key, text] : options_.catalogue.in(language).texts()) {
    if (key.starts_with("kiosk.") || key.starts_with("coverage.")) glass().fonts().want(text);
  }
  return true;
}

/// Gathers what a scanner types and takes its Enter for itself. What comes slower is left to the fields.
void Kiosk::hear(ui::Input& input) {
  if (input.text.empty() && input.keys.empty()) return;
  const auto at = shell::Window::now_ms();
  if (at - heard_at_ms_ > kBurstPauseMs) {
    is_by_hand_ = !heard_.empty();
    heard_.clear();
  }
  heard_at_ms_ = at;
  heard_ += input.text.substr(0, app::kCodeBytesMax - std::min(heard_.size(), app::kCodeBytesMax));
  std::erase_if(input.text,
                [](char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F; });
  const bool is_ended = std::ranges::find(input.keys, ui::KeyPress::Enter) != input.keys.end();
  if (!is_ended) return;
  const auto code = std::exchange(heard_, {});
  const bool is_by_hand = std::exchange(is_by_hand_, false);
  if (is_by_hand || code.size() < kScanBytesMin || state_.place == KioskPlace::Comment) return;
  input.text.clear();
  input.keys.clear();
  ask(kiosk_intent::Scan{code});
}

void Kiosk::type_pin(const ui::Input& input) {
  if (state_.place != KioskPlace::StaffPin && state_.place != KioskPlace::ChoosePin) return;
  for (const char character : input.text) {
    if (character >= '0' && character <= '9') ask(intent::TypePin{character});
  }
  for (const auto key : input.keys) {
    if (key == ui::KeyPress::Backspace) ask(intent::ErasePinDigit{});
  }
}

void Kiosk::take_input(ui::Input& input) {
  const bool is_touched = !input.pointer.empty() || !input.text.empty() || !input.keys.empty();
  if (is_touched && shown::is_of_customer(state_.place)) ask(kiosk_intent::Touch{});
  hear(input);
  type_pin(input);
}

shell::Loop::Action Kiosk::draw() {
  // Whoever comes to a page with one field types at once.
  if (drawn_place_ != state_.place) {
    drawn_place_ = state_.place;
    ui::leave_fields();
    if (state_.place == KioskPlace::Check) ui::focus_field("check.serial");
  }
  auto wish = draw_kiosk(state_, {options_.catalogue, now(), clock_.zone()});
  if (!wish) return {};
  return [this, wish = std::move(*wish)] { ask(wish); };
}

void Kiosk::after_frame() {
  if (state_.is_left) finish(End::Left);
  // The empty page is shown first: it stays until the fresh process shows the same.
  if (state_.is_to_renew) finish(End::Renewed);
}

void Kiosk::ask(const kiosk_intent::Any& intent) { step(app::update(std::move(state_), intent, now())); }

void Kiosk::forget() {
  std::ranges::fill(heard_, '\0');
  heard_.clear();
  if (!is_open()) return;
  glass().forget();
  window().copy("");
}

void Kiosk::step(app::KioskStep step) {
  state_ = std::move(step.state);
  for (auto& effect : step.effects) {
    if (std::holds_alternative<app::ForgetCustomer>(effect)) forget();
    workers_->carry_out(std::move(effect));
  }
}

}  // namespace aftercare::kiosk
