#include "client/work/drafts.h"
#include "client/work/reading.h"
#include "tests/client/work_world.h"

using namespace aftercare;
using testing::Verb;
using testing::WorkWorld;

namespace {

/// An installation that the office planned before anybody knew what would be installed.
struct InstallationWorld : WorkWorld {
  domain::Form installation;
  domain::WorkOrder planned;

  InstallationWorld() {
    installation = form;
    installation.id = make_id<domain::FormId>(clock, random);
    installation.key = "boiler_installation";
    installation.kind = domain::VisitKind::Installation;
    planned = an_order("W-22-0002-K", clock.now());
    planned.kind = domain::VisitKind::Installation;
    planned.asset_id.reset();
    apply({office(Verb::Create, installation), office(Verb::Create, planned)});
  }

  domain::VisitId begin() {
    const auto made = work::make_visit(*store, technician.id, planned.id);
    INFO((made ? "" : made.error().detail));
    REQUIRE(made);
    return made.value();
  }
  app::WriteAsset naming(const domain::VisitId& visit) const {
    return {technician.id,
            visit,
            {{"asset.name", " Kotel v pr\u030cízemí "},
             {"asset.serial", "T24-126411"},
             {"asset.place", "sklep"},
             {"asset.product", "T24"}}};
  }
};

work::FieldVerdict named(WorkWorld& world, const app::WriteAsset& wish) {
  const auto verdict = work::write_asset(*world.store, wish);
  INFO((verdict ? "" : verdict.error().detail));
  REQUIRE(verdict);
  return verdict.value();
}

shown::VisitPage page_of(WorkWorld& world, const domain::VisitId& visit) {
  auto page = work::load_visit(*world.store, testing::work_catalogue(), visit);
  REQUIRE(page);
  return std::move(page).value();
}

}  // namespace

TEST_CASE(
    "first met: what was installed gets its name, its product and the customer's site, and the visit its form",
    "[client][work][V03]") {
  InstallationWorld world;
  const auto visit = world.begin();
  CHECK_FALSE(page_of(world, visit).form);

  CHECK(named(world, world.naming(visit)).is_taken());

  const auto page = page_of(world, visit);
  REQUIRE(page.asset);
  CHECK(page.asset->name == "Kotel v p\u0159ízemí");
  CHECK(page.asset->serial == "T24-126411");
  CHECK(page.asset->customer_id == world.customer.id);
  CHECK(page.asset->site_id == world.site.id);
  REQUIRE(page.product);
  CHECK(page.product->key == "T24");
  REQUIRE(page.file.form);
  CHECK(page.file.form->key == "boiler_installation");
  CHECK(world.find(world.planned)->asset_id == page.asset->id);
}

TEST_CASE("first met: a second tap names nothing twice", "[client][work][V03]") {
  InstallationWorld world;
  const auto visit = world.begin();
  CHECK(named(world, world.naming(visit)).is_taken());
  const auto before = world.journal().size();

  CHECK(named(world, world.naming(visit)).is_taken());

  CHECK(world.journal().size() == before);
  CHECK(world.count("SELECT count(*) FROM asset") == 2);  // with the one that the world begins with
}

TEST_CASE("first met: an asset that nobody could find again is refused in words, and stays typed",
          "[client][work][V03][V05]") {
  InstallationWorld world;
  const auto visit = world.begin();
  shown::VisitDraft draft;
  draft.texts = {{"asset.name", "Kotel"}, {"note", "pes"}};
  REQUIRE(work::save_draft(world.store->db(), world.technician.id, visit, draft));
  const auto before = world.journal().size();

  CHECK(named(world, {world.technician.id, visit, {{"asset.name", "Kotel"}}}).refusal ==
        "new_visit.missing.asset");
  CHECK(named(world, {world.technician.id, visit, {{"asset.serial", "1"}}}).refusal ==
        "new_visit.missing.asset");
  CHECK(named(world, {world.technician.id, visit, {{"asset.product", "gone"}, {"asset.serial", "1"}}})
            .refusal == "error.not_found");
  CHECK(named(world, {world.technician.id, visit, {{"asset.name", "\xff"}}}).refusal == "error.invalid");

  CHECK(world.journal().size() == before);
  CHECK(work::load_draft(world.store->db(), world.technician.id, visit).value() == draft);
}

TEST_CASE("first met: once it is named it is no draft any more; the rest of the draft stays",
          "[client][work][V05]") {
  InstallationWorld world;
  const auto visit = world.begin();
  shown::VisitDraft draft;
  draft.texts = world.naming(visit).texts;
  draft.texts["note"] = "pes";
  REQUIRE(work::save_draft(world.store->db(), world.technician.id, visit, draft));

  CHECK(named(world, world.naming(visit)).is_taken());

  const auto left = work::load_draft(world.store->db(), world.technician.id, visit);
  REQUIRE(left);
  CHECK(left.value().texts == std::map<std::string, std::string>{{"note", "pes"}});
}

TEST_CASE("first met: without a name it is called like its product", "[client][work][V03]") {
  InstallationWorld world;
  domain::Product pump;
  pump.id = make_id<domain::ProductId>(world.clock, world.random);
  pump.key = "HP8";
  pump.name = "Tepelné čerpadlo HP8";
  world.apply({world.office(Verb::Create, pump)});
  const auto visit = world.begin();

  CHECK(named(world, {world.technician.id, visit, {{"asset.serial", "7"}, {"asset.product", "HP8"}}})
            .is_taken());

  CHECK(page_of(world, visit).asset->name == "Tepelné čerpadlo HP8");
}

TEST_CASE("first met: a visit that works by a form keeps it", "[client][work][V03]") {
  InstallationWorld world;
  auto planned = world.an_order("W-22-0003-K", world.clock.now());
  planned.kind = domain::VisitKind::Installation;
  planned.asset_id.reset();
  planned.form_key = "boiler_service";
  world.apply({world.office(Verb::Create, planned)});
  const auto visit = work::make_visit(*world.store, world.technician.id, planned.id);
  REQUIRE(visit);

  CHECK(named(world, world.naming(visit.value())).is_taken());

  CHECK(page_of(world, visit.value()).file.form->key == "boiler_service");
}

TEST_CASE("first met: a sealed visit names nothing any more", "[client][work][V13]") {
  InstallationWorld world;
  const auto visit = world.begin();
  domain::SignOff sign_off;
  sign_off.id = make_id<domain::SignOffId>(world.clock, world.random);
  sign_off.visit_id = visit;
  sign_off.seal_list.bytes = "sealed elsewhere";
  world.apply({world.office(Verb::Create, sign_off)});
  const auto before = world.journal().size();

  CHECK_FALSE(work::write_asset(*world.store, world.naming(visit)));

  CHECK(world.journal().size() == before);
}

TEST_CASE("visits: something new of a known product is worked on by the product's form",
          "[client][work][V03][V05]") {
  WorkWorld world;
  shown::NewVisitDraft draft;
  draft.kind = domain::VisitKind::Maintenance;
  draft.customer_id = world.customer.id;
  draft.texts = {{"product", "T24"}, {"serial", "T24-9"}, {"asset", "Kotel"}};

  const auto made = work::make_new_visit(*world.store, world.technician.id, draft);
  INFO((made ? "" : made.error().detail));
  REQUIRE(made);

  const auto page = page_of(world, made.value());
  REQUIRE(page.product);
  CHECK(page.product->id == world.product.id);
  REQUIRE(page.file.form);
  CHECK(page.file.form->key == "boiler_service");
}
