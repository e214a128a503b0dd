#pragma once

#include "client/shell/pacing.h"
#include "client/shell/window.h"

#include <functional>

namespace aftercare::shell {

/// The life of a program with a glass: sleeps until something happens, has it drawn, shows it. What is drawn
/// and what a tap means is told by the program that derives from it.
class Loop {
 public:
  struct Options {
    Window::Options window;
    std::filesystem::path keyboards;
    bool is_recording_texts = false;
  };
  /// How a program ends by itself.
  enum class End {
    Left,     // somebody who may has ended it
    Renewed,  // for the next customer: the program is to be begun anew, as a fresh process
  };

  virtual ~Loop() = default;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Until the window is closed or the program ends.
  void run();
  /// Waits as long as nothing is to be drawn, but not longer than told, then draws one frame if there is a
  /// reason to. True when it drew.
  bool turn(std::optional<std::chrono::milliseconds> longest);
  [[nodiscard]] std::optional<End> end() const { return end_; }

  [[nodiscard]] Window& window() { return *window_; }
  [[nodiscard]] ui::Glass& glass() { return *glass_; }
  [[nodiscard]] std::uint64_t frame_count() const { return frame_count_; }
  [[nodiscard]] std::chrono::nanoseconds last_frame_time() const { return last_frame_time_; }
  /// Nothing is owed: no frame, no work of the disk.
  [[nodiscard]] bool is_quiet() const;

 protected:
  struct Looks {
    const ui::Theme& theme;
    int text_percent = 100;
    bool has_gloves = false;
    bool has_motion = true;
    std::string language;
  };
  using Action = std::function<void()>;

  Loop() = default;
  [[nodiscard]] Done open(const Options& options);
  void finish(End end) { end_ = end; }
  [[nodiscard]] bool is_open() const { return window_ != nullptr && glass_ != nullptr; }

  [[nodiscard]] virtual Looks looks() const = 0;
  /// What others have to say; whether there was anything.
  virtual bool take_messages() = 0;
  [[nodiscard]] virtual std::optional<std::int64_t> next_due_ms() const = 0;
  virtual void pass_time() = 0;
  /// Draws the whole glass. What somebody asked for by this is carried out when the frame is laid out.
  [[nodiscard]] virtual Action draw() = 0;
  /// Keys and letters that no field waits for.
  virtual void take_input(ui::Input&) {}
  /// A keyboard types something even where no field is typed in.
  [[nodiscard]] virtual bool is_listening() const { return false; }
  /// Something that was typed is not safe yet, or somebody works on it.
  [[nodiscard]] virtual bool is_working() const = 0;
  /// All words of this language, so that their letters are ready; false while it is too early for that.
  virtual bool want_letters(const std::string& language) = 0;
  virtual void after_frame() {}

 private:
  void draw_frame();
  [[nodiscard]] Action lay_out(const ui::Input& input, float dt_s, std::int64_t at_ms);
  void apply_looks();
  void make_letters();
  [[nodiscard]] std::optional<std::chrono::milliseconds> sleep() const;

  std::unique_ptr<Window> window_;
  std::unique_ptr<ui::Glass> glass_;
  std::optional<End> end_;
  Pace pace_;
  std::int64_t drawn_at_ms_ = 0;
  std::uint64_t frame_count_ = 0;
  std::chrono::nanoseconds last_frame_time_{0};
  int drawn_width_ = 0, drawn_height_ = 0;
  std::string language_;
  bool are_letters_wanted_ = false;
  int stale_frame_count_ = 0;  // for how many frames the atlas has lacked something
};

}  // namespace aftercare::shell
