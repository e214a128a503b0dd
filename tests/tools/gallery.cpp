// gallery: every screen of the tablet and the kiosk as a picture, from sample states; for eyes and for the
// contact sheet.
#include "client/kiosk/draw_kiosk.h"
#include "client/shell/window.h"
#include "client/tablet/draw_place.h"
#include "client/ui/keyboard_layout.h"
#include "tests/support/kiosk_samples.h"
#include "tests/support/sample_states.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <functional>

namespace {

using namespace aftercare;

class NoPictures final : public screens::Pictures {
 public:
  ui::PictureSource photo(const Hash&, int) override { return {}; }
  ui::PictureSource camera() override { return {}; }
};

struct Wanted {
  std::vector<std::string> screens, languages, themes, sizes;
  std::vector<int> text_sizes;
  std::filesystem::path folder = "pictures";
};

const ui::Theme& theme_named(const std::string& name) {
  if (name == "dark") return ui::dark_theme();
  if (name == "contrast") return ui::contrast_theme();
  return ui::light_theme();
}

bool is_wanted(const std::vector<std::string>& names, const std::string& name) {
  if (names.empty()) return true;
  for (const auto& one : names) {
    if (name == one || name.starts_with(one + ".")) return true;
  }
  return false;
}

/// Draws until it rests, and keeps the picture.
Done take_one(shell::Window& window, ui::Glass& glass, const std::filesystem::path& file,
              const std::function<void()>& draw) {
  glass.forget();
  for (int i = 0; i < 4; ++i) {
    const auto prepared = glass.prepare();
    if (!prepared) return prepared.error();
    if (prepared.value()) {
      if (const auto uploaded = window.upload_fonts(); !uploaded) return uploaded;
    }
    glass.begin({}, 1.0f / 60, 1'000'000);
    draw();
    glass.end();
  }
  if (const auto saved = window.save_picture(file); !saved) return saved;
  std::printf("%s\n", file.c_str());
  return done();
}

/// One look of everything: a size, a theme, a text size, a language.
struct Look {
  int width = 0, height = 0, percent = 100;
  std::string language, suffix;
};

Done take_tablet(const Wanted& wanted, const language::Catalogue& catalogue, shell::Window& window,
                 ui::Glass& glass, const Look& look) {
  NoPictures pictures;
  glass.set_text_size(look.percent);
  for (auto& sample : test::sample_states(look.language)) {
    if (!is_wanted(wanted.screens, sample.name)) continue;
    const auto taken = take_one(window, glass, wanted.folder / (sample.name + look.suffix), [&] {
      (void)tablet::draw_place(sample.state,
                               {catalogue, pictures, {1'000'000, test::sample_now()}, "Europe/Prague"});
    });
    if (!taken) return taken;
  }
  return done();
}

Done take_kiosk(const Wanted& wanted, const language::Catalogue& catalogue, shell::Window& window,
                ui::Glass& glass, const Look& look) {
  for (auto& sample : test::kiosk_samples(look.language)) {
    if (!is_wanted(wanted.screens, sample.name)) continue;
    glass.set_text_size(kiosk::text_percent_of(sample.state, look.width, look.height) * look.percent / 100);
    const auto taken = take_one(window, glass, wanted.folder / (sample.name + look.suffix), [&] {
      (void)kiosk::draw_kiosk(sample.state, {catalogue, {1'000'000, test::sample_now()}, "Europe/Prague"});
    });
    if (!taken) return taken;
  }
  return done();
}

Done take(const Wanted& wanted, const language::Catalogue& catalogue) {
  auto window = shell::Window::open({.is_headless = true});
  if (!window) return window.error();
  auto keyboards = ui::load_keyboards(std::filesystem::path(AFTERCARE_SOURCE_DIR) / "assets/keyboards");
  if (!keyboards) return keyboards.error();
  auto glass = ui::Glass::make(std::move(keyboards).value());
  if (!glass) return glass.error();
  std::filesystem::create_directories(wanted.folder);
  for (const auto& size : wanted.sizes) {
    Look look;
    if (std::sscanf(size.c_str(), "%dx%d", &look.width, &look.height) != 2)
      return Error{ErrorKind::Invalid, size + " is no size"};
    window.value()->resize(look.width, look.height);
    glass.value()->set_size(look.width, look.height);
    for (const auto& theme : wanted.themes) {
      glass.value()->set_theme(theme_named(theme));
      for (const int percent : wanted.text_sizes) {
        for (const auto& language : wanted.languages) {
          look.percent = percent;
          look.language = language;
          look.suffix = "-" + language + "-" + theme + "-" + size + "-" + std::to_string(percent) + ".png";
          const auto tablet = take_tablet(wanted, catalogue, *window.value(), *glass.value(), look);
          if (!tablet) return tablet;
          const auto kiosk = take_kiosk(wanted, catalogue, *window.value(), *glass.value(), look);
          if (!kiosk) return kiosk;
        }
      }
    }
  }
  return done();
}

}  // namespace

int main(int argc, char** argv) {
  Wanted wanted;
  CLI::App app{"Pictures of the tablet's and the kiosk's screens, from sample states."};
  app.add_option("screens", wanted.screens,
                 "Names or beginnings (day, visit, hand_over.signed, kiosk); otherwise all");
  app.add_option("--language", wanted.languages, "en cs ka sl ru vi")
      ->default_val(std::vector<std::string>{"en"})
      ->delimiter(',');
  app.add_option("--theme", wanted.themes, "light, dark, contrast")
      ->default_val(std::vector<std::string>{"light"})
      ->delimiter(',');
  app.add_option("--size", wanted.sizes, "WIDTHxHEIGHT")
      ->default_val(std::vector<std::string>{"1280x800"})
      ->delimiter(',');
  app.add_option("--text-size", wanted.text_sizes, "percent")
      ->default_val(std::vector<int>{100})
      ->delimiter(',');
  app.add_option("--pictures", wanted.folder, "The folder to write into");
  CLI11_PARSE(app, argc, argv);
  const auto catalogue =
      language::Catalogue::load(std::filesystem::path(AFTERCARE_SOURCE_DIR) / "assets/lang");
  if (!catalogue) {
    std::fprintf(stderr, "%s\n", catalogue.error().detail.c_str());
    return 1;
  }
  if (const auto taken = take(wanted, catalogue.value()); !taken) {
    std::fprintf(stderr, "%s\n", taken.error().detail.c_str());
    return 1;
  }
  return 0;
}
