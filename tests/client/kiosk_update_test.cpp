#include "client/app/kiosk_update.h"

#include "tests/support/catch.h"
#include "tests/support/kiosk_samples.h"

#include <algorithm>

using namespace aftercare;
using app::KioskPlace;
using app::KioskState;
using app::Now;

namespace {

template <class Effect>
std::size_t count_of(const app::KioskStep& step) {
  return static_cast<std::size_t>(std::ranges::count_if(
      step.effects, [](const auto& effect) { return std::holds_alternative<Effect>(effect); }));
}

constexpr Now at_ms(std::int64_t ms) { return {.ms = ms, .at = {}}; }

/// Somebody has begun in Vietnamese, with larger text, on dark ground.
KioskState with_customer() {
  KioskState state;
  state.place = KioskPlace::Attract;
  state.house.language = "cs";
  state.house.idle_ms = 90'000;
  state = app::update(std::move(state), kiosk_intent::Begin{"vi"}, at_ms(1'000)).state;
  state = app::update(std::move(state), kiosk_intent::LargerText{}, at_ms(1'000)).state;
  return app::update(std::move(state), kiosk_intent::NextTheme{}, at_ms(1'000)).state;
}

/// Lets time pass as the loop does: whenever something is due.
KioskState until_ms(KioskState state, std::int64_t end_ms) {
  for (int i = 0; i < 1'000; ++i) {
    const auto due = app::next_due_ms(state);
    if (!due || *due > end_ms || state.place == KioskPlace::Attract) return state;
    state = app::pass_time(std::move(state), at_ms(std::max<std::int64_t>(*due, 1'000))).state;
  }
  FAIL("time does not pass");
  return state;
}

}  // namespace

TEST_CASE("kiosk: whoever walks away is forgotten after the idle time, with language, theme and text size",
          "[client][app][K01]") {
  auto state = with_customer();
  state =
      app::update(std::move(state), kiosk_intent::OpenDoor{shown::Door::CheckProduct}, at_ms(2'000)).state;
  state.customer.serial = "LM4-8812-0077";
  state.customer.comment = "planted";

  state = until_ms(std::move(state), 91'900);
  CHECK(state.place == KioskPlace::Check);
  state = until_ms(std::move(state), 92'000);

  CHECK(state.place == KioskPlace::Attract);
  CHECK(state.customer.serial.empty());
  CHECK(state.customer.comment.empty());
  CHECK(state.customer.language == "cs");
  CHECK(state.customer.theme == shown::ThemeChoice::Light);
  CHECK(state.customer.text_percent == 100);
  CHECK(state.is_to_renew);
}

TEST_CASE("kiosk: the last minute is counted down once a second, the last twenty seconds over a sheet",
          "[client][app][K01]") {
  auto state = with_customer();

  state = until_ms(std::move(state), 30'999);
  CHECK_FALSE(state.customer.seconds_left);
  state = until_ms(std::move(state), 31'000);
  CHECK(state.customer.seconds_left == 60);
  CHECK(app::next_due_ms(state) == 32'000);
  CHECK_FALSE(app::is_closing(state));
  state = until_ms(std::move(state), 71'000);
  CHECK(state.customer.seconds_left == 20);
  CHECK(app::is_closing(state));
}

TEST_CASE("kiosk: a touch begins the idle time anew, but cannot hit what lies under the sheet",
          "[client][app][K01]") {
  auto state = until_ms(with_customer(), 41'000);
  REQUIRE(state.customer.seconds_left == 50);

  state = app::update(std::move(state), kiosk_intent::Touch{}, at_ms(41'500)).state;
  state = until_ms(std::move(state), 41'500);
  CHECK_FALSE(state.customer.seconds_left);

  state = until_ms(std::move(state), 112'000);
  REQUIRE(app::is_closing(state));
  const auto closes = state.customer.closes_at_ms;
  state = app::update(std::move(state), kiosk_intent::Touch{}, at_ms(112'100)).state;
  CHECK(state.customer.closes_at_ms == closes);
  state = app::update(std::move(state), kiosk_intent::MoreTime{}, at_ms(112'200)).state;
  CHECK(state.customer.closes_at_ms == 112'200 + 90'000 + app::kMoreTimeMs);
}

TEST_CASE("kiosk: twenty scans while one is looked for cost one more look, at the last of them",
          "[client][app][K02]") {
  auto state = with_customer();
  auto step = app::update(std::move(state), kiosk_intent::Scan{"FIRST-1"}, at_ms(2'000));
  CHECK(count_of<app::FindUnit>(step) == 1);

  std::size_t asked = 0;
  for (int i = 0; i < 20; ++i) {
    step =
        app::update(std::move(step.state), kiosk_intent::Scan{"SCAN-" + std::to_string(i)}, at_ms(2'000 + i));
    asked += count_of<app::FindUnit>(step);
  }
  CHECK(asked == 0);
  step = app::receive(std::move(step.state), app::UnitFound{}, at_ms(2'100));

  REQUIRE(count_of<app::FindUnit>(step) == 1);
  CHECK(std::get<app::FindUnit>(step.effects.front()).code == "SCAN-19");
  CHECK(step.state.behind.size() == 1);
}

TEST_CASE(
    "kiosk: control characters of a scanner are dropped, the separator of GS1 is kept, a burst is bounded",
    "[client][app][K02]") {
  auto step = app::update(with_customer(),
                          kiosk_intent::Scan{"\x02]C1\x1d"
                                             "21AB\x1b\x7f\r\n"},
                          at_ms(2'000));
  REQUIRE(count_of<app::FindUnit>(step) == 1);
  CHECK(std::get<app::FindUnit>(step.effects.front()).code ==
        "]C1\x1d"
        "21AB");

  step = app::update(with_customer(), kiosk_intent::Scan{std::string(100'000, '7')}, at_ms(2'000));
  CHECK(std::get<app::FindUnit>(step.effects.front()).code.size() == app::kCodeBytesMax);
}

TEST_CASE("kiosk: a scan does not disturb who is rating, or staff at their PIN", "[client][app][K02][K11]") {
  auto state =
      app::update(with_customer(), kiosk_intent::OpenDoor{shown::Door::TalkToUs}, at_ms(2'000)).state;

  const auto step = app::update(std::move(state), kiosk_intent::Scan{"LM4-1"}, at_ms(2'100));

  CHECK(step.effects.empty());
  CHECK(step.state.place == KioskPlace::Rate);
}

TEST_CASE("kiosk: one tap is a rating, and what follows belongs to the same one", "[client][app][K11]") {
  auto state =
      app::update(with_customer(), kiosk_intent::OpenDoor{shown::Door::TalkToUs}, at_ms(2'000)).state;

  auto step = app::update(std::move(state), kiosk_intent::Rate{2}, at_ms(2'100));
  REQUIRE(count_of<app::SaveRating>(step) == 1);
  const auto customer = std::get<app::SaveRating>(step.effects.front()).customer;
  for (int i = 0; i < 5; ++i) {
    step = app::update(std::move(step.state), kiosk_intent::Rate{2}, at_ms(2'200 + i));
    CHECK(step.effects.empty());
  }
  step = app::update(std::move(step.state), kiosk_intent::GoBack{}, at_ms(2'300));
  step = app::update(std::move(step.state), kiosk_intent::Rate{5}, at_ms(2'400));
  step = app::update(std::move(step.state), kiosk_intent::Answer{domain::RatingAnswer::Yes}, at_ms(2'500));

  const auto& saved = std::get<app::SaveRating>(step.effects.front());
  CHECK(saved.customer == customer);
  CHECK(saved.given.stars == 5);
  CHECK(saved.given.question == "got_help");
  CHECK(saved.given.language == "vi");
}

TEST_CASE("kiosk: five knocks at the corner ask for the PIN, four and one later do not",
          "[client][app][K01]") {
  auto state = with_customer();
  for (int i = 0; i < 4; ++i)
    state = app::update(std::move(state), kiosk_intent::KnockCorner{}, at_ms(2'000 + i)).state;
  state = app::update(std::move(state), kiosk_intent::KnockCorner{}, at_ms(9'000)).state;
  CHECK(state.place == KioskPlace::Home);

  for (int i = 0; i < 4; ++i)
    state = app::update(std::move(state), kiosk_intent::KnockCorner{}, at_ms(9'100 + i)).state;
  CHECK(state.place == KioskPlace::StaffPin);
  CHECK_FALSE(state.is_left);
  for (const char digit : std::string("246810"))
    state = app::update(std::move(state), intent::TypePin{digit}, at_ms(9'200)).state;
  CHECK_FALSE(state.is_left);
  state = app::receive(std::move(state), app::StaffPinAccepted{}, at_ms(9'300)).state;
  CHECK(state.is_left);
}

TEST_CASE("kiosk: what was sent leaves the memory too, once nobody is there, and only once",
          "[client][app][K01]") {
  KioskState state;
  state.place = KioskPlace::Attract;
  shown::SyncProgress sending;
  sending.stage = shown::SyncProgress::Stage::Sending;
  sending.total_count = 3;

  state = app::receive(std::move(state), app::SyncEnded{}, at_ms(100)).state;
  CHECK_FALSE(state.is_to_renew);
  state = app::receive(std::move(state), app::SyncMoved{sending}, at_ms(200)).state;
  auto failed = app::SyncEnded{};
  failed.progress.problem = "sync.problem.network";
  state = app::receive(std::move(state), failed, at_ms(300)).state;
  CHECK_FALSE(state.is_to_renew);
  state = app::receive(std::move(state), app::SyncEnded{}, at_ms(400)).state;
  CHECK(state.is_to_renew);
}
