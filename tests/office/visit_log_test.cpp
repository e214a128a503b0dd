#include "sync/office/visit_log.h"
#include "shared/base/short_number.h"
#include "tests/office/office_world.h"

#include <rapidcheck.h>

#include <set>

namespace aftercare::office {
namespace {

using namespace aftercare::testing;

struct LogWorld : OfficeWorld {
  Journalist tablet = enrol();
  std::uint32_t counter = 0;

  domain::Visit add_visit(const std::function<void(domain::Visit&)>& shape = {}) {
    auto visit = make_visit();
    visit.number = to_text(ShortNumber{'V', "23", ++counter});
    if (shape) shape(visit);
    create(tablet, visit);
    REQUIRE(sync(tablet).empty());
    return visit;
  }
  /// A visit as a tablet brings it, with the customer's word.
  domain::Visit add_refused() {
    auto visit = record_visit(tablet);
    seal(tablet, visit);
    REQUIRE(sync(tablet).empty());
    return visit;
  }
  VisitPage page(const VisitFilter& filter = {}, const std::optional<domain::VisitId>& after = {},
                 std::size_t count_max = kVisitPageMax) {
    auto read = list_visits(*store, blobs, filter, after, count_max);
    REQUIRE(read);
    return std::move(read).value();
  }
  std::vector<std::string> numbers(const VisitFilter& filter) {
    std::vector<std::string> found;
    for (const auto& line : page(filter).visits) found.push_back(line.number);
    return found;
  }
};

}  // namespace

TEST_CASE("visit log: pages of any size hold each visit once, newest first, though many began at once",
          "[O01]") {
  LogWorld world;
  for (int i = 0; i < 23; ++i) {
    if (i % 5 == 0) world.clock.pass(std::chrono::minutes{10});
    world.add_visit();
  }
  const auto whole = world.page();
  REQUIRE(whole.visits.size() == 23);
  CHECK(whole.count == 23);
  CHECK_FALSE(whole.next);

  for (const std::size_t size : {1, 2, 3, 7, 22, 23}) {
    CAPTURE(size);
    std::vector<std::string> read;
    std::optional<domain::VisitId> after;
    do {
      const auto page = world.page({}, after, size);
      CHECK(page.count.has_value() == !after.has_value());
      for (const auto& line : page.visits) read.push_back(line.number);
      after = page.next;
    } while (after);
    std::vector<std::string> expected;
    for (const auto& line : whole.visits) expected.push_back(line.number);
    CHECK(read == expected);
  }
  CHECK(std::ranges::is_sorted(whole.visits, std::greater{}, &VisitLine::started_at));
}

TEST_CASE("visit log: each filter keeps what fits and nothing else, and counts it", "[O01]") {
  LogWorld world;
  const auto petra = world.add_technician("Petra Malá");
  const auto baker = world.add_customer("Pekařství U Zlatého preclíku");
  const auto plain = world.add_visit();
  const auto repair = world.add_visit([](auto& visit) { visit.kind = domain::VisitKind::Repair; });
  const auto hers = world.add_visit([&](auto& visit) { visit.technician_id = petra.id; });
  const auto theirs = world.add_visit([&](auto& visit) { visit.customer_id = baker.id; });
  const auto noon = world.clock.now() + std::chrono::hours{24};
  world.clock.pass(std::chrono::hours{25});
  const auto tomorrow = world.add_visit();

  CHECK(world.numbers({.kind = domain::VisitKind::Repair}) == std::vector{repair.number});
  CHECK(world.numbers({.technician = petra.id}) == std::vector{hers.number});
  CHECK(world.numbers({.customer = baker.id}) == std::vector{theirs.number});
  CHECK(world.numbers({.from = noon}) == std::vector{tomorrow.number});
  CHECK(world.numbers({.until = noon}).size() == 4);
  CHECK(world.numbers({.id = plain.id}) == std::vector{plain.number});
  CHECK(world.numbers({.technician = petra.id, .kind = domain::VisitKind::Repair}).empty());
  CHECK(world.page({.kind = domain::VisitKind::Repair}).count == 1);
}

TEST_CASE("visit log: words find a visit by number, customer, product and serial, without case or accents",
          "[O01]") {
  LogWorld world;
  const auto baker = world.add_customer("Pekařství U Zlatého preclíku");
  domain::Asset asset;
  asset.id = world.id<domain::AssetId>();
  asset.customer_id = baker.id;
  asset.name = "Kávovar Barista Due";
  asset.serial = "BAR-77 120";
  world.by_office(asset);
  world.add_visit();
  const auto visit = world.add_visit([&](auto& made) {
    made.customer_id = baker.id;
    made.asset_id = asset.id;
  });
  const std::vector expected{visit.number};

  for (const auto* words : {"pekarstvi", "ZLATEHO PREC", "kavovar", "bar-77", "due kav"}) {
    CAPTURE(words);
    CHECK(world.numbers({.words = words}) == expected);
  }
  auto sloppy = visit.number;
  std::erase(sloppy, '-');
  for (auto& sign : sloppy) sign = static_cast<char>(std::tolower(static_cast<unsigned char>(sign)));
  CHECK(world.numbers({.words = sloppy}) == expected);
  CHECK(world.numbers({.words = visit.number.substr(0, 9)}) == expected);
  CHECK(world.numbers({.words = "zlatého nobody"}).empty());
  CHECK(world.numbers({.words = "ekarstvi"}).empty());  // a word begins with it
}

TEST_CASE("visit log: a line tells the customer's word, the seal, and when it came", "[O01]") {
  LogWorld world;
  const auto visit = world.add_refused();
  world.add_visit([](auto& open) { open.number = "V-23-0900-X"; });

  const auto refused = world.page({.state = "refused"});

  REQUIRE(refused.visits.size() == 1);
  const auto& line = refused.visits.front();
  CHECK(line.number == visit.number);
  CHECK(line.customer == world.customer.name);
  CHECK(line.technician == world.technician.name);
  CHECK(line.seal == "intact");
  CHECK(line.received_at == world.clock.now());
  CHECK(world.numbers({.state = "open"}) == std::vector<std::string>{"V-23-0900-X"});
  CHECK(world.numbers({.state = "signed"}).empty());
}

TEST_CASE("visit log: a sealed group that was changed in the file shows as a broken seal", "[O01]") {
  LogWorld world;
  world.add_refused();
  REQUIRE(world.page().visits.front().seal == "intact");

  REQUIRE(world.store->db().run("UPDATE sealed_group SET content = x'f6' WHERE name = 'price'"));

  CHECK(world.page().visits.front().seal == "broken");
}

TEST_CASE("visit log: going on after a visit that is not there is told, not guessed", "[O01]") {
  LogWorld world;
  const auto read = list_visits(*world.store, world.blobs, {}, world.id<domain::VisitId>(), 10);
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == ErrorKind::NotFound);
}

}  // namespace aftercare::office
