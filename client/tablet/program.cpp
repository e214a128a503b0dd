#include "client/tablet/program.h"

#include "client/tablet/journey.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace aftercare::tablet {
namespace {

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

Result<std::vector<JourneyStep>> load_journey(const std::filesystem::path& file) {
  std::ifstream in{file};
  if (!in) return Error{ErrorKind::NotFound, fmt::format("{} cannot be read", file.string())};
  std::ostringstream text;
  text << in.rdbuf();
  return read_journey(text.str());
}

}  // namespace

ProgramEnd run(const ProgramOptions& options, const language::Catalogue& catalogue) {
  Tablet::Options wanted{
      .data = options.data,
      .assets = options.assets,
      .catalogue = catalogue,
      .window = {},
      .photo_folders = options.photo_folders,
      .camera = options.has_test_camera ? shell::Camera::Source::Test : shell::Camera::Source::Auto,
      .is_syncing_by_itself = !options.is_offline,
      .language = options.language,
      .system_language = options.system_language,
      .theme = theme_of(options.theme),
      .text_percent = std::nullopt,
      .is_recording_texts = !options.journey.empty()};
  if (!options.theme.empty() && !wanted.theme) return {2, "--theme is light, dark or contrast"};
  if (options.text_percent != 0) wanted.text_percent = options.text_percent;
  if (std::sscanf(options.size.c_str(), "%dx%d", &wanted.window.width, &wanted.window.height) != 2 ||
      wanted.window.width < 320 || wanted.window.height < 320)
    return {2, "--size is WIDTHxHEIGHT, each at least 320"};
  wanted.window.is_software = options.is_software;
  wanted.window.is_full_screen = options.is_full_screen;
  wanted.window.is_headless = options.is_headless || (!options.journey.empty() && !has_display());

  std::vector<JourneyStep> steps;
  if (!options.journey.empty()) {
    auto read = load_journey(options.journey);
    if (!read) return {2, fmt::format("{}: {}", options.journey.string(), read.error().detail)};
    steps = std::move(read).value();
  }
  auto tablet = Tablet::open(std::move(wanted));
  if (!tablet) return {1, tablet.error().detail};
  if (options.journey.empty()) {
    tablet.value()->run();
    return {};
  }
  const auto played = play(*tablet.value(), steps, {.pictures = options.pictures});
  if (!played) return {1, fmt::format("{}: {}", options.journey.string(), played.error().detail)};
  return {};
}

}  // namespace aftercare::tablet
