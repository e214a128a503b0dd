// What waits for the office, in the words of people.

#include "sync/office/set_aside.h"

#include "sync/office/history.h"
#include "tests/office/office_world.h"

namespace aftercare {
namespace {

using namespace aftercare::testing;

struct AsideWorld : OfficeWorld {
  nlohmann::json waiting() {
    auto value = office::waiting_json(*store);
    INFO((value ? "" : value.error().detail));
    REQUIRE(value);
    return std::move(value).value();
  }
  void settle(Result<server::Settled> (*act)(server::OrganisationStore&, const domain::UserId&,
                                             std::uint64_t),
              std::uint64_t seq) {
    REQUIRE(write([&](server::OrganisationStore& in) -> Done {
      const auto settled = act(in, dispatcher.id, seq);
      return settled ? done() : Done{settled.error()};
    }));
  }
};

TEST_CASE(
    "set aside: what waits is told by visit, customer, technician and device, even where none of it is here yet "
    "[O01] [S01]",
    "[O01] [S01]") {
  AsideWorld world;
  auto tablet = world.enrol();
  const auto stranger = world.make_customer("Karel Dvořák");
  world.create(tablet, stranger);
  auto visit = world.make_visit();
  visit.customer_id = stranger.id;
  visit.result = "new pump";
  world.create(tablet, visit);
  world.sync(tablet, /*is_revoked=*/true);
  REQUIRE(world.write([&](server::OrganisationStore& in) {
    return server::revoke_device(in, world.dispatcher.id, tablet.device_id);
  }));

  const auto waiting = world.waiting();

  CHECK(waiting["operation_count"] == 2);
  REQUIRE(waiting["count"] == 1);  // the visit waits for its customer: one thing to decide
  const auto& one = waiting["waiting"][0];
  CHECK(one["reason"] == "revoked");
  CHECK(one["record"]["type"] == "customer");
  CHECK(one["visit"]["number"] == visit.number);
  CHECK(one["visit"]["is_here"] == false);
  CHECK(one["customer"]["name"] == "Karel Dvořák");
  CHECK(one["customer"]["is_here"] == false);
  CHECK(one["technician"]["name"] == world.technician.name);
  CHECK(one["device"]["is_revoked"] == true);
  CHECK(one["records"] ==
        nlohmann::json::parse(R"([{"count":1,"type":"customer"},{"count":1,"type":"visit"}])"));
  const auto has_result = std::ranges::any_of(one["changes"], [](const auto& change) {
    return change["record"] == "visit" && change["field"] == "result" && change["value"] == "new pump";
  });
  CHECK(has_result);
}

TEST_CASE(
    "set aside: a part of a visit that is here names the visit, and the reason that stands in the way first "
    "[O01] [S01]",
    "[O01] [S01]") {
  AsideWorld world;
  auto tablet = world.enrol();
  const auto visit = world.record_visit(tablet);
  world.seal(tablet, visit);
  REQUIRE(world.sync(tablet).empty());
  auto after = visit;
  after.result = "better";
  world.change(tablet, visit, after, world.feed_seq());
  domain::Note note;
  note.id = world.id<domain::NoteId>();
  note.visit_id = visit.id;
  note.author_id = world.technician.id;
  note.text = "forgot to say";
  world.create(tablet, note);
  REQUIRE(world.sync(tablet).size() == 2);

  const auto one = world.waiting()["waiting"][0];

  CHECK(world.waiting()["count"] == 1);
  CHECK(one["visit"]["number"] == visit.number);
  CHECK(one["visit"]["is_here"] == true);
  CHECK(one["customer"]["name"] == world.customer.name);
  CHECK(one["reason"] == "sealed");
  CHECK(one["tried_reason"].is_null());
  world.settle(server::release, one["seq"]);
  CHECK(world.waiting()["waiting"][0]["tried_reason"] == "sealed");
}

TEST_CASE("set aside: the history tells what came of it and who did it, not that it still waits [O09] [S01]",
          "[O09] [S01]") {
  AsideWorld world;
  auto tablet = world.enrol();
  auto renamed = world.customer;
  renamed.name = "Jana Dvořáková";
  world.change(tablet, world.customer, renamed, world.feed_seq());
  world.sync(tablet, /*is_revoked=*/true);
  const std::vector<office::RecordName> records{{EntityType::Customer, id_cast<AnyId>(world.customer.id)}};
  const auto last = [&] { return office::history_of(*world.store, records).value().back(); };
  CHECK(last()["ruling"] == "set_aside");
  CHECK(last()["settled_by"].is_null());
  const auto count = office::history_of(*world.store, records).value().size();
  const bool is_released = GENERATE(true, false);

  world.settle(is_released ? server::release : server::dismiss, world.waiting()["waiting"][0]["seq"]);

  CHECK(last()["ruling"] == (is_released ? "accepted" : "dismissed"));
  CHECK(last()["settled_by"] == world.dispatcher.name);
  CHECK(last()["value"] == renamed.name);
  CHECK(office::history_of(*world.store, records).value().size() == count);
  CHECK(world.waiting()["count"] == 0);
}

}  // namespace
}  // namespace aftercare
