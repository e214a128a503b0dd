#include "client/shell/window.h"

#include "client/shell/draw_data.h"

#include <SDL.h>
#include <fmt/format.h>
#include <imgui.h>

#include <cmath>
#include <cstdlib>

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb_image_write.h>
#pragma GCC diagnostic pop

namespace aftercare::shell {
namespace {

constexpr float kDotsPerInchAtFull = 96;
constexpr int kTextMax = 4096;

Error sdl_error(const char* what) {
  return {ErrorKind::Refused, fmt::format("{}: {}", what, SDL_GetError())};
}

std::optional<ui::KeyPress> key_of(const SDL_Keysym& key) {
  const bool is_control = (key.mod & KMOD_CTRL) != 0;
  switch (key.sym) {
    case SDLK_LEFT: return ui::KeyPress::Left;
    case SDLK_RIGHT: return ui::KeyPress::Right;
    case SDLK_UP: return ui::KeyPress::Up;
    case SDLK_DOWN: return ui::KeyPress::Down;
    case SDLK_HOME: return ui::KeyPress::Home;
    case SDLK_END: return ui::KeyPress::End;
    case SDLK_BACKSPACE: return ui::KeyPress::Backspace;
    case SDLK_DELETE: return ui::KeyPress::Delete;
    case SDLK_RETURN:
    case SDLK_KP_ENTER: return ui::KeyPress::Enter;
    case SDLK_TAB: return (key.mod & KMOD_SHIFT) != 0 ? ui::KeyPress::BackTab : ui::KeyPress::Tab;
    case SDLK_ESCAPE:
    case SDLK_AC_BACK: return ui::KeyPress::Escape;
    case SDLK_a: return is_control ? std::optional{ui::KeyPress::SelectAll} : std::nullopt;
    case SDLK_c: return is_control ? std::optional{ui::KeyPress::Copy} : std::nullopt;
    case SDLK_x: return is_control ? std::optional{ui::KeyPress::Cut} : std::nullopt;
    case SDLK_v: return is_control ? std::optional{ui::KeyPress::Paste} : std::nullopt;
    default: return std::nullopt;
  }
}

/// What a kiosk takes of a keyboard beside letters: what corrects them and what ends them.
bool is_for_strangers(const SDL_Keysym& key) {
  if ((key.mod & (KMOD_CTRL | KMOD_ALT | KMOD_GUI)) != 0) return false;
  switch (key.sym) {
    case SDLK_LEFT:
    case SDLK_RIGHT:
    case SDLK_BACKSPACE:
    case SDLK_DELETE:
    case SDLK_RETURN:
    case SDLK_KP_ENTER: return true;
    default: return false;
  }
}

std::uint64_t as_number(SDL_Texture* texture) { return reinterpret_cast<std::uintptr_t>(texture); }

void set_hints(const Window::Options& options) {
  if (options.is_headless) SDL_SetHint(SDL_HINT_VIDEODRIVER, "dummy");
  // A finger comes as a finger, not a second time as a mouse.
  SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");
  SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
  SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
  SDL_SetHint(SDL_HINT_RENDER_BATCHING, "1");
  if (options.is_headless || options.is_software) {
    SDL_SetHint(SDL_HINT_RENDER_DRIVER, "software");
    // Otherwise SDL shows software pixels through a GL texture: 120 MB and twice the time.
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
  }
}

/// A software GL driver is slower and larger than SDL's own software renderer.
bool is_gpu_real() {
  std::error_code failed;
  return std::filesystem::exists("/dev/dri/renderD128", failed);
}

}  // namespace

Result<std::unique_ptr<Window>> Window::open(const Options& wanted) {
  auto options = wanted;
  if (!options.is_headless && !is_gpu_real()) options.is_software = true;
  set_hints(options);
  if (SDL_Init(SDL_INIT_VIDEO) != 0)
    return Error{ErrorKind::NotFound,
                 fmt::format("there is no display here ({}): start it where there is one, or with --headless",
                             SDL_GetError())};
  std::unique_ptr<Window> self{new Window};
  self->is_headless_ = options.is_headless;
  self->is_kiosk_ = options.is_kiosk;
  if (options.is_kiosk) SDL_ShowCursor(SDL_DISABLE);
  std::uint32_t flags = SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
  if (options.is_full_screen) flags |= SDL_WINDOW_FULLSCREEN_DESKTOP;
  self->window_ = SDL_CreateWindow(options.title.c_str(), SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                                   options.width, options.height, flags);
  if (self->window_ == nullptr) return sdl_error("no window can be opened");
  const bool is_software = options.is_headless || options.is_software;
  if (!is_software)
    self->renderer_ =
        SDL_CreateRenderer(self->window_, -1, SDL_RENDERER_ACCELERATED | SDL_RENDERER_PRESENTVSYNC);
  if (self->renderer_ == nullptr) {
    SDL_SetHint(SDL_HINT_RENDER_DRIVER, "software");
    self->renderer_ = SDL_CreateRenderer(self->window_, -1, SDL_RENDERER_SOFTWARE);
  }
  if (self->renderer_ == nullptr) return sdl_error("nothing can be drawn in the window");
  self->measure();
  SDL_StopTextInput();
  return self;
}

Window::~Window() {
  drop_textures();
  if (camera_ != nullptr) SDL_DestroyTexture(camera_);
  if (fonts_ != nullptr) SDL_DestroyTexture(fonts_);
  if (renderer_ != nullptr) SDL_DestroyRenderer(renderer_);
  if (window_ != nullptr) SDL_DestroyWindow(window_);
  SDL_Quit();
}

void Window::measure() {
  SDL_GetRendererOutputSize(renderer_, &width_, &height_);
  float dots = kDotsPerInchAtFull;
  const int display = SDL_GetWindowDisplayIndex(window_);
  if (is_headless_ || display < 0 || SDL_GetDisplayDPI(display, nullptr, &dots, nullptr) != 0 || dots < 1)
    dots = kDotsPerInchAtFull;
  // Monitors that lie about their size say 50 or 1000.
  display_scale_ = std::clamp(std::round(dots / kDotsPerInchAtFull * 4) / 4, 1.0f, 3.0f);
}

bool Window::wait(std::optional<std::chrono::milliseconds> longest) {
  SDL_Event event;
  bool has_event = longest ? (longest->count() == 0
                                  ? SDL_PollEvent(&event) != 0
                                  : SDL_WaitEventTimeout(&event, static_cast<int>(longest->count())) != 0)
                           : SDL_WaitEvent(&event) != 0;
  const bool had_event = has_event;
  for (; has_event; has_event = SDL_PollEvent(&event) != 0) take(event);
  return had_event;
}

void Window::take(const SDL_Event& event) {
  using What = ui::PointerSample::What;
  using From = ui::PointerSample::From;
  const auto finger = [&](What what) {
    ui::PointerSample sample;
    sample.x = event.tfinger.x * static_cast<float>(width_);
    sample.y = event.tfinger.y * static_cast<float>(height_);
    sample.t_ms = now_ms();
    sample.what = what;
    sample.from = From::Finger;
    // SDL says 1 where the digitiser tells no pressure.
    if (event.tfinger.pressure > 0 && event.tfinger.pressure < 1)
      sample.pressure = static_cast<int>(event.tfinger.pressure * 1000);
    input_.push(sample);
  };
  const auto mouse = [&](What what, int x, int y) {
    int window_width = 1, window_height = 1;
    SDL_GetWindowSize(window_, &window_width, &window_height);
    ui::PointerSample sample;
    sample.x = static_cast<float>(x) * static_cast<float>(width_) / static_cast<float>(window_width);
    sample.y = static_cast<float>(y) * static_cast<float>(height_) / static_cast<float>(window_height);
    sample.t_ms = now_ms();
    sample.what = what;
    sample.from = From::Mouse;
    input_.push(sample);
  };
  switch (event.type) {
    case SDL_QUIT: is_closed_ = !is_kiosk_; break;
    case SDL_WINDOWEVENT:
      if (event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED) measure();
      if (event.window.event == SDL_WINDOWEVENT_MINIMIZED || event.window.event == SDL_WINDOWEVENT_HIDDEN)
        is_visible_ = false;
      if (event.window.event == SDL_WINDOWEVENT_RESTORED || event.window.event == SDL_WINDOWEVENT_SHOWN ||
          event.window.event == SDL_WINDOWEVENT_EXPOSED)
        is_visible_ = true;
      break;
    case SDL_FINGERDOWN: finger(What::Down); break;
    case SDL_FINGERMOTION: finger(What::Move); break;
    case SDL_FINGERUP: finger(What::Up); break;
    case SDL_MOUSEBUTTONDOWN:
      if (event.button.button == SDL_BUTTON_LEFT && event.button.which != SDL_TOUCH_MOUSEID)
        mouse(What::Down, event.button.x, event.button.y);
      break;
    case SDL_MOUSEBUTTONUP:
      if (event.button.button == SDL_BUTTON_LEFT && event.button.which != SDL_TOUCH_MOUSEID)
        mouse(What::Up, event.button.x, event.button.y);
      break;
    case SDL_MOUSEMOTION:
      // Nothing answers to hovering, so only a drag is news.
      if (event.motion.which != SDL_TOUCH_MOUSEID && (event.motion.state & SDL_BUTTON_LMASK) != 0)
        mouse(What::Move, event.motion.x, event.motion.y);
      break;
    case SDL_MOUSEWHEEL: {
      int x = 0, y = 0;
      SDL_GetMouseState(&x, &y);
      input_.push_wheel(event.wheel.preciseY, static_cast<float>(x), static_cast<float>(y));
      break;
    }
    case SDL_TEXTINPUT: input_.push_text(event.text.text); break;
    case SDL_KEYDOWN:
      // Scanners type the separator of GS1 codes as Ctrl+].
      if (is_kiosk_ && event.key.keysym.sym == SDLK_RIGHTBRACKET && (event.key.keysym.mod & KMOD_CTRL) != 0)
        input_.push_text("\x1d");
      if (is_kiosk_ && !is_for_strangers(event.key.keysym)) break;
      if (const auto key = key_of(event.key.keysym)) {
        std::string clipboard;
        if (*key == ui::KeyPress::Paste) {
          char* held = SDL_GetClipboardText();
          if (held != nullptr) clipboard = std::string(held).substr(0, kTextMax);
          SDL_free(held);
        }
        input_.push_key(*key, std::move(clipboard));
      }
      break;
    case SDL_RENDER_TARGETS_RESET:
    case SDL_RENDER_DEVICE_RESET: drop_textures(); break;
    default: break;
  }
}

void Window::wake() {
  SDL_Event event{};
  event.type = SDL_USEREVENT;
  SDL_PushEvent(&event);
}

void Window::resize(int width, int height) {
  SDL_SetWindowSize(window_, width, height);
  (void)wait(std::chrono::milliseconds{0});
  measure();
}

Done Window::upload_fonts() {
  unsigned char* pixels = nullptr;
  int width = 0, height = 0;
  auto& atlas = *ImGui::GetIO().Fonts;
  atlas.GetTexDataAsRGBA32(&pixels, &width, &height);
  SDL_Texture* texture =
      SDL_CreateTexture(renderer_, SDL_PIXELFORMAT_ABGR8888, SDL_TEXTUREACCESS_STATIC, width, height);
  if (texture == nullptr) return sdl_error("the fonts cannot be shown");
  SDL_UpdateTexture(texture, nullptr, pixels, 4 * width);
  SDL_SetTextureBlendMode(texture, SDL_BLENDMODE_BLEND);
  SDL_SetTextureScaleMode(texture, SDL_ScaleModeNearest);
  if (fonts_ != nullptr) SDL_DestroyTexture(fonts_);
  fonts_ = texture;
  atlas.SetTexID(reinterpret_cast<ImTextureID>(texture));
  // The texture holds them now; a megabyte or more each, twice.
  atlas.ClearTexData();
  return done();
}

void Window::show() {
  const auto* data = ImGui::GetDrawData();
  SDL_SetRenderDrawColor(renderer_, 0, 0, 0, 255);
  SDL_RenderClear(renderer_);
  if (data != nullptr) draw(*renderer_, *data, *fonts_);
  SDL_RenderPresent(renderer_);
}

Done Window::save_picture(const std::filesystem::path& file) {
  std::string pixels(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_) * 4, '\0');
  const auto* data = ImGui::GetDrawData();
  SDL_SetRenderDrawColor(renderer_, 0, 0, 0, 255);
  SDL_RenderClear(renderer_);
  if (data != nullptr) draw(*renderer_, *data, *fonts_);
  if (SDL_RenderReadPixels(renderer_, nullptr, SDL_PIXELFORMAT_ABGR8888, pixels.data(), 4 * width_) != 0)
    return sdl_error("the picture cannot be read");
  SDL_RenderPresent(renderer_);
  for (std::size_t i = 3; i < pixels.size(); i += 4) pixels[i] = '\xff';
  if (stbi_write_png(file.c_str(), width_, height_, 4, pixels.data(), 4 * width_) == 0)
    return Error{ErrorKind::Full,
                 fmt::format("{} cannot be written: make room or choose another folder", file.string())};
  return done();
}

void Window::ask_for_text(bool is_wanted) {
  if (is_wanted && SDL_IsTextInputActive() == SDL_FALSE) SDL_StartTextInput();
  if (!is_wanted && SDL_IsTextInputActive() == SDL_TRUE) SDL_StopTextInput();
}

void Window::copy(const std::string& text) { SDL_SetClipboardText(text.c_str()); }

ui::PictureSource Window::texture(const std::string& key, int width, int height, const std::string& rgba) {
  if (const auto kept = textures_.find(key); kept != textures_.end())
    return {as_number(kept->second.texture), kept->second.width, kept->second.height};
  if (width <= 0 || height <= 0) return {};
  SDL_Texture* texture =
      SDL_CreateTexture(renderer_, SDL_PIXELFORMAT_ABGR8888, SDL_TEXTUREACCESS_STATIC, width, height);
  if (texture == nullptr) return {};
  SDL_UpdateTexture(texture, nullptr, rgba.data(), 4 * width);
  SDL_SetTextureScaleMode(texture, SDL_ScaleModeLinear);
  textures_[key] = {texture, width, height};
  return {as_number(texture), width, height};
}

ui::PictureSource Window::moving_texture(int width, int height, const std::string& rgba) {
  if (width <= 0 || height <= 0) return {};
  if (camera_ == nullptr || camera_width_ != width || camera_height_ != height) {
    if (camera_ != nullptr) SDL_DestroyTexture(camera_);
    camera_ =
        SDL_CreateTexture(renderer_, SDL_PIXELFORMAT_ABGR8888, SDL_TEXTUREACCESS_STREAMING, width, height);
    camera_width_ = width;
    camera_height_ = height;
  }
  if (camera_ == nullptr) return {};
  SDL_UpdateTexture(camera_, nullptr, rgba.data(), 4 * width);
  return {as_number(camera_), width, height};
}

void Window::drop_textures() {
  for (const auto& [key, kept] : textures_) SDL_DestroyTexture(kept.texture);
  textures_.clear();
}

std::string Window::renderer_name() const {
  SDL_RendererInfo info{};
  SDL_GetRendererInfo(renderer_, &info);
  return info.name == nullptr ? "" : info.name;
}

std::int64_t Window::now_ms() { return static_cast<std::int64_t>(SDL_GetTicks64()); }

}  // namespace aftercare::shell
