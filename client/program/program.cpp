#include "client/program/program.h"

#include "client/kiosk/kiosk.h"
#include "client/shell/journey.h"
#include "client/tablet/tablet.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace aftercare::program {
namespace {

constexpr const char* kTabletSize = "1280x800";
constexpr const char* kKioskSize = "1080x1920";

bool has_display() {
  const char* x11 = std::getenv("DISPLAY");              // NOLINT(concurrency-mt-unsafe): before any thread
  const char* wayland = std::getenv("WAYLAND_DISPLAY");  // NOLINT(concurrency-mt-unsafe)
  const char* driver = std::getenv("SDL_VIDEODRIVER");   // NOLINT(concurrency-mt-unsafe)
  std::error_code failed;
  return x11 != nullptr || wayland != nullptr || driver != nullptr ||
         std::filesystem::exists("/dev/dri/card0", failed);
}

std::optional<shown::ThemeChoice> theme_of(const std::string& name) {
  if (name == "light") return shown::ThemeChoice::Light;
  if (name == "dark") return shown::ThemeChoice::Dark;
  if (name == "contrast") return shown::ThemeChoice::Contrast;
  return std::nullopt;
}

std::optional<shell::Window::Options> window_of(const ProgramOptions& options) {
  shell::Window::Options window;
  const std::string size = !options.size.empty() ? options.size : options.is_kiosk ? kKioskSize : kTabletSize;
  if (std::sscanf(size.c_str(), "%dx%d", &window.width, &window.height) != 2 || window.width < 320 ||
      window.height < 320)
    return std::nullopt;
  window.is_software = options.is_software;
  window.is_headless = options.is_headless || (!options.journey.empty() && !has_display());
  window.is_full_screen = options.is_full_screen || (options.is_kiosk && options.size.empty());
  window.is_kiosk = options.is_kiosk;
  return window;
}

Result<std::unique_ptr<shell::Loop>> open_tablet(const ProgramOptions& options,
                                                 const language::Catalogue& catalogue,
                                                 const shell::Window::Options& window) {
  std::optional<int> text_percent;
  if (options.text_percent != 0) text_percent = options.text_percent;
  auto tablet = tablet::Tablet::open(
      {.data = options.data,
       .assets = options.assets,
       .catalogue = catalogue,
       .window = window,
       .photo_folders = options.photo_folders,
       .camera = options.has_test_camera ? shell::Camera::Source::Test : shell::Camera::Source::Auto,
       .is_syncing_by_itself = !options.is_offline,
       .language = options.language,
       .system_language = options.system_language,
       .theme = theme_of(options.theme),
       .text_percent = text_percent,
       .is_recording_texts = !options.journey.empty()});
  if (!tablet) return tablet.error();
  return std::unique_ptr<shell::Loop>{std::move(tablet).value()};
}

Result<std::unique_ptr<shell::Loop>> open_kiosk(const ProgramOptions& options,
                                                const language::Catalogue& catalogue,
                                                const shell::Window::Options& window) {
  auto kiosk =
      kiosk::Kiosk::open({.data = options.data,
                          .assets = options.assets,
                          .catalogue = catalogue,
                          .window = window,
                          .is_syncing_by_itself = !options.is_offline,
                          .language = options.language.empty() ? options.system_language : options.language,
                          .theme = theme_of(options.theme).value_or(shown::ThemeChoice::Light),
                          .text_percent = options.text_percent,
                          .idle = std::chrono::seconds{options.idle_s},
                          .is_recording_texts = !options.journey.empty()});
  if (!kiosk) return kiosk.error();
  return std::unique_ptr<shell::Loop>{std::move(kiosk).value()};
}

}  // namespace

ProgramEnd run(const ProgramOptions& options, const language::Catalogue& catalogue) {
  if (!options.theme.empty() && !theme_of(options.theme)) return {2, "--theme is light, dark or contrast"};
  const auto window = window_of(options);
  if (!window) return {2, "--size is WIDTHxHEIGHT, each at least 320"};
  std::vector<shell::JourneyStep> steps;
  if (!options.journey.empty()) {
    auto read = shell::load_journey(options.journey);
    if (!read) return {2, fmt::format("{}: {}", options.journey.string(), read.error().detail)};
    steps = std::move(read).value();
  }
  auto loop =
      options.is_kiosk ? open_kiosk(options, catalogue, *window) : open_tablet(options, catalogue, *window);
  if (!loop) return {1, loop.error().detail};
  if (options.journey.empty()) {
    loop.value()->run();
    return {.is_to_be_renewed = loop.value()->end() == shell::Loop::End::Renewed};
  }
  const auto played =
      shell::play(*loop.value(), steps, {.pictures = options.pictures, .first_step = options.journey_step});
  if (!played) return {1, fmt::format("{}: {}", options.journey.string(), played.error().detail)};
  if (!played.value()) return {};
  return {.is_to_be_renewed = true, .journey_step = *played.value()};
}

}  // namespace aftercare::program
