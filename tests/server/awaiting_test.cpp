// Operations that came before what they point to: nobody has to take them in by hand.

#include "sync/server/awaiting.h"

#include "sync/server/checking.h"
#include "tests/support/organisation_world.h"

namespace aftercare {
namespace {

using namespace aftercare::testing;

domain::Note note_on(OrganisationWorld& world, const domain::Visit& visit) {
  domain::Note note;
  note.id = world.id<domain::NoteId>();
  note.visit_id = visit.id;
  note.author_id = world.technician.id;
  note.at = world.clock.now();
  note.text = "valve replaced";
  return note;
}

std::int64_t waiting_count(OrganisationWorld& world) {
  return world.count("SELECT count(*) FROM set_aside WHERE settled_seq IS NULL");
}

TEST_CASE("awaiting: what came before the visit that it is part of is taken in with that [S01][S05]",
          "[S01][S05]") {
  OrganisationWorld world;
  auto first = world.enrol();
  auto second = world.enrol();
  const auto visit = world.make_visit();
  world.create(first, visit);
  const auto note = note_on(world, visit);
  world.create(second, note);

  CHECK(world.sync(second) == std::map<std::uint64_t, SetAsideReason>{{1, SetAsideReason::UnknownReference}});
  CHECK_FALSE(world.find(note));
  CHECK(world.sync(first).empty());

  CHECK(world.find(note));
  CHECK(waiting_count(world) == 0);
  CHECK(world.count("SELECT count(*) FROM awaited") == 0);
  CHECK(world.feed().size() == world.feed_seq());
}

TEST_CASE("awaiting: a chain that came in the wrong order is taken in to its end [S01][S05]", "[S01][S05]") {
  OrganisationWorld world;
  auto first = world.enrol();
  auto second = world.enrol();
  auto third = world.enrol();
  auto customer = world.make_customer("Berta");
  auto visit = world.make_visit();
  visit.customer_id = customer.id;
  const auto note = note_on(world, visit);
  world.create(third, note);
  world.create(second, visit);
  world.create(first, customer);

  static_cast<void>(world.sync(third));
  static_cast<void>(world.sync(second));
  static_cast<void>(world.sync(first));

  CHECK(world.find(visit));
  CHECK(world.find(note));
  CHECK(waiting_count(world) == 0);
}

TEST_CASE("awaiting: a change of a record that comes later waits for it [S01][S05]", "[S01][S05]") {
  OrganisationWorld world;
  auto first = world.enrol();
  auto second = world.enrol();
  const auto customer = world.make_customer("Berta");
  auto after = customer;
  after.phone = "+420777111222";
  world.create(first, customer);
  world.clock.pass(std::chrono::seconds{1});
  world.change(second, customer, after, 0);

  CHECK(world.sync(second) == std::map<std::uint64_t, SetAsideReason>{{1, SetAsideReason::UnknownRecord}});
  static_cast<void>(world.sync(first));

  CHECK(world.find(customer)->phone == "+420777111222");
}

TEST_CASE("awaiting: work in quarantine stays there, also when what it lacks has come [S01][S07]",
          "[S01][S07]") {
  OrganisationWorld world;
  auto first = world.enrol();
  auto second = world.enrol();
  const auto visit = world.make_visit();
  world.create(first, visit);
  const auto early = note_on(world, visit);
  world.create(second, early);
  static_cast<void>(world.sync(second));
  const auto late = note_on(world, visit);
  world.create(second, late);
  static_cast<void>(world.sync(second, /*is_revoked=*/true));

  static_cast<void>(world.sync(first));

  CHECK_FALSE(world.find(late));
  CHECK_FALSE(world.find(early));
  CHECK(waiting_count(world) == 2);
}

}  // namespace
}  // namespace aftercare
