// Real sockets, real TLS, the real listener; only the organisation behind it is a fake.
#include "tests/server/http_house.h"

#include <latch>

using namespace aftercare;
using namespace aftercare::server;
using std::chrono::milliseconds;

namespace {

std::vector<Route> plain_routes() {
  std::vector<Route> routes;
  routes.push_back(plain_route(Method::Get, "/hello", "hello"));
  routes.push_back(plain_route(Method::Post, "/take", "take"));
  routes.push_back(plain_route(Method::Get, "/secret", "secret"));
  auto device = plain_route(Method::Post, "/device", "device");
  device.who = {Who::Device};
  routes.push_back(std::move(device));
  routes.push_back(health_route("1"));
  return routes;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

template <class Claim>
bool becomes(Claim claim) {
  for (int i = 0; i < 500; ++i) {
    if (claim()) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

}  // namespace

TEST_CASE("session: honest requests are answered one after the other on one connection", "[S04]") {
  HttpHouse house(plain_routes());
  Wire wire(house.port());
  REQUIRE(wire.is_open());

  wire.send(get("/hello"));
  const auto hello = wire.answer();
  CHECK(hello.status == 200);
  CHECK(hello.header("Aftercare-Version") == "1");
  CHECK(hello.header("Strict-Transport-Security") == "max-age=31536000");
  CHECK(hello.header("X-Content-Type-Options") == "nosniff");
  CHECK(hello.header("Cache-Control") == "no-store");
  CHECK(nlohmann::json::parse(hello.body)["peer"] == "127.0.0.1");

  wire.send(post("/take", std::string(300'000, 'x')));
  CHECK(nlohmann::json::parse(wire.answer().body)["body"] == 300'000);

  wire.send(get("/nowhere"));
  const auto nowhere = wire.answer();
  CHECK(nowhere.status == 404);
  CHECK(nowhere.header("Content-Type") == "application/problem+json");
  CHECK(nowhere.header("Aftercare-Version") == "1");

  wire.send(get("/hello", "Connection: close\r\n"));
  CHECK(wire.answer().header("Connection") == "close");
  CHECK(wire.is_closed());
}

TEST_CASE("session: HEAD is answered like GET, without the body", "[S04]") {
  HttpHouse house(plain_routes());
  Wire wire(house.port());

  wire.send("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto head = wire.answer(false);
  wire.send(get("/hello"));
  const auto whole = wire.answer();

  CHECK(head.status == 200);
  CHECK(head.header("Content-Length") == std::to_string(whole.body.size()));
  CHECK(whole.status == 200);
}

TEST_CASE("session: requests sent ahead are answered in order", "[S04]") {
  HttpHouse house(plain_routes());
  Wire wire(house.port());

  wire.send(get("/hello") + post("/take", "12345") + get("/hello"));

  CHECK(nlohmann::json::parse(wire.answer().body)["route"] == "hello");
  CHECK(nlohmann::json::parse(wire.answer().body)["route"] == "take");
  CHECK(nlohmann::json::parse(wire.answer().body)["route"] == "hello");
}

TEST_CASE("session: after an error of the protocol the connection ends, and what follows is not a request",
          "[S07]") {
  HttpHouse house(plain_routes());
  const std::string smuggled = get("/secret");
  const std::vector<std::pair<std::string, int>> attacks{
      {"GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\n\r\n", 400},
      {"GET http://localhost/hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: localhost\r\n folded: yes\r\n\r\n", 400},
      {"TRACE /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 405},
      {"POST /take HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST /take HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
      {"POST /take HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
       411},
      {"POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 0\r\n\r\n", 400},
      {"POST /take HTTP/1.1\r\nHost: localhost\r\n\r\n", 411},
      {"GET /hello HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'y') + "\r\n\r\n", 431},
  };
  for (const auto& [attack, status] : attacks) {
    CAPTURE(attack.substr(0, 100));
    Wire wire(house.port());
    wire.send(attack + smuggled);
    const auto answer = wire.answer();
    CHECK(answer.status == status);
    CHECK(answer.header("Connection") == "close");
    CHECK(wire.rest().empty());
  }
}

TEST_CASE("session: 300 MB of chunk trailers end before 2 MB were received", "[S07]") {
  HttpHouse house(plain_routes());
  Wire wire(house.port());
  wire.send("POST /take HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");

  std::string trailers;
  while (trailers.size() < (256 << 10)) trailers += "X-Trailer: " + std::string(1000, 'y') + "\r\n";
  std::size_t sent_byte_count = 0;
  while (sent_byte_count < (300U << 20) && wire.send(trailers)) sent_byte_count += trailers.size();

  // What the sockets' own buffers swallowed counts as sent, though nobody read it.
  CHECK(sent_byte_count < (16U << 20));
  CHECK(house.listener->counts().received_byte_count < (2U << 20));
  Wire next(house.port());
  next.send(get("/hello"));
  CHECK(next.answer().status == 200);
}

TEST_CASE("session: a flood of header fields ends at the limit", "[S07]") {
  HttpHouse house(plain_routes());
  Wire wire(house.port());
  wire.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n");
  std::string more;
  while (more.size() < (100 << 10)) more += "X: y\r\n";
  bool is_taken = true;
  for (int i = 0; i < 1000 && is_taken; ++i) is_taken = wire.send(more);

  CHECK_FALSE(is_taken);
  CHECK(house.listener->counts().received_byte_count < (64U << 10));
}

TEST_CASE("session: a header that drips in is cut off at its time limit", "[S07]") {
  HttpLimits limits;
  limits.head_time_max = milliseconds(300);
  HttpHouse house(plain_routes(), limits);
  Wire wire(house.port());
  const auto start = std::chrono::steady_clock::now();

  bool is_taken = wire.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n");
  while (is_taken && seconds_since(start) < 10) {
    std::this_thread::sleep_for(milliseconds(50));
    is_taken = wire.send("X: y\r\n");
  }

  CHECK(seconds_since(start) < 5);
  CHECK(becomes([&] { return house.listener->counts().connection_count == 0; }));
}

TEST_CASE("session: whoever connects and says nothing is cut off", "[S07]") {
  HttpLimits limits;
  limits.head_time_max = milliseconds(200);
  limits.handshake_time_max = milliseconds(200);
  limits.idle_time_max = milliseconds(400);
  HttpHouse house(plain_routes(), limits);
  const auto start = std::chrono::steady_clock::now();
  Wire silent(house.port());
  CHECK(silent.is_closed());
  Wire idle(house.port());
  idle.send(get("/hello"));
  CHECK(idle.answer().status == 200);
  CHECK(idle.is_closed());
  CHECK(seconds_since(start) < 5);

  const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);  // never even begins the handshake
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(house.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  char byte = 0;
  CHECK(::recv(file, &byte, 1, 0) <= 0);
  ::close(file);
}

TEST_CASE("session: a body that stands still is cut off", "[S07]") {
  HttpLimits limits;
  limits.stall_time_max = milliseconds(200);
  HttpHouse house(plain_routes(), limits);
  Wire wire(house.port());
  wire.send(
      "POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cbor\r\nContent-Length: 100\r\n\r\nonly this");

  CHECK(wire.is_closed());
}

TEST_CASE("session: a body beyond the declared limit is refused before a byte of it is read", "[S07]") {
  HttpHouse house(plain_routes());
  Wire wire(house.port());
  wire.send(
      "POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cbor\r\nContent-Length: 1048577\r\n\r\n");

  const auto answer = wire.answer();

  CHECK(answer.status == 413);
  CHECK(answer.header("Connection") == "close");
  CHECK(house.listener->counts().received_byte_count < 300);
}

TEST_CASE("session: a stranger's body is not read, and a small one does not cost the connection", "[S07]") {
  HttpHouse house(plain_routes());
  Wire wire(house.port());

  wire.send(post("/device", "12345"));
  CHECK(wire.answer().status == 401);
  wire.send(post("/device", "12345", "Authorization: Bearer device\r\n"));
  CHECK(wire.answer().status == 200);
  wire.send(
      "POST /device HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cbor\r\nContent-Length: 1000000\r\n\r\n");
  const auto refused = wire.answer();
  CHECK(refused.status == 401);
  CHECK(refused.header("Connection") == "close");
}

TEST_CASE("session: Expect: 100-continue is answered when the body is wanted, and only then", "[S04]") {
  HttpHouse house(plain_routes());
  const std::string head =
      " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cbor\r\nContent-Length: 5\r\nExpect: 100-continue\r\n";

  Wire wanted(house.port());
  wanted.send("POST /take" + head + "\r\n");
  CHECK(wanted.answer(false).status == 100);
  wanted.send("12345");
  CHECK(wanted.answer().status == 200);

  Wire refused(house.port());
  refused.send("POST /device" + head + "\r\n");
  const auto answer = refused.answer();
  CHECK(answer.status == 401);
  CHECK(answer.header("Connection") == "close");
}

TEST_CASE("session: TLS 1.2 with forward secrecy and 1.3 are spoken, older ones are not", "[S07]") {
  HttpHouse house(plain_routes());
  Wire newest(house.port());
  REQUIRE(newest.is_open());
  CHECK(std::string(SSL_get_version(newest.ssl())) == "TLSv1.3");
  Wire older(house.port(), TLS1_2_VERSION);
  REQUIRE(older.is_open());
  CHECK(std::string(SSL_get_version(older.ssl())) == "TLSv1.2");
  CHECK(std::string(SSL_get_cipher_name(older.ssl())).find("ECDHE-ECDSA") == 0);
  Wire oldest(house.port(), TLS1_1_VERSION);
  CHECK_FALSE(oldest.is_open());
}

TEST_CASE("session: a write is answered after its commit, and a full disk is told to everybody", "[S01]") {
  auto route = plain_route(Method::Post, "/write", "write");
  route.answers = {{204, "", "written"}};
  route.handler = [](const Request& request, const Caller&) -> Reply {
    return write_job<FakeTarget>(organisation_number(1), [word = request.body](FakeTarget& target) {
      target.working.push_back(word);
      return no_content();
    });
  };
  HttpHouse house({route});
  std::unique_lock held(house.target.at_commit);
  Wire one(house.port());
  Wire other(house.port());
  one.send(post("/write", "one"));
  REQUIRE(becomes([&] { return house.lanes.job_count() == 1; }));
  other.send(post("/write", "other"));
  std::this_thread::sleep_for(milliseconds(100));
  CHECK(house.listener->counts().request_count == 0);

  SECTION("written") {
    held.unlock();
    CHECK(one.answer().status == 204);
    CHECK(other.answer().status == 204);
    CHECK(house.target.committed == std::vector<std::string>{"one", "other"});
  }
  SECTION("full") {
    house.target.commit_error = Error{ErrorKind::Full, ""};
    held.unlock();
    CHECK(one.answer().status == 507);
    CHECK(other.answer().status == 507);
    CHECK(house.target.committed.empty());
  }
}

TEST_CASE("session: a full lane answers 503 with Retry-After, and health still answers", "[S06]") {
  std::latch gate(1);
  auto route = plain_route(Method::Get, "/slow", "slow");
  route.handler = [&gate](const Request&, const Caller&) -> Reply {
    gate.wait();
    return json({});
  };
  LaneLimits lane_limits;
  lane_limits.read_thread_count = 1;
  lane_limits.read_queue_count_max = 1;
  HttpHouse house({route, health_route("1")}, {}, lane_limits);
  Wire running(house.port());
  Wire waiting(house.port());
  Wire refused(house.port());
  running.send(get("/slow"));
  std::this_thread::sleep_for(milliseconds(100));
  waiting.send(get("/slow"));
  std::this_thread::sleep_for(milliseconds(100));

  refused.send(get("/slow"));
  const auto answer = refused.answer();
  CHECK(answer.status == 503);
  CHECK(answer.header("Retry-After") == "1");
  refused.send(get("/healthz"));
  CHECK(refused.answer().status == 200);

  gate.count_down();
  CHECK(running.answer().status == 200);
  CHECK(waiting.answer().status == 200);
}

TEST_CASE("session: bodies under way share one bound", "[S06]") {
  HttpLimits limits;
  limits.body_total_byte_count_max = 1'000'000;
  HttpHouse house(plain_routes(), limits);
  const std::string head =
      "POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cbor\r\nContent-Length: 600000\r\n\r\n";
  Wire first(house.port());
  first.send(head);
  std::this_thread::sleep_for(milliseconds(100));
  Wire second(house.port());
  second.send(head);
  CHECK(second.answer().status == 503);
  first.send(std::string(600'000, 'x'));
  CHECK(first.answer().status == 200);
  Wire third(house.port());
  third.send(head + std::string(600'000, 'x'));
  CHECK(third.answer().status == 200);
}

TEST_CASE("session: one connection too many is told to come back", "[S06]") {
  HttpLimits limits;
  limits.connection_count_max = 2;
  HttpHouse house(plain_routes(), limits);
  Wire one(house.port());
  Wire two(house.port());
  one.send(get("/hello"));
  CHECK(one.answer().status == 200);

  {
    Wire three(house.port());
    const auto answer = three.answer();
    CHECK(answer.status == 503);
    CHECK_FALSE(answer.header("Retry-After").empty());
    CHECK(three.is_closed());
  }
  one.send(get("/hello"));
  CHECK(one.answer().status == 200);
}

TEST_CASE("session: X-Forwarded-For is believed from a named proxy only", "[S07]") {
  const std::string request = get("/hello", "X-Forwarded-For: 203.0.113.9\r\n");
  HttpHouse direct(plain_routes());
  Wire stranger(direct.port());
  stranger.send(request);
  CHECK(nlohmann::json::parse(stranger.answer().body)["peer"] == "127.0.0.1");

  HttpHouse behind(plain_routes(), {}, {}, {"127.0.0.0/8"});
  Wire proxy(behind.port());
  proxy.send(request);
  CHECK(nlohmann::json::parse(proxy.answer().body)["peer"] == "203.0.113.9");
}

namespace {

/// A feed of numbers, as a long poll and as a stream.
std::vector<Route> feed_routes(std::atomic<std::uint64_t>& seq, milliseconds wait) {
  auto poll = plain_route(Method::Get, "/pull", "pull");
  poll.handler = [&seq, wait](const Request& request, const Caller&) -> Reply {
    const auto after = static_cast<std::uint64_t>(
        std::atol(std::string(request.query_value("after").value_or("0")).c_str()));
    const auto page = [&seq] { return json({{"seq", seq.load()}}); };
    if (seq > after) return page();
    return LongPoll{organisation_number(1), after, wait, page};
  };
  auto events = plain_route(Method::Get, "/events", "events");
  events.answers = {{200, "text/event-stream", "numbers"}};
  events.handler = [&seq](const Request& request, const Caller&) -> Reply {
    const auto after = static_cast<std::uint64_t>(
        std::atol(std::string(request.header("Last-Event-ID").value_or("0")).c_str()));
    return EventStream{organisation_number(1), after, [&seq](std::uint64_t from) {
                         std::vector<Event> page;
                         for (auto at = from + 1; at <= seq && page.size() < 2; ++at) {
                           if (at % 10 == 0) continue;  // not everything in a feed is news
                           page.push_back({at, "number", "{\"n\":" + std::to_string(at) + "}"});
                         }
                         return page;
                       }};
  };
  return {poll, events};
}

}  // namespace

TEST_CASE("session: a long poll wakes when the feed grows, and answers when the time is over", "[S01]") {
  std::atomic<std::uint64_t> seq = 3;
  SECTION("it grows") {
    HttpHouse house(feed_routes(seq, std::chrono::seconds(30)));
    Wire wire(house.port());
    wire.send(get("/pull?after=2"));
    CHECK(nlohmann::json::parse(wire.answer().body)["seq"] == 3);
    wire.send(get("/pull?after=3"));
    REQUIRE(becomes([&] { return house.live.waiting_count() == 1; }));
    seq = 4;
    house.live.publish(organisation_number(1), 4);
    CHECK(nlohmann::json::parse(wire.answer().body)["seq"] == 4);
  }
  SECTION("it grew between the look and the wait") {
    HttpHouse house(feed_routes(seq, std::chrono::seconds(30)));
    house.live.publish(organisation_number(1), 4);
    Wire wire(house.port());
    const auto start = std::chrono::steady_clock::now();
    wire.send(get("/pull?after=3"));
    CHECK(wire.answer().status == 200);
    CHECK(seconds_since(start) < 5);
  }
  SECTION("the time is over") {
    HttpHouse house(feed_routes(seq, milliseconds(200)));
    Wire wire(house.port());
    const auto start = std::chrono::steady_clock::now();
    wire.send(get("/pull?after=3"));
    CHECK(nlohmann::json::parse(wire.answer().body)["seq"] == 3);
    CHECK(seconds_since(start) >= 0.2);
    CHECK(house.live.waiting_count() == 0);
  }
  SECTION("the server stops") {
    HttpHouse house(feed_routes(seq, std::chrono::seconds(30)));
    Wire wire(house.port());
    wire.send(get("/pull?after=3"));
    REQUIRE(becomes([&] { return house.live.waiting_count() == 1; }));
    const auto start = std::chrono::steady_clock::now();
    house.stop();
    CHECK(wire.answer().status == 200);
    CHECK(seconds_since(start) < 5);
  }
}

TEST_CASE("session: an event stream delivers, resumes, beats, and ends with the server", "[S04]") {
  std::atomic<std::uint64_t> seq = 3;
  HttpLimits limits;
  limits.heartbeat = milliseconds(150);
  limits.stream_count_max = 1;
  HttpHouse house(feed_routes(seq, {}), limits);
  {
    Wire wire(house.port());
    wire.send(get("/events"));
    REQUIRE(wire.receive_until("id: 3\nevent: number\ndata: {\"n\":3}\n\n"));
    CHECK(wire.received().find("HTTP/1.1 200 ") == 0);
    CHECK(wire.received().find("Content-Type: text/event-stream\r\n") != std::string::npos);
    CHECK(wire.received().find("Content-Length") == std::string::npos);
    CHECK(wire.received().find("retry: ") != std::string::npos);
    CHECK(wire.receive_until(": still here\n\n"));

    // A number that is no news passes without a sound, and without a busy loop.
    seq = 10;
    house.live.publish(organisation_number(1), 10);
    CHECK(wire.receive_until("id: 9\n"));
    CHECK(wire.received().find("id: 10\n") == std::string::npos);
    seq = 11;
    house.live.publish(organisation_number(1), 11);
    CHECK(wire.receive_until("id: 11\n"));

    Wire second(house.port());
    second.send(get("/events"));
    CHECK(second.answer().status == 503);
  }
  REQUIRE(becomes([&] { return house.listener->counts().stream_count == 0; }));

  Wire again(house.port());
  again.send(get("/events", "Last-Event-ID: 8\r\n"));
  REQUIRE(again.receive_until("id: 11\n"));
  CHECK(again.received().find("id: 8\n") == std::string::npos);
  CHECK(again.received().find("id: 9\n") != std::string::npos);
  const auto start = std::chrono::steady_clock::now();
  house.stop();
  (void)again.rest();
  CHECK(seconds_since(start) < 5);
}

TEST_CASE("listener: stopping finishes what is under way, ends what is idle and accepts nobody", "[S06]") {
  std::latch gate(1);
  std::latch is_running(1);
  auto slow = plain_route(Method::Get, "/slow", "slow");
  slow.handler = [&](const Request&, const Caller&) -> Reply {
    is_running.count_down();
    gate.wait();
    return write_job<FakeTarget>(organisation_number(1), [](FakeTarget& target) {
      target.working.push_back("under way");
      return json({});
    });
  };
  auto routes = plain_routes();
  routes.push_back(slow);
  HttpHouse house(routes);
  Wire idle(house.port());
  idle.send(get("/hello"));
  CHECK(idle.answer().status == 200);
  Wire busy(house.port());
  busy.send(get("/slow"));
  is_running.wait();

  house.listener->stop();
  CHECK(idle.is_closed());
  REQUIRE(becomes([&] { return !Wire(house.port()).is_open(); }));
  gate.count_down();
  const auto answer = busy.answer();
  house.thread.join();

  CHECK(answer.status == 200);
  CHECK(answer.header("Connection") == "close");
  CHECK(house.target.committed == std::vector<std::string>{"under way"});
}

TEST_CASE("listener: stopping waits for a stalled client only so long", "[S06]") {
  HttpLimits limits;
  limits.drain_time_max = milliseconds(300);
  HttpHouse house(plain_routes(), limits);
  Wire wire(house.port());
  wire.send(
      "POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cbor\r\nContent-Length: 100\r\n\r\nonly this");
  std::this_thread::sleep_for(milliseconds(100));
  const auto start = std::chrono::steady_clock::now();

  house.stop();

  CHECK(seconds_since(start) >= 0.2);
  CHECK(seconds_since(start) < 5);
}

TEST_CASE("listener: SIGTERM stops it", "[S06]") {
  HttpHouse house(plain_routes());
  ListenerSettings settings;
  auto authority = load_authority(house.folder.path / "tls", {}, house.clock);
  REQUIRE(authority);
  Live live;
  Lanes lanes(
      {}, [](const OrganisationId&) -> WriteTarget* { return nullptr; }, live);
  auto opened = Listener::open(settings, authority.value(), house.router, lanes, live);
  REQUIRE(opened);
  std::thread thread([&] { opened.value()->run(); });
  Wire wire(opened.value()->port());
  wire.send(get("/hello"));
  CHECK(wire.answer().status == 200);

  std::raise(SIGTERM);
  thread.join();

  CHECK(wire.is_closed());
}

TEST_CASE("listener: an address that is taken is refused with advice", "[S06]") {
  HttpHouse house(plain_routes());
  ListenerSettings settings;
  settings.port = house.port();
  auto authority = load_authority(house.folder.path / "tls", {}, house.clock);
  REQUIRE(authority);

  const auto opened = Listener::open(settings, authority.value(), house.router, house.lanes, house.live);

  REQUIRE_FALSE(opened);
  CHECK(opened.error().kind == ErrorKind::Refused);
  CHECK(opened.error().detail.find("another server may be running") != std::string::npos);
}
