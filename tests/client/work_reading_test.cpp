#include "client/work/reading.h"

#include "tests/client/work_world.h"
#include "tests/support/big_house.h"

using namespace aftercare;
using namespace std::chrono_literals;
using domain::VisitEventKind;
using shown::Standing;
using testing::Verb;
using testing::WorkWorld;

namespace {

shown::Day day_of(WorkWorld& world, const domain::UserId& technician, std::size_t row_count_max = 200) {
  auto day = work::load_day(*world.store, technician, row_count_max);
  INFO((day ? "" : day.error().detail));
  REQUIRE(day);
  return std::move(day).value();
}

std::vector<std::string> numbers(const shown::Day& day) {
  std::vector<std::string> all;
  for (const auto& row : day.rows) all.push_back(row.number);
  return all;
}

}  // namespace

TEST_CASE("day: it holds the coming orders, those still open from before and those without a date, in order",
          "[client][work][D01]") {
  WorkWorld world;
  const auto now = world.clock.now();
  auto tomorrow = world.an_order("tomorrow", now + 24h);
  auto last_week = world.an_order("last week", now - 24h * 7);
  auto next_year = world.an_order("next year", now + 24h * 365);
  auto undated = world.an_order("undated", std::nullopt);
  auto cancelled = world.an_order("cancelled", now + 2h);
  cancelled.state = domain::WorkOrderState::Cancelled;
  auto done_last_week = world.an_order("done last week", now - 24h * 7);
  done_last_week.state = domain::WorkOrderState::Done;
  auto colleagues = world.an_order("the colleague's", now + 2h);
  colleagues.technician_id = world.colleague.id;
  world.apply({world.office(Verb::Create, tomorrow), world.office(Verb::Create, last_week),
               world.office(Verb::Create, next_year), world.office(Verb::Create, undated),
               world.office(Verb::Create, cancelled), world.office(Verb::Create, done_last_week),
               world.office(Verb::Create, colleagues)});

  const auto day = day_of(world, world.technician.id);

  CHECK(numbers(day) == std::vector<std::string>{"last week", "W-22-0001-K", "tomorrow", "undated"});
  CHECK(day.rows[1].customer_name == "Jana Nováková");
  CHECK(day.rows[1].asset_name == "Kotel T24");
  CHECK(day.rows[1].city == "Brno");
  CHECK(numbers(day_of(world, world.colleague.id)) == std::vector<std::string>{"the colleague's"});
  const auto cut = day_of(world, world.technician.id, 2);
  CHECK(cut.rows.size() == 2);
  CHECK(cut.row_count == 4);
}

TEST_CASE("day: a row says where its work stands, and whether the server knows", "[client][work][D01]") {
  WorkWorld world;
  CHECK(day_of(world, world.technician.id).rows.at(0).standing == Standing::Planned);
  CHECK_FALSE(day_of(world, world.technician.id).rows.at(0).is_only_here);

  const auto visit = world.start();
  world.tap(visit, VisitEventKind::Travelling);
  auto row = day_of(world, world.technician.id).rows.at(0);
  CHECK(row.standing == Standing::Travelling);
  CHECK(row.visit_id == visit);
  CHECK(row.is_only_here);

  REQUIRE(world.store->note_held(world.journal().size()));
  CHECK_FALSE(day_of(world, world.technician.id).rows.at(0).is_only_here);
}

TEST_CASE("day: what was signed today stays in it until tomorrow; a visit without an order stands in it, too",
          "[client][work][D01]") {
  WorkWorld world;
  const auto visit = world.work_done();
  REQUIRE(work::write_sign_off(*world.store, testing::work_catalogue(), world.signing(visit)));
  world.clock.pass(1min);
  shown::NewVisitDraft draft;
  draft.customer_id = world.customer.id;
  const auto unplanned = work::make_new_visit(*world.store, world.technician.id, draft);
  REQUIRE(unplanned);

  const auto today = day_of(world, world.technician.id);
  REQUIRE(today.rows.size() == 2);
  CHECK(today.rows[0].standing == Standing::Signed);
  CHECK(today.rows[1].visit_id == unplanned.value());

  world.clock.pass(24h * 40);
  const auto later = day_of(world, world.technician.id);
  REQUIRE(later.rows.size() == 1);  // still open, however old
  CHECK(later.rows[0].visit_id == unplanned.value());
}

TEST_CASE("day: a visit that another tablet sealed is no longer open here", "[client][work][D01][S01]") {
  WorkWorld world;
  auto visit = world.make_visit();
  visit.started_at = world.clock.now() - 24h * 40;
  world.apply({world.office(Verb::Create, visit)});
  CHECK(day_of(world, world.technician.id).rows.size() == 2);

  domain::SignOff sign_off;
  sign_off.id = make_id<domain::SignOffId>(world.clock, world.random);
  sign_off.visit_id = visit.id;
  sign_off.signed_at = visit.started_at;
  sign_off.seal_list.bytes = "sealed elsewhere";
  world.apply({world.office(Verb::Create, sign_off)});

  CHECK(day_of(world, world.technician.id).rows.size() == 1);
}

TEST_CASE("work: the order is shown with its visit's progress and what was done there before",
          "[client][work][D02]") {
  WorkWorld world;
  const auto before = world.work_done();
  REQUIRE(work::write_sign_off(*world.store, testing::work_catalogue(), world.signing(before)));
  auto next = world.an_order("next", world.clock.now() + 1h);
  world.apply({world.office(Verb::Create, next)});
  const auto visit = work::make_visit(*world.store, world.technician.id, next.id);
  REQUIRE(visit);

  shown::WorkRow row;
  row.work_order_id = next.id;
  const auto detail = work::load_work(*world.store, row);
  INFO((detail ? "" : detail.error().detail));
  REQUIRE(detail);

  CHECK(detail.value().row.visit_id == visit.value());
  CHECK(detail.value().product->key == "T24");
  REQUIRE(detail.value().sections.size() == 1);
  CHECK(detail.value().sections[0].total_count == 1);
  CHECK(detail.value().sections[0].done_count == 0);
  REQUIRE(detail.value().before.size() == 1);
  CHECK(detail.value().before[0].id == before);
  CHECK(detail.value().before[0].standing == Standing::Signed);
  CHECK(detail.value().before[0].technician_name == "Petr Svoboda");
}

TEST_CASE("pages: customer and asset show their thread, with counts", "[client][work][C01]") {
  WorkWorld world;
  const auto visit = world.work_done();

  const auto customer = work::load_customer(*world.store, world.customer.id);
  const auto asset = work::load_asset(*world.store, world.asset.id);

  REQUIRE(customer);
  CHECK(customer.value().sites.size() == 1);
  REQUIRE(customer.value().assets.size() == 1);
  CHECK(customer.value().assets[0].site_name == "Brno");
  CHECK(customer.value().visit_count == 1);
  REQUIRE(asset);
  REQUIRE(asset.value().visits.size() == 1);
  CHECK(asset.value().visits[0].id == visit);
  CHECK(asset.value().visits[0].result == "Vyčištěno.");
  CHECK(asset.value().customer.id == world.customer.id);
  CHECK_FALSE(work::load_asset(*world.store, domain::AssetId{}));
}

TEST_CASE("products: they come by name as people sort it, and not without end", "[client][work][V03]") {
  WorkWorld world;
  std::vector<protocol::FeedItem> items;
  for (const char* name : {"Zvlhčovač", "Čerpadlo", "Đèn", "Bojler"}) {
    domain::Product product;
    product.id = make_id<domain::ProductId>(world.clock, world.random);
    product.key = product.name = name;
    items.push_back(world.office(Verb::Create, product));
  }
  world.apply(std::move(items));

  const auto all = work::load_products(*world.store);
  const auto two = work::load_products(*world.store, 2);

  REQUIRE(all);
  std::vector<std::string> names;
  for (const auto& product : all.value()) names.push_back(product.name);
  CHECK(names == std::vector<std::string>{"", "Bojler", "Čerpadlo", "Đèn", "Zvlhčovač"});
  REQUIRE(two);
  CHECK(two.value().size() == 2);
}

TEST_CASE("search: rows say what was found, and sites and contacts lead to their customer",
          "[client][work][C02]") {
  WorkWorld world;
  domain::Contact contact;
  contact.id = make_id<domain::ContactId>(world.clock, world.random);
  contact.customer_id = world.customer.id;
  contact.name = "Ольга Щербакова";
  contact.role = "správce";
  world.apply({world.office(Verb::Create, contact)});

  const auto by_name = work::load_search(*world.store, "novak", 50);
  const auto by_place = work::load_search(*world.store, "lidic", 50);
  const auto by_name_and_place = work::load_search(*world.store, "novak brno", 50);
  const auto by_contact = work::load_search(*world.store, "щерб", 50);
  const auto by_serial = work::load_search(*world.store, "sn1", 50);
  const auto cut = work::load_search(*world.store, "kotel", 0);

  REQUIRE(by_name);
  CHECK(by_name.value().text == "novak");
  REQUIRE(by_name.value().rows.size() == 1);
  CHECK(by_name.value().rows[0].title == "Jana Nováková");
  CHECK(by_name.value().rows[0].subtitle == "C-22-0001-K · Brno");
  for (const auto* found : {&by_place, &by_name_and_place, &by_contact}) {
    REQUIRE(*found);
    REQUIRE(found->value().rows.size() == 1);
    CHECK(found->value().rows[0].type == domain::EntityType::Customer);
    CHECK(found->value().rows[0].id == id_cast<AnyId>(world.customer.id));
  }
  REQUIRE(by_serial);
  REQUIRE(by_serial.value().rows.size() == 1);
  CHECK(by_serial.value().rows[0].subtitle == "SN1 · Jana Nováková");
  REQUIRE(cut);
  CHECK(cut.value().is_cut);
}

TEST_CASE(
    "sync page: what was set aside of one visit is one entry with the reason that stands in the way, and goes "
    "quiet when it is left to the office [V16] [S01]",
    "[client][work][V16][S01]") {
  WorkWorld world;
  const auto visit = world.work_done();
  const auto operations = world.journal();
  world.apply({world.set_aside(operations[0], protocol::SetAsideReason::UnknownReference),
               world.set_aside(operations[1], protocol::SetAsideReason::DependsOnOther)});
  const auto attention = [&] {
    auto page = work::load_sync(*world.store, world.folder.path());
    REQUIRE(page);
    return page.value().attention;
  };

  REQUIRE(attention().size() == 1);
  CHECK(attention()[0].code == "set_aside.unknown_reference");
  CHECK(attention()[0].record.starts_with("V-"));  // in words, though the visit stands in no table now
  CHECK(attention()[0].dseqs == std::vector<std::uint64_t>{1, 2});
  CHECK_FALSE(attention()[0].is_left_to_office);

  REQUIRE(world.store->hand_on(attention()[0].dseqs));
  CHECK(attention()[0].is_left_to_office);

  world.apply({world.own(operations[0]), world.own(operations[1])});
  CHECK(attention().empty());
  CHECK(work::load_visit(*world.store, testing::work_catalogue(), visit));
}

TEST_CASE(
    "visit page: a value that lost is told with the one that counts, until somebody chooses it [V16] [S01]",
    "[client][work][V16][S01]") {
  WorkWorld world;
  auto customer = world.customer;
  auto mine = customer;
  mine.phone = "+420111111111";
  world.write([&](sync::Journal& journal) { return journal.change(customer, mine); });
  protocol::Decision merged;
  merged.ruling = protocol::Ruling::Merged;
  merged.lost[5] = domain::encode_value(mine.phone);
  auto theirs = customer;
  theirs.phone = "+420222222222";
  world.apply({world.office_change(customer, theirs), world.own(world.journal().back(), merged)});

  auto page = work::load_customer(*world.store, customer.id);
  REQUIRE(page);
  REQUIRE(page.value().two_values.size() == 1);
  const auto& told = page.value().two_values[0];
  CHECK(told.field == "phone");
  CHECK(told.stands == theirs.phone);
  CHECK(told.lost == mine.phone);
  CHECK(told.is_ours);
  CHECK(told.at == world.clock.now());

  const auto standing = world.find(customer).value();
  auto chosen = standing;
  chosen.phone = mine.phone;
  world.write([&](sync::Journal& journal) { return journal.change(standing, chosen); });
  page = work::load_customer(*world.store, customer.id);
  REQUIRE(page);
  CHECK(page.value().two_values.empty());
}

TEST_CASE("sync page: it counts what is only here, by the server's word", "[client][work][S03]") {
  WorkWorld world;
  const auto visit = world.work_done();
  REQUIRE(work::write_sign_off(*world.store, testing::work_catalogue(), world.signing(visit)));
  world.apply({world.set_aside(world.journal().front(), protocol::SetAsideReason::NotReady)});

  auto page = work::load_sync(*world.store, world.folder.path());
  INFO((page ? "" : page.error().detail));
  REQUIRE(page);
  REQUIRE(page.value().unsent.size() == 1);
  CHECK(page.value().unsent[0].id == visit);
  CHECK(page.value().unsent[0].standing == Standing::Signed);
  CHECK(page.value().unsent_signature_count == 1);
  CHECK(page.value().unsent_photo_count == 0);
  CHECK(page.value().held_visit_count == 0);
  CHECK(page.value().free_byte_count > 0);
  CHECK(page.value().visit_byte_count == 2 << 20);
  REQUIRE(page.value().attention.size() == 1);
  CHECK(page.value().attention[0].code == "set_aside.not_ready");

  REQUIRE(world.store->note_held(world.journal().size()));
  page = work::load_sync(*world.store, world.folder.path());
  REQUIRE(page);
  CHECK(page.value().unsent.size() == 1);  // its signature is not there yet
  const auto task = world.store->blobs_to_send(10);
  REQUIRE(task);
  REQUIRE(world.store->note_blob_held(task.value().at(0).sha256));
  page = work::load_sync(*world.store, world.folder.path());
  REQUIRE(page);
  CHECK(page.value().unsent.empty());
  CHECK(page.value().unsent_visit_count == 0);
}

TEST_CASE("big house: a bench's tablet reads like a lived-in one", "[client][work]") {
  WorkWorld world;
  const auto filled = testing::fill_big_house(
      *world.store, {.customer_count = 20, .order_count = 60, .visit_count = 60, .open_visit_count = 4});
  INFO((filled ? "" : filled.error().detail));
  REQUIRE(filled);

  const auto day = work::load_day(*world.store, filled.value().technicians[0], 200);
  REQUIRE(day);
  CHECK(day.value().row_count >= 8 + 2);
  const auto customer = work::load_customer(*world.store, filled.value().busy_customer_id);
  REQUIRE(customer);
  CHECK(customer.value().visit_count >= 2);
  CHECK(world.count("SELECT count(*) FROM open_visit") == 4);
}
