#include "client/ui/glass.h"
#include "client/shell/input_queue.h"
#include "client/shell/pacing.h"
#include "client/ui/scroll.h"
#include "client/ui/text_field.h"
#include "client/ui/touch.h"
#include "client/ui/widgets.h"
#include "tests/support/catch.h"

#include <imgui.h>

#include <cmath>

using namespace aftercare;
using ui::KeyPress;
using ui::PointerSample;

namespace {

PointerSample sample(float x, float y, PointerSample::What what) {
  PointerSample one;
  one.x = x;
  one.y = y;
  one.what = what;
  one.from = PointerSample::From::Finger;
  return one;
}

/// A glass that nobody sees, and a hand.
class Desk {
 public:
  Desk() : glass_(ui::Glass::make({}).value()) { glass_->set_size(800, 600); }

  template <class Draw>
  void frame(Draw draw) {
    REQUIRE(glass_->prepare());
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    ImGui::GetIO().Fonts->GetTexDataAsAlpha8(&pixels, &width, &height);
    glass_->begin(queue_.take(), 1.0f / 60, now_ms_ += 16);
    draw();
    glass_->end();
  }
  template <class Draw>
  void frames(Draw draw) {
    do frame(draw);
    while (!queue_.is_empty());
    frame(draw);
  }
  shell::InputQueue& hand() { return queue_; }
  ui::Glass& glass() { return *glass_; }
  void tap(float x, float y) {
    queue_.push(sample(x, y, PointerSample::What::Down));
    queue_.push(sample(x, y, PointerSample::What::Up));
  }

 private:
  std::unique_ptr<ui::Glass> glass_;
  shell::InputQueue queue_;
  std::int64_t now_ms_ = 1'000;
};

}  // namespace

TEST_CASE("pacing: a tablet with nothing to show sleeps until it is touched", "[client][shell]") {
  CHECK(shell::sleep_before_frame({.settle_frame_count = 0}) == std::nullopt);
}

TEST_CASE("pacing: what is owed is drawn at once, a clock in its time", "[client][shell]") {
  CHECK(shell::sleep_before_frame({.settle_frame_count = 1}) == std::chrono::milliseconds{0});
  CHECK(shell::sleep_before_frame(
            {.settle_frame_count = 0, .next_change = std::chrono::milliseconds{40'000}}) ==
        std::chrono::milliseconds{40'000});
}

TEST_CASE("input: a tap that is shorter than a frame is a press and a lift in two frames",
          "[client][shell]") {
  shell::InputQueue queue;
  queue.push(sample(5, 5, PointerSample::What::Down));
  queue.push(sample(5, 5, PointerSample::What::Up));

  CHECK(queue.take().pointer.size() == 1);
  CHECK(queue.take().pointer.front().what == PointerSample::What::Up);
  CHECK(queue.is_empty());
}

TEST_CASE("input: every movement between two frames is kept, in order", "[client][shell]") {
  shell::InputQueue queue;
  for (int i = 0; i < 40; ++i) queue.push(sample(static_cast<float>(i), 0, PointerSample::What::Move));

  const auto input = queue.take();

  REQUIRE(input.pointer.size() == 40);
  CHECK(input.pointer[39].x == 39);
}

TEST_CASE("input: letters and keys keep their order", "[client][shell]") {
  shell::InputQueue queue;
  queue.push_text("ab");
  queue.push_key(KeyPress::Backspace);
  queue.push_text("c");
  Desk desk;
  std::string words;
  const auto draw = [&] { (void)ui::text_field("field", {100, 100, 300, 54}, words); };
  desk.frame(draw);
  desk.tap(200, 120);
  desk.frames(draw);
  desk.hand() = queue;

  desk.frames(draw);

  CHECK(words == "ac");
}

TEST_CASE("touch: a quick tap fires once, on what was pressed", "[client][ui]") {
  Desk desk;
  int first = 0, second = 0;
  const auto draw = [&] {
    first += ui::tapped("first", {0, 100, 200, 60}) ? 1 : 0;
    second += ui::tapped("second", {0, 200, 200, 60}) ? 1 : 0;
  };
  desk.frame(draw);

  desk.tap(50, 130);
  desk.frames(draw);

  CHECK(first == 1);
  CHECK(second == 0);
}

TEST_CASE("touch: a finger that slides off presses nothing", "[client][ui]") {
  Desk desk;
  int count = 0;
  const auto draw = [&] { count += ui::tapped("button", {0, 100, 200, 60}) ? 1 : 0; };
  desk.frame(draw);
  desk.hand().push(sample(50, 130, PointerSample::What::Down));
  desk.hand().push(sample(400, 400, PointerSample::What::Move));
  desk.hand().push(sample(400, 400, PointerSample::What::Up));

  desk.frames(draw);

  CHECK(count == 0);
}

TEST_CASE("touch: nothing stays lit after a finger has left", "[client][ui]") {
  Desk desk;
  bool is_pressed = false;
  const auto draw = [&] { is_pressed = ui::touch("button", {0, 100, 200, 60}).is_pressed; };
  desk.frame(draw);
  desk.tap(50, 130);

  desk.frames(draw);

  CHECK_FALSE(is_pressed);
}

TEST_CASE("scroll: a finger that moves a list taps no row of it", "[client][ui]") {
  Desk desk;
  int tap_count = 0;
  float first_y = 0;
  const auto draw = [&] {
    ui::Scroll scroll{"list", {0, 0, 400, 300}};
    for (int i = 0; i < 30; ++i) {
      const auto row = scroll.next(60);
      if (i == 0) first_y = row.y;
      tap_count += ui::tapped("row." + std::to_string(i), row) ? 1 : 0;
    }
  };
  desk.frame(draw);
  desk.frame(draw);
  desk.hand().push(sample(100, 250, PointerSample::What::Down));
  for (int y = 240; y >= 150; y -= 10)
    desk.hand().push(sample(100, static_cast<float>(y), PointerSample::What::Move));
  desk.hand().push(sample(100, 150, PointerSample::What::Up));

  desk.frames(draw);

  CHECK(tap_count == 0);
  CHECK(first_y < -60);
}

TEST_CASE("scroll: a list glides on, slower and slower, and comes to rest", "[client][ui]") {
  ui::ScrollMotion motion;
  for (int i = 0; i < 10; ++i) (void)motion.drag(20, 1.0f / 60);
  motion.lift();
  REQUIRE(motion.is_gliding());

  float last = 1e9f, way = 0;
  int count = 0;
  for (; motion.is_gliding() && count < 1'000; ++count) {
    const float step = motion.step(1.0f / 60);
    CHECK(step <= last);
    last = step;
    way += step;
  }

  CHECK(count < 300);
  CHECK(way > 50);
}

TEST_CASE("scroll: a finger that rests before it lifts lets nothing glide", "[client][ui]") {
  ui::ScrollMotion motion;
  for (int i = 0; i < 10; ++i) (void)motion.drag(20, 1.0f / 60);
  for (int i = 0; i < 30; ++i) (void)motion.drag(0, 1.0f / 60);
  motion.lift();
  CHECK_FALSE(motion.is_gliding());
}

TEST_CASE("field: what the last person typed and erased cannot be brought back by the next",
          "[client][ui][V13]") {
  Desk desk;
  std::string words;
  const auto draw = [&] { (void)ui::text_field("name", {100, 100, 300, 54}, words); };
  desk.frame(draw);
  desk.tap(200, 120);
  desk.frames(draw);
  desk.hand().push_text("Secret Name");
  desk.frames(draw);
  REQUIRE(words == "Secret Name");

  words.clear();
  desk.glass().forget();
  desk.frames(draw);
  desk.tap(200, 120);
  desk.frames(draw);
  for (const auto key : {KeyPress::Paste, KeyPress::SelectAll, KeyPress::Copy}) desk.hand().push_key(key);
  desk.frames(draw);

  CHECK(words.empty());
  CHECK(desk.glass().take_copied().value_or("").empty());
}

TEST_CASE("field: loose marks of a hardware keyboard become one letter", "[client][ui][L01]") {
  Desk desk;
  std::string words;
  const auto draw = [&] { (void)ui::text_field("name", {100, 100, 300, 54}, words); };
  desk.frame(draw);
  desk.tap(200, 120);
  desk.frames(draw);

  desk.hand().push_text("e\u0301");
  desk.frames(draw);

  CHECK(words == "é");
}

TEST_CASE("field: whoever taps elsewhere leaves it, once", "[client][ui][V05]") {
  Desk desk;
  std::string words;
  int left = 0;
  const auto draw = [&] { left += ui::text_field("name", {100, 100, 300, 54}, words).is_left ? 1 : 0; };
  desk.frame(draw);
  desk.tap(200, 120);
  desk.frames(draw);
  desk.hand().push_text("Anna");
  desk.frames(draw);
  CHECK(left == 0);

  desk.tap(700, 500);
  desk.frames(draw);
  desk.frames(draw);

  CHECK(left == 1);
  CHECK(words == "Anna");
}

TEST_CASE("field: a long text breaks at blanks and loses nothing", "[client][ui]") {
  Desk desk;
  desk.glass().record_texts(true);
  std::string words = "The old boiler was taken down and the new one hung, connected and filled.";
  const auto draw = [&] { (void)ui::text_field("result", {20, 100, 260, 200}, words, {.has_lines = true}); };

  desk.frames(draw);

  std::string shown;
  for (const auto& text : desk.glass().texts()) shown += text.text;
  CHECK(shown == words);
  CHECK(desk.glass().texts().size() > 2);
}

TEST_CASE("theme: text on every ground of its role can be read", "[client][ui]") {
  using ui::Role;
  for (const auto* theme : {&ui::light_theme(), &ui::dark_theme(), &ui::contrast_theme()}) {
    const double least = theme == &ui::contrast_theme() ? 7.0 : 4.5;
    const auto check = [&](Role ink, Role ground) {
      CHECK(ui::contrast(theme->of(ink), theme->of(ground)) >= least);
    };
    for (const auto ground : {Role::Surface, Role::Card}) {
      for (const auto ink : {Role::Ink, Role::Soft, Role::Accent, Role::Done, Role::Waiting, Role::Danger})
        check(ink, ground);
    }
    check(Role::OnAccent, Role::Accent);
    check(Role::Accent, Role::AccentSoft);
    check(Role::Done, Role::DoneSoft);
    check(Role::Waiting, Role::WaitingSoft);
    check(Role::Danger, Role::DangerSoft);
  }
}
