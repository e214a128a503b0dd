#pragma once

#include "client/shell/input_queue.h"
#include "client/ui/canvas.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <unordered_map>

struct SDL_Window;
struct SDL_Renderer;
struct SDL_Texture;
union SDL_Event;

namespace aftercare::shell {

/// The window of the program: SDL's events in, Dear ImGui's triangles out. Drawn by the GPU where there is
/// one and by the processor where there is none; with SDL's dummy driver there is no display at all and the
/// same pixels.
class Window {
 public:
  struct Options {
    int width = 1280;
    int height = 800;
    bool is_headless = false;  // no display: SDL's dummy driver
    bool is_software = false;  // never the GPU
    bool is_full_screen = false;
    /// For strangers: nobody closes it, no shortcut acts, no pointer is shown; a scanner's separator is
    /// typed.
    bool is_kiosk = false;
    std::string title = "Aftercare";
  };
  static Result<std::unique_ptr<Window>> open(const Options& options);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  /// Waits for events so long (nullopt: until one comes), puts them into the queue, and returns whether
  /// there were any. `is_closed` turns true when somebody closed the window.
  bool wait(std::optional<std::chrono::milliseconds> longest);
  [[nodiscard]] bool is_closed() const { return is_closed_; }
  [[nodiscard]] bool is_visible() const { return is_visible_; }
  [[nodiscard]] InputQueue& input() { return input_; }
  /// A sleeping `wait` returns. From any thread.
  static void wake();

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] float display_scale() const { return display_scale_; }
  void resize(int width, int height);

  /// The atlas of the current Dear ImGui context has been built anew.
  Done upload_fonts();
  /// Draws what Dear ImGui rendered, and shows it.
  void show();
  /// The pixels of the last frame as a PNG file.
  Done save_picture(const std::filesystem::path& file);
  void ask_for_text(bool is_wanted);
  void copy(const std::string& text);

  /// A texture of a picture, by a key of the caller's; made once.
  ui::PictureSource texture(const std::string& key, int width, int height, const std::string& rgba);
  /// The same, replaced each time: a camera.
  ui::PictureSource moving_texture(int width, int height, const std::string& rgba);
  [[nodiscard]] bool has_texture(const std::string& key) const { return textures_.contains(key); }
  void drop_textures();

  [[nodiscard]] std::string renderer_name() const;
  [[nodiscard]] static std::int64_t now_ms();

 private:
  Window() = default;
  void take(const SDL_Event& event);
  void measure();

  SDL_Window* window_ = nullptr;
  SDL_Renderer* renderer_ = nullptr;
  SDL_Texture* fonts_ = nullptr;
  SDL_Texture* camera_ = nullptr;
  int camera_width_ = 0, camera_height_ = 0;
  struct Kept {
    SDL_Texture* texture = nullptr;
    int width = 0, height = 0;
  };
  std::unordered_map<std::string, Kept> textures_;
  InputQueue input_;
  int width_ = 0, height_ = 0;
  float display_scale_ = 1;
  bool is_headless_ = false;
  bool is_kiosk_ = false;
  bool is_closed_ = false;
  bool is_visible_ = true;
  bool is_pen_ = false;
  std::string last_frame_;  // of save_picture
};

}  // namespace aftercare::shell
