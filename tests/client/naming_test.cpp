// What somebody taps and types to say what was serviced, and what a photo shows.
#include "client/tablet/draw_place.h"
#include "client/ui/keyboard_layout.h"
#include "client/ui/text_field.h"
#include "tests/support/catch.h"
#include "tests/support/sample_states.h"

#include <imgui.h>

#include <algorithm>

using namespace aftercare;

namespace {

class NoPictures final : public screens::Pictures {
 public:
  ui::PictureSource photo(const Hash&, int) override { return {}; }
  ui::PictureSource camera() override { return {}; }
};

const language::Catalogue& catalogue() {
  static const auto kCatalogue =
      language::Catalogue::load(std::filesystem::path(AFTERCARE_SOURCE_DIR) / "assets/lang").value();
  return kCatalogue;
}

/// A finger and a keyboard before one sample state.
class Tablet {
 public:
  explicit Tablet(const std::string& sample) {
    auto keyboards = ui::load_keyboards(std::filesystem::path(AFTERCARE_SOURCE_DIR) / "assets/keyboards");
    glass_ = ui::Glass::make(std::move(keyboards).value()).value();
    auto samples = test::sample_states("en");
    const auto found = std::ranges::find(samples, sample, &test::SampleState::name);
    REQUIRE(found != samples.end());
    state = found->state;
    for (int i = 0; i < 3; ++i) (void)frame({});
  }

  screens::Wish tap(std::string_view key) {
    const auto* target = glass_->target(key);
    INFO(key);
    REQUIRE(target != nullptr);
    const auto at = target->visible;
    using What = ui::PointerSample::What;
    screens::Wish wish;
    for (const auto what : {What::Down, What::Up}) {
      ui::Input input;
      input.pointer = {{at.middle_x(), at.middle_y(), now_ms_, std::nullopt, what}};
      if (auto asked = frame(input); asked && !wish) wish = std::move(asked);
    }
    for (int i = 0; i < 3; ++i) (void)frame({});  // a field that was left says so, too
    return wish;
  }
  screens::Wish type(std::string_view key, std::string text) {
    ui::focus_field(key);
    (void)frame({});
    ui::Input input;
    input.text = std::move(text);
    return frame(input);
  }
  [[nodiscard]] const ui::Target* target(std::string_view key) const { return glass_->target(key); }

  app::AppState state;

 private:
  screens::Wish frame(const ui::Input& input) {
    REQUIRE(glass_->prepare());
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    ImGui::GetIO().Fonts->GetTexDataAsAlpha8(&pixels, &width, &height);
    now_ms_ += 16;
    glass_->begin(input, 0.016f, now_ms_);
    auto wish = tablet::draw_place(state, {catalogue(), pictures_, {now_ms_, test::sample_now()}, "UTC"});
    glass_->end();
    return wish;
  }

  NoPictures pictures_;
  std::unique_ptr<ui::Glass> glass_;
  std::int64_t now_ms_ = 1'000'000;
};

std::string field_of(const screens::Wish& wish) {
  return wish && std::holds_alternative<intent::EditField>(*wish) ? std::get<intent::EditField>(*wish).field
                                                                  : std::string{};
}

}  // namespace

TEST_CASE("naming: what was installed can be added once it has a name and something to find it again by",
          "[client][screens][V03]") {
  Tablet tablet{"visit.asset"};
  CHECK_FALSE(tablet.target("visit.name_asset")->is_enabled);

  CHECK(field_of(tablet.type("asset.name", "Kotel")) == "asset.name");
  CHECK_FALSE(tablet.target("visit.name_asset")->is_enabled);
  CHECK(field_of(tablet.type("asset.serial", "T24-9")) == "asset.serial");

  const auto wish = tablet.tap("visit.name_asset");
  REQUIRE(wish);
  CHECK(std::holds_alternative<intent::NameAsset>(*wish));
  CHECK(tablet.state.visit.draft.texts.at("asset.serial") == "T24-9");
}

TEST_CASE("naming: a product is found by typing a part of it, and the list is gone once it is chosen",
          "[client][screens][V03]") {
  for (const auto& [sample, key] :
       {std::pair{"visit.asset", "asset.product"}, std::pair{"new_visit.product", "new_visit.product"}}) {
    CAPTURE(sample);
    Tablet tablet{sample};
    const std::string row{key};
    if (tablet.target(row + ".search") == nullptr) CHECK_FALSE(tablet.tap(row));
    CHECK_FALSE(tablet.type(row + ".search", "elektra"));  // nothing to save

    const auto wish = tablet.tap(row + ".0");
    REQUIRE(wish);
    REQUIRE(std::holds_alternative<intent::ChooseProduct>(*wish));
    CHECK(std::get<intent::ChooseProduct>(*wish).key == "E9");
    CHECK(tablet.target(row + ".search") == nullptr);
  }
}

TEST_CASE("naming: a product can be none of them", "[client][screens][V03]") {
  Tablet tablet{"visit.asset_typed"};

  const auto wish = tablet.tap("asset.product.none");

  REQUIRE(wish);
  CHECK(std::get<intent::ChooseProduct>(*wish).key.empty());
}

TEST_CASE("naming: an asset that is named is shown, not asked for", "[client][screens][V03]") {
  const Tablet tablet{"visit.asset_named"};

  CHECK(tablet.target("asset.name") == nullptr);
  CHECK(tablet.target("visit.name_asset") == nullptr);
  CHECK(tablet.target("visit.section.asset") != nullptr);
}

TEST_CASE("naming: a photo's caption begins with what is recorded, and is that photo's",
          "[client][screens][V09]") {
  Tablet tablet{"visit.photo"};
  const auto field = "caption." + to_text(*tablet.state.visit.open_photo);

  CHECK(field_of(tablet.type("photo.caption", "Spalinovod")) == field);
  CHECK(tablet.state.visit.draft.texts.at(field) == "Spalinovod");

  const auto wish = tablet.tap("viewer.previous");
  REQUIRE(wish);
  tablet.state.visit.open_photo = tablet.state.visit.page->file.photos[0].id;
  CHECK(field_of(tablet.type("photo.caption", "!")) == "caption." + to_text(*tablet.state.visit.open_photo));
  CHECK(tablet.state.visit.draft.texts.at(field) == "Spalinovod");
}
