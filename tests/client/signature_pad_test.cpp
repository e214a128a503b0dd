#include "client/screens/signature_pad.h"

#include "client/ui/touch.h"
#include "tests/support/catch.h"

using namespace aftercare;
using screens::signature_pad;
using shown::Signature;
using shown::StrokeSample;
using ui::Input;
using ui::PointerSample;
using ui::Rect;
using What = PointerSample::What;
using From = PointerSample::From;

namespace {

constexpr Rect kPad{100, 50, 400, 200};

PointerSample at(What what, float x, float y, std::int64_t t_ms, std::optional<int> pressure = {},
                 From from = From::Finger) {
  PointerSample sample;
  sample.x = x;
  sample.y = y;
  sample.t_ms = t_ms;
  sample.pressure = pressure;
  sample.what = what;
  sample.from = from;
  return sample;
}

/// A real glass with nothing but a pad on it.
class Desk {
 public:
  Desk() {
    auto made = ui::Glass::make();
    REQUIRE(made);
    glass_ = std::move(made).value();
    glass_->set_size(800, 480);
    frame({});
  }

  bool frame(std::vector<PointerSample> samples) {
    REQUIRE(glass_->prepare());
    Input input;
    input.pointer = std::move(samples);
    glass_->begin(input, 1.0f / 60, 1'000 + 16 * ++frame_count_);
    bool is_changed = false;
    {
      std::optional<ui::Inert> inert;
      if (is_inert) inert.emplace();
      is_changed = signature_pad("sign.pad", pad, signature).is_changed;
    }
    glass_->end();
    return is_changed;
  }

  /// Frame by frame, as the shell hands them out: each press and each lift ends a frame.
  void frames(const std::vector<PointerSample>& samples) {
    std::vector<PointerSample> piece;
    for (const auto& sample : samples) {
      piece.push_back(sample);
      if (sample.what != What::Move) frame(std::exchange(piece, {}));
    }
    if (!piece.empty()) frame(std::move(piece));
  }

  Signature signature;
  Rect pad = kPad;
  bool is_inert = false;
  ui::Glass& glass() { return *glass_; }

 private:
  std::unique_ptr<ui::Glass> glass_;
  std::int64_t frame_count_ = 0;
};

std::size_t sample_count(const Signature& signature) {
  std::size_t count = 0;
  for (const auto& stroke : signature.strokes) count += stroke.size();
  return count;
}

}  // namespace

TEST_CASE("every sample of a stroke is kept, with its time and pressure [V13]") {
  Desk desk;
  CHECK(desk.frame({at(What::Down, 110, 60, 5'000, 300)}));
  CHECK(desk.frame({at(What::Move, 120, 65, 5'004, 400), at(What::Move, 130, 70, 5'008, 500),
                    at(What::Move, 130, 70, 5'012, 501)}));
  CHECK_FALSE(desk.frame({}));
  CHECK(desk.frame({at(What::Move, 140, 75, 5'050), at(What::Up, 141, 76, 5'054, 0)}));
  CHECK_FALSE(desk.frame({at(What::Move, 150, 80, 5'060)}));

  const std::vector<StrokeSample> expected{{10, 10, 0, 300},  {20, 15, 4, 400}, {30, 20, 8, 500},
                                           {30, 20, 12, 501}, {40, 25, 50, {}}, {41, 26, 54, 0}};
  REQUIRE(desk.signature.strokes.size() == 1);
  CHECK(desk.signature.strokes[0] == expected);
  CHECK(desk.signature.width_px == 400);
  CHECK(desk.signature.height_px == 200);
  CHECK(desk.signature.digitiser == "finger");
}

TEST_CASE("a second stroke counts its time from the first touch [V13]") {
  Desk desk;
  desk.frames({at(What::Down, 110, 60, 70'000), at(What::Up, 160, 60, 70'100)});
  for (int i = 0; i < 20; ++i) desk.frame({});
  desk.frames(
      {at(What::Down, 110, 90, 71'500), at(What::Move, 120, 90, 71'510), at(What::Up, 160, 90, 71'600)});
  REQUIRE(desk.signature.strokes.size() == 2);
  CHECK(desk.signature.strokes[1][0].t_ms == 1'500);
  CHECK(desk.signature.strokes[1][1].t_ms == 1'510);
  CHECK(desk.signature.strokes[1][2].t_ms == 1'600);

  SECTION("and from the first one anew, once it was cleared") {
    desk.signature = {};
    desk.frames({at(What::Down, 110, 90, 80'000), at(What::Up, 160, 90, 80'040)});
    CHECK(desk.signature.strokes[0][0].t_ms == 0);
    CHECK(desk.signature.strokes[0][1].t_ms == 40);
  }
  SECTION("and never back, in a signature that comes from before the tablet died") {
    desk.signature.strokes.back().back().t_ms = 9'000;
    desk.frames({at(What::Down, 110, 90, 12), at(What::Up, 160, 90, 52)});
    CHECK(desk.signature.strokes[2][0].t_ms == 9'001);
    CHECK(desk.signature.strokes[2][1].t_ms == 9'041);
  }
}

TEST_CASE("two quick strokes in the input of one frame are two strokes [V13]") {
  Desk desk;
  desk.frame({at(What::Down, 110, 60, 100), at(What::Move, 150, 90, 104), at(What::Up, 160, 95, 108),
              at(What::Down, 210, 60, 112), at(What::Move, 250, 90, 116)});
  REQUIRE(desk.signature.strokes.size() == 2);
  CHECK(desk.signature.strokes[0].size() == 3);
  CHECK(desk.signature.strokes[1].size() == 2);
  desk.frame({at(What::Up, 260, 95, 120)});
  CHECK(desk.signature.strokes[1].size() == 3);
}

TEST_CASE("only what begins in the pad is written, and it may leave it [V13]") {
  Desk desk;
  desk.frames({at(What::Down, 20, 60, 100), at(What::Move, 200, 90, 104), at(What::Up, 220, 95, 108)});
  CHECK(desk.signature == Signature{});
  desk.frames({at(What::Down, 110, 60, 200), at(What::Move, 90, 40, 204), at(What::Up, 520, 300, 208)});
  REQUIRE(desk.signature.strokes.size() == 1);
  CHECK(desk.signature.strokes[0][1] == StrokeSample{-10, -10, 4, {}});
  CHECK(desk.signature.strokes[0][2] == StrokeSample{420, 250, 8, {}});
}

TEST_CASE("turning the tablet in the middle of a signature loses nothing [V13]") {
  Desk desk;
  desk.frames({at(What::Down, 100, 50, 100), at(What::Move, 300, 150, 110), at(What::Up, 500, 250, 120)});
  const auto before = desk.signature.strokes[0];

  desk.glass().set_size(480, 800);
  desk.pad = {40, 300, 200, 300};  // half as wide: the pad of before lies in its middle, 200 x 100
  desk.frame({});
  desk.frames({at(What::Down, 40, 400, 200), at(What::Move, 140, 450, 210), at(What::Up, 240, 500, 220)});

  CHECK(desk.signature.width_px == 400);
  CHECK(desk.signature.height_px == 200);
  REQUIRE(desk.signature.strokes.size() == 2);
  CHECK(desk.signature.strokes[0] == before);
  CHECK(desk.signature.strokes[1] ==
        std::vector<StrokeSample>{{0, 0, 100, {}}, {200, 100, 110, {}}, {400, 200, 120, {}}});
}

TEST_CASE("a stroke under which the pad turns ends there and stays as it is [V13]") {
  Desk desk;
  desk.frames({at(What::Down, 110, 60, 100), at(What::Move, 150, 90, 104)});
  desk.pad = {40, 300, 200, 300};
  CHECK_FALSE(desk.frame({at(What::Move, 60, 350, 120), at(What::Up, 60, 360, 124)}));
  REQUIRE(desk.signature.strokes.size() == 1);
  CHECK(desk.signature.strokes[0].size() == 2);
}

TEST_CASE("a cancelled pointer ends its stroke without inventing a sample [V13]") {
  Desk desk;
  desk.frames({at(What::Down, 110, 60, 100), at(What::Move, 150, 90, 104), at(What::Cancel, 0, 0, 108),
               at(What::Move, 170, 90, 112)});
  REQUIRE(desk.signature.strokes.size() == 1);
  CHECK(desk.signature.strokes[0].size() == 2);
  desk.frames({at(What::Down, 210, 60, 200), at(What::Up, 260, 60, 210)});
  CHECK(desk.signature.strokes.size() == 2);
  CHECK(sample_count(desk.signature) == 4);
}

TEST_CASE("beside a pen the palm of the hand writes nothing [V13]") {
  Desk desk;
  desk.frames({at(What::Down, 110, 60, 100, 500, From::Pen), at(What::Move, 120, 60, 104, 510, From::Pen),
               at(What::Down, 300, 200, 106), at(What::Move, 301, 201, 108),
               at(What::Move, 130, 60, 110, 520, From::Pen), at(What::Up, 301, 201, 112),
               at(What::Move, 140, 60, 114, 530, From::Pen), at(What::Up, 150, 60, 118, 0, From::Pen)});
  CHECK(desk.signature.digitiser == "pen");
  REQUIRE(desk.signature.strokes.size() == 1);
  CHECK(desk.signature.strokes[0].size() == 5);
  desk.frames({at(What::Down, 300, 200, 206), at(What::Up, 310, 200, 216)});
  CHECK(desk.signature.strokes.size() == 1);
}

TEST_CASE("a mouse is named as what it is, and a pen wins [V13]") {
  Desk desk;
  desk.frames({at(What::Down, 110, 60, 100, {}, From::Mouse), at(What::Up, 150, 60, 110, {}, From::Mouse)});
  CHECK(desk.signature.digitiser == "mouse");
  desk.frames({at(What::Down, 110, 60, 200, 400, From::Pen), at(What::Up, 150, 60, 210, 400, From::Pen)});
  CHECK(desk.signature.digitiser == "pen");
}

TEST_CASE("nothing is written while the visit is being sealed [V13]") {
  Desk desk;
  desk.is_inert = true;
  desk.frames({at(What::Down, 110, 60, 100), at(What::Move, 150, 90, 104), at(What::Up, 160, 90, 108)});
  CHECK(desk.signature == Signature{});
}

TEST_CASE("a dot is no signature [V13]") {
  Desk desk;
  CHECK_FALSE(screens::has_strokes(desk.signature));
  desk.frames({at(What::Down, 110, 60, 100), at(What::Up, 111, 60, 108)});
  CHECK_FALSE(screens::has_strokes(desk.signature));
  desk.frames({at(What::Down, 110, 60, 200), at(What::Move, 150, 90, 204), at(What::Up, 160, 60, 208)});
  CHECK(screens::has_strokes(desk.signature));
}
