#include "client/tablet/tablet.h"

#include "client/screens/theme_choice.h"
#include "client/tablet/draw_place.h"

namespace aftercare::tablet {

Tablet::Tablet(Options options) : options_(std::move(options)) {}

Result<std::unique_ptr<Tablet>> Tablet::open(Options options) {
  std::unique_ptr<Tablet> self{new Tablet{std::move(options)}};
  const auto& wanted = self->options_;
  // The disk first: it opens while the window does.
  self->workers_ = std::make_unique<work::Workers>(
      work::Workers::Options{.data = wanted.data,
                             .catalogue = wanted.catalogue,
                             .wake = [] { shell::Window::wake(); },
                             .photo_folders = wanted.photo_folders,
                             .is_syncing_by_itself = wanted.is_syncing_by_itself});
  self->step(app::begin({}));

  const auto opened =
      self->Loop::open({wanted.window, wanted.assets / "keyboards", wanted.is_recording_texts});
  if (!opened) return opened.error();
  self->pictures_ = std::make_unique<PictureShelf>(self->window());
  self->camera_ = std::make_unique<CameraDesk>(wanted.camera, [] { shell::Window::wake(); });
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

bool Tablet::take_messages() {
  auto messages = workers_->take();
  for (auto& message : camera_->take()) messages.push_back(std::move(message));
  for (auto& message : messages) {
    if (const auto* photo = std::get_if<app::PhotoLoaded>(&message)) pictures_->put(*photo);
    if (const auto* ended = std::get_if<app::SyncEnded>(&message); ended != nullptr && ended->has_news)
      pictures_->ask_again();
    if (const auto* frame = std::get_if<app::CameraFrame>(&message)) pictures_->show_camera(frame->picture);
    const bool is_start = std::holds_alternative<app::Started>(message);
    step(app::receive(std::move(state_), std::move(message), now()));
    if (!is_start) continue;
    if (!options_.language.empty()) state_.settings.language = options_.language;
    if (options_.theme) state_.settings.theme = *options_.theme;
    if (options_.text_percent) state_.settings.text_percent = *options_.text_percent;
  }
  return !messages.empty();
}

shell::Loop::Looks Tablet::looks() const {
  const auto& settings = state_.settings;
  return {.theme = screens::theme_of(settings.theme),
          .text_percent = settings.text_percent,
          .has_gloves = settings.has_gloves,
          .has_motion = settings.has_motion,
          .language = language_of(state_)};
}

bool Tablet::want_letters(const std::string& language) {
  if (state_.place == app::Place::Start) return false;
  for (const auto& [key, text] : options_.catalogue.in(language).texts()) glass().fonts().want(text);
  for (const auto& spoken : language::languages()) glass().fonts().want(spoken.own_name);
  return true;
}

/// A hardware keyboard's digits are the PIN pad's; a back key leads back.
void Tablet::take_input(ui::Input& input) {
  if (state_.place == app::Place::Pin) {
    for (const char character : input.text) {
      if (character >= '0' && character <= '9') ask(intent::TypePin{character});
    }
    for (const auto key : input.keys) {
      if (key == ui::KeyPress::Backspace) ask(intent::ErasePinDigit{});
    }
  }
  if (glass().wants_text() || shown::is_customers(state_.place)) return;
  for (const auto key : input.keys) {
    if (key == ui::KeyPress::Escape && state_.place != app::Place::Pin && state_.place != app::Place::Start)
      ask(intent::GoBack{});
  }
}

shell::Loop::Action Tablet::draw() {
  auto wish = draw_place(state_, {options_.catalogue, *pictures_, now(), clock_.zone()});
  if (!wish) return {};
  return [this, wish = std::move(*wish)] { ask(wish); };
}

void Tablet::after_frame() {
  for (auto& photo : pictures_->take_wishes()) workers_->carry_out(std::move(photo));
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
    if (!is_open()) return;
    glass().forget();
    window().copy("");
  } else {
    workers_->carry_out(std::move(effect));
  }
}

}  // namespace aftercare::tablet
