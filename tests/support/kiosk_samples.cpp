#include "tests/support/kiosk_samples.h"

#include "tests/support/sample_states.h"

namespace aftercare::test {
namespace {

using app::KioskPlace;
using app::KioskState;
using domain::CoverageReasonCode;
using domain::Covered;
using domain::CoveredItem;

template <class IdType>
IdType id_of(std::uint8_t number) {
  IdType id;
  id.bytes[15] = number;
  id.bytes[6] = 0x70;
  return id;
}

constexpr Date day(int year, unsigned month, unsigned of_month) {
  return Date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{of_month}};
}

shown::ServiceDesk a_desk() {
  shown::ServiceDesk desk;
  desk.name = "Servis Brno";
  desk.phone = "+420800123456";
  desk.phone_text = "800 123 456";
  for (std::size_t i = 0; i < 5; ++i) desk.hours[i] = {{8 * 60, 17 * 60}};
  desk.hours[5] = {{9 * 60, 12 * 60}};
  desk.is_open = true;
  return desk;
}

KioskState at_place(KioskPlace place, const std::string& language) {
  KioskState state;
  state.place = place;
  state.house.organisation_name = "Elektro Lípa";
  state.house.desk = a_desk();
  state.house.language = language;
  state.customer.language = language;
  return state;
}

void say(shown::Unit& unit, CoveredItem item, Covered covered, CoverageReasonCode code,
         std::optional<Date> until = std::nullopt) {
  auto& verdict = unit.verdict.items[static_cast<std::size_t>(item)];
  verdict.covered = covered;
  verdict.until = until;
  verdict.reason = {code, until, {}};
}

shown::FoundUnit covered_unit() {
  shown::Unit unit;
  unit.product = "Lumen 4 coffee machine";
  unit.serial = "LM4-8812-0077";
  unit.verdict.covered = Covered::Yes;
  unit.verdict.until = day(2027, 9, 3);
  const auto end = unit.verdict.until;
  say(unit, CoveredItem::Parts, Covered::Yes, CoverageReasonCode::ManufacturerRuns, end);
  say(unit, CoveredItem::Labour, Covered::Yes, CoverageReasonCode::StatutoryRuns, end);
  say(unit, CoveredItem::Travel, Covered::No, CoverageReasonCode::StatutoryEnded, day(2026, 9, 3));
  say(unit, CoveredItem::Wear, Covered::No, CoverageReasonCode::ItemNeverCovered);
  say(unit, CoveredItem::Accident, Covered::No, CoverageReasonCode::ItemNeverCovered);
  unit.verdict.maintenance = domain::MaintenanceDue{day(2026, 12, 14), true};
  shown::FoundUnit found;
  found.answer = shown::UnitAnswer::Found;
  found.serial = unit.serial;
  found.unit = unit;
  found.as_of = sample_now();
  return found;
}

KioskState answer(const std::string& language, shown::FoundUnit found) {
  auto state = at_place(KioskPlace::Unit, language);
  state.behind = {KioskPlace::Home, KioskPlace::Check};
  state.customer.code = "LM4-8812-0077";
  state.customer.found.value = std::move(found);
  return state;
}

shown::FoundUnit ended_unit() {
  auto found = covered_unit();
  auto& unit = *found.unit;
  unit.product = "Termona Elektra 9 kW — elektrický kotel se zásobníkem a ekvitermní regulací";
  unit.verdict.covered = Covered::No;
  unit.verdict.until = day(2024, 2, 29);
  for (std::size_t i = 0; i < domain::kCoveredItemCount; ++i)
    say(unit, static_cast<CoveredItem>(i), Covered::No, CoverageReasonCode::StatutoryEnded, day(2024, 2, 29));
  unit.verdict.maintenance = domain::MaintenanceDue{day(2026, 11, 30), false};
  unit.verdict.reasons = {{CoverageReasonCode::Plan, std::nullopt, "Komfort"}};
  return found;
}

shown::FoundUnit partly_unit() {
  auto found = covered_unit();
  auto& verdict = found.unit->verdict;
  verdict.covered = Covered::Partly;
  say(*found.unit, CoveredItem::Labour, Covered::Unknown, CoverageReasonCode::InstallationUnknown);
  verdict.reasons = {{CoverageReasonCode::ApprovedOnly, std::nullopt, {}}};
  found.as_of.reset();
  return found;
}

shown::FoundUnit unknown_unit() {
  auto found = covered_unit();
  auto& verdict = found.unit->verdict;
  verdict.covered = Covered::Unknown;
  verdict.until.reset();
  verdict.maintenance.reset();
  for (std::size_t i = 0; i < domain::kCoveredItemCount; ++i)
    say(*found.unit, static_cast<CoveredItem>(i), Covered::Unknown, CoverageReasonCode::NoTerms);
  return found;
}

shown::FoundUnit no_unit(shown::UnitAnswer answer) {
  shown::FoundUnit found;
  found.answer = answer;
  found.serial = "LM4-8812-O077";
  found.as_of = sample_now();
  if (answer == shown::UnitAnswer::NotFound) return found;
  domain::Product product;
  product.id = id_of<domain::ProductId>(1);
  product.name = "Lumen 4 coffee machine";
  found.products = {product};
  product.id = id_of<domain::ProductId>(2);
  product.name = "Alpavent AV 3000 ventilation unit with heat recovery and summer bypass";
  if (answer == shown::UnitAnswer::Several) found.products.push_back(product);
  return found;
}

KioskState closing(KioskState state, std::int64_t seconds) {
  state.customer.closes_at_ms = 1'000'000 + seconds * 1000;
  state.customer.counted_to_ms = *state.customer.closes_at_ms;
  state.customer.seconds_left = seconds;
  return state;
}

KioskState staff(const std::string& language, app::PinState::Stage stage) {
  auto state =
      at_place(stage == app::PinState::Stage::Enter ? KioskPlace::StaffPin : KioskPlace::ChoosePin, language);
  state.pin.stage = stage;
  state.pin.digits = "123";
  return state;
}

}  // namespace

std::vector<KioskSample> kiosk_samples(const std::string& language) {
  std::vector<KioskSample> samples;
  const auto add = [&](std::string name, KioskState state) {
    samples.push_back({"kiosk." + std::move(name), std::move(state)});
  };
  const auto at = [&](KioskPlace place) { return at_place(place, language); };
  const auto in_large = [](KioskState state) {
    state.customer.text_percent = 160;
    return state;
  };

  for (std::size_t i = 0; i < 6; ++i) {
    auto state = at(KioskPlace::Attract);
    state.greeting = i;
    add(i == 0 ? "attract" : "attract." + std::to_string(i), state);
  }
  add("home", at(KioskPlace::Home));
  add("home.countdown", closing(at(KioskPlace::Home), 48));
  add("home.closing", closing(at(KioskPlace::Home), 17));
  auto nameless = at(KioskPlace::Home);
  nameless.house.organisation_name =
      "Společenství servisních středisek jižní Moravy, a. s. — prodejna Brno-Královo Pole";
  nameless.house.desk.reset();
  add("home.no_desk", nameless);
  add("home.large", in_large(at(KioskPlace::Home)));
  add("attract.large", in_large(at(KioskPlace::Attract)));

  add("check", at(KioskPlace::Check));
  auto typed = at(KioskPlace::Check);
  typed.customer.serial = "LM4-8812-0077";
  add("check.typed", typed);
  add("check.large", in_large(typed));
  add("unit.covered", answer(language, covered_unit()));
  add("unit.countdown", closing(answer(language, covered_unit()), 48));
  add("unit.ended", answer(language, ended_unit()));
  add("unit.partly", answer(language, partly_unit()));
  add("unit.unknown", answer(language, unknown_unit()));
  add("unit.large", in_large(answer(language, covered_unit())));
  add("unit.not_found", answer(language, no_unit(shown::UnitAnswer::NotFound)));
  add("unit.not_readable", answer(language, no_unit(shown::UnitAnswer::NotReadable)));
  add("unit.article_only", answer(language, no_unit(shown::UnitAnswer::ArticleOnly)));
  add("unit.several", answer(language, no_unit(shown::UnitAnswer::Several)));
  auto looking = at(KioskPlace::Unit);
  looking.customer.found.is_loading = true;
  add("unit.looking", looking);

  for (const auto door : {shown::Door::SomethingWrong, shown::Door::ReturnOrExchange}) {
    auto state = at(KioskPlace::Elsewhere);
    state.customer.door = door;
    add(door == shown::Door::SomethingWrong ? "elsewhere.wrong" : "elsewhere.return", state);
  }
  auto closed = at(KioskPlace::Elsewhere);
  closed.customer.door = shown::Door::TalkToUs;
  closed.house.desk->is_open = false;
  add("elsewhere.closed", in_large(closed));

  add("rate", at(KioskPlace::Rate));
  auto rated = at(KioskPlace::Rate);
  rated.customer.rating.stars = 4;
  add("rate.given", rated);
  add("rate.large", in_large(rated));
  add("question", at(KioskPlace::Question));
  add("question.large", in_large(at(KioskPlace::Question)));
  auto comment = at(KioskPlace::Comment);
  add("comment", comment);
  comment.customer.comment = "Rychle a vlídně. Jen se špatně parkuje.";
  add("comment.typed", comment);
  add("comment.large", in_large(comment));
  add("thanks", closing(at(KioskPlace::Thanks), 9));

  add("staff", staff(language, app::PinState::Stage::Enter));
  auto wrong = staff(language, app::PinState::Stage::Enter);
  wrong.pin.is_wrong = true;
  wrong.pin.digits.clear();
  wrong.pin.blocked_until_ms = 1'000'000 + 28'000;
  add("staff.wait", wrong);
  add("staff.choose", staff(language, app::PinState::Stage::ChooseNew));
  add("staff.repeat", staff(language, app::PinState::Stage::RepeatNew));
  auto broken = at(KioskPlace::Closed);
  broken.problem = "start.is_tablet";
  add("closed", broken);
  broken.problem = "kiosk.not_enrolled";
  add("closed.not_enrolled", broken);
  add("opening", at(KioskPlace::Opening));
  return samples;
}

}  // namespace aftercare::test
