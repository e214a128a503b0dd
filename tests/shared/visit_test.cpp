#include "shared/domain/visit.h"
#include "tests/support/catch.h"

#include <rapidcheck.h>

using namespace aftercare;
using domain::can_follow;
using domain::VisitEvent;
using domain::VisitEventKind;
using enum domain::VisitEventKind;

namespace {

constexpr std::int64_t kMinute = 60'000;

VisitEvent event(VisitEventKind kind, std::int64_t wall_min, std::int64_t monotonic_min = 0,
                 const char* boot = "a", std::optional<std::int64_t> offset_min = std::nullopt) {
  VisitEvent event;
  event.kind = kind;
  event.at = from_ms(wall_min * kMinute);
  event.monotonic_ms = monotonic_min * kMinute;
  event.boot_id = boot;
  if (offset_min) event.server_offset_ms = *offset_min * kMinute;
  return event;
}

std::int64_t worked_minutes(const std::vector<VisitEvent>& events) {
  return domain::worked_ms(events, events.back()) / kMinute;
}

}  // namespace

TEST_CASE("visit clock: one travels, arrives, works and pauses in turn, and leaves once", "[domain][V04]") {
  std::vector<VisitEvent> events;
  for (const auto next : {Travelling, Arrived, Working, Paused, Working, Left}) {
    REQUIRE(can_follow(events, next));
    events.push_back(event(next, 0));
  }
  for (const auto next : {Travelling, Arrived, Working, Paused, Left}) CHECK_FALSE(can_follow(events, next));
}

TEST_CASE("visit clock: nobody pauses or leaves before arriving, or arrives twice", "[domain][V04]") {
  CHECK_FALSE(can_follow({}, Paused));
  CHECK_FALSE(can_follow({}, Left));
  CHECK_FALSE(can_follow({event(Travelling, 0)}, Working));
  CHECK_FALSE(can_follow({event(Arrived, 0)}, Arrived));
  CHECK_FALSE(can_follow({event(Arrived, 0)}, Travelling));
  CHECK_FALSE(can_follow({event(Arrived, 0)}, Paused));
  CHECK_FALSE(can_follow({event(Working, 0)}, Working));
  CHECK_FALSE(can_follow({event(Working, 0), event(Paused, 1)}, Arrived));
}

TEST_CASE("visit clock: help from afar starts with the work", "[domain][V03][V04]") {
  CHECK(can_follow({}, Working));
}

TEST_CASE("visit clock: pauses and travel are not work", "[domain][V04]") {
  CHECK(worked_minutes({event(Travelling, 0, 0), event(Arrived, 40, 40), event(Working, 45, 45),
                        event(Paused, 75, 75), event(Working, 90, 90), event(Left, 100, 100)}) == 40);
}

TEST_CASE("visit clock: a wall clock that is set wrong, or set right, changes no time worked",
          "[domain][V04]") {
  CHECK(worked_minutes({event(Working, 0, 10), event(Left, -2'600'000, 40)}) == 30);
  CHECK(worked_minutes({event(Working, 0, 10), event(Left, 2'600'000, 40)}) == 30);
}

TEST_CASE("visit clock: after a restart the server's offset corrects the wall clock", "[domain][V04]") {
  CHECK(worked_minutes({event(Working, 1000, 500, "a", -400), event(Left, 640, 3, "b", 0)}) == 40);
}

TEST_CASE("visit clock: an offset known at one end only does not add the clock's whole error",
          "[domain][V04]") {
  CHECK(worked_minutes({event(Working, 1000, 500, "a"), event(Left, 1040, 3, "b", 2'600'000)}) == 40);
  CHECK(worked_minutes({event(Working, 1000, 500, "a", 2'600'000), event(Left, 1040, 3, "b")}) == 40);
}

TEST_CASE("visit clock: a stretch still running lasts until now", "[domain][V04]") {
  CHECK(domain::worked_ms({event(Arrived, 0, 0), event(Working, 5, 5)}, event(Left, 25, 25)) == 20 * kMinute);
  CHECK(domain::worked_ms({}, event(Left, 25, 25)) == 0);
}

TEST_CASE("visit clock: time worked is never negative, whatever the clocks say", "[domain][V04]") {
  CHECK(rc::check([] {
    std::vector<VisitEvent> events;
    for (int i = *rc::gen::inRange(0, 8); i > 0; --i) {
      const auto any = rc::gen::inRange<std::int64_t>(-3'000'000, 3'000'000);
      auto one = event(static_cast<VisitEventKind>(*rc::gen::inRange(0, 5)), *any,
                       *rc::gen::inRange<std::int64_t>(0, 10'000), *rc::gen::element("a", "b"));
      if (*rc::gen::arbitrary<bool>()) one.server_offset_ms = *any * kMinute;
      events.push_back(one);
    }
    RC_ASSERT(domain::worked_ms(events, event(Left, 0)) >= 0);
  }));
}
