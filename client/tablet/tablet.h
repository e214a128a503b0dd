#pragma once

#include "client/app/update.h"
#include "client/shell/camera.h"
#include "client/shell/loop.h"
#include "client/tablet/camera_desk.h"
#include "client/tablet/pictures.h"
#include "client/work/workers.h"

namespace aftercare::tablet {

/// The program on the technician's tablet: window, glass, state and workers put together.
class Tablet final : public shell::Loop {
 public:
  struct Options {
    std::filesystem::path data;
    std::filesystem::path assets;
    const language::Catalogue& catalogue;
    shell::Window::Options window;
    std::vector<std::filesystem::path> photo_folders;
    shell::Camera::Source camera = shell::Camera::Source::Auto;
    bool is_syncing_by_itself = true;
    // For journeys and pictures, before what the tablet remembers:
    std::string language;
    std::string system_language;  // where the tablet remembers none
    std::optional<shown::ThemeChoice> theme;
    std::optional<int> text_percent;
    bool is_recording_texts = false;
  };
  static Result<std::unique_ptr<Tablet>> open(Options options);
  ~Tablet() override;

  [[nodiscard]] const app::AppState& state() const { return state_; }
  [[nodiscard]] work::Workers& workers() { return *workers_; }

 private:
  explicit Tablet(Options options);
  [[nodiscard]] Looks looks() const override;
  bool take_messages() override;
  [[nodiscard]] std::optional<std::int64_t> next_due_ms() const override { return app::next_due_ms(state_); }
  void pass_time() override { step(app::pass_time(std::move(state_), now())); }
  [[nodiscard]] Action draw() override;
  void take_input(ui::Input& input) override;
  /// A scanner and the PIN pad are keyboards too.
  [[nodiscard]] bool is_listening() const override { return state_.place == app::Place::Pin; }
  [[nodiscard]] bool is_working() const override { return app::is_saving(state_) || !workers_->is_idle(); }
  bool want_letters(const std::string& language) override;
  void after_frame() override;

  void ask(const intent::Any& intent);
  void step(app::Step step);
  void carry_out(app::Effect effect);
  [[nodiscard]] app::Now now() const;

  Options options_;
  SystemClock clock_;
  std::unique_ptr<PictureShelf> pictures_;
  std::unique_ptr<CameraDesk> camera_;
  std::unique_ptr<work::Workers> workers_;
  app::AppState state_;
};

}  // namespace aftercare::tablet
