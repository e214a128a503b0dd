#include "client/app/update.h"

#include "client/app/place_word.h"
#include "tests/support/catch.h"
#include "tests/support/sample_states.h"

#include <algorithm>

using namespace aftercare;
using app::AppState;
using app::Now;
using app::Place;

namespace {

template <class Effect>
const Effect* asked(const app::Step& step) {
  for (const auto& effect : step.effects) {
    if (const auto* one = std::get_if<Effect>(&effect)) return one;
  }
  return nullptr;
}

AppState sample(const std::string& name) {
  for (auto& one : test::sample_states("en")) {
    if (one.name == name) return one.state;
  }
  FAIL("no sample " << name);
  return {};
}

constexpr Now kNow{.ms = 50'000, .at = {}};

AppState typing_a_result() {
  auto state = sample("visit.outcome");
  state.visit.draft.texts["result"] = "Burner cleaned";
  return app::update(std::move(state), intent::EditField{"result"}, kNow).state;
}

}  // namespace

TEST_CASE("app: what is typed is saved within half a second of the last key", "[client][app][V05]") {
  auto state = typing_a_result();

  REQUIRE(app::next_due_ms(state));
  CHECK(*app::next_due_ms(state) - kNow.ms <= 500);
  const auto step = app::pass_time(std::move(state), {.ms = kNow.ms + 500, .at = {}});
  const auto* saved = asked<app::SaveDraft>(step);
  REQUIRE(saved != nullptr);
  CHECK(saved->draft.texts.at("result") == "Burner cleaned");
}

TEST_CASE("app: going on typing does not put the saving off", "[client][app]") {
  auto state = typing_a_result();
  const auto due = app::next_due_ms(state);

  state = app::update(std::move(state), intent::EditField{"result"}, {.ms = kNow.ms + 200, .at = {}}).state;

  CHECK(app::next_due_ms(state) == due);
}

TEST_CASE("app: whoever leaves a screen takes what was typed into the journal first", "[client][app][V05]") {
  for (const intent::Any& way :
       std::initializer_list<intent::Any>{intent::GoBack{}, intent::OpenSection{"photos"}, intent::AskReady{},
                                          intent::Lock{}, intent::OpenCamera{}}) {
    const auto step = app::update(typing_a_result(), way, kNow);
    const auto* written = asked<app::WriteField>(step);
    REQUIRE(written != nullptr);
    CHECK(written->field == "result");
    CHECK(written->text == "Burner cleaned");
  }
}

TEST_CASE("app: a program that ends saves what was typed", "[client][app]") {
  auto state = typing_a_result();

  const auto effects = app::last_effects(state);

  CHECK(std::ranges::any_of(effects,
                            [](const auto& one) { return std::holds_alternative<app::WriteField>(one); }));
}

TEST_CASE("app: an answer is shown with the tap, before the disk has it", "[client][app][V05]") {
  const auto step = app::update(sample("visit.place"), intent::SetAnswer{"energy", "electricity"}, kNow);

  const auto& answers = step.state.visit.page->file.answers;
  CHECK(std::ranges::find(answers, "energy", &domain::Answer::question)->value == "electricity");
  CHECK(asked<app::WriteAnswer>(step) != nullptr);
}

TEST_CASE("app: text that is being typed survives the visit's arrival from the disk", "[client][app]") {
  auto state = typing_a_result();
  auto page = *state.visit.page;

  const auto step = app::receive(std::move(state), app::VisitLoaded{page, {}}, kNow);

  CHECK(step.state.visit.draft.texts.at("result") == "Burner cleaned");
}

TEST_CASE("app: two taps on start ask for one visit", "[client][app][V03]") {
  auto state = sample("day");
  auto first =
      app::update(std::move(state), intent::StartVisit{*state.day.value->rows[1].work_order_id}, kNow);
  CHECK(asked<app::MakeVisit>(first) != nullptr);

  const auto second = app::update(std::move(first.state), intent::StartVisit{{}}, kNow);

  CHECK(asked<app::MakeVisit>(second) == nullptr);
}

TEST_CASE(
    "app: a pause from the day is seen at once, asked for once, and shown as the disk says after its answer",
    "[client][app][V04]") {
  auto state = sample("day");
  const auto before = *state.day.value;
  const auto working = std::ranges::find(before.rows, shown::Standing::Working, &shown::WorkRow::standing);
  REQUIRE(working != before.rows.end());
  const auto id = *working->visit_id;
  const auto is_any_working = [](const AppState& now) {
    return std::ranges::any_of(now.day.value->rows,
                               [](const auto& row) { return row.standing == shown::Standing::Working; });
  };

  auto paused = app::update(std::move(state), intent::PauseWork{id}, kNow);

  const auto* written = asked<app::WriteEvent>(paused);
  REQUIRE(written != nullptr);
  CHECK(written->visit == id);
  CHECK(written->kind == domain::VisitEventKind::Paused);
  CHECK_FALSE(is_any_working(paused.state));
  CHECK(asked<app::WriteEvent>(app::update(paused.state, intent::PauseWork{id}, kNow)) == nullptr);

  // A list that was read before the disk had the pause does not bring the button back.
  const auto late = app::receive(paused.state, app::DayLoaded{*paused.state.user, before}, kNow);
  CHECK_FALSE(is_any_working(late.state));
  for (const app::Message& answer :
       {app::Message{app::VisitWritten{id}}, app::Message{app::WriteFailed{ErrorKind::Full, ""}}}) {
    const auto answered = app::receive(paused.state, answer, kNow);
    CHECK(asked<app::LoadDay>(answered) != nullptr);
    CHECK(
        is_any_working(app::receive(answered.state, app::DayLoaded{*paused.state.user, before}, kNow).state));
  }
}

TEST_CASE("app: a read that fails on the day is said once and not tried for ever", "[client][app]") {
  const auto step = app::receive(sample("day"), app::WriteFailed{ErrorKind::Corrupt, "torn"}, kNow);

  CHECK(step.state.notice);
  CHECK(step.effects.empty());
}

TEST_CASE("app: a work order that is not of these days stays open when the day arrives",
          "[client][app][V02]") {
  auto state = sample("work");
  REQUIRE(state.chosen);
  state.chosen->work_order_id = domain::WorkOrderId{};
  state.chosen->visit_id.reset();
  auto day = state.day.value ? *state.day.value : *sample("day").day.value;

  const auto step = app::receive(state, app::DayLoaded{*state.user, std::move(day)}, kNow);

  CHECK(step.state.chosen->work_order_id == domain::WorkOrderId{});
  const auto reads_work = [](const auto& effect) { return std::holds_alternative<app::LoadWork>(effect); };
  CHECK(std::ranges::count_if(step.effects, reads_work) == 1);
  const auto on_empty_day = app::receive(state, app::DayLoaded{*state.user, {}}, kNow);
  CHECK(std::ranges::count_if(on_empty_day.effects, reads_work) == 1);
}

TEST_CASE("app: two taps on sign seal once", "[client][app][V13]") {
  auto first = app::update(sample("hand_over.signed"), intent::Sign{}, kNow);
  const auto* wish = asked<app::WriteSignOff>(first);
  REQUIRE(wish != nullptr);
  CHECK(wish->outcome == domain::Outcome::Signed);
  CHECK_FALSE(wish->signature.strokes.empty());
  CHECK(asked<app::SaveDraft>(first) != nullptr);  // before anything can fail

  const auto second = app::update(std::move(first.state), intent::Sign{}, kNow);

  CHECK(asked<app::WriteSignOff>(second) == nullptr);
}

TEST_CASE("app: a seal that failed leaves signature and name where they were", "[client][app][V13]") {
  auto sealing = app::update(sample("hand_over.signed"), intent::Sign{}, kNow).state;

  const auto step = app::receive(std::move(sealing), app::WriteFailed{ErrorKind::Full, "disk"}, kNow);

  CHECK(step.state.place == Place::HandOver);
  CHECK_FALSE(step.state.visit.draft.signature.strokes.empty());
  REQUIRE(step.state.notice);
  CHECK(step.state.notice->key == "error.full");
}

TEST_CASE("app: from the customer's view only a PIN leads back", "[client][app][V13]") {
  const auto step = app::update(sample("hand_over"), intent::TakeTabletBack{}, kNow);

  CHECK(step.state.place == Place::Pin);
  CHECK(step.state.pin.is_taking_back);
  const auto back = app::update(step.state, intent::ChooseNobody{}, kNow);
  CHECK(back.state.place == Place::HandOver);
}

TEST_CASE("app: handing over makes the glass forget what was typed", "[client][app][V13]") {
  const auto step = app::update(sample("ready.yes"), intent::HandOver{}, kNow);

  CHECK(step.state.place == Place::HandOver);
  CHECK(asked<app::ForgetCustomer>(step) != nullptr);
}

TEST_CASE("app: another technician does not come where the first one was", "[client][app][V15]") {
  auto locked = app::update(sample("visit.place"), intent::Lock{}, kNow).state;
  const auto other = locked.technicians[1].id;

  const auto step = app::receive(std::move(locked), app::PinAccepted{other}, kNow);

  CHECK(step.state.place == Place::Day);
  CHECK_FALSE(step.state.visit.id);
}

TEST_CASE("app: the same technician comes back to the open visit", "[client][app][V15]") {
  auto before = sample("visit.place");
  const auto user = *before.user;
  auto locked = app::update(std::move(before), intent::Lock{}, kNow).state;

  const auto step = app::receive(std::move(locked), app::PinAccepted{user}, kNow);

  CHECK(step.state.place == Place::Visit);
  CHECK(step.state.visit.section == "place");
}

TEST_CASE("app: locking waits for nobody", "[client][app][V15]") {
  const auto step = app::update(sample("visit.place"), intent::Lock{}, kNow);

  CHECK(step.state.place == Place::Pin);
  CHECK_FALSE(step.state.user);
}

TEST_CASE("app: after a crash the customer goes on signing without a PIN, the technician unlocks first",
          "[client][app][V13][V15]") {
  auto customer = sample("hand_over");
  app::Started started;
  started.is_enrolled = true;
  started.technicians = customer.technicians;
  started.place = app::to_word(customer);
  CHECK(app::receive({}, started, kNow).state.place == Place::HandOver);

  started.place = app::to_word(sample("visit.place"));
  auto restarted = app::receive({}, started, kNow).state;
  CHECK(restarted.place == Place::Pin);
  const auto step = app::receive(std::move(restarted), app::PinAccepted{*customer.user}, kNow);
  CHECK(step.state.place == Place::Visit);
}

TEST_CASE("app: a slowed PIN takes no digits until its time is over", "[client][app][V15]") {
  auto state = sample("pin.enter");
  state.pin.digits.clear();
  state = app::receive(std::move(state), app::PinRefused{*state.pin.chosen, std::chrono::seconds{30}}, kNow)
              .state;

  CHECK(app::update(state, intent::TypePin{'1'}, kNow).state.pin.digits.empty());

  const auto later = app::pass_time(std::move(state), {.ms = kNow.ms + 30'000, .at = {}});
  CHECK(app::update(later.state, intent::TypePin{'1'}, kNow).state.pin.digits == "1");
}

TEST_CASE("app: two different new PINs are not taken", "[client][app][V15]") {
  auto state = sample("pin.new");
  for (const char digit : std::string("111111222222"))
    state = app::update(std::move(state), intent::TypePin{digit}, kNow).state;

  CHECK(state.pin.is_unequal);
  CHECK(state.pin.stage == app::PinState::Stage::ChooseNew);
}

TEST_CASE("app: the language that somebody chose stays theirs", "[client][app][L01]") {
  auto state = sample("settings");
  const auto user = *state.user;
  auto step = app::update(std::move(state), intent::SetLanguage{"vi"}, kNow);
  CHECK(asked<app::SaveSetting>(step) != nullptr);

  const auto again = app::update(std::move(step.state), intent::ChooseTechnician{user}, kNow);

  CHECK(again.state.settings.language == "vi");
}

TEST_CASE("app: an answer to an older question does not replace the newer one", "[client][app][V02]") {
  auto state = sample("search.found");
  state.search_text = "nov";

  const auto step = app::receive(std::move(state), app::SearchLoaded{{"no", {}, false}}, kNow);

  CHECK(step.state.found.value->text == "kot");
}

TEST_CASE("place word: every place that is said is found again", "[client][app]") {
  for (const auto* name :
       {"visit.gas", "ready.missing", "absent", "hand_over", "refuse", "sealed.signed", "day", "sync"}) {
    const auto state = sample(name);
    const auto known = app::place_of_word(app::to_word(state));
    REQUIRE(known);
    CHECK(known->place == state.place);
    CHECK(known->user == state.user);
  }
  CHECK_FALSE(app::place_of_word("visit - -"));
  CHECK_FALSE(app::place_of_word("elsewhere"));
}
