// What of the screens' beauty a machine can check, over every sample state: all screens, all languages, all
// themes, text sizes and glass sizes.
#include "client/kiosk/draw_kiosk.h"
#include "client/tablet/draw_place.h"
#include "client/ui/keyboard_layout.h"
#include "client/ui/touch.h"
#include "tests/support/catch.h"
#include "tests/support/kiosk_samples.h"
#include "tests/support/sample_states.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <functional>
#include <set>

using namespace aftercare;

namespace {

class NoPictures final : public screens::Pictures {
 public:
  ui::PictureSource photo(const Hash&, int) override { return {}; }
  ui::PictureSource camera() override { return {}; }
};

struct Size {
  int width, height;
};
constexpr Size kSizes[] = {{1280, 800}, {800, 1280}, {800, 480}, {480, 800}, {1920, 1200}};
constexpr Size kKioskSizes[] = {{1080, 1920}, {1920, 1080}, {1280, 800}};
constexpr int kTextSizes[] = {100, 150, 200};

const language::Catalogue& catalogue() {
  static const auto kCatalogue =
      language::Catalogue::load(std::filesystem::path(AFTERCARE_SOURCE_DIR) / "assets/lang").value();
  return kCatalogue;
}

/// A glass without window or graphics: Dear ImGui lays everything out, nobody draws it.
class Desk {
 public:
  Desk() {
    auto keyboards = ui::load_keyboards(std::filesystem::path(AFTERCARE_SOURCE_DIR) / "assets/keyboards");
    glass_ = ui::Glass::make(std::move(keyboards).value()).value();
    glass_->record_texts(true);
  }
  ui::Glass& glass() { return *glass_; }
  void set(Size size, int percent, const ui::Theme& theme) {
    glass_->set_size(size.width, size.height);
    glass_->set_text_size(percent);
    glass_->set_theme(theme);
  }
  /// Draws until it rests.
  void draw(app::AppState& state) {
    rest([&] {
      (void)tablet::draw_place(state,
                               {catalogue(), pictures_, {1'000'000, test::sample_now()}, "Europe/Prague"});
    });
  }
  void draw(app::KioskState& state) {
    rest([&] {
      (void)kiosk::draw_kiosk(state, {catalogue(), {1'000'000, test::sample_now()}, "Europe/Prague"});
    });
  }

 private:
  void rest(const std::function<void()>& draw_once) {
    glass_->forget();
    for (int i = 0; i < 4; ++i) {
      REQUIRE(glass_->prepare());
      unsigned char* pixels = nullptr;
      int width = 0, height = 0;
      ImGui::GetIO().Fonts->GetTexDataAsAlpha8(&pixels, &width, &height);
      glass_->begin({}, 1.0f / 60, 1'000'000);
      draw_once();
      glass_->end();
      if (i > 0 && !glass_->fonts().is_stale() && glass_->next_frame_ms().value_or(1) > 0) break;
    }
  }

  NoPictures pictures_;
  std::unique_ptr<ui::Glass> glass_;
};

struct Complaints {
  std::set<std::string> all;
  void add(const std::string& where, const std::string& what) { all.insert(where + ": " + what); }
  [[nodiscard]] std::string text() const {
    std::string text;
    for (const auto& one : all) text += "\n  " + one;
    return text;
  }
};

bool is_within(const ui::Rect& rect, const ui::Rect& bounds) {
  return rect.x >= bounds.x - 1 && rect.y >= bounds.y - 1 && rect.right() <= bounds.right() + 1 &&
         rect.bottom() <= bounds.bottom() + 1;
}

void check_targets(ui::Glass& glass, const std::string& where, Complaints& complaints) {
  const float least = ui::kTargetHeightEm * 18 * glass.scale() - 1.5f;
  const auto& targets = glass.targets();
  std::set<std::string> keys;
  for (const auto& target : targets) {
    const auto& rect = target.rect;
    if (!keys.insert(target.key).second) complaints.add(where, target.key + " is there twice");
    if (target.key.starts_with("keyboard.")) continue;
    if (rect.h < least || rect.w < least)
      complaints.add(where,
                     fmt::format("{} is {:.0f}x{:.0f}, under {:.0f}", target.key, rect.w, rect.h, least));
    if (rect.x < -1 || rect.right() > glass.bounds().w + 1)
      complaints.add(where, target.key + " sticks out at a side");
  }
}

/// Two targets share ground. A list's rows are clipped by it, so only what can be seen of them counts.
void check_overlaps(ui::Glass& glass, const std::string& where, Complaints& complaints) {
  const auto& targets = glass.targets();
  for (std::size_t i = 0; i < targets.size(); ++i) {
    for (std::size_t k = i + 1; k < targets.size(); ++k) {
      const auto shared = targets[i].visible.intersection(targets[k].visible);
      if (shared.w > 2 && shared.h > 2)
        complaints.add(where, fmt::format("{} lies over {}", targets[k].key, targets[i].key));
    }
  }
}

void check_texts(ui::Glass& glass, double contrast_min, const std::string& where, Complaints& complaints) {
  for (const auto& text : glass.texts()) {
    if (text.visible.is_empty()) continue;
    const auto shown = text.text.substr(0, 60);
    if (text.is_cut && !text.may_cut) complaints.add(where, fmt::format("“{}” does not fit", shown));
    if (!is_within(text.visible, glass.bounds()))
      complaints.add(where, fmt::format("“{}” leaves the glass", shown));
    if (text.rect.right() > glass.bounds().w + 1 && !text.may_cut)
      complaints.add(where, fmt::format("“{}” runs out of the glass", shown));
    const auto contrast = ui::contrast(text.ink, text.ground);
    if (contrast < contrast_min)
      complaints.add(where, fmt::format("“{}” has a contrast of {:.1f}", shown, contrast));
  }
}

struct Look {
  const char* name;
  const ui::Theme& theme;
  double contrast_min;
};

void check_all(const std::vector<std::string>& languages, const std::vector<Look>& looks,
               const std::vector<Size>& sizes, const std::vector<int>& percents) {
  Desk desk;
  Complaints complaints;
  std::size_t count = 0;
  for (const auto& size : sizes) {
    for (const int percent : percents) {
      for (const auto& look : looks) {
        desk.set(size, percent, look.theme);
        for (const auto& language : languages) {
          for (auto& sample : test::sample_states(language)) {
            desk.draw(sample.state);
            ++count;
            const auto where = fmt::format("{} {} {}x{} {}% {}", sample.name, language, size.width,
                                           size.height, percent, look.name);
            check_targets(desk.glass(), where, complaints);
            check_overlaps(desk.glass(), where, complaints);
            check_texts(desk.glass(), look.contrast_min, where, complaints);
          }
        }
      }
    }
  }
  INFO(count << " pictures, complaints:" << complaints.text());
  CHECK(complaints.all.empty());
  CHECK(count > 50);
}

/// What a hand reaches for at a counter is 92 high where the text has its usual size.
void check_kiosk_buttons(ui::Glass& glass, const app::KioskState& state, const std::string& where,
                         Complaints& complaints) {
  constexpr const char* kLarge[] = {"door.",     "unit.",        "several.", "elsewhere.", "rate.",
                                    "question.", "comment.send", "thanks.",  "closing.",   "check.button"};
  if (state.customer.text_percent != 100) return;
  for (const auto& target : glass.targets()) {
    const bool is_large =
        std::ranges::any_of(kLarge, [&](const char* key) { return target.key.starts_with(key); });
    if (is_large && target.rect.h < ui::dp(92) - 1)
      complaints.add(where,
                     fmt::format("{} is {:.0f} high, under {:.0f}", target.key, target.rect.h, ui::dp(92)));
  }
}

/// Words that begin in a button end in it.
void check_words_in_buttons(ui::Glass& glass, const std::string& where, Complaints& complaints) {
  for (const auto& text : glass.texts()) {
    for (const auto& target : glass.targets()) {
      if (target.key == "attract.begin" || target.key == "staff.corner") continue;
      if (text.visible.h < text.rect.h - 1 || target.visible.h < target.rect.h - 1) continue;  // scrolled
      const bool is_in_it = target.rect.contains(text.rect.middle_x(), text.rect.middle_y());
      const bool is_over_edge =
          text.rect.y < target.rect.y - 1 || text.rect.bottom() > target.rect.bottom() + 1 ||
          text.rect.x < target.rect.x - 1 || text.rect.right() > target.rect.right() + 1;
      if (is_in_it && is_over_edge)
        complaints.add(where, fmt::format("“{}” does not stay in {}", text.text.substr(0, 60), target.key));
    }
  }
}

void check_kiosk(const std::vector<std::string>& languages, const std::vector<Look>& looks,
                 const std::vector<Size>& sizes) {
  Desk desk;
  Complaints complaints;
  std::size_t count = 0;
  for (const auto& size : sizes) {
    for (const auto& look : looks) {
      for (const auto& language : languages) {
        auto samples = test::kiosk_samples(language);
        // Another size of text is another atlas: one after the other.
        std::ranges::stable_sort(samples, {},
                                 [](const auto& sample) { return sample.state.customer.text_percent; });
        for (auto& sample : samples) {
          desk.set(size, kiosk::text_percent_of(sample.state, size.width, size.height), look.theme);
          desk.draw(sample.state);
          ++count;
          const auto where =
              fmt::format("{} {} {}x{} {}", sample.name, language, size.width, size.height, look.name);
          check_targets(desk.glass(), where, complaints);
          check_overlaps(desk.glass(), where, complaints);
          check_texts(desk.glass(), look.contrast_min, where, complaints);
          check_words_in_buttons(desk.glass(), where, complaints);
          check_kiosk_buttons(desk.glass(), sample.state, where, complaints);
        }
      }
    }
  }
  INFO(count << " pictures, complaints:" << complaints.text());
  CHECK(complaints.all.empty());
  CHECK(count > 50);
}

const std::vector<std::string> kLanguages{"en", "cs", "ka", "sl", "ru", "vi"};

}  // namespace

TEST_CASE(
    "design: every target is large enough, alone on its ground and inside the glass, and every label fits, in "
    "six languages on five glasses",
    "[client][design][V01][V02][V05][V12][V13][V16][L01]") {
  check_all(kLanguages, {{"light", ui::light_theme(), 4.5}}, {std::begin(kSizes), std::end(kSizes)}, {100});
}

TEST_CASE("design: larger text never pushes a word or a target off the glass", "[client][design][L01]") {
  check_all({"ka", "ru", "vi"}, {{"light", ui::light_theme(), 4.5}}, {std::begin(kSizes), std::end(kSizes)},
            {std::begin(kTextSizes), std::end(kTextSizes)});
}

TEST_CASE("design: every text can be read in every theme, 4.5:1, in high contrast 7:1", "[client][design]") {
  check_all({"en"},
            {{"light", ui::light_theme(), 4.5},
             {"dark", ui::dark_theme(), 4.5},
             {"contrast", ui::contrast_theme(), 7.0}},
            {{1280, 800}, {480, 800}}, {100});
}

TEST_CASE(
    "design: every page of the kiosk can be hit, read and said in six languages and three themes, upright and wide",
    "[client][design][K01][K02][K11][L01]") {
  check_kiosk(kLanguages,
              {{"light", ui::light_theme(), 4.5},
               {"dark", ui::dark_theme(), 4.5},
               {"contrast", ui::contrast_theme(), 7.0}},
              {std::begin(kKioskSizes), std::end(kKioskSizes)});
}

TEST_CASE("design: a word that does not fit is found", "[client][design]") {
  Desk desk;
  desk.set({480, 800}, 100, ui::light_theme());
  auto sample = test::sample_states("en").front();
  desk.draw(sample.state);
  REQUIRE(desk.glass().prepare());
  desk.glass().begin({}, 1.0f / 60, 1'000'000);
  (void)ui::text({10, 10, 60, 26}, "Donaudampfschifffahrt", {.fit = ui::Fit::Label});
  (void)ui::touch("small", {10, 100, 20, 20});
  (void)ui::touch("over", {15, 105, 80, 80});
  desk.glass().end();

  Complaints complaints;
  check_targets(desk.glass(), "here", complaints);
  check_overlaps(desk.glass(), "here", complaints);
  check_texts(desk.glass(), 22, "here", complaints);

  CHECK(complaints.text().find("small is 20x20") != std::string::npos);
  CHECK(complaints.text().find("over lies over small") != std::string::npos);
  CHECK(complaints.text().find("does not fit") != std::string::npos);
  CHECK(complaints.text().find("has a contrast of") != std::string::npos);
}
