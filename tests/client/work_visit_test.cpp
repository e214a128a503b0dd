#include "client/work/amounts.h"
#include "client/work/device_settings.h"
#include "client/work/drafts.h"
#include "client/work/reading.h"
#include "tests/client/work_world.h"

using namespace aftercare;
using namespace std::chrono_literals;
using domain::VisitEventKind;
using testing::WorkWorld;

namespace {

shown::VisitPage page_of(WorkWorld& world, const domain::VisitId& visit) {
  auto page = work::load_visit(*world.store, testing::work_catalogue(), visit);
  INFO((page ? "" : page.error().detail));
  REQUIRE(page);
  return std::move(page).value();
}

work::FieldVerdict written(WorkWorld& world, const domain::VisitId& visit, const std::string& field,
                           const std::string& text) {
  const auto verdict = work::write_field(*world.store, {world.technician.id, visit, field, text});
  INFO((verdict ? "" : verdict.error().detail));
  REQUIRE(verdict);
  return verdict.value();
}

std::string answer(WorkWorld& world, const domain::VisitId& visit, const std::string& question) {
  for (const auto& one : world.file(visit).answers) {
    if (one.question == question) return one.value;
  }
  return "none";
}

}  // namespace

TEST_CASE("visits: two taps on start make one visit, with the order's words and the fitting form",
          "[client][work][V02]") {
  WorkWorld world;

  const auto visit = world.start();
  CHECK(world.start() == visit);

  const auto file = world.file(visit);
  CHECK(file.visit.reason == "Roční prohlídka");
  CHECK(file.visit.site_id == world.site.id);
  REQUIRE(file.form);
  CHECK(file.form->key == "boiler_service");  // by kind and the product's category
  CHECK(world.count("SELECT count(*) FROM visit") == 1);
}

TEST_CASE("visits: the clock takes the work order along, forwards only", "[client][work][V03]") {
  WorkWorld world;
  const auto visit = world.start();

  world.tap(visit, VisitEventKind::Travelling);
  CHECK(world.find(world.order)->state == domain::WorkOrderState::Travelling);
  world.tap(visit, VisitEventKind::Arrived);
  CHECK(world.find(world.order)->state == domain::WorkOrderState::OnSite);
  world.tap(visit, VisitEventKind::Working);
  CHECK(world.find(world.order)->state == domain::WorkOrderState::OnSite);
  CHECK_FALSE(work::write_event(*world.store, {world.technician.id, visit, VisitEventKind::Arrived}));

  const auto events = world.file(visit).events;
  REQUIRE(events.size() == 3);
  CHECK(events[0].boot_id == "boot-1");
  CHECK(events[0].zone == "Europe/Prague");
}

TEST_CASE("visits: an answer is taken as people write it", "[client][work][V07]") {
  WorkWorld world;
  const auto visit = world.start();

  CHECK(written(world, visit, "answer.pressure", " 2,1 ").is_taken());
  CHECK(answer(world, visit, "pressure") == "2.1");
  CHECK(written(world, visit, "answer.pressure", "\u22120,5").is_taken());
  CHECK(answer(world, visit, "pressure") == "-0.5");
  CHECK(written(world, visit, "answer.pressure", "").is_taken());  // measured by mistake
  CHECK(answer(world, visit, "pressure").empty());
  CHECK(written(world, visit, "answer.next", "").is_taken());  // there was none
  CHECK_FALSE(written(world, visit, "answer.next", "9.7.2026").is_taken());
  CHECK(written(world, visit, "answer.next", "2026-07-09").is_taken());
  CHECK(written(world, visit, "answer.remark", "e\u0301").is_taken());
  CHECK(answer(world, visit, "remark") == "\u00e9");
  CHECK(written(world, visit, "answer.remark", "").is_taken());
  CHECK(answer(world, visit, "remark").empty());
  CHECK_FALSE(work::write_field(*world.store, {world.technician.id, visit, "answer.colour", "red"}));
  CHECK_FALSE(work::write_field(*world.store, {world.technician.id, visit, "number", "V-1"}));
}

TEST_CASE("visits: the same answer twice is one change", "[client][work][V07]") {
  WorkWorld world;
  const auto visit = world.start();
  REQUIRE(work::write_answer(*world.store, {world.technician.id, visit, "clean", "yes"}));
  const auto before = world.journal().size();

  REQUIRE(work::write_answer(*world.store, {world.technician.id, visit, "clean", "yes"}));

  CHECK(world.journal().size() == before);
}

TEST_CASE("visits: a price is in the currency of the place", "[client][work][V12]") {
  WorkWorld world;
  const auto visit = world.start();

  CHECK(written(world, visit, "price", "").is_taken());
  CHECK(world.file(visit).visit.currency.empty());
  CHECK(written(world, visit, "price", "48 990,00").is_taken());
  CHECK(world.file(visit).visit.price_minor == 4'899'000);
  CHECK(world.file(visit).visit.currency == "CZK");
  CHECK_FALSE(written(world, visit, "price", "zdarma").is_taken());
  CHECK(world.file(visit).visit.price_minor == 4'899'000);
}

TEST_CASE("amounts: they are read as people of six countries write them", "[client][work][V12]") {
  struct Case {
    const char* text;
    const char* currency;
    std::int64_t minor;
  };
  for (const auto& one : {Case{"48990", "CZK", 4'899'000}, Case{"48990,00", "CZK", 4'899'000},
                          Case{"48 990.50", "CZK", 4'899'050}, Case{"48\u202f990,5", "CZK", 4'899'050},
                          Case{"48.990,50", "EUR", 4'899'050}, Case{"48,990.50", "GBP", 4'899'050},
                          Case{"48.990", "CZK", 4'899'000}, Case{"1.500.000", "VND", 1'500'000},
                          Case{"1500000", "VND", 1'500'000}, Case{"0", "EUR", 0}, Case{"0,5", "EUR", 50},
                          Case{",5", "EUR", 50}, Case{"", "EUR", 0}, Case{"12,", "EUR", 1'200}}) {
    CAPTURE(one.text, one.currency);
    const auto minor = work::minor_of_text(one.text, one.currency);
    REQUIRE(minor);
    CHECK(minor.value() == one.minor);
  }
  for (const char* text : {"-5", "12a", "1 2", "1,5,0", "1.50.000", ".", "99999999999999999", "1e5"}) {
    CAPTURE(text);
    CHECK_FALSE(work::minor_of_text(text, "EUR"));
  }
  CHECK_FALSE(work::minor_of_text("1,5", "VND"));
}

TEST_CASE("visits: a new customer, place and asset are made with the visit, or nothing is",
          "[client][work][V02]") {
  WorkWorld world;
  shown::NewVisitDraft draft;
  draft.kind = domain::VisitKind::Repair;
  draft.language = "ka";
  draft.texts = {{"customer", " ნინო "}, {"city", "Тбилиси"}, {"asset", "ქვაბი"}, {"reason", "არ ათბობს"}};
  const auto before = world.journal().size();

  const auto refused = work::make_new_visit(*world.store, world.technician.id, draft);
  CHECK_FALSE(refused);  // neither a serial nor a place
  CHECK(world.journal().size() == before);
  CHECK(world.count("SELECT count(*) FROM customer") == 1);

  draft.texts["place"] = "cellar";
  const auto made = work::make_new_visit(*world.store, world.technician.id, draft);
  INFO((made ? "" : made.error().detail));
  REQUIRE(made);
  const auto page = page_of(world, made.value());
  CHECK(page.customer.name == "ნინო");
  CHECK(page.file.visit.language == "ka");
  REQUIRE(page.asset);
  CHECK(page.asset->place == "cellar");
  REQUIRE(page.site);
  CHECK(page.site->country == "CZ");  // where the tablet's clock is

  draft = {};
  CHECK_FALSE(work::make_new_visit(*world.store, world.technician.id, draft));  // whose?
}

TEST_CASE("visits: before there is a price it is known what it would be paid with", "[client][work][V12]") {
  WorkWorld world;
  const auto visit = world.start();
  CHECK(page_of(world, visit).currency == "CZK");  // the site stands in CZ

  auto site = world.site;
  site.country = "GE";
  world.apply({world.office_change(world.site, site)});
  CHECK(page_of(world, visit).currency == "GEL");

  CHECK(written(world, visit, "price", "120").is_taken());
  auto back = site;
  back.country = "CZ";
  world.apply({world.office_change(site, back)});
  CHECK(page_of(world, visit).currency == "GEL");  // what was agreed stays

  shown::NewVisitDraft nowhere;
  nowhere.texts["customer"] = "Nikdo";
  const auto made = work::make_new_visit(*world.store, world.technician.id, nowhere);
  REQUIRE(made);
  CHECK(page_of(world, made.value()).currency == "CZK");  // by the tablet's clock
}

TEST_CASE("visits: a photo says in words what it shows, until it is sealed", "[client][work][V09]") {
  WorkWorld world;
  const auto visit = world.start();
  domain::Photo photo;
  photo.visit_id = visit;
  world.write([&](sync::Journal& journal) { return work::add_photo(journal, photo); });
  const auto field = "caption." + to_text(world.file(visit).photos.at(0).id);
  shown::VisitDraft draft;
  draft.texts[field] = "Pr\u030ced opravou";
  REQUIRE(work::save_draft(world.store->db(), world.technician.id, visit, draft));

  CHECK(written(world, visit, field, " Pr\u030ced opravou ").is_taken());

  CHECK(world.file(visit).photos.at(0).caption == "P\u0159ed opravou");
  CHECK(work::load_draft(world.store->db(), world.technician.id, visit).value().texts.empty());
  CHECK(written(world, visit, field, std::string(10'001, 'x')).refusal == "error.refused");
  CHECK(written(world, visit, field, "\xff").refusal == "error.invalid");
  CHECK(world.file(visit).photos.at(0).caption == "P\u0159ed opravou");
  CHECK(written(world, visit, field, "").is_taken());
  CHECK(world.file(visit).photos.at(0).caption.empty());
  const auto others = "caption." + to_text(make_id<domain::PhotoId>(world.clock, world.random));
  CHECK_FALSE(work::write_field(*world.store, {world.technician.id, visit, others, "whose?"}));
  CHECK_FALSE(work::write_field(*world.store, {world.technician.id, visit, "caption.1", "whose?"}));
}

TEST_CASE("visits: what the customer is shown is what is sealed, and the link can be shown again",
          "[client][work][V13]") {
  WorkWorld world;
  const auto visit = world.work_done();
  shown::VisitDraft draft;
  draft.texts["comment"] = "Přijeďte i příští rok.";
  REQUIRE(work::save_draft(world.store->db(), world.technician.id, visit, draft));
  const auto before = page_of(world, visit);
  CHECK(before.missing.empty());
  CHECK(before.link.empty());

  const auto sealed = work::write_sign_off(*world.store, testing::work_catalogue(), world.signing(visit));
  INFO((sealed ? "" : sealed.error().detail));
  REQUIRE(sealed);

  world.open();
  const auto after = page_of(world, visit);
  REQUIRE(after.sign_off);
  CHECK(after.sign_off->signer_name == "Jana Nováková");
  CHECK(after.summary == before.summary);
  CHECK(after.link == sealed.value().link);
  REQUIRE(after.file.notes.size() == 1);
  CHECK(after.file.notes[0].text == "Přijeďte i příští rok.");
  CHECK(world.find(world.order)->state == domain::WorkOrderState::Done);
  CHECK_FALSE(work::write_note(*world.store, {world.technician.id, visit, "too late"}));
}

TEST_CASE("visits: a signature that meets a full disk stays in the draft, and works once there is room",
          "[client][work][V13]") {
  WorkWorld world;
  const auto visit = world.work_done();
  shown::VisitDraft draft;
  draft.signature = WorkWorld::a_signature();
  REQUIRE(work::save_draft(world.store->db(), world.technician.id, visit, draft));
  const auto before = world.journal().size();
  REQUIRE(world.store->db().script("PRAGMA max_page_count = 1"));  // as many as there are: no page more
  // Pages that are free inside the file are used up first.
  for (int i = 0; work::save_setting(world.store->db(), std::to_string(i), std::string(3'000, 'x')); ++i) {
  }

  auto sealed = work::write_sign_off(*world.store, testing::work_catalogue(), world.signing(visit));
  REQUIRE_FALSE(sealed);
  CHECK(sealed.error().kind == ErrorKind::Full);
  CHECK(world.journal().size() == before);
  CHECK(work::load_draft(world.store->db(), world.technician.id, visit).value() == draft);

  REQUIRE(world.store->db().script("PRAGMA max_page_count = 1000000"));
  CHECK(work::write_sign_off(*world.store, testing::work_catalogue(), world.signing(visit)));
}
