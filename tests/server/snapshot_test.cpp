// A new device takes everything as it stands, goes on where it was cut off, and reads the feed on from there.

#include "tests/support/coupled_world.h"

#include <fmt/format.h>

namespace aftercare {
namespace {

using namespace aftercare::testing;

/// An organisation with more than one page of everything that happens to records.
struct SnapshotWorld : OrganisationWorld {
  domain::Product product;
  std::vector<domain::Customer> customers;

  explicit SnapshotWorld(int customer_count = 300) {
    product.id = id<domain::ProductId>();
    product.key = "kotel";
    product.name = "Kotel";
    by_office(product);
    for (int n = 0; n < customer_count; ++n) {
      customers.push_back(make_customer(fmt::format("Customer {}", n)));
      by_office(customers.back());
      by_office(site_of(customers.back()));
    }
  }
  domain::Site site_of(const domain::Customer& of) {
    domain::Site site;
    site.id = id<domain::SiteId>();
    site.customer_id = of.id;
    site.city = "Brno";
    return site;
  }
  domain::Asset asset_of(const domain::Customer& of) {
    domain::Asset asset;
    asset.id = id<domain::AssetId>();
    asset.customer_id = of.id;
    asset.product_id = product.id;
    asset.name = "Kotel";
    asset.serial = "SN-1";
    return asset;
  }
  template <class Record>
  void remove_by_office(const Record& record) {
    REQUIRE(store->db().transaction([&] {
      return server::office_write(*store, domain::UserId{}, Verb::Delete, domain::EntityInfo<Record>::type,
                                  id_cast<AnyId>(record.id), {});
    }));
  }
  /// What the server holds, as a device would say it.
  std::map<std::string, std::string> records() { return CoupledTablet::records_of(store->db()); }
};

/// A sealed visit of another tablet.
domain::Visit seal_elsewhere(OrganisationWorld& world) {
  auto other = world.enrol();
  auto visit = world.record_visit(other);
  (void)world.seal(other, visit);
  CHECK(world.sync(other).empty());
  return visit;
}

TEST_CASE("snapshot: a new device comes to the records of one that read the whole feed [S01]", "[S01]") {
  SnapshotWorld world;
  auto parent = world.asset_of(world.customer);
  auto child = world.asset_of(world.customer);
  child.parent_id = parent.id;
  world.by_office(parent);
  world.by_office(child);
  auto moved = parent;
  moved.parent_id = child.id;  // points to a row behind it
  auto child_alone = child;
  child_alone.parent_id.reset();
  REQUIRE(world.change_by_office(child, child_alone));
  REQUIRE(world.change_by_office(parent, moved));
  const auto visit = seal_elsewhere(world);
  const auto gone = world.make_customer("Long gone");
  world.by_office(gone);
  world.remove_by_office(gone);

  CoupledTablet by_feed{world};
  by_feed.server.offers_snapshot = false;
  CHECK(by_feed.run().is_settled);
  CoupledTablet by_snapshot{world};
  const auto report = by_snapshot.run();
  CHECK(report.is_settled);
  CHECK(report.record_taken_in_count > 600);
  CHECK(report.feed_item_count < 5);
  CHECK(by_snapshot.server.snapshot_page_count >= 2);
  CHECK(by_feed.run().is_settled);  // the second tablet's own record

  CHECK(by_snapshot.records() == world.records());
  CHECK(by_snapshot.records() == by_feed.records());
  for (const auto* table : {"SELECT count(*) FROM deleted_record",
                            "SELECT count(*) FROM seal_proof WHERE countersign IS NOT NULL",
                            "SELECT count(*) FROM search_entry", "SELECT count(*) FROM open_visit",
                            "SELECT sum(seq) FROM record_position", "SELECT count(*) FROM attention",
                            "SELECT count(*) FROM waiting_row", "SELECT feed_seq FROM bookmark"}) {
    INFO(table);
    CHECK(by_snapshot.count(table) == by_feed.count(table));
  }
  CHECK(by_snapshot.store->bookmark().value().root == by_feed.store->bookmark().value().root);
  CHECK(by_snapshot.find(visit));
}

TEST_CASE("snapshot: cut off after any answer and restarted, it goes on and asks for no page twice [S01]",
          "[S01]") {
  SnapshotWorld world;
  CoupledTablet whole{world};
  CHECK(whole.run().is_settled);
  const auto page_count = whole.server.snapshot_page_count;
  REQUIRE(page_count >= 2);

  CoupledTablet tablet{world};
  int run_count = 0;
  for (;; ++run_count) {
    REQUIRE(run_count < 50);
    tablet.server.answers_left = 1;
    (void)tablet.try_run();
    if (tablet.is_up_to_date()) break;
    tablet.reopen();
  }
  CHECK(run_count + 1 >= static_cast<int>(page_count));
  CHECK(tablet.server.snapshot_page_count == page_count);
  CHECK(tablet.records() == world.records());
}

TEST_CASE("snapshot: what others do while its pages are read is not lost and not done twice [S01]", "[S01]") {
  SnapshotWorld world;
  auto elsewhere = world.enrol();
  CoupledTablet tablet{world};
  std::size_t page = 0;
  domain::Customer deleted_early = world.customers[250];
  domain::Customer brought_back = world.customers[1];
  tablet.server.before_page = [&] {
    ++page;
    if (page != 1) return;
    auto renamed = world.customers[2];
    renamed.name = "Renamed meanwhile";
    REQUIRE(world.change_by_office(world.customers[2], renamed));
    auto lonely = world.make_customer("Made and deleted meanwhile");
    world.by_office(lonely);
    world.remove_by_office(lonely);
    auto fresh = world.make_customer("Made meanwhile");
    world.by_office(fresh);
    world.by_office(world.site_of(fresh));
    // Deleted, and brought back by an edit that had not seen the delete.
    const auto extra = world.make_customer("Comes back");
    world.by_office(extra);
    const auto seen = world.feed_seq();
    world.remove_by_office(extra);
    auto edited = extra;
    edited.phone = "+420700000000";
    world.change(elsewhere, extra, edited, seen);
    CHECK(world.sync(elsewhere).empty());
  };
  CHECK(tablet.run().is_settled);
  CHECK(tablet.run().is_settled);
  CHECK(page >= 2);
  CHECK(tablet.records() == world.records());
  CHECK(tablet.count("SELECT count(*) FROM attention") == 0);
  CHECK(tablet.count("SELECT count(*) FROM waiting_row") == 0);
}

TEST_CASE("snapshot: what was deleted before its page and came back behind it is there [S01]", "[S01]") {
  SnapshotWorld world{600};  // customers end on the second page, sites on the third
  const auto lonely = world.make_customer("Comes back");
  world.by_office(lonely);
  auto elsewhere = world.enrol();
  const auto seen = world.feed_seq();
  CoupledTablet tablet{world};
  std::size_t page = 0;
  tablet.server.before_page = [&] {
    ++page;
    if (page == 1) world.remove_by_office(lonely);
    if (page != 2) return;
    auto edited = lonely;
    edited.phone = "+420700000000";
    world.change(elsewhere, lonely, edited, seen);
    CHECK(world.sync(elsewhere).empty());
  };
  const auto report = tablet.run();
  CHECK(report.is_settled);
  CHECK(report.record_repaired_count == 0);  // else the comparison found that it was lost
  CHECK(page >= 3);
  CHECK(tablet.find(lonely));
  CHECK(tablet.records() == world.records());
}

TEST_CASE(
    "snapshot: a new device's own work from before its first contact stays, and is settled by the feed [S01]",
    "[S01]") {
  SnapshotWorld world{20};
  CoupledTablet tablet{world};
  auto mine = world.make_customer("Met on the way");
  mine.number = "C-23-0001-K";
  tablet.write([&](sync::Journal& journal) { return journal.create(mine); });
  auto better = mine;
  better.phone = "+420602000000";
  tablet.write([&](sync::Journal& journal) { return journal.change(mine, better); });

  // The push arrives, then the network is gone; others change what was pushed; then everything is taken in.
  tablet.server.answers_left = 1;
  CHECK(tablet.try_run().failure);
  auto by_others = better;
  by_others.note = "Rings twice";
  REQUIRE(world.change_by_office(better, by_others));
  tablet.reopen();
  tablet.server.answers_left = -1;
  auto unsent = tablet.find(better).value();
  unsent.email = "met@example.org";
  tablet.write([&](sync::Journal& journal) { return journal.change(tablet.find(mine).value(), unsent); });
  CHECK(tablet.run().is_settled);
  CHECK(tablet.run().is_settled);

  CHECK(tablet.count("SELECT count(*) FROM operation WHERE settled_seq IS NULL") == 0);
  CHECK(tablet.count("SELECT count(*) FROM confirmed") == 0);
  const auto now = tablet.find(mine).value();
  CHECK(now.note == "Rings twice");
  CHECK(now.phone == "+420602000000");
  CHECK(now.email == "met@example.org");
  CHECK(tablet.records() == world.records());
}

TEST_CASE("snapshot: a kiosk gets only what it may read [S01][S02]", "[S01][S02]") {
  SnapshotWorld world{20};
  CoupledTablet kiosk{world, domain::DeviceRole::Kiosk};
  CHECK(kiosk.run().is_settled);
  CHECK(kiosk.find(world.product));
  for (const auto& sent : kiosk.server.sent) {
    CHECK(sent.find("Customer 1") == Bytes::npos);
    CHECK(sent.find(world.technician.name) == Bytes::npos);
  }
}

TEST_CASE("snapshot: a server that does not offer one is read from the feed's beginning [S01]", "[S01]") {
  SnapshotWorld world{20};
  CoupledTablet tablet{world};
  tablet.server.offers_snapshot = false;
  const auto report = tablet.run();
  CHECK(report.is_settled);
  CHECK(report.record_taken_in_count == 0);
  CHECK(tablet.records() == world.records());
}

TEST_CASE("snapshot: the feed read from its beginning over half a snapshot comes to the same records [S01]",
          "[S01]") {
  SnapshotWorld world;
  const auto lonely = world.make_customer("Lonely");
  world.by_office(lonely);
  CoupledTablet tablet{world};
  tablet.server.answers_left = 1;
  CHECK(tablet.try_run().failure);
  CHECK(tablet.count("SELECT count(*) FROM customer") > 0);
  world.remove_by_office(lonely);
  tablet.server.answers_left = -1;
  tablet.server.offers_snapshot = false;
  CHECK(tablet.run().is_settled);
  CHECK(tablet.records() == world.records());
}

TEST_CASE(
    "snapshot: a device that was away for 400 days reads on, and its old edits merge by the rules [S01]",
    "[S01]") {
  SnapshotWorld world{20};
  CoupledTablet tablet{world};
  CHECK(tablet.run().is_settled);
  auto edited = world.customers[3];
  edited.phone = "+420603333333";
  tablet.write([&](sync::Journal& journal) { return journal.change(world.customers[3], edited); });
  auto contested = world.customers[4];
  contested.note = "as it was 400 days ago";
  tablet.write([&](sync::Journal& journal) { return journal.change(world.customers[4], contested); });
  auto visit = world.make_visit();
  visit.customer_id = world.customers[3].id;
  tablet.write([&](sync::Journal& journal) { return journal.create(visit); });

  for (int day = 0; day < 400; ++day) {
    world.clock.wall += std::chrono::days{1};
    auto customer = world.make_customer(fmt::format("Later {}", day));
    world.by_office(customer);
    world.by_office(world.site_of(customer));
    auto renamed = customer;
    renamed.name += " again";
    REQUIRE(world.change_by_office(customer, renamed));
  }
  auto newer = world.customers[4];
  newer.note = "yesterday";
  REQUIRE(world.change_by_office(world.customers[4], newer));
  tablet.reopen();
  const auto report = tablet.run();
  CHECK(report.is_settled);
  CHECK(report.set_aside.empty());
  CHECK(report.record_taken_in_count == 0);
  CHECK(report.feed_item_count > 1200);
  CHECK(tablet.records() == world.records());
  CHECK(world.find(world.customers[3])->phone == "+420603333333");
  CHECK(world.find(world.customers[4])->note == "yesterday");  // the later one wins; ours is kept as lost
  CHECK(tablet.count("SELECT count(*) FROM lost_value WHERE is_ours") == 1);
  CHECK(world.find(visit));
}

}  // namespace
}  // namespace aftercare
