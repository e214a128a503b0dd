#include "client/work/pins.h"

#include "tests/client/work_world.h"

using namespace aftercare;
using namespace std::chrono_literals;
using testing::WorkWorld;

namespace {

work::PinVerdict attempt(WorkWorld& world, const std::string& pin) {
  const auto verdict = work::check_pin(*world.store, world.technician.id, pin);
  REQUIRE(verdict);
  return verdict.value();
}

}  // namespace

TEST_CASE(
    "pins: a PIN is slowed after three wrong tries, and a changed clock or a restart does not shorten the wait",
    "[client][work][T20]") {
  WorkWorld world;
  REQUIRE(work::set_pin(*world.store, world.technician.id, "123456"));
  CHECK(attempt(world, "000000").wait == 0s);
  CHECK(attempt(world, "111111").wait == 0s);
  CHECK(attempt(world, "222222").wait == 30s);

  world.clock.wall += 24h;
  const auto with_another_date = attempt(world, "123456");
  CHECK_FALSE(with_another_date.is_right);
  CHECK(with_another_date.wait == 30s);

  world.clock.monotonic += 20'000;
  CHECK(attempt(world, "123456").wait == 10s);

  world.clock.boot = "boot-2";
  world.clock.monotonic = 5'000;
  CHECK(attempt(world, "123456").wait == 30s);
  world.clock.monotonic += 29'000;
  CHECK(attempt(world, "123456").wait == 1s);
  world.clock.monotonic += 1'000;
  CHECK(attempt(world, "123456").is_right);

  CHECK(attempt(world, "000000").wait == 0s);  // the right one began a new count
}

TEST_CASE("pins: a try is counted in the file, so that pulling the battery wins no guess",
          "[client][work][T20]") {
  WorkWorld world;
  REQUIRE(work::set_pin(*world.store, world.technician.id, "123456"));
  for (const char* pin : {"000000", "111111", "222222"}) {
    CHECK_FALSE(attempt(world, pin).is_right);
    world.open();
  }

  CHECK(attempt(world, "123456").wait == 30s);
}

TEST_CASE("pins: there is one to a technician, six digits long, and none of it is readable in the file",
          "[client][work][T20]") {
  WorkWorld world;
  CHECK_FALSE(work::set_pin(*world.store, world.technician.id, "12345"));
  CHECK_FALSE(work::set_pin(*world.store, make_id<domain::UserId>(world.clock, world.random), "123456"));
  REQUIRE(work::set_pin(*world.store, world.technician.id, "123456"));
  CHECK_FALSE(work::set_pin(*world.store, world.technician.id, "654321"));

  CHECK(attempt(world, "123456").is_right);
  CHECK(world.count("SELECT count(*) FROM pin WHERE hash LIKE '$argon2id$%'") == 1);
  CHECK(world.count("SELECT count(*) FROM operation") == 0);  // nobody else learns of it

  const auto people = work::technicians(*world.store);
  REQUIRE(people);
  REQUIRE(people.value().size() == 2);
  CHECK(people.value()[0].name == "Nino Kapanadze");
  CHECK_FALSE(people.value()[0].has_pin);
  CHECK(people.value()[1].has_pin);
}

TEST_CASE("pins: somebody who left unlocks nothing any more", "[client][work][T20]") {
  WorkWorld world;
  REQUIRE(work::set_pin(*world.store, world.technician.id, "123456"));
  auto gone = world.technician;
  gone.is_active = false;
  world.apply({world.office_change(world.technician, gone)});

  CHECK_FALSE(attempt(world, "123456").is_right);
  CHECK(work::technicians(*world.store).value().size() == 1);
}
