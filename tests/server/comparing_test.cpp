// A device finds out by checksums whether it holds what it should, and mends exactly what it does not.

#include "sync/store/self_check.h"
#include "tests/support/coupled_world.h"

#include <fmt/format.h>

namespace aftercare {
namespace {

using namespace aftercare::testing;

constexpr std::chrono::hours kDay{24};

struct ComparedWorld : OrganisationWorld {
  std::vector<domain::Customer> customers;

  ComparedWorld() {
    for (int n = 0; n < 200; ++n) {
      customers.push_back(make_customer(fmt::format("Customer {}", n)));
      by_office(customers.back());
    }
    auto elsewhere = enrol();
    auto visit = record_visit(elsewhere);
    (void)seal(elsewhere, visit);
    CHECK(sync(elsewhere).empty());
  }
};

/// Damages the tablet's file behind the program's back.
void damage(CoupledTablet& tablet, std::string_view sql, const auto&... args) {
  REQUIRE(tablet.store->db().script("PRAGMA foreign_keys = OFF"));
  REQUIRE(tablet.store->db().run(sql, args...));
  REQUIRE(tablet.store->db().script("PRAGMA foreign_keys = ON"));
}

TEST_CASE("checksums: two devices that came by different ways hold the same sums as the server says [S01]",
          "[S01]") {
  ComparedWorld world;
  CoupledTablet by_feed{world};
  by_feed.server.offers_snapshot = false;
  CoupledTablet by_snapshot{world};
  for (auto* tablet : {&by_feed, &by_snapshot}) {
    tablet->options.compares_now = true;
    const auto report = tablet->run();
    CHECK(report.is_compared);
    CHECK(report.record_repaired_count == 0);
    CHECK(tablet->server.comparison_count == 1);
  }
}

TEST_CASE(
    "checksums: what was changed, lost or invented on a device is repaired, and nothing else is touched [S01]",
    "[S01]") {
  ComparedWorld world;
  CoupledTablet tablet{world};
  CHECK(tablet.run().is_settled);
  const auto sound = tablet.records();

  damage(tablet, "UPDATE customer SET name = 'Nobody' WHERE id = ?", world.customers[7].id);
  damage(tablet, "DELETE FROM customer WHERE id = ?", world.customers[8].id);
  damage(tablet, "DELETE FROM record_position WHERE entity_id = ?", world.customers[8].id);
  auto invented = world.make_customer("Invented");
  REQUIRE(storage::save(tablet.store->db(), invented));
  damage(tablet, "DELETE FROM visit_event");
  damage(tablet, "DELETE FROM sealed_group WHERE name = 'visit'");
  CHECK(tablet.records() != sound);

  tablet.options.compares_now = true;
  const auto pages = tablet.server.snapshot_page_count;
  const auto report = tablet.run();
  CHECK(report.is_compared);
  CHECK(report.record_repaired_count == 7);
  CHECK(tablet.server.snapshot_page_count - pages <= 7);
  CHECK(tablet.records() == sound);
  CHECK(tablet.count("SELECT count(*) FROM search_entry WHERE type = 1") ==
        tablet.count("SELECT count(*) FROM customer"));
  CHECK(sync::check_everything(*tablet.store).value().complaints.empty());  // the groups stand in their order
  const auto again = tablet.run();
  CHECK(again.is_compared);
  CHECK(again.record_repaired_count == 0);
}

TEST_CASE("checksums: work that is pending is neither a difference nor lost in a repair [S01]", "[S01]") {
  ComparedWorld world;
  CoupledTablet tablet{world};
  CHECK(tablet.run().is_settled);
  auto edited = world.customers[7];
  edited.phone = "+420609999999";
  tablet.write([&](sync::Journal& journal) { return journal.change(world.customers[7], edited); });
  auto mine = world.make_customer("Mine");
  tablet.write([&](sync::Journal& journal) { return journal.create(mine); });

  const auto sums = tablet.store->checksums_to_compare(true).value().value();
  const server::ChecksumReader reader{.role = domain::DeviceRole::Tablet,
                                      .device_id = tablet.store->identity().value()->device_id,
                                      .at = world.feed_seq(),
                                      .scope_seq = 0};
  CHECK(protocol::differences(sums, server::read_checksums(*world.store, reader).value()).empty());

  // The range of the edited customer differs for another reason.
  const auto range =
      protocol::RecordRange{EntityType::Customer, protocol::range_of(id_cast<AnyId>(world.customers[7].id))};
  REQUIRE(tablet.store->db().run("UPDATE confirmed SET fields = x'a0' WHERE entity_id = ?",
                                 world.customers[7].id));
  const auto now = tablet.store->checksums_to_compare(true).value().value();
  const auto found = protocol::differences(now, server::read_checksums(*world.store, reader).value());
  REQUIRE(found.size() == 1);
  CHECK(found[0] == range);
  const auto page = server::read_snapshot(
      *world.store, {.role = domain::DeviceRole::Tablet, .device_id = reader.device_id, .range = range});
  REQUIRE(page);
  CHECK(tablet.store->repair(range, page.value().rows, world.feed_seq()).value() == 1);
  CHECK(tablet.find(mine));
  CHECK(tablet.find(edited)->phone == edited.phone);
  CHECK(tablet.find(edited)->name == edited.name);
  CHECK(tablet.run().is_settled);
  CHECK(world.find(edited)->phone == edited.phone);
  CHECK(world.find(mine));
}

TEST_CASE("checksums: they are compared once a day, and again after the feed moved on meanwhile [S01]",
          "[S01]") {
  ComparedWorld world;
  CoupledTablet tablet{world};
  CHECK(tablet.run().is_compared);
  CHECK_FALSE(tablet.run().is_compared);
  world.clock.pass(kDay / 2);
  CHECK_FALSE(tablet.run().is_compared);
  world.clock.pass(kDay);
  tablet.server.before_checksums = [&] {
    auto renamed = world.customers[3];
    renamed.note = "meanwhile";
    REQUIRE(world.change_by_office(world.customers[3], renamed));
  };
  const auto count = tablet.server.comparison_count;
  const auto report = tablet.run();
  CHECK(report.is_compared);
  CHECK(report.record_repaired_count == 0);
  CHECK(tablet.server.comparison_count == count + 1);
  CHECK(tablet.find(world.customers[3])->note == "meanwhile");
}

TEST_CASE(
    "checksums: an assigned tablet is compared over its scope, and a kiosk over what it may read [S01][S02]",
    "[S01][S02]") {
  ComparedWorld world;
  domain::WorkOrder order;
  order.id = world.id<domain::WorkOrderId>();
  order.customer_id = world.customers[5].id;
  order.technician_id = world.technician.id;
  order.state = domain::WorkOrderState::Assigned;
  world.by_office(order);
  CoupledTablet tablet{world, domain::DeviceRole::Tablet, domain::Scope::Assigned};
  CoupledTablet kiosk{world, domain::DeviceRole::Kiosk};
  for (auto* device : {&tablet, &kiosk}) {
    device->options.compares_now = true;
    const auto report = device->run();
    CHECK(report.is_compared);
    CHECK(report.record_repaired_count == 0);
  }
  const auto customer_count = tablet.count("SELECT count(*) FROM customer");
  CHECK(customer_count < 3);
  // A stranger's record that got here all the same is taken away.
  REQUIRE(storage::save(tablet.store->db(), world.customers[9]));
  CHECK(tablet.run().record_repaired_count == 1);
  CHECK_FALSE(tablet.find(world.customers[9]));
  damage(tablet, "DELETE FROM work_order");
  CHECK(tablet.run().record_repaired_count == 1);
  CHECK(tablet.find(order));
  for (const auto& sent : tablet.server.sent) CHECK(sent.find("Customer 9") == Bytes::npos);
}

}  // namespace
}  // namespace aftercare
