#include "client/work/kiosk_desk.h"

#include "shared/domain/product_code.h"
#include "tests/support/device_world.h"

#include <rapidcheck.h>

using namespace aftercare;
using namespace std::chrono_literals;
using domain::Covered;
using shown::UnitAnswer;
using testing::Verb;

namespace {

/// A kiosk in a shop: two products, terms, some units, a service desk. No customer is here.
struct KioskWorld : testing::DeviceWorld {
  domain::Product boiler = product("TRM-T24", "Termona T24 condensing boiler", "9506000134420");
  domain::Product coffee = product("BAR-2", "Barista Due coffee machine", "9506000134413");
  domain::Product pump = product("VDA-P1", "Voda P1 booster pump", "");
  domain::WarrantyTerms terms;

  KioskWorld() {
    terms.id = make_id<domain::WarrantyTermsId>(clock, random);
    terms.key = "boiler";
    terms.version = 2;
    terms.definition =
        R"({"title":{"en":"Two years"},"rules":[{"kind":"statutory","starts":"sale","months":24,"covers":{"parts":true,"labour":true}}],)"
        R"("exclusions":[{"key":"frost","text":{"en":"Frost"}}],"work_by":"anybody"})";
    apply({office(Verb::Create, boiler), office(Verb::Create, coffee), office(Verb::Create, pump),
           office(Verb::Create, terms)});
  }

  domain::Product product(std::string key, std::string name, std::string gtin) {
    domain::Product made;
    made.id = make_id<domain::ProductId>(clock, random);
    made.key = std::move(key);
    made.name = std::move(name);
    made.brand = "Termona";
    made.gtin = std::move(gtin);
    return made;
  }
  domain::Warranty unit(const domain::Product& of, std::string serial, std::string sold_on) {
    domain::Warranty made;
    made.id = make_id<domain::WarrantyId>(clock, random);
    made.asset_id = make_id<domain::AssetId>(clock, random);  // out of a kiosk's reach
    made.product_id = of.id;
    made.serial = std::move(serial);
    made.sold_on = std::move(sold_on);
    made.terms_key = "boiler";
    made.terms_version = 2;
    apply({office(Verb::Create, made)});
    return made;
  }
  [[nodiscard]] std::string sold_lately() {
    return to_text(Date{std::chrono::floor<std::chrono::days>(clock.now()) - std::chrono::days{30}});
  }
  shown::FoundUnit find_unit(std::string_view code, const std::optional<domain::ProductId>& of = {}) {
    auto found = work::find_unit(*store, code, of);
    INFO((found ? "" : found.error().detail));
    REQUIRE(found);
    return std::move(found).value();
  }
};

shown::RatingGiven stars(std::int64_t count) {
  return {.stars = count, .question = "was_it_clear", .answer = domain::RatingAnswer::Yes, .language = "ka"};
}

}  // namespace

TEST_CASE("kiosk: a unit is found by its serial however it is typed, with its verdict", "[client][K02]") {
  KioskWorld world;
  world.unit(world.boiler, "T24-110093", world.sold_lately());

  for (const auto* typed : {"T24-110093", "t24110093", " T24 110 093\r\n", "]C0T24-110093"}) {
    CAPTURE(typed);
    const auto found = world.find_unit(typed);
    REQUIRE(found.answer == UnitAnswer::Found);
    CHECK(found.unit->serial == "T24-110093");
    CHECK(found.unit->product == "Termona T24 condensing boiler");
    CHECK(found.unit->verdict.covered == Covered::Yes);
    CHECK(found.unit->terms.at("en") == "Two years");
    CHECK(found.unit->exclusions.size() == 1);
  }
}

TEST_CASE("kiosk: the answer says how old its data is: the server's word at the last pull", "[client][K02]") {
  KioskWorld world;
  world.unit(world.boiler, "T24-1", world.sold_lately());
  const auto pulled_at = world.clock.now();
  world.clock.pass(3h);

  const auto found = world.find_unit("T24-1");
  CHECK(found.as_of == pulled_at);
  CHECK(found.unit->verdict.as_of == pulled_at);
  CHECK(world.find_unit("T24-2").as_of == pulled_at);
}

TEST_CASE("kiosk: what is not on file, not readable, or only an article is told apart", "[client][K02]") {
  KioskWorld world;
  world.unit(world.boiler, "T24-110093", "");

  CHECK(world.find_unit("T24-110094").answer == UnitAnswer::NotFound);
  CHECK(world.find_unit("T24").answer == UnitAnswer::NotFound);  // the whole number or none
  CHECK(world.find_unit("T24%").answer == UnitAnswer::NotFound);
  CHECK(world.find_unit("' OR 1=1 --").answer == UnitAnswer::NotFound);
  CHECK(world.find_unit("").answer == UnitAnswer::NotReadable);
  CHECK(world.find_unit("(01)1").answer == UnitAnswer::NotReadable);
  const auto article = world.find_unit("9506000134420");
  CHECK(article.answer == UnitAnswer::ArticleOnly);
  REQUIRE(article.products.size() == 1);
  CHECK(article.products[0].key == "TRM-T24");
  CHECK(world.find_unit("https://id.example/01/09506000134420").answer == UnitAnswer::ArticleOnly);
}

TEST_CASE("kiosk: the article in a scanned code tells two makers' units of one number apart",
          "[client][K02]") {
  KioskWorld world;
  world.unit(world.boiler, "204417", world.sold_lately());
  world.unit(world.coffee, "20-44-17", "2001-01-01");

  const auto either = world.find_unit("204417 ");
  CHECK(either.answer == UnitAnswer::Found);  // written exactly so
  const auto both = world.find_unit("2044-17");
  CHECK(both.answer == UnitAnswer::Several);
  CHECK(both.products.size() == 2);
  CHECK_FALSE(both.unit);

  CHECK(world.find_unit("2044-17", world.coffee.id).unit->product == "Barista Due coffee machine");
  CHECK(world
            .find_unit("]C10109506000134413"
                       "21204417")
            .unit->verdict.covered == Covered::No);
  CHECK(world.find_unit("(01)09506000134420(21)204417").unit->verdict.covered == Covered::Yes);
  CHECK(world.find_unit("(01)09506000134352(21)204417").answer == UnitAnswer::NotFound);  // neither article
}

TEST_CASE("kiosk: a unit whose terms are not on file is known, its coverage is not", "[client][K02]") {
  KioskWorld world;
  auto unit = world.unit(world.pump, "VP1-1", "2026-01-01");
  auto after = unit;
  after.terms_version = 9;
  world.apply({world.office_change(unit, after)});

  const auto found = world.find_unit("VP1-1");
  REQUIRE(found.answer == UnitAnswer::Found);
  CHECK(found.unit->verdict.covered == Covered::Unknown);
  CHECK(found.unit->verdict.reasons.front().code == domain::CoverageReasonCode::NoTerms);
}

TEST_CASE("kiosk: the table folds serials as the reader does", "[client][K02]") {
  KioskWorld world;
  const auto unit = world.unit(world.boiler, "x", "");
  const auto part = rc::gen::element<std::string>("a", "Z", "7", "-", " ", "–", "—", "‑", "‐", "\u00a0", "ж",
                                                  "/", ".", "ß");
  CHECK(rc::check([&] {
    std::string serial;
    for (const auto& one : *rc::gen::container<std::vector<std::string>>(part)) serial += one;
    RC_ASSERT(
        world.store->db().run("UPDATE warranty SET serial = ? WHERE id = ?", serial, unit.id).has_value());
    auto query = world.store->db().query("SELECT folded_serial FROM warranty WHERE id = ?", unit.id);
    RC_ASSERT(query.next());
    RC_ASSERT(query.text(0) == domain::fold_serial(serial));
  }));
}

TEST_CASE("kiosk: among 100,000 units one is found by the index", "[client][K02]") {
  KioskWorld world;
  auto& db = world.store->db();
  REQUIRE(db.transaction([&]() -> Done {
    for (int i = 0; i < 100'000; ++i) {
      domain::Warranty unit;
      unit.id = make_id<domain::WarrantyId>(world.clock, world.random);
      unit.product_id = world.boiler.id;
      unit.serial = "T24-" + std::to_string(200'000 + i);
      unit.sold_on = "2026-01-01";
      unit.terms_key = "boiler";
      unit.terms_version = 2;
      if (const auto saved = storage::save(db, unit); !saved) return saved;
    }
    return done();
  }));

  const auto plan = [&](const std::string& sql) {
    auto query = db.query("EXPLAIN QUERY PLAN " + sql);
    std::string all;
    while (query.next()) all += query.text(3) + "\n";
    return all;
  };
  CHECK(
      plan("SELECT 1 FROM warranty WHERE folded_serial = 'X' AND folded_serial <> '' ORDER BY rowid LIMIT 20")
          .find("warranty_by_folded_serial") != std::string::npos);
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i)
    CHECK(world.find_unit("t24 " + std::to_string(200'000 + 997 * i)).answer == UnitAnswer::Found);
  CHECK(std::chrono::steady_clock::now() - begun < 2s);  // a hundred; without the index one takes longer
}

TEST_CASE("kiosk: the service desk is told with number and hours, and whether somebody is there",
          "[client][K01]") {
  KioskWorld world;
  CHECK_FALSE(work::service_desk(*world.store).value());
  domain::ServicePoint point;
  point.id = make_id<domain::ServicePointId>(world.clock, world.random);
  point.name = "Counter";
  point.phone = "+420601000999";
  point.phone_text = "601 000 999";
  point.zone = "Etc/UTC";
  point.hours =
      R"({"mon":[["00:00","24:00"]],"tue":[["00:00","24:00"]],"wed":[["00:00","24:00"]],"thu":[["00:00","24:00"]],)"
      R"("fri":[["00:00","24:00"]],"sat":[["00:00","24:00"]],"sun":[["00:00","24:00"]]})";
  world.apply({world.office(Verb::Create, point)});

  const auto desk = work::service_desk(*world.store).value();
  REQUIRE(desk);
  CHECK(desk->phone_text == "601 000 999");
  CHECK(desk->is_open);

  auto closed = point;
  closed.hours = "";
  world.apply({world.office_change(point, closed)});
  CHECK_FALSE(work::service_desk(*world.store).value()->is_open);
}

TEST_CASE("kiosk: a rating is written once, a second thought changes it, nobody is named", "[client][K11]") {
  KioskWorld world;
  const auto first = work::save_rating(*world.store, stars(2));
  REQUIRE(first);
  const auto second = work::save_rating(*world.store, stars(5), first.value());
  REQUIRE(second);

  CHECK(second.value() == first.value());
  CHECK(world.count("SELECT count(*) FROM rating") == 1);
  CHECK(world.count("SELECT stars FROM rating") == 5);
  CHECK(world.count(
            "SELECT count(*) FROM rating WHERE source = 'kiosk' AND visit_id IS NULL AND answer = 'yes'") ==
        1);
  CHECK(world.journal().size() == 2);
  for (const auto& operation : world.journal())
    CHECK(protocol::decode_header(operation.header).value().user_id == domain::UserId{});
  REQUIRE(work::save_rating(*world.store, stars(5), first.value()));
  CHECK(world.count("SELECT count(*) FROM rating") == 1);
}

TEST_CASE("kiosk: a rating of no stars, or six, or a page too long is refused and leaves nothing",
          "[client][K11]") {
  KioskWorld world;
  CHECK_FALSE(work::save_rating(*world.store, stars(0)));
  CHECK_FALSE(work::save_rating(*world.store, stars(6)));
  auto long_one = stars(3);
  long_one.comment = std::string(100'000, 'x');
  CHECK_FALSE(work::save_rating(*world.store, long_one));
  auto broken = stars(3);
  broken.comment = "\xff";
  CHECK_FALSE(work::save_rating(*world.store, broken));
  CHECK(world.journal().empty());
}
