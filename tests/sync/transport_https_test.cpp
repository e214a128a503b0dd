#include "sync/protocol/compress.h"
#include "sync/transport/https_server.h"
#include "tests/support/catch.h"
#include "tests/support/fake_random.h"
#include "tests/support/fake_tls_server.h"

#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <future>

using namespace aftercare;
using namespace std::chrono_literals;
using aftercare::testing::FakeTlsServer;
using aftercare::testing::TestCertificate;

namespace {

constexpr long kYears = 365L * 86'400;

std::string http(int status, const std::string& headers, const std::string& body) {
  return fmt::format("HTTP/1.1 {} Word\r\nAftercare-Version: 1\r\n{}Content-Length: {}\r\n\r\n{}", status,
                     headers, body.size(), body);
}
std::string cbor_answer(const std::string& body) {
  return http(200, "Content-Type: application/cbor\r\n", body);
}
std::string problem(int status, const std::string& code, const std::string& more = "") {
  return http(
      status, "Content-Type: application/problem+json\r\n",
      fmt::format(R"({{"type":"urn:aftercare:problem:{}","title":"No","status":{},"detail":"why"{}}})", code,
                  status, more));
}
std::string a_challenge(const std::string&) { return cbor_answer(protocol::encode_challenge("a challenge")); }

const TestCertificate& our_authority() {
  static const auto authority = TestCertificate::authority({.name = "Our authority", .subject_alt_name = ""});
  return authority;
}
FakeTlsServer::Wish our_server(const TestCertificate::Wish& wish = {.name = "server",
                                                                    .subject_alt_name = "IP:127.0.0.1"}) {
  return {.certificate = our_authority().leaf(wish), .chain = {our_authority()}};
}
protocol::EnrolmentLine line_to(const FakeTlsServer& server) {
  protocol::EnrolmentLine line;
  line.host = "127.0.0.1";
  line.port = server.port;
  line.pin = our_authority().pin();
  line.spare_pin.fill(9);
  return line;
}
sync::HttpsOptions impatient() {
  sync::HttpsOptions options;
  options.limits.silence_max = 1s;
  options.limits.connect_timeout = 2s;
  return options;
}
Result<Bytes> ask(FakeTlsServer& server) {
  sync::HttpsServer client{line_to(server), impatient()};
  client.use_token("secret-token");
  return client.challenge({});
}
protocol::PushRequest a_push() {
  testing::FakeRandom random;
  protocol::Header header;
  header.dseq = 1;
  return {.lineage = Hash{5},
          .operations = {protocol::make_operation(header, Bytes(2'000, 'x'), random)},
          .head_signature = {}};
}

/// The client refuses the certificate, explains, and sent nothing.
void check_nothing_is_sent(FakeTlsServer::Wish wish, protocol::EnrolmentLine line) {
  FakeTlsServer server{std::move(wish), a_challenge};
  line.port = server.port;
  sync::HttpsServer client{line, impatient()};
  client.use_token("secret-token");

  const auto answer = client.push(a_push());

  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::Refused);
  CHECK(answer.error().detail.find("nothing was sent") != std::string::npos);
  CHECK(client.is_stranger());
  CHECK(server.connection_count == 1);
  CHECK(server.application_byte_count == 0);
}
protocol::EnrolmentLine our_line() {
  protocol::EnrolmentLine line;
  line.host = "127.0.0.1";
  line.pin = our_authority().pin();
  line.spare_pin.fill(9);
  return line;
}

}  // namespace

TEST_CASE("transport: a server of another authority gets nothing", "[sync][transport][S07]") {
  // Same names, another key: what an impostor or a portal that reads along would show.
  const auto other = TestCertificate::authority({.name = "Our authority", .subject_alt_name = ""});
  const auto leaf = other.leaf({.name = "server", .subject_alt_name = "IP:127.0.0.1"});
  SECTION("with its own authority along") {
    check_nothing_is_sent({.certificate = leaf, .chain = {other}}, our_line());
  }
  SECTION("with our authority's public certificate along") {
    check_nothing_is_sent({.certificate = leaf, .chain = {our_authority()}}, our_line());
  }
  SECTION("with both along") {
    check_nothing_is_sent({.certificate = leaf, .chain = {our_authority(), other}}, our_line());
  }
  SECTION("with nothing along") { check_nothing_is_sent({.certificate = leaf, .chain = {}}, our_line()); }
}

TEST_CASE("transport: a certificate of ours that is not for a server gets nothing",
          "[sync][transport][S07]") {
  SECTION("it is for a client") {
    check_nothing_is_sent(
        our_server({.name = "tablet", .subject_alt_name = "IP:127.0.0.1", .usage = "clientAuth"}),
        our_line());
  }
  SECTION("it is the authority itself") {
    check_nothing_is_sent({.certificate = our_authority(), .chain = {}}, our_line());
  }
  SECTION("it was made by somebody who is no authority") {
    const auto leaf = our_authority().leaf({.name = "server", .subject_alt_name = "IP:127.0.0.1"});
    const auto forged = leaf.leaf({.name = "forged", .subject_alt_name = "IP:127.0.0.1"});
    check_nothing_is_sent({.certificate = forged, .chain = {leaf, our_authority()}}, our_line());
  }
}

TEST_CASE("transport: a certificate for another name gets nothing", "[sync][transport][S07]") {
  check_nothing_is_sent(our_server({.name = "other", .subject_alt_name = "IP:127.0.0.2"}), our_line());
  check_nothing_is_sent(our_server({.name = "127.0.0.1", .subject_alt_name = "DNS:other.example"}),
                        our_line());
}

TEST_CASE("transport: our server is believed by the pinned key and by the spare one",
          "[sync][transport][S07]") {
  FakeTlsServer server{our_server(), a_challenge};
  auto line = line_to(server);
  if (GENERATE(false, true)) std::swap(line.pin, line.spare_pin);
  sync::HttpsServer client{line, impatient()};

  const auto answer = client.challenge({});

  REQUIRE(answer);
  CHECK(answer.value() == "a challenge");
  CHECK_FALSE(client.is_stranger());
}

TEST_CASE("transport: a name instead of an address is checked, too", "[sync][transport][S07]") {
  FakeTlsServer server{our_server({.name = "server", .subject_alt_name = "DNS:localhost"}), a_challenge};
  auto line = line_to(server);
  line.host = "localhost";
  CHECK(sync::HttpsServer{line, impatient()}.challenge({}));
}

TEST_CASE("transport: dates of certificates do not matter to a tablet whose clock is years off",
          "[sync][transport][S01]") {
  const auto [from, until] = GENERATE(std::pair{-9 * kYears, -5 * kYears}, std::pair{5 * kYears, 9 * kYears});
  const auto authority = TestCertificate::authority(
      {.name = "Ours", .subject_alt_name = "", .valid_from = from, .valid_until = until});
  const auto leaf = authority.leaf(
      {.name = "s", .subject_alt_name = "IP:127.0.0.1", .valid_from = from, .valid_until = until});
  FakeTlsServer server{{.certificate = leaf, .chain = {authority}}, a_challenge};
  auto line = line_to(server);
  line.pin = authority.pin();

  CHECK(sync::HttpsServer{line, impatient()}.challenge({}));
}

TEST_CASE("transport: TLS older than 1.2 is no connection", "[sync][transport][S07]") {
  auto wish = our_server();
  wish.version_max = TLS1_1_VERSION;
  FakeTlsServer server{wish, a_challenge};

  const auto answer = ask(server);

  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::Offline);
  CHECK(server.application_byte_count == 0);
}

TEST_CASE("transport: a captive portal's 200 is no answer", "[sync][transport][S01]") {
  const std::string page = "<html>Welcome! Sign in to use our network.</html>";
  std::string text;
  SECTION("its page") {
    text = fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{}",
                       page.size(), page);
  }
  SECTION("its page, said to be ours") {
    text = fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/cbor\r\nContent-Length: {}\r\n\r\n{}",
                       page.size(), page);
  }
  SECTION("a page that passed through our server's name") {
    text = http(200, "Content-Type: text/html\r\n", page);
  }
  SECTION("nothing at all") { text = "HTTP/1.1 204 No Content\r\n\r\n"; }
  SECTION("an error of its own") { text = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"; }
  FakeTlsServer server{our_server(), [&](const std::string&) { return text; }};

  const auto answer = ask(server);

  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::Offline);
  CHECK(answer.error().detail.find("sign-in page") != std::string::npos);
}

TEST_CASE("transport: a portal that speaks no TLS gets nothing but a hello", "[sync][transport][S01]") {
  std::atomic<bool> is_told = false;
  FakeTlsServer server{{.certificate = {}, .chain = {}, .is_plain = true}, [&](const std::string& received) {
                         is_told = received.find("secret-token") != std::string::npos;
                         return std::string{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"};
                       }};

  const auto answer = ask(server);

  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::Offline);
  CHECK_FALSE(is_told);
}

TEST_CASE("transport: nobody there is no word", "[sync][transport]") {
  auto line = our_line();
  {
    FakeTlsServer server{our_server(), a_challenge};
    line.port = server.port;
  }
  const auto answer = sync::HttpsServer{line, impatient()}.challenge({});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::Offline);
}

TEST_CASE("transport: a redirect is not followed", "[sync][transport][S07]") {
  FakeTlsServer elsewhere{our_server(), a_challenge};
  const auto ours = GENERATE(false, true);
  FakeTlsServer server{
      our_server(), [&](const std::string&) {
        return fmt::format(
            "HTTP/1.1 307 Moved\r\n{}Location: https://127.0.0.1:{}/\r\nContent-Length: 0\r\n\r\n",
            ours ? "Aftercare-Version: 1\r\n" : "", elsewhere.port);
      }};

  const auto answer = ask(server);

  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == (ours ? ErrorKind::Invalid : ErrorKind::Offline));
  CHECK(elsewhere.connection_count == 0);
}

TEST_CASE("transport: what the environment says about proxies is not looked at", "[sync][transport][S07]") {
  setenv("https_proxy", "http://127.0.0.1:1", 1);
  setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  FakeTlsServer server{our_server(), a_challenge};
  CHECK(ask(server));
  unsetenv("https_proxy");
  unsetenv("ALL_PROXY");
}

TEST_CASE("transport: an answer without end is not held", "[sync][transport]") {
  auto wish = our_server();
  wish.is_endless = true;
  std::string text;
  SECTION("announced") {
    text =
        "HTTP/1.1 200 OK\r\nAftercare-Version: 1\r\nContent-Type: application/cbor\r\nContent-Length: 99999999999\r\n\r\n";
  }
  SECTION("in chunks") {
    text =
        "HTTP/1.1 200 OK\r\nAftercare-Version: 1\r\nContent-Type: application/cbor\r\nTransfer-Encoding: chunked\r\n\r\n";
    text += fmt::format("{:x}\r\n", std::size_t{1} << 40);
  }
  SECTION("an error without end") { text = "HTTP/1.1 500 No\r\nAftercare-Version: 1\r\n\r\n"; }
  text += std::string(128 << 10, 'x');
  FakeTlsServer server{wish, [&](const std::string&) { return text; }};

  const auto answer = ask(server);

  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::Invalid);
}

TEST_CASE("transport: headers without end are not held", "[sync][transport]") {
  auto wish = our_server();
  wish.is_endless = true;
  const auto is_informational = GENERATE(false, true);
  std::string text = is_informational ? "" : "HTTP/1.1 200 OK\r\nAftercare-Version: 1\r\n";
  while (text.size() < 130'000)
    text += is_informational ? "HTTP/1.1 100 Continue\r\n\r\n" : "Name: value\r\n";
  FakeTlsServer server{wish, [&](const std::string&) { return text; }};

  const auto answer = ask(server);

  REQUIRE_FALSE(answer);
}

TEST_CASE("transport: a page that unpacks to more than it may is not unpacked", "[sync][transport]") {
  const auto bomb = protocol::compress(Bytes(64 << 20, '\0'));
  REQUIRE(bomb.size() < 100'000);
  FakeTlsServer server{our_server(), [&](const std::string&) {
                         return http(200, "Content-Type: application/cbor\r\nContent-Encoding: zstd\r\n",
                                     bomb);
                       }};
  sync::HttpsServer client{line_to(server), impatient()};

  const auto answer = client.pull({});

  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::Invalid);
}

TEST_CASE("transport: an answer that is cut is no word", "[sync][transport][S01]") {
  const auto whole = a_challenge("");
  const auto kept = GENERATE_COPY(range(std::size_t{1}, whole.size()));
  auto wish = our_server();
  wish.hangs_up = true;
  FakeTlsServer server{wish, [&](const std::string&) { return whole.substr(0, kept); }};

  const auto answer = ask(server);

  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::Offline);
}

TEST_CASE("transport: a stop ends even a long wait at once", "[sync][transport]") {
  FakeTlsServer server{our_server(), [](const std::string&) {
                         std::this_thread::sleep_for(3s);
                         return std::string{};
                       }};
  auto options = impatient();
  std::stop_source source;
  options.stop = source.get_token();
  options.limits.silence_max = 30s;
  sync::HttpsServer client{line_to(server), options};
  const std::jthread impatience{[&] {
    std::this_thread::sleep_for(200ms);
    source.request_stop();
  }};
  const auto began = std::chrono::steady_clock::now();

  const auto answer = client.pull({.epoch = {}, .lineage = {}, .after = 0, .wait = 50s});

  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::Offline);
  CHECK(std::chrono::steady_clock::now() - began < 40s);  // not the 50 s that it was allowed to wait
}

TEST_CASE("transport: a server that falls silent is given up", "[sync][transport]") {
  std::promise<void> given_up;
  std::atomic<bool> has_spoken = false;
  FakeTlsServer server{our_server(), [&](const std::string&) {
                         given_up.get_future().wait_for(60s);
                         has_spoken = true;
                         return std::string{};
                       }};

  const auto answer = ask(server);

  CHECK_FALSE(has_spoken);
  given_up.set_value();
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::Offline);
}

TEST_CASE("transport: one connection serves many calls", "[sync][transport]") {
  FakeTlsServer server{our_server(), a_challenge};
  sync::HttpsServer client{line_to(server), impatient()};

  for (int i = 0; i < 5; ++i) REQUIRE(client.challenge({}));

  CHECK(server.handshake_count == 1);
}

TEST_CASE("transport: a connection that the server closed meanwhile is opened again", "[sync][transport]") {
  FakeTlsServer server{
      our_server(), [](const std::string&) {
        return "HTTP/1.1 200 OK\r\nAftercare-Version: 1\r\nContent-Type: application/cbor\r\nConnection: close\r\n\r\n" +
               protocol::encode_challenge("a challenge");
      }};
  sync::HttpsServer client{line_to(server), impatient()};

  CHECK(client.challenge({}));
  CHECK(client.challenge({}));
}

TEST_CASE("transport: a push goes out packed, signed in, in our version, and without waiting to be asked",
          "[sync][transport]") {
  const protocol::PushAnswer taken{.receipt = {"a receipt", {}},
                                   .set_aside = {{3, protocol::SetAsideReason::Sealed}}};
  FakeTlsServer server{our_server(),
                       [&](const std::string&) { return cbor_answer(protocol::encode(taken)); }};
  sync::HttpsServer client{line_to(server), impatient()};
  client.use_token("the-token");
  const auto request = a_push();

  const auto answer = client.push(request);

  REQUIRE(answer);
  CHECK(std::get<protocol::PushAnswer>(answer.value()).receipt == taken.receipt);
  const auto text = server.requests().at(0);
  CHECK(text.starts_with("POST /v1/push HTTP/1.1\r\n"));
  for (const auto* header : {"\r\nAftercare-Version: 1\r\n", "\r\nAuthorization: Bearer the-token\r\n",
                             "\r\nContent-Encoding: zstd\r\n", "\r\nContent-Type: application/cbor\r\n"}) {
    CAPTURE(header);
    CHECK(text.find(header) != std::string::npos);
  }
  CHECK(text.find("Expect") == std::string::npos);
  const auto body = protocol::decompress(text.substr(text.find("\r\n\r\n") + 4), 1 << 20);
  REQUIRE(body);
  CHECK(body.value() == protocol::encode(request));
}

TEST_CASE("transport: a token never begins a header line of its own", "[sync][transport][S07]") {
  FakeTlsServer server{our_server(), a_challenge};
  sync::HttpsServer client{line_to(server), impatient()};
  client.use_token("token\r\nEvil: yes");
  static_cast<void>(client.missing_blobs({}));
  CHECK(server.requests().at(0).find("Evil") == std::string::npos);
}

TEST_CASE("transport: the server says where it stands", "[sync][transport][S01]") {
  const auto epoch = std::string(32, 'a');
  const auto lineage = std::string(64, 'b');
  const auto head = std::string(64, 'c');
  std::string text;
  FakeTlsServer server{our_server(), [&](const std::string&) { return text; }};
  sync::HttpsServer client{line_to(server), impatient()};

  text = problem(409, "behind",
                 fmt::format(R"(,"epoch":"{}","lineage":"{}","dseq":41,"head":"{}")", epoch, lineage, head));
  const auto behind = client.push(a_push());
  REQUIRE(behind);
  const auto& word = std::get<sync::Behind>(behind.value());
  CHECK(to_text(word.epoch) == epoch);
  CHECK(to_hex(word.lineage) == lineage);
  CHECK(word.head.dseq == 41);
  CHECK(to_hex(word.head.hash) == head);

  text = problem(409, "other_epoch", fmt::format(R"(,"epoch":"{}")", epoch));
  const auto pushed = client.push(a_push());
  REQUIRE(pushed);
  CHECK(to_text(std::get<sync::OtherEpoch>(pushed.value()).epoch) == epoch);
  const auto pulled = client.pull({});
  REQUIRE(pulled);
  CHECK(to_text(std::get<sync::OtherEpoch>(pulled.value()).epoch) == epoch);

  text = problem(409, "behind", R"(,"epoch":"zz","dseq":-1)");
  const auto nonsense = client.push(a_push());
  REQUIRE_FALSE(nonsense);
  CHECK(nonsense.error().kind == ErrorKind::Invalid);
}

TEST_CASE("transport: every refusal says what can be done about it", "[sync][transport]") {
  struct Case {
    int status;
    const char* code;
    ErrorKind kind;
  };
  static const std::vector<Case> cases{
      {400, "bad_request", ErrorKind::Refused},
      {401, "not_signed_in", ErrorKind::SignIn},
      {401, "token_expired", ErrorKind::SignIn},
      {403, "forbidden", ErrorKind::Refused},
      {403, "revoked", ErrorKind::SignIn},
      {404, "not_found", ErrorKind::NotFound},
      {405, "method_not_allowed", ErrorKind::Refused},
      {409, "conflict", ErrorKind::Conflict},
      {410, "code_used", ErrorKind::Refused},
      {410, "code_expired", ErrorKind::Refused},
      {411, "length_required", ErrorKind::Refused},
      {413, "too_large", ErrorKind::Refused},
      {415, "unsupported_media", ErrorKind::Refused},
      {422, "unreadable", ErrorKind::Refused},
      {422, "wrong_hash", ErrorKind::Conflict},
      {426, "too_old", ErrorKind::Newer},
      {429, "too_many", ErrorKind::Busy},
      {500, "server_error", ErrorKind::Busy},
      {503, "busy", ErrorKind::Busy},
      {507, "disk_full", ErrorKind::Busy},
  };
  std::string text;
  FakeTlsServer server{our_server(), [&](const std::string&) { return text; }};
  sync::HttpsServer client{line_to(server), impatient()};
  for (const auto& one : cases) {
    CAPTURE(one.code);
    text = problem(one.status, one.code);
    const auto answer = client.missing_blobs({});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == one.kind);
    CHECK(answer.error().detail == "why");
    CHECK_FALSE(client.is_stranger());
  }
}

TEST_CASE("transport: problems that cannot be read go by their status", "[sync][transport]") {
  std::string text;
  FakeTlsServer server{our_server(), [&](const std::string&) { return text; }};
  sync::HttpsServer client{line_to(server), impatient()};
  for (const auto& body : {std::string(10'000, '['), std::string("{\"type\":7}"), std::string("not json"),
                           std::string("\0{}", 3)}) {
    text = http(503, "Content-Type: application/problem+json\r\n", body);
    const auto answer = client.missing_blobs({});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::Busy);
  }
}

TEST_CASE("transport: a program of two versions says both, and works with a server that speaks the older one",
          "[sync][transport][S05]") {
  FakeTlsServer server{our_server(), a_challenge};  // answers in version 1
  auto options = impatient();
  options.versions = {.oldest = 1, .newest = 2};
  sync::HttpsServer client{line_to(server), options};

  CHECK(client.challenge({}));
  CHECK(server.requests().at(0).find("\r\nAftercare-Version: 1-2\r\n") != std::string::npos);
}

TEST_CASE(
    "transport: two programs that have no version in common say which of them is too old, and nothing is taken",
    "[sync][transport][S05]") {
  std::string text;
  FakeTlsServer server{our_server(), [&](const std::string&) { return text; }};
  const auto error_of = [&](const protocol::Versions& ours) {
    auto options = impatient();
    options.versions = ours;
    sync::HttpsServer client{line_to(server), options};
    const auto answer = client.challenge({});
    REQUIRE_FALSE(answer);
    return answer.error();
  };

  text = problem(426, "too_old");
  CHECK(error_of({1, 1}).kind == ErrorKind::Newer);
  text = problem(426, "too_new");
  CHECK(error_of({2, 3}).kind == ErrorKind::Refused);
  CHECK(error_of({2, 3}).detail == "why");  // the server's words, which say what to do
  // Whoever answers in words that we do not know was not asked for them.
  text = cbor_answer(protocol::encode_challenge("a challenge"));
  CHECK(error_of({2, 3}).kind == ErrorKind::Refused);
}

TEST_CASE("transport: how long to wait is kept until the next call", "[sync][transport]") {
  std::string text;
  FakeTlsServer server{our_server(), [&](const std::string&) { return text; }};
  sync::HttpsServer client{line_to(server), impatient()};

  text = http(503, "Retry-After: 17\r\n", "");
  CHECK_FALSE(client.challenge({}));
  CHECK(client.retry_after() == 17s);
  text = http(503, "Retry-After: 99999999999999\r\n", "");
  CHECK_FALSE(client.challenge({}));
  CHECK(client.retry_after() == 24h);
  text = http(503, "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n", "");
  CHECK_FALSE(client.challenge({}));
  CHECK_FALSE(client.retry_after());
}

TEST_CASE("transport: a blob goes up in parts, and goes on where the server stands",
          "[sync][transport][S01]") {
  const auto name = sha256("a photo");
  std::vector<std::string> answers;
  std::size_t next = 0;
  FakeTlsServer server{our_server(), [&](const std::string&) { return answers.at(next++); }};
  sync::HttpsServer client{line_to(server), impatient()};

  SECTION("asked where") {
    answers = {
        "HTTP/1.1 200 OK\r\nAftercare-Version: 1\r\nUpload-Offset: 4\r\nUpload-Complete: ?0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 404 No\r\nAftercare-Version: 1\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 401 No\r\nAftercare-Version: 1\r\nContent-Length: 0\r\n\r\n"};
    CHECK(client.blob_offset(name).value() == 4);
    CHECK(client.blob_offset(name).value() == 0);
    CHECK(client.blob_offset(name).error().kind == ErrorKind::SignIn);
    CHECK(server.requests().at(0).starts_with("HEAD /v1/blobs/" + to_hex(name) + " HTTP/1.1\r\n"));
  }
  SECTION("sent") {
    answers = {"HTTP/1.1 204 OK\r\nAftercare-Version: 1\r\nUpload-Offset: 4\r\nUpload-Complete: ?0\r\n\r\n",
               "HTTP/1.1 204 OK\r\nAftercare-Version: 1\r\nUpload-Offset: 7\r\nUpload-Complete: ?1\r\n\r\n"};
    CHECK(client.send_blob_part(name, 0, "a ph", false).value() == 4);
    CHECK(client.send_blob_part(name, 4, "oto", true).value() == 7);
    const auto text = server.requests().at(1);
    CHECK(text.starts_with("PATCH /v1/blobs/"));
    CHECK(text.find("Content-Type: application/partial-upload\r\n") != std::string::npos);
    CHECK(text.find("Upload-Offset: 4\r\nUpload-Complete: ?1\r\n") != std::string::npos);
    CHECK(text.ends_with("\r\n\r\noto"));
  }
  SECTION("the server stands elsewhere") {
    answers = {problem(409, "offset_mismatch", R"(,"offset":4)")};
    CHECK(client.send_blob_part(name, 0, "a photo", true).value() == 4);
  }
  SECTION("the server has all of it and has not said that it checked") {
    answers = {problem(409, "offset_mismatch", R"(,"offset":7)"),
               "HTTP/1.1 204 OK\r\nAftercare-Version: 1\r\nUpload-Offset: 7\r\nUpload-Complete: ?1\r\n\r\n"};
    CHECK(client.send_blob_part(name, 0, "a photo", true).value() == 7);
    CHECK(server.requests().size() == 2);
  }
  SECTION("a last part that was not checked does not count") {
    answers = {"HTTP/1.1 204 OK\r\nAftercare-Version: 1\r\nUpload-Offset: 7\r\nUpload-Complete: ?0\r\n\r\n"};
    CHECK(client.send_blob_part(name, 0, "a photo", true).error().kind == ErrorKind::Invalid);
  }
}

TEST_CASE("transport: a blob is fetched part by part, each from where it was asked to begin",
          "[sync][transport][S01]") {
  std::string range;
  std::string body = "photo";
  std::string status = "206 Partial Content";
  FakeTlsServer server{our_server(), [&](const std::string&) {
                         return fmt::format(
                             "HTTP/1.1 {}\r\nAftercare-Version: 1\r\nContent-Range: {}\r\n"
                             "Content-Length: {}\r\n\r\n{}",
                             status, range, body.size(), body);
                       }};
  sync::HttpsServer client{line_to(server), impatient()};
  const auto fetch = [&](std::uint64_t offset, std::size_t size) {
    return client.fetch_blob_part(sha256("a photo"), offset, size);
  };

  range = "bytes 2-6/7";
  const auto part = fetch(2, 100);
  REQUIRE(part);
  CHECK(part.value().bytes == "photo");
  CHECK(part.value().byte_count == 7);
  CHECK_FALSE(part.value().is_cut);
  CHECK(server.requests().at(0).find("Range: bytes=2-101\r\n") != std::string::npos);

  CHECK(fetch(2, 4).error().kind == ErrorKind::Invalid);  // more than was asked for
  for (const auto* wrong :
       {"bytes 3-7/8", "bytes 2-6", "bytes 2-6/6", "bytes 2-4/7", "bytes 2-/7", "2-6/7"}) {
    CAPTURE(wrong);
    range = wrong;
    const auto refused = fetch(2, 100);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::Invalid);
  }
  status = "200 OK";
  CHECK(fetch(0, 100).value().byte_count == 5);
  CHECK(fetch(2, 100).error().kind == ErrorKind::Invalid);
}

TEST_CASE(
    "transport: what came of a blob before the connection was cut at any byte is handed on, and only that",
    "[sync][transport][S01]") {
  const std::string body = "the bytes of a photo";
  std::size_t cut_at = 0;
  FakeTlsServer server{our_server(), [&](const std::string&) {
                         return fmt::format(
                             "HTTP/1.1 206 Part\r\nAftercare-Version: 1\r\nContent-Range: bytes 0-{}/{}\r\n"
                             "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
                             body.size() - 1, body.size(), body.size(), body.substr(0, cut_at));
                       }};
  sync::HttpsServer client{line_to(server), impatient()};

  for (cut_at = 0; cut_at < body.size(); cut_at += 3) {
    CAPTURE(cut_at);
    const auto part = client.fetch_blob_part(sha256(body), 0, 100);
    if (cut_at == 0) {
      REQUIRE_FALSE(part);
      CHECK(part.error().kind == ErrorKind::Offline);
      continue;
    }
    REQUIRE(part);
    CHECK(part.value().is_cut);
    CHECK(part.value().bytes == body.substr(0, cut_at));
    CHECK(part.value().byte_count == body.size());
  }
}
