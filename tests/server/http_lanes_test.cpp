#include "tests/server/http_house.h"

#include <latch>

using namespace aftercare;
using namespace aftercare::server;

namespace {

/// Lanes over one fake organisation.
struct Fixture {
  explicit Fixture(const LaneLimits& limits = {})
      : lanes(
            limits,
            [this](const OrganisationId& id) -> WriteTarget* {
              return id == kOrganisation ? &target : nullptr;
            },
            live) {
    spdlog::set_level(spdlog::level::off);
  }
  std::future<Response> write(std::function<Response(FakeTarget&)> run) {
    auto promise = std::make_shared<std::promise<Response>>();
    auto future = promise->get_future();
    lanes.write(write_job<FakeTarget>(kOrganisation, std::move(run)),
                [promise](Response response) { promise->set_value(std::move(response)); });
    return future;
  }

  const OrganisationId kOrganisation = organisation_number(1);
  Live live;
  FakeTarget target;
  Lanes lanes;
};

std::function<Response(FakeTarget&)> adds(const std::string& word) {
  return [word](FakeTarget& target) {
    target.working.push_back(word);
    return no_content();
  };
}

}  // namespace

TEST_CASE("lanes: jobs that wait share one commit, and no answer leaves before it", "[S01]") {
  LaneLimits limits;
  limits.group_wait_max = std::chrono::seconds(10);
  Fixture house(limits);
  std::unique_lock held(house.target.at_commit);
  auto first = house.write(adds("first"));
  while (house.target.begin_count == 0) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));

  std::vector<std::future<Response>> others;
  for (int i = 0; i < 50; ++i) others.push_back(house.write(adds("other")));
  CHECK(first.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
  CHECK(house.target.commit_count == 0);
  held.unlock();

  CHECK(first.get().status == 204);
  for (auto& other : others) CHECK(other.get().status == 204);
  CHECK(house.target.committed.size() == 51);
  CHECK(house.target.commit_count <= 3);
}

TEST_CASE("lanes: a group ends with its count and with its time", "[S06]") {
  LaneLimits limits;
  limits.group_count_max = 10;
  SECTION("count") {
    Fixture house(limits);
    std::unique_lock held(house.target.at_commit);
    auto first = house.write(adds("first"));
    while (house.target.begin_count == 0) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::vector<std::future<Response>> others;
    for (int i = 0; i < 40; ++i) others.push_back(house.write(adds("other")));
    held.unlock();
    for (auto& other : others) CHECK(other.get().status == 204);
    CHECK(house.target.commit_count >= 5);
  }
  SECTION("time") {
    limits.group_wait_max = std::chrono::milliseconds(5);
    Fixture house(limits);
    std::vector<std::future<Response>> slow;
    for (int i = 0; i < 6; ++i) {
      slow.push_back(house.write([](FakeTarget&) {
        std::this_thread::sleep_for(std::chrono::milliseconds(6));
        return no_content();
      }));
    }
    for (auto& each : slow) CHECK(each.get().status == 204);
    CHECK(house.target.commit_count == 6);
  }
}

TEST_CASE("lanes: a commit that fails on a full disk tells every job of the group", "[S01]") {
  Fixture house;
  house.target.commit_error = Error{ErrorKind::Full, "no space in /var/secret"};
  std::unique_lock held(house.target.at_commit);
  std::vector<std::future<Response>> jobs;
  for (int i = 0; i < 20; ++i) jobs.push_back(house.write(adds("lost")));
  held.unlock();

  for (auto& job : jobs) {
    const auto response = job.get();
    CHECK(response.status == 507);
    CHECK(response.body.find("secret") == std::string::npos);
  }
  CHECK(house.target.committed.empty());

  house.target.commit_error = std::nullopt;
  CHECK(house.write(adds("kept")).get().status == 204);
  CHECK(house.target.committed == std::vector<std::string>{"kept"});
}

TEST_CASE("lanes: a commit that fails otherwise is a 500, and nothing is published", "[S01]") {
  Fixture house;
  house.target.commit_error = Error{ErrorKind::Corrupt, "disk I/O error"};

  const auto response = house
                            .write([](FakeTarget& target) {
                              target.working.push_back("lost");
                              auto answer = no_content();
                              answer.feed_seq = 5;
                              return answer;
                            })
                            .get();

  CHECK(response.status == 500);
  CHECK(house.live.seq(house.kOrganisation) == 0);
}

TEST_CASE("lanes: a job that is refused or throws undoes its own writes and nobody else's", "[S01]") {
  Fixture house;
  std::unique_lock held(house.target.at_commit);
  auto blocker = house.write(adds("a"));
  auto before = house.write(adds("b"));
  auto refused = house.write([](FakeTarget& target) {
    target.working.push_back("refused");
    return problem(Problem::Conflict);
  });
  auto thrown = house.write([](FakeTarget& target) -> Response {
    target.working.push_back("thrown");
    throw std::runtime_error("oops");
  });
  auto kept = house.write([](FakeTarget& target) {
    target.working.push_back("counted try");
    auto response = problem(Problem::NotSignedIn);
    response.keeps_writes = true;
    return response;
  });
  auto after = house.write(adds("c"));
  held.unlock();

  CHECK(blocker.get().status == 204);
  CHECK(before.get().status == 204);
  CHECK(refused.get().status == 409);
  CHECK(thrown.get().status == 500);
  CHECK(kept.get().status == 401);
  CHECK(after.get().status == 204);
  CHECK(house.target.committed == std::vector<std::string>{"a", "b", "counted try", "c"});
}

TEST_CASE("lanes: when the store lost the transaction by itself, nobody in the group is told success",
          "[S01]") {
  Fixture house;
  house.target.release_error = Error{ErrorKind::Full, "no such savepoint"};

  CHECK(house.write(adds("gone")).get().status == 507);
  CHECK(house.target.committed.empty());
}

TEST_CASE("lanes: an organisation that is not here is not found", "[S07]") {
  Fixture house;
  const auto response =
      house.lanes.write_and_wait({organisation_number(9), [](WriteTarget&) { return no_content(); }});
  CHECK(response.status == 404);
}

TEST_CASE("lanes: full queues refuse at once, and what was taken still runs", "[S06]") {
  LaneLimits limits;
  limits.read_thread_count = 1;
  limits.read_queue_count_max = 2;
  limits.write_thread_count = 1;
  limits.write_queue_count_max = 2;
  Fixture house(limits);
  std::latch gate(1);
  std::atomic<int> run_count = 0;
  std::latch is_busy(1);

  REQUIRE(house.lanes.offer(Lane::Read, [&] {
    is_busy.count_down();
    gate.wait();
    ++run_count;
  }));
  is_busy.wait();
  for (int i = 0; i < 2; ++i) {
    REQUIRE(house.lanes.offer(Lane::Read, [&] { ++run_count; }));
  }
  CHECK_FALSE(house.lanes.offer(Lane::Read, [&] { ++run_count; }));
  gate.count_down();

  std::unique_lock held(house.target.at_commit);
  auto first = house.write(adds("first"));
  while (house.target.begin_count == 0) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  auto second = house.write(adds("second"));
  auto third = house.write(adds("third"));
  const auto refused = house.write(adds("fourth")).get();
  CHECK(refused.status == 503);
  CHECK(refused.headers.back().name == "Retry-After");
  held.unlock();
  CHECK(first.get().status == 204);
  CHECK(second.get().status == 204);
  CHECK(third.get().status == 204);

  house.lanes.stop();
  CHECK(run_count == 3);
  CHECK(house.write(adds("late")).get().status == 503);
}

TEST_CASE("lanes: stop writes what it took", "[S01]") {
  Fixture house;
  std::vector<std::future<Response>> jobs;
  for (int i = 0; i < 200; ++i) jobs.push_back(house.write(adds("word")));
  house.lanes.stop();

  for (auto& job : jobs) CHECK(job.get().status == 204);
  CHECK(house.target.committed.size() == 200);
}

TEST_CASE("lanes: organisations do not wait for each other's disk", "[S06]") {
  Live live;
  FakeTarget one;
  FakeTarget other;
  Lanes lanes(
      {},
      [&](const OrganisationId& id) -> WriteTarget* { return id == organisation_number(1) ? &one : &other; },
      live);
  std::unique_lock held(one.at_commit);
  std::promise<Response> promise;
  lanes.write({organisation_number(1), [](WriteTarget&) { return no_content(); }},
              [&](Response response) { promise.set_value(std::move(response)); });

  const auto response =
      lanes.write_and_wait({organisation_number(2), [](WriteTarget&) { return no_content(); }});

  CHECK(response.status == 204);
  held.unlock();
  CHECK(promise.get_future().get().status == 204);
}

TEST_CASE("live: a wait ends when the feed passes, at once when it has, on stop, and never twice", "[S01]") {
  Live live;
  const auto organisation = organisation_number(1);
  int wake_count = 0;
  const auto wake = [&] { ++wake_count; };

  live.wait(organisation, 5, wake);
  live.publish(organisation, 5);
  CHECK(wake_count == 0);
  live.publish(organisation_number(2), 9);
  CHECK(wake_count == 0);
  live.publish(organisation, 6);
  CHECK(wake_count == 1);
  live.publish(organisation, 7);
  CHECK(wake_count == 1);
  live.wait(organisation, 6, wake);
  CHECK(wake_count == 2);
  const auto ticket = live.wait(organisation, 7, wake);
  live.cancel(organisation, ticket);
  live.wait(organisation, 7, wake);
  CHECK(live.waiting_count() == 1);
  live.stop();
  CHECK(wake_count == 3);
  live.wait(organisation, 7, wake);
  CHECK(wake_count == 4);
}
