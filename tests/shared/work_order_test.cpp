#include "shared/domain/work_order.h"
#include "tests/support/catch.h"

#include <vector>

using namespace aftercare;
using domain::can_become;
using domain::WorkOrderState;
using enum domain::WorkOrderState;

namespace {

constexpr auto kAll = {Planned, Assigned, Accepted, Travelling, OnSite, Done, Closed, Cancelled, Declined};

}  // namespace

TEST_CASE("work order: a technician moves it forward only", "[domain][S01]") {
  const std::vector<WorkOrderState> life{Planned, Assigned, Accepted, Travelling, OnSite, Done};
  for (std::size_t from = 0; from < life.size(); ++from) {
    for (std::size_t to = 0; to < life.size(); ++to) {
      CAPTURE(domain::name_of(life[from]), domain::name_of(life[to]));
      CHECK(can_become(life[from], life[to], /*is_office=*/false) == (to >= from));
    }
  }
}

TEST_CASE("work order: work that was done counts, whatever the office had decided meanwhile", "[domain][S01]") {
  for (const auto from : kAll) {
    CAPTURE(domain::name_of(from));
    CHECK(can_become(from, Done, /*is_office=*/false) == (from != Closed));
  }
}

TEST_CASE("work order: only the office cancels, plans again and closes", "[domain]") {
  for (const auto from : {Planned, Assigned, Accepted, Travelling, OnSite}) {
    CHECK(can_become(from, Cancelled, true));
    CHECK_FALSE(can_become(from, Cancelled, false));
    CHECK_FALSE(can_become(from, Closed, false));
    CHECK_FALSE(can_become(from, Closed, true));
  }
  CHECK(can_become(Done, Closed, true));
  CHECK(can_become(Done, Planned, true));
  CHECK_FALSE(can_become(Done, Closed, false));
  CHECK_FALSE(can_become(Done, Cancelled, true));
  CHECK(can_become(Cancelled, Planned, true));
  CHECK(can_become(Declined, Assigned, true));
}

TEST_CASE("work order: a technician declines what was not yet accepted", "[domain]") {
  CHECK(can_become(Planned, Declined, false));
  CHECK(can_become(Assigned, Declined, false));
  CHECK_FALSE(can_become(Accepted, Declined, false));
  CHECK_FALSE(can_become(OnSite, Declined, false));
}

TEST_CASE("work order: nothing leaves closed, and saying the same again is no change", "[domain]") {
  for (const auto state : kAll) {
    for (const bool is_office : {false, true}) {
      CHECK(can_become(Closed, state, is_office) == (state == Closed));
      CHECK(can_become(state, state, is_office));
    }
  }
}

TEST_CASE("work order: every kind and state has a word of its own that reads back", "[domain]") {
  for (const auto state : kAll) CHECK(domain::value_of<WorkOrderState>(domain::name_of(state)) == state);
  CHECK_FALSE(domain::value_of<WorkOrderState>("finished").has_value());
  CHECK(domain::value_of<domain::VisitKind>("remote_help") == domain::VisitKind::RemoteHelp);
}
