#pragma once

#include "client/app/update.h"
#include "client/shell/camera.h"
#include "client/shell/pacing.h"
#include "client/tablet/camera_desk.h"
#include "client/tablet/pictures.h"
#include "client/work/workers.h"

namespace aftercare::tablet {

/// The program on the technician's tablet: window, glass, state and workers put together. Sleeps until
/// something happens.
class Tablet {
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
  ~Tablet();
  Tablet(const Tablet&) = delete;
  Tablet& operator=(const Tablet&) = delete;

  /// Until the window is closed.
  void run();

  /// Waits as long as nothing is to be drawn, but not longer than told, then draws one frame if there is a
  /// reason to. True when it drew.
  bool turn(std::optional<std::chrono::milliseconds> longest);

  [[nodiscard]] shell::Window& window() { return *window_; }
  [[nodiscard]] ui::Glass& glass() { return *glass_; }
  [[nodiscard]] const app::AppState& state() const { return state_; }
  [[nodiscard]] work::Workers& workers() { return *workers_; }
  [[nodiscard]] std::uint64_t frame_count() const { return frame_count_; }
  [[nodiscard]] std::chrono::nanoseconds last_frame_time() const { return last_frame_time_; }
  /// Nothing is owed: no frame, no work of the disk.
  [[nodiscard]] bool is_quiet() const;

 private:
  explicit Tablet(Options options);
  void take_messages();
  void type_pin(const ui::Input& input);
  void draw_frame();
  /// The state as triangles, and what somebody wished by this input.
  std::optional<intent::Any> lay_out(const ui::Input& input, float dt_s, std::int64_t at_ms);
  void apply_settings();
  void make_letters();
  void want_letters();
  void ask(const intent::Any& intent);
  void step(app::Step step);
  void carry_out(app::Effect effect);
  [[nodiscard]] app::Now now() const;
  [[nodiscard]] std::optional<std::chrono::milliseconds> sleep() const;

  Options options_;
  SystemClock clock_;
  std::unique_ptr<shell::Window> window_;
  std::unique_ptr<ui::Glass> glass_;
  std::unique_ptr<PictureShelf> pictures_;
  std::unique_ptr<CameraDesk> camera_;
  std::unique_ptr<work::Workers> workers_;
  app::AppState state_;
  shell::Pace pace_;
  std::int64_t drawn_at_ms_ = 0;
  std::uint64_t frame_count_ = 0;
  std::chrono::nanoseconds last_frame_time_{0};
  int drawn_width_ = 0, drawn_height_ = 0;
  std::string keyboard_language_;
  bool are_letters_wanted_ = false;
  int stale_frame_count_ = 0;  // for how many frames the atlas has lacked something
};

}  // namespace aftercare::tablet
