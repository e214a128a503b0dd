#include "sync/office/work_orders.h"
#include "sync/office/history.h"
#include "tests/office/office_world.h"

namespace aftercare::office {
namespace {

using namespace aftercare::testing;
using domain::WorkOrderState;

struct PlanWorld : OfficeWorld {
  NewWorkOrder wanted() {
    NewWorkOrder made;
    made.order.customer_id = customer.id;
    made.order.kind = domain::VisitKind::Repair;
    made.order.summary = "Topí, ale neohřívá vodu";
    made.order.zone = "Europe/Prague";
    return made;
  }
  domain::WorkOrderId add(NewWorkOrder made) {
    domain::WorkOrderId id;
    const auto added = write([&](auto& in) -> Done {
      auto result = add_work_order(in, dispatcher.id, made);
      if (!result) return result.error();
      id = result.value();
      return done();
    });
    INFO((added ? "" : added.error().detail));
    REQUIRE(added);
    return id;
  }
  Done plan(const domain::WorkOrderId& id, const WorkOrderChange& wanted_change) {
    return write([&](auto& in) { return change_work_order(in, dispatcher.id, id, wanted_change); });
  }
  domain::WorkOrder order(const domain::WorkOrderId& id) {
    return *storage::find<domain::WorkOrder>(store->db(), id).value();
  }
  std::uint64_t seq_of(const domain::WorkOrderId& id) {
    return work_order_json(*store, id).value()->at("seq").get<std::uint64_t>();
  }
  WorkOrderChange given_to(const domain::UserId& technician_id) {
    WorkOrderChange change;
    change.seen_seq = feed_seq();
    change.technician = {true, technician_id};
    return change;
  }
};

}  // namespace

TEST_CASE("work orders: the same order sent twice is made once", "[O02]") {
  PlanWorld world;
  auto wanted = world.wanted();
  wanted.id = world.id<domain::WorkOrderId>();

  const auto first = world.add(wanted);
  const auto again = world.add(wanted);

  CHECK(first == again);
  CHECK(world.count("SELECT count(*) FROM work_order") == 1);
  CHECK(world.order(first).number.starts_with("W-"));
  CHECK(world.order(first).state == WorkOrderState::Planned);
}

TEST_CASE("work orders: giving one to a technician assigns it, taking it away plans it anew", "[O02]") {
  PlanWorld world;
  const auto id = world.add(world.wanted());

  REQUIRE(world.plan(id, world.given_to(world.technician.id)));
  CHECK(world.order(id).state == WorkOrderState::Assigned);
  WorkOrderChange taken;
  taken.seen_seq = world.feed_seq();
  taken.technician = {true, std::nullopt};
  REQUIRE(world.plan(id, taken));

  CHECK(world.order(id).state == WorkOrderState::Planned);
  CHECK_FALSE(world.order(id).technician_id);
}

TEST_CASE("work orders: what somebody changed meanwhile is not overwritten unseen, other fields may be",
          "[O02]") {
  PlanWorld world;
  const auto id = world.add(world.wanted());
  const auto seen = world.seq_of(id);
  WorkOrderChange first;
  first.seen_seq = seen;
  first.bring = "Čerpadlo";
  REQUIRE(world.plan(id, first));

  WorkOrderChange late;
  late.seen_seq = seen;
  late.bring = "Ventil";
  const auto refused = world.plan(id, late);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::Conflict);
  CHECK(world.order(id).bring == "Čerpadlo");

  WorkOrderChange other;
  other.seen_seq = seen;
  other.summary = "Neohřívá vodu";
  CHECK(world.plan(id, other));
  CHECK(world.order(id).bring == "Čerpadlo");
}

TEST_CASE("work orders: what makes no sense is refused in words and nothing is written", "[O02]") {
  PlanWorld world;
  const auto id = world.add(world.wanted());
  const auto before = world.feed_seq();
  const auto stranger = world.add_customer("Somebody else");
  domain::Site site;
  site.id = world.id<domain::SiteId>();
  site.customer_id = stranger.id;
  world.by_office(site);
  const auto after_setup = world.feed_seq();
  std::vector<WorkOrderChange> wrong(5);
  wrong[0].window_start = {true, world.clock.now()};
  wrong[1].window_start = {true, world.clock.now()};
  wrong[1].window_end = {true, world.clock.now()};
  wrong[2].summary = "  ";
  wrong[3].technician = {true, world.id<domain::UserId>()};
  wrong[4].site = {true, site.id};

  for (std::size_t i = 0; i < wrong.size(); ++i) {
    CAPTURE(i);
    wrong[i].seen_seq = before;
    const auto refused = world.plan(id, wrong[i]);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::Refused);
  }
  CHECK(world.feed_seq() == after_setup);
}

TEST_CASE(
    "work orders: a tablet that finished offline and a dispatcher who moved the job both stand, and history tells",
    "[O02][S01]") {
  PlanWorld world;
  auto tablet = world.enrol();
  auto wanted = world.wanted();
  wanted.order.technician_id = world.technician.id;
  const auto id = world.add(wanted);
  const auto seen = world.feed_seq();
  const auto before = world.order(id);

  const auto maja = world.add_technician("Petra Malá");
  REQUIRE(world.plan(id, world.given_to(maja.id)));
  auto visit = world.record_visit(tablet);
  auto finished = before;
  finished.state = WorkOrderState::Done;
  world.change(tablet, before, finished, seen);
  world.seal(tablet, visit);
  CHECK(world.sync(tablet).empty());

  const auto after = world.order(id);
  CHECK(after.state == WorkOrderState::Done);
  CHECK(after.technician_id == maja.id);
  CHECK(world.find(visit).has_value());
  const auto history = history_of(*world.store, {{domain::EntityType::WorkOrder, id_cast<AnyId>(id)}});
  REQUIRE(history);
  const auto tells = [&](const char* field, const char* value) {
    return std::ranges::any_of(history.value(), [&](const auto& entry) {
      return entry["field"] == field && entry["value"] == value;
    });
  };
  CHECK(tells("technician_id", "Petra Malá"));
  CHECK(tells("state", "done"));
}

TEST_CASE("work orders: finished work is not given to somebody else", "[O02]") {
  PlanWorld world;
  auto tablet = world.enrol();
  const auto id = world.add(world.wanted());
  const auto before = world.order(id);
  auto finished = before;
  finished.state = WorkOrderState::Done;
  world.change(tablet, before, finished, world.feed_seq());
  REQUIRE(world.sync(tablet).empty());

  const auto refused = world.plan(id, world.given_to(world.technician.id));

  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::Refused);
}

TEST_CASE("work orders: a cancelled order comes back only when somebody plans it again", "[O02]") {
  PlanWorld world;
  auto wanted = world.wanted();
  wanted.order.technician_id = world.technician.id;
  const auto id = world.add(wanted);
  WorkOrderChange cancelled;
  cancelled.seen_seq = world.feed_seq();
  cancelled.state = WorkOrderState::Cancelled;
  REQUIRE(world.plan(id, cancelled));
  const auto petra = world.add_technician("Petra Malá");

  WorkOrderChange taken;
  taken.seen_seq = world.feed_seq();
  taken.technician = {true, std::nullopt};
  CHECK_FALSE(world.plan(id, taken));
  CHECK_FALSE(world.plan(id, world.given_to(petra.id)));
  CHECK(world.order(id).state == WorkOrderState::Cancelled);

  auto again = world.given_to(petra.id);
  again.state = WorkOrderState::Planned;
  REQUIRE(world.plan(id, again));
  CHECK(world.order(id).state == WorkOrderState::Assigned);
}

TEST_CASE("work orders: an order of somebody who left can still be changed and cancelled", "[O02]") {
  PlanWorld world;
  auto wanted = world.wanted();
  wanted.order.technician_id = world.technician.id;
  const auto id = world.add(wanted);
  auto gone = world.technician;
  gone.is_active = false;
  REQUIRE(world.change_by_office(world.technician, gone));

  WorkOrderChange words;
  words.seen_seq = world.feed_seq();
  words.bring = "Čerpadlo";
  CHECK(world.plan(id, words));
  WorkOrderChange cancelled;
  cancelled.seen_seq = world.feed_seq();
  cancelled.state = WorkOrderState::Cancelled;
  CHECK(world.plan(id, cancelled));
}

TEST_CASE("work orders: an id that is taken is not answered with another's order", "[O02]") {
  PlanWorld world;
  auto wanted = world.wanted();
  wanted.id = world.id<domain::WorkOrderId>();
  world.add(wanted);

  wanted.order.summary = "Quite another thing";
  const auto other_words = world.write([&](auto& in) -> Done {
    auto added = add_work_order(in, world.dispatcher.id, wanted);
    return added ? done() : Done{added.error()};
  });
  REQUIRE_FALSE(other_words);
  CHECK(other_words.error().kind == ErrorKind::Conflict);

  wanted.id = id_cast<domain::WorkOrderId>(world.customer.id);
  CHECK_FALSE(world.write([&](auto& in) -> Done {
    auto added = add_work_order(in, world.dispatcher.id, wanted);
    return added ? done() : Done{added.error()};
  }));
  CHECK(world.count("SELECT count(*) FROM work_order") == 1);
}

TEST_CASE("history: the value that lost a merge is told beside the one that stands", "[O01]") {
  PlanWorld world;
  auto tablet = world.enrol();
  auto visit = world.make_visit();
  world.create(tablet, visit);
  REQUIRE(world.sync(tablet).empty());
  const auto seen = world.feed_seq();
  auto by_office = visit;
  by_office.result = "the office's words";
  REQUIRE(world.change_by_office(visit, by_office));
  auto by_tablet = visit;
  by_tablet.result = "the technician's words";
  world.change(tablet, visit, by_tablet, seen);
  REQUIRE(world.sync(tablet).empty());

  const auto history = history_of(*world.store, {{domain::EntityType::Visit, id_cast<AnyId>(visit.id)}});

  REQUIRE(history);
  const auto& last = history.value().back();
  CHECK(last["field"] == "result");
  CHECK(last["value"] == "the technician's words");
  CHECK(last["lost_value"] == "the office's words");
  CHECK(last["ruling"] == "merged");
  CHECK(last["by"] == world.technician.name);
}

TEST_CASE(
    "work orders: words find an order by what was asked for, by customer and by the beginning of its number",
    "[O02]") {
  PlanWorld world;
  const auto id = world.add(world.wanted());
  auto other = world.wanted();
  other.order.customer_id = world.add_customer("Pekařství U Zlatého preclíku").id;
  other.order.summary = "Roční údržba";
  world.add(other);
  const auto found = [&](const std::string& words) {
    WorkOrderFilter filter;
    filter.words = words;
    const auto page = list_work_orders(*world.store, filter, std::nullopt, 10);
    REQUIRE(page);
    return page.value()["work_orders"];
  };

  for (const std::string words : {"neohriva VODU", "novakova jana", "topi"}) {
    CAPTURE(words);
    REQUIRE(found(words).size() == 1);
    CHECK(found(words)[0]["id"] == to_text(id));
  }
  CHECK(found(world.order(id).number.substr(0, 4)).size() == 2);
  CHECK(found(world.order(id).number).size() == 1);
  CHECK(found("vodu preclik").empty());
  CHECK(found("%").empty());
}

TEST_CASE("work orders: pages hold each order once, those without a window first", "[O02]") {
  PlanWorld world;
  for (int i = 0; i < 9; ++i) {
    auto wanted = world.wanted();
    if (i % 3 != 0) {
      wanted.order.window_start = world.clock.now() + std::chrono::hours{i % 4};
      wanted.order.window_end = *wanted.order.window_start + std::chrono::hours{2};
    }
    world.add(wanted);
  }
  const auto whole = list_work_orders(*world.store, {}, std::nullopt, 200);
  REQUIRE(whole);
  CHECK(whole.value()["count"] == 9);
  CHECK(whole.value()["work_orders"][0]["window_start"].is_null());
  std::vector<std::string> read;
  std::optional<domain::WorkOrderId> after;
  do {
    const auto page = list_work_orders(*world.store, {}, after, 2);
    REQUIRE(page);
    for (const auto& order : page.value()["work_orders"]) read.push_back(order["id"]);
    after.reset();
    if (!page.value()["next"].is_null())
      after = id_of_text<domain::WorkOrderId>(page.value()["next"].get<std::string>()).value();
  } while (after);
  std::vector<std::string> expected;
  for (const auto& order : whole.value()["work_orders"]) expected.push_back(order["id"]);
  CHECK(read == expected);
}

}  // namespace aftercare::office
