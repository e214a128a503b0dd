// A device holds the customers that its user needs and no others; what leaves goes, but never its own work.

#include "sync/server/erasing.h"
#include "tests/support/coupled_world.h"

#include <fmt/format.h>

namespace aftercare {
namespace {

using namespace aftercare::testing;
using domain::Scope;
using domain::WorkOrderState;

constexpr std::chrono::days kDay{1};

/// Whether a column of any table holds the bytes.
bool holds(storage::Database& db, std::string_view bytes) {
  std::vector<std::string> tables;
  {
    auto query = db.query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'search_text'");
    while (query.next()) tables.push_back(query.text(0));
  }
  REQUIRE(tables.size() > 20);
  for (const auto& table : tables) {
    std::vector<std::string> columns;
    {
      auto query = db.query("SELECT name FROM pragma_table_xinfo(?)", table);
      while (query.next()) columns.push_back(query.text(0));
    }
    for (const auto& column : columns) {
      auto query = db.query(
          fmt::format("SELECT 1 FROM \"{}\" WHERE instr(CAST(\"{}\" AS BLOB), ?) > 0", table, column),
          storage::AsBlob{bytes});
      if (query.next()) {
        UNSCOPED_INFO("in " << table << "." << column);
        return true;
      }
      REQUIRE(query.done());
    }
  }
  return false;
}

/// Everything about one customer carries its name in lower-case letters, which folding leaves alone.
struct CustomerFile {
  std::string name;
  domain::Customer customer;
  domain::Site site;
  domain::Contact contact;
  domain::Asset asset;
  domain::Warranty warranty;
  domain::WorkOrder order;
  domain::Note note;
};

struct ScopedWorld : OrganisationWorld {
  domain::Product product;
  domain::User colleague;

  ScopedWorld() {
    product.id = id<domain::ProductId>();
    product.name = "Kotel";
    by_office(product);
    colleague.id = id<domain::UserId>();
    colleague.name = "Eva";
    colleague.is_active = true;
    by_office(colleague);
  }
  CustomerFile make_file(const std::string& name, const std::optional<domain::UserId>& technician_id) {
    CustomerFile file;
    file.name = name;
    file.customer = make_customer(name);
    by_office(file.customer);
    file.site.id = id<domain::SiteId>();
    file.site.customer_id = file.customer.id;
    file.site.street = name;
    by_office(file.site);
    file.contact.id = id<domain::ContactId>();
    file.contact.customer_id = file.customer.id;
    file.contact.name = name;
    by_office(file.contact);
    file.asset.id = id<domain::AssetId>();
    file.asset.customer_id = file.customer.id;
    file.asset.site_id = file.site.id;
    file.asset.product_id = product.id;
    file.asset.serial = name;
    by_office(file.asset);
    file.warranty.id = id<domain::WarrantyId>();
    file.warranty.asset_id = file.asset.id;
    file.warranty.product_id = product.id;
    file.warranty.serial = name;
    by_office(file.warranty);
    file.order.id = id<domain::WorkOrderId>();
    file.order.customer_id = file.customer.id;
    file.order.asset_id = file.asset.id;
    file.order.technician_id = technician_id;
    file.order.state = technician_id ? WorkOrderState::Assigned : WorkOrderState::Planned;
    file.order.summary = name;
    by_office(file.order);
    file.note.id = id<domain::NoteId>();
    file.note.customer_id = file.customer.id;
    file.note.author_id = colleague.id;
    file.note.text = name;
    by_office(file.note);
    return file;
  }
  template <class Change>
  void change_order(CustomerFile& file, Change&& change) {
    auto after = file.order;
    change(after);
    REQUIRE(change_by_office(file.order, after));
    file.order = after;
  }
  void give_to(CustomerFile& file, const std::optional<domain::UserId>& technician_id) {
    change_order(file, [&](auto& order) { order.technician_id = technician_id; });
  }
};

struct AssignedTablet : CoupledTablet {
  explicit AssignedTablet(OrganisationWorld& of_world)
      : CoupledTablet(of_world, domain::DeviceRole::Tablet, Scope::Assigned) {}

  /// A token's life later: the server looks over the scope again.
  void run_later(std::chrono::milliseconds time) {
    world.clock.pass(time);
    session = {};
    CHECK(run().is_settled);
  }
  bool has(const CustomerFile& file) {
    const bool is_here = find(file.customer).has_value();
    CHECK(find(file.site).has_value() == is_here);
    CHECK(find(file.contact).has_value() == is_here);
    CHECK(find(file.asset).has_value() == is_here);
    CHECK(find(file.warranty).has_value() == is_here);
    CHECK(find(file.order).has_value() == is_here);
    CHECK(find(file.note).has_value() == is_here);
    return is_here;
  }
  bool was_sent(const CustomerFile& file) {
    return std::ranges::any_of(server.sent,
                               [&](const Bytes& bytes) { return bytes.find(file.name) != Bytes::npos; });
  }
  std::uint64_t change_count() { return store->bookmark().value().scope_seq; }
};

TEST_CASE(
    "scope: the rule keeps a file for open orders, and for 90 days after a visit, an order or own work [S02]",
    "[S02]") {
  const Instant now = from_ms(1'790'000'000'000);
  CHECK_FALSE(domain::needs_file({}, now));
  CHECK(domain::needs_file({.has_open_order = true}, now));
  CHECK(domain::needs_file({.last_work = now - 89 * kDay}, now));
  CHECK_FALSE(domain::needs_file({.last_work = now - 90 * kDay}, now));
  CHECK(domain::needs_file({.last_written = now - 89 * kDay}, now));
  CHECK_FALSE(domain::needs_file({.last_written = now - 91 * kDay}, now));
  CHECK(domain::is_over(WorkOrderState::Closed));
  CHECK_FALSE(domain::is_over(WorkOrderState::Done));
}

TEST_CASE(
    "scope: an assigned tablet is never sent a customer outside its scope, and its file never holds one [S02]",
    "[S02]") {
  ScopedWorld world;
  auto ours = world.make_file("zlatohlavek", world.technician.id);
  auto theirs = world.make_file("modrovous", world.colleague.id);
  AssignedTablet tablet{world};
  CHECK(tablet.run().is_settled);
  CHECK(tablet.has(ours));
  CHECK_FALSE(tablet.has(theirs));

  // Everything that can happen to the other customer happens, before and after.
  auto elsewhere = world.enrol();
  auto visit = world.make_visit();
  visit.customer_id = theirs.customer.id;
  visit.technician_id = world.colleague.id;
  visit.result = theirs.name;
  world.create(elsewhere, visit);
  auto edited = theirs.customer;
  edited.note = theirs.name;
  world.change(elsewhere, theirs.customer, edited, 0);
  domain::Note doomed;
  doomed.id = world.id<domain::NoteId>();
  doomed.customer_id = theirs.customer.id;
  doomed.author_id = world.colleague.id;
  doomed.text = theirs.name;
  world.create(elsewhere, doomed);
  CHECK(world.sync(elsewhere).empty());
  world.remove(elsewhere, doomed, world.feed_seq());
  CHECK(world.sync(elsewhere).empty());
  auto homeless = world.make_visit();
  homeless.customer_id = world.id<domain::CustomerId>();  // set aside: nobody knows the customer
  homeless.result = theirs.name;
  world.create(elsewhere, homeless);
  CHECK(world.sync(elsewhere).size() == 1);
  auto renamed = ours.customer;
  renamed.note = "ours changed too";
  REQUIRE(world.change_by_office(ours.customer, renamed));
  CHECK(tablet.run().is_settled);

  CHECK(tablet.find(ours.customer)->note == "ours changed too");
  CHECK(tablet.was_sent(ours));
  CHECK(holds(tablet.store->db(), ours.name));
  CHECK_FALSE(tablet.was_sent(theirs));
  CHECK_FALSE(holds(tablet.store->db(), theirs.name));
  CHECK(tablet.count("SELECT count(*) FROM attention") == 0);
  CHECK(tablet.store->bookmark().value().feed_seq == world.feed_seq());
}

TEST_CASE(
    "scope: a customer enters with an order, leaves 90 days after its end, and comes back whole [S02][S01]",
    "[S02][S01]") {
  ScopedWorld world;
  auto file = world.make_file("zlatohlavek", world.colleague.id);
  AssignedTablet tablet{world};
  CHECK(tablet.run().is_settled);
  CHECK_FALSE(tablet.has(file));

  world.give_to(file, world.technician.id);
  CHECK(tablet.run().is_settled);
  CHECK(tablet.has(file));
  CHECK(tablet.count("SELECT count(*) FROM search_entry") > 3);
  auto renamed = file.customer;
  renamed.note = "while here";
  REQUIRE(world.change_by_office(file.customer, renamed));
  CHECK(tablet.run().is_settled);
  CHECK(tablet.find(file.customer)->note == "while here");

  world.change_order(file, [](auto& order) { order.state = WorkOrderState::Cancelled; });
  tablet.run_later(89 * kDay);
  CHECK(tablet.has(file));
  tablet.run_later(2 * kDay);
  CHECK_FALSE(tablet.has(file));
  CHECK_FALSE(holds(tablet.store->db(), file.name));
  CHECK(tablet.count("SELECT count(*) FROM leaving") == 0);
  CHECK(tablet.count("SELECT count(*) FROM deleted_record") == 0);

  auto while_away = renamed;
  while_away.note = "while away";
  REQUIRE(world.change_by_office(renamed, while_away));
  CHECK(tablet.run().is_settled);
  CHECK_FALSE(holds(tablet.store->db(), "while away"));
  world.change_order(file, [](auto& order) { order.state = WorkOrderState::Assigned; });
  CHECK(tablet.run().is_settled);
  CHECK(tablet.has(file));
  CHECK(tablet.find(file.customer)->note == "while away");
}

TEST_CASE("scope: a file that leaves while our work on it is pending stays until that has settled [S02][S01]",
          "[S02][S01]") {
  ScopedWorld world;
  auto file = world.make_file("zlatohlavek", world.technician.id);
  AssignedTablet tablet{world};
  CHECK(tablet.run().is_settled);

  // Unsent work: it is pushed first, and what a device wrote it keeps seeing.
  world.give_to(file, world.colleague.id);
  auto edited = file.customer;
  edited.phone = "+420777777777";
  tablet.write([&](sync::Journal& journal) { return journal.change(file.customer, edited); });
  tablet.server.answers_left = 0;
  CHECK(tablet.try_run().failure);
  CHECK(tablet.has(file));
  tablet.server.answers_left = -1;
  CHECK(tablet.run().is_settled);
  CHECK(tablet.has(file));
  CHECK(world.find(file.customer)->phone == "+420777777777");

  // 91 days later the file leaves, but a half-typed word and unsent work are on the tablet.
  tablet.run_later(89 * kDay);
  auto visit = world.make_visit();
  visit.customer_id = file.customer.id;
  visit.asset_id = file.asset.id;
  const auto feed_seq = tablet.store->bookmark().value().feed_seq;
  world.clock.pass(2 * kDay);
  REQUIRE(world.store->db().transaction(
      [&] { return server::sweep_scope(*world.store, tablet.store->identity().value()->device_id); }));
  tablet.write([&](sync::Journal& journal) { return journal.create(visit); });
  // What the server says before the push reaches it.
  const auto mark = tablet.store->bookmark().value();
  const auto page = server::read_feed(*world.store, {.role = domain::DeviceRole::Tablet,
                                                     .lineage = mark.lineage,
                                                     .after = mark.feed_seq,
                                                     .device_id = tablet.store->identity().value()->device_id,
                                                     .scope_seq = mark.scope_seq});
  REQUIRE(page);
  REQUIRE(page.value().scope_changes.size() == 1);
  CHECK_FALSE(page.value().scope_changes[0].is_enter);
  REQUIRE(tablet.store->apply_page(
      page.value(), protocol::decode_root_statement(page.value().statement.statement).value()));
  CHECK(tablet.store->bookmark().value().feed_seq == feed_seq);
  CHECK(tablet.has(file));
  CHECK(tablet.find(visit));
  CHECK(tablet.count("SELECT count(*) FROM leaving") == 1);
  tablet.reopen();
  CHECK(tablet.run().is_settled);
  CHECK(world.find(visit)->result == visit.result);
  CHECK(tablet.has(file));  // it wrote there just now
  CHECK(tablet.count("SELECT count(*) FROM leaving") == 0);

  // The open visit holds the file even when nothing is unsent; then it is sealed, and much later all goes.
  tablet.run_later(91 * kDay);
  CHECK(tablet.has(file));
  CHECK(tablet.count("SELECT count(*) FROM leaving") == 1);
  auto elsewhere = world.enrol();
  for (const auto kind :
       {domain::VisitEventKind::Arrived, domain::VisitEventKind::Working, domain::VisitEventKind::Left}) {
    domain::VisitEvent event;
    event.id = world.id<domain::VisitEventId>();
    event.visit_id = visit.id;
    event.kind = kind;
    event.at = world.clock.now();
    event.boot_id = "boot-1";
    event.monotonic_ms = world.clock.monotonic += 60'000;
    world.create(elsewhere, event);
  }
  (void)world.seal(elsewhere, visit);
  CHECK(world.sync(elsewhere).empty());
  const auto operations = tablet.count("SELECT count(*) FROM operation");
  world.give_to(file, world.technician.id);
  CHECK(tablet.run().is_settled);  // the sign-off comes with the file
  CHECK(tablet.count("SELECT count(*) FROM sign_off") == 1);
  world.give_to(file, world.colleague.id);
  CHECK(tablet.run().is_settled);
  tablet.run_later(91 * kDay);
  CHECK_FALSE(tablet.has(file));
  CHECK_FALSE(tablet.find(visit));
  CHECK(tablet.count("SELECT count(*) FROM operation") == operations);
}

TEST_CASE(
    "scope: killed after any answer, an entering file is taken in whole before the feed goes on [S02][S01]",
    "[S02][S01]") {
  ScopedWorld world;
  auto file = world.make_file("zlatohlavek", world.technician.id);
  auto elsewhere = world.enrol();
  for (int n = 0; n < 1'200; ++n) {  // more than two pages
    domain::Note note;
    note.id = world.id<domain::NoteId>();
    note.customer_id = file.customer.id;
    note.author_id = world.colleague.id;
    note.text = fmt::format("note {}", n);
    world.create(elsewhere, note);
    if (elsewhere.unsent.size() == 400) CHECK(world.sync(elsewhere).empty());
  }
  AssignedTablet tablet{world};
  int run_count = 0;
  for (; run_count < 50; ++run_count) {
    tablet.server.answers_left = 1;
    tablet.server.before_page = [&, n = 0]() mutable {  // and others go on writing
      auto noted = *world.find(file.customer);
      const auto before = noted;
      noted.note = fmt::format("{} {}", run_count, ++n);
      REQUIRE(world.change_by_office(before, noted));
    };
    (void)tablet.try_run();
    if (tablet.is_up_to_date()) break;
    tablet.reopen();
  }
  CHECK(run_count > 3);
  CHECK(run_count < 20);
  tablet.server.before_page = {};
  tablet.server.answers_left = -1;
  CHECK(tablet.run().is_settled);
  CHECK(tablet.has(file));
  CHECK(tablet.count("SELECT count(*) FROM note") == 1'201);
  CHECK(tablet.find(file.customer)->note == world.find(file.customer)->note);
  CHECK(tablet.count("SELECT count(*) FROM taking_in") == 0);
}

TEST_CASE(
    "scope: narrowed and widened again, a device lets go and gets back, and keeps its own work [S02][S01]",
    "[S02][S01]") {
  ScopedWorld world;
  auto ours = world.make_file("zlatohlavek", world.technician.id);
  auto theirs = world.make_file("modrovous", world.colleague.id);
  auto touched = world.make_file("cervenka", world.colleague.id);
  CoupledTablet tablet{world};
  CHECK(tablet.run().is_settled);
  const auto device_id = tablet.store->identity().value()->device_id;
  auto edited = touched.customer;
  edited.phone = "+420777777777";
  tablet.write([&](sync::Journal& journal) { return journal.change(touched.customer, edited); });
  CHECK(tablet.run().is_settled);

  const auto set_scope = [&](Scope scope) {
    REQUIRE(world.store->db().transaction(
        [&] { return server::set_scope(*world.store, domain::UserId{}, device_id, scope); }));
    CHECK(tablet.run().is_settled);
  };
  set_scope(Scope::Assigned);
  CHECK(tablet.find(ours.customer));
  CHECK(tablet.find(touched.customer));
  CHECK_FALSE(tablet.find(theirs.customer));
  CHECK_FALSE(holds(tablet.store->db(), theirs.name));
  auto renamed = theirs.customer;
  renamed.note = "while away";
  REQUIRE(world.change_by_office(theirs.customer, renamed));
  set_scope(Scope::Organisation);
  CHECK(tablet.find(theirs.customer)->note == "while away");
  auto fresh = world.make_customer("Fresh");
  world.by_office(fresh);
  CHECK(tablet.run().is_settled);
  CHECK(tablet.find(fresh));
  CHECK(tablet.records() == CoupledTablet::records_of(world.store->db()));
}

TEST_CASE("scope: what was deleted stays deleted when its customer comes back [S02][S01]", "[S02][S01]") {
  ScopedWorld world;
  auto file = world.make_file("zlatohlavek", world.technician.id);
  AssignedTablet tablet{world};
  CHECK(tablet.run().is_settled);
  world.give_to(file, world.colleague.id);
  tablet.run_later(kDay);
  CHECK_FALSE(tablet.has(file));
  REQUIRE(world.store->db().transaction([&] {
    return server::office_write(*world.store, domain::UserId{}, Verb::Delete, EntityType::Contact,
                                id_cast<AnyId>(file.contact.id), {});
  }));
  world.give_to(file, world.technician.id);
  CHECK(tablet.run().is_settled);
  CHECK(tablet.find(file.customer));
  CHECK_FALSE(tablet.find(file.contact));
  CHECK(tablet.count("SELECT count(*) FROM deleted_record") == 1);
}

}  // namespace
TEST_CASE(
    "scope: a customer who was erased before entering is taken in as everybody else's rows are [S02][S01]",
    "[S02][S01]") {
  ScopedWorld world;
  auto file = world.make_file("zlatohlavek", world.colleague.id);
  AssignedTablet tablet{world};
  CHECK(tablet.run().is_settled);
  REQUIRE(world.store->db().transaction([&]() -> Done {
    const auto erased = server::erase_customer(*world.store, domain::UserId{}, file.customer.number);
    return erased ? done() : Done{erased.error()};
  }));
  CHECK(tablet.run().is_settled);
  CHECK_FALSE(tablet.find(file.customer));

  world.give_to(file, world.technician.id);
  CHECK(tablet.run().is_settled);

  REQUIRE(tablet.find(file.customer));
  CHECK(tablet.find(file.customer)->name.empty());
  CHECK(tablet.find(file.site));
  CHECK(tablet.find(file.contact));
  CHECK(tablet.find(file.asset));
  CHECK(tablet.find(file.note));
  tablet.options.compares_now = true;
  const auto report = tablet.run();
  CHECK(report.is_compared);
  // The warranty names no asset any more: it became everybody's, which no item of the feed says.
  CHECK(report.record_repaired_count == 1);
  CHECK(tablet.find(file.warranty));
}

TEST_CASE(
    "scope: a device on an older disk is told what was set aside of its own, though no file holds it [S02][S01]",
    "[S02][S01]") {
  ScopedWorld world;
  auto device = world.enrol();
  auto other = world.enrol();
  REQUIRE(world.store->db().transaction([&]() -> Done {
    const auto set = server::set_scope(*world.store, domain::UserId{}, device.device_id, Scope::Assigned);
    return set ? server::set_scope(*world.store, domain::UserId{}, other.device_id, Scope::Assigned) : set;
  }));
  auto homeless = world.make_visit();
  homeless.customer_id = world.id<domain::CustomerId>();
  world.create(device, homeless);
  REQUIRE(world.sync(device).size() == 1);

  const auto read_last = [&](const protocol::DeviceId& reader) {
    const auto page = server::read_feed(*world.store, {.role = domain::DeviceRole::Tablet,
                                                       .lineage = {},
                                                       .after = world.feed_seq() - 1,
                                                       .device_id = reader,
                                                       .scope_seq = 0});
    REQUIRE(page);
    REQUIRE(page.value().items.size() == 1);
    return page.value().items.front();
  };

  const auto own = read_last(device.device_id);
  REQUIRE(protocol::decode_decision(own.decision));
  CHECK(protocol::decode_decision(own.decision).value().ruling == protocol::Ruling::SetAside);
  CHECK(own.content);
  CHECK(read_last(other.device_id).decision.empty());
}

}  // namespace aftercare
