#include "sync/server/head.h"
#include "tests/support/catch.h"

#include <fmt/format.h>

using namespace aftercare;
using namespace aftercare::server;

namespace {

const std::string kGoodLine = "GET /v1/pull?after=7 HTTP/1.1\r\n";

std::optional<Problem> refused(const std::string& bytes) {
  const auto read = read_head(bytes);
  const auto* const refusal = std::get_if<Refusal>(&read);
  return refusal == nullptr ? std::nullopt : std::optional{refusal->code};
}

}  // namespace

TEST_CASE("head: an honest request is read whole", "[S07]") {
  const auto read = read_head(
      "PATCH /v1/blobs/ab%20c?x=1%262&y= HTTP/1.1\r\nhost: tablet.example:8443\r\nContent-Length: 12\r\n"
      "Expect: 100-continue\r\nAuthorization: Bearer abc\r\nCookie: a=1; __Host-session=xyz\r\n\r\n");

  REQUIRE(std::holds_alternative<Head>(read));
  const auto& head = std::get<Head>(read);
  CHECK(head.request.method == Method::Patch);
  CHECK(head.request.path == "/v1/blobs/ab%20c");
  CHECK(head.request.query_value("x") == "1&2");
  CHECK(head.request.query_value("y") == "");
  CHECK(head.request.header("HOST") == "tablet.example:8443");
  CHECK(head.request.bearer_token() == "abc");
  CHECK(head.request.cookie("__Host-session") == "xyz");
  CHECK(head.content_length == 12);
  CHECK(head.expects_continue);
  CHECK(head.keeps_alive);
}

TEST_CASE("head: exactly one Host is accepted", "[S07]") {
  CHECK(refused(kGoodLine + "\r\n") == Problem::BadRequest);
  CHECK(refused(kGoodLine + "Host: a\r\nHost: a\r\n\r\n") == Problem::BadRequest);
  CHECK(refused(kGoodLine + "Host: a\r\nHOST: b\r\n\r\n") == Problem::BadRequest);
  CHECK(refused(kGoodLine + "Host: \r\n\r\n") == Problem::BadRequest);
  CHECK(refused(kGoodLine + "Host: a b\r\n\r\n") == Problem::BadRequest);
  CHECK(refused(kGoodLine + "Host: a/b\r\n\r\n") == Problem::BadRequest);
}

TEST_CASE("head: every transfer coding is answered with 411, in HTTP/1.0 with 400", "[S07]") {
  for (const std::string coding :
       {"chunked", "gzip", "gzip, chunked", "identity", "xchunked", "chunked, identity"}) {
    CAPTURE(coding);
    CHECK(refused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + coding + "\r\n\r\n") ==
          Problem::LengthRequired);
    CHECK(refused("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: " + coding + "\r\n\r\n") ==
          Problem::BadRequest);
  }
  // With a length beside it, one of two readers would believe the other header: refused in any case.
  CHECK(refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n")
            .has_value());
}

TEST_CASE("head: a body needs one plain length", "[S07]") {
  for (const std::string method : {"POST", "PUT", "PATCH"}) {
    CHECK(refused(method + " / HTTP/1.1\r\nHost: a\r\n\r\n") == Problem::LengthRequired);
  }
  CHECK_FALSE(refused("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n"));
  for (const std::string length : {"+5", "-5", "5 5", "5,5", "0x5", "", "5a", "99999999999999999999"}) {
    CAPTURE(length);
    CHECK(refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n") ==
          Problem::BadRequest);
  }
  CHECK(refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n") ==
        Problem::BadRequest);
  CHECK(refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n") ==
        Problem::BadRequest);
}

TEST_CASE("head: only paths are targets", "[S07]") {
  for (const std::string target :
       {"http://other.example/", "https://localhost/v1/pull", "localhost:443", "*", "v1/pull", "/a#b", "/%",
        "/%zz", "/%00", "/%0d%0a", "/\xC3\x28", "/?a=1&a=2", "/?=1", "/?a=1&&b=2", "/?a=%ff"}) {
    CAPTURE(target);
    CHECK(refused("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n") == Problem::BadRequest);
  }
}

TEST_CASE("head: methods that we do not have are refused", "[S07]") {
  for (const std::string method : {"TRACE", "CONNECT", "OPTIONS", "PROPFIND", "get", "GETS"}) {
    CAPTURE(method);
    CHECK(refused(method + " / HTTP/1.1\r\nHost: a\r\n\r\n") == Problem::MethodNotAllowed);
  }
}

TEST_CASE("head: folded lines, control characters and odd white space are refused", "[S07]") {
  for (const std::string& bytes :
       {kGoodLine + "Host: a\r\n folded: yes\r\n\r\n", kGoodLine + "Host: a\r\nX: b\r\n\tc\r\n\r\n",
        " " + kGoodLine + "Host: a\r\n\r\n", kGoodLine + "Host: a\r\nX: b\rc\r\n\r\n",
        kGoodLine + "Host: a\r\nX: b\nc\r\n\r\n", kGoodLine + std::string("Host: a\r\nX: b\0c\r\n\r\n", 18),
        kGoodLine + "Host : a\r\n\r\n", kGoodLine + "Host: a\r\n: b\r\n\r\n",
        kGoodLine + "Host: a\r\nX\r\n\r\n", std::string("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        std::string("GET / HTTP/1.1 \r\nHost: a\r\n\r\n"), std::string("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        std::string("GET /\x7F HTTP/1.1\r\nHost: a\r\n\r\n"),
        std::string("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        std::string("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), std::string("GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
        std::string("GET / http/1.1\r\nHost: a\r\n\r\n"), std::string("GET /\r\nHost: a\r\n\r\n")}) {
    CAPTURE(bytes);
    CHECK(refused(bytes) == Problem::BadRequest);
  }
}

TEST_CASE("head: fields are counted and weighed", "[S07]") {
  std::string many = kGoodLine + "Host: a\r\n";
  for (int i = 1; i < 64; ++i) many += fmt::format("X-{}: y\r\n", i);
  CHECK_FALSE(refused(many + "\r\n"));
  CHECK(refused(many + "One: more\r\n\r\n") == Problem::HeaderTooLarge);
  CHECK(refused(kGoodLine + "Host: a\r\nX: " + std::string(17 << 10, 'y') + "\r\n\r\n") ==
        Problem::HeaderTooLarge);
}

TEST_CASE("head: any cut of a head is refused or waited for, never read", "[S07]") {
  const std::string whole = kGoodLine + "Host: a\r\nX: y\r\n\r\n";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(head_end(whole.substr(0, size)));
    CHECK(refused(whole.substr(0, size)));
  }
  CHECK(head_end(whole) == whole.size());
}

TEST_CASE("head: X-Forwarded-For counts only from proxies that the configuration names", "[S07]") {
  const Headers headers{{"X-Forwarded-For", "6.6.6.6, 203.0.113.9"}, {"x-forwarded-for", "10.1.2.3"}};

  CHECK(client_address("198.51.100.7", headers, {}) == "198.51.100.7");
  CHECK(client_address("198.51.100.7", headers, {"10.0.0.0/8"}) == "198.51.100.7");
  CHECK(client_address("10.9.9.9", headers, {"10.0.0.0/8"}) == "203.0.113.9");
  CHECK(client_address("::ffff:10.9.9.9", headers, {"10.0.0.0/8"}) == "203.0.113.9");
  CHECK(client_address("10.9.9.9", {}, {"10.0.0.0/8"}) == "10.9.9.9");
  CHECK(client_address("10.9.9.9", {{"X-Forwarded-For", "what, ever"}}, {"10.9.9.9"}) == "10.9.9.9");
}

TEST_CASE("head: an IPv6 customer has one rate for the whole network", "[S07]") {
  CHECK(rate_key("2001:db8:1:2:3:4:5:6") == rate_key("2001:db8:1:2:ffff::1"));
  CHECK(rate_key("2001:db8:1:3::1") != rate_key("2001:db8:1:2::1"));
  CHECK(rate_key("192.0.2.1") != rate_key("192.0.2.2"));
}

TEST_CASE("head: every answer carries the headers that protect it, and no value can add another", "[S07]") {
  Response response;
  response.headers.push_back({"X-Name", "a\r\nSet-Cookie: b=c"});

  const auto head = head_of(response);

  for (const std::string line :
       {"HTTP/1.1 200 OK\r\n", "Aftercare-Version: 1\r\n", "Strict-Transport-Security: max-age=",
        "X-Content-Type-Options: nosniff\r\n", "Referrer-Policy: no-referrer\r\n",
        "Content-Security-Policy: default-src 'none'", "Cache-Control: no-store\r\n"}) {
    CAPTURE(line);
    CHECK(head.find(line) != std::string::npos);
  }
  CHECK(head.find("\r\nSet-Cookie") == std::string::npos);
}
