#include "shared/domain/work_order.h"
#include "tests/support/catch.h"

#include <vector>

using namespace aftercare;
using domain::can_become;
using State = domain::WorkOrderState;

namespace {

constexpr auto kAll = {State::Planned, State::Assigned, State::Accepted,  State::Travelling, State::OnSite,
                       State::Done,    State::Closed,   State::Cancelled, State::Declined};

}  // namespace

TEST_CASE("work order: a technician moves it forward only", "[domain][S01]") {
  const std::vector<State> life{State::Planned,    State::Assigned, State::Accepted,
                                State::Travelling, State::OnSite,   State::Done};
  for (std::size_t from = 0; from < life.size(); ++from) {
    for (std::size_t to = 0; to < life.size(); ++to) {
      CAPTURE(domain::name_of(life[from]), domain::name_of(life[to]));
      CHECK(can_become(life[from], life[to], /*is_office=*/false) == (to >= from));
    }
  }
}

TEST_CASE("work order: work that was done counts, whatever the office had decided meanwhile",
          "[domain][S01]") {
  for (const auto from : kAll) {
    CAPTURE(domain::name_of(from));
    CHECK(can_become(from, State::Done, /*is_office=*/false) == (from != State::Closed));
  }
}

TEST_CASE("work order: only the office cancels, plans again and closes", "[domain]") {
  for (const auto from :
       {State::Planned, State::Assigned, State::Accepted, State::Travelling, State::OnSite}) {
    CHECK(can_become(from, State::Cancelled, true));
    CHECK_FALSE(can_become(from, State::Cancelled, false));
    CHECK_FALSE(can_become(from, State::Closed, false));
    CHECK_FALSE(can_become(from, State::Closed, true));
  }
  CHECK(can_become(State::Done, State::Closed, true));
  CHECK(can_become(State::Done, State::Planned, true));
  CHECK_FALSE(can_become(State::Done, State::Closed, false));
  CHECK_FALSE(can_become(State::Done, State::Cancelled, true));
  CHECK(can_become(State::Cancelled, State::Planned, true));
  CHECK(can_become(State::Declined, State::Assigned, true));
}

TEST_CASE("work order: a technician declines what was not yet accepted", "[domain]") {
  CHECK(can_become(State::Planned, State::Declined, false));
  CHECK(can_become(State::Assigned, State::Declined, false));
  CHECK_FALSE(can_become(State::Accepted, State::Declined, false));
  CHECK_FALSE(can_become(State::OnSite, State::Declined, false));
}

TEST_CASE("work order: nothing leaves closed, and saying the same again is no change", "[domain]") {
  for (const auto state : kAll) {
    for (const bool is_office : {false, true}) {
      CHECK(can_become(State::Closed, state, is_office) == (state == State::Closed));
      CHECK(can_become(state, state, is_office));
    }
  }
}

TEST_CASE("work order: every kind and state has a word of its own that reads back", "[domain]") {
  for (const auto state : kAll) CHECK(domain::value_of<State>(domain::name_of(state)) == state);
  CHECK_FALSE(domain::value_of<State>("finished").has_value());
  CHECK(domain::value_of<domain::VisitKind>("remote_help") == domain::VisitKind::RemoteHelp);
}
