#pragma once

#include "client/app/kiosk_update.h"
#include "client/shell/loop.h"
#include "client/work/workers.h"

namespace aftercare::kiosk {

/// The program in the shop: window, glass, state and workers put together. Each customer has a process of
/// their own: what one typed is not in the memory of the next, wherever a library may have kept it. A fresh
/// process shows its first page sooner than a finger comes back (client/kiosk/README.md has the numbers).
class Kiosk final : public shell::Loop {
 public:
  struct Options {
    std::filesystem::path data;
    std::filesystem::path assets;
    const language::Catalogue& catalogue;
    shell::Window::Options window;
    bool is_syncing_by_itself = true;
    std::string language;  // of the house
    shown::ThemeChoice theme = shown::ThemeChoice::Light;
    int text_percent = 0;  // 0: as usual
    std::chrono::milliseconds idle{90'000};
    bool is_recording_texts = false;
  };
  static Result<std::unique_ptr<Kiosk>> open(Options options);
  ~Kiosk() override;

  [[nodiscard]] const app::KioskState& state() const { return state_; }

 private:
  explicit Kiosk(Options options);
  [[nodiscard]] Looks looks() const override;
  bool take_messages() override;
  [[nodiscard]] std::optional<std::int64_t> next_due_ms() const override { return app::next_due_ms(state_); }
  void pass_time() override { step(app::pass_time(std::move(state_), now())); }
  [[nodiscard]] Action draw() override;
  void take_input(ui::Input& input) override;
  /// A scanner is a keyboard.
  [[nodiscard]] bool is_listening() const override { return true; }
  [[nodiscard]] bool is_working() const override { return !workers_->is_idle(); }
  bool want_letters(const std::string& language) override;
  void after_frame() override;

  void hear(ui::Input& input);
  void forget();
  void type_pin(const ui::Input& input);
  void ask(const kiosk_intent::Any& intent);
  void step(app::KioskStep step);
  [[nodiscard]] app::Now now() const;

  Options options_;
  SystemClock clock_;
  std::unique_ptr<work::Workers> workers_;
  app::KioskState state_;
  app::KioskPlace drawn_place_ = app::KioskPlace::Opening;
  std::string heard_;  // what came in one burst: by a scanner
  std::int64_t heard_at_ms_ = 0;
  bool is_by_hand_ = false;  // letters came before these, and no Enter between
};

}  // namespace aftercare::kiosk
