#include "shared/base/json.h"
#include "tests/support/catch.h"

#include <rapidcheck.h>

#include <string>

using namespace aftercare;
using namespace std::string_literals;

TEST_CASE("json: ordinary JSON reads as it is", "[base]") {
  const auto json = parse_json(R"({"name":"ნინო","n":[1,-2,3.5,true,null],"o":{}})");
  REQUIRE(json.has_value());
  CHECK(json.value()["name"] == "ნინო");
  CHECK(json.value()["n"].size() == 5);
}

TEST_CASE("json: what a careless parser would take is refused, and the reason is said", "[base][S07]") {
  const auto complaint = [](const std::string& text) {
    const auto json = parse_json(text);
    if (json) return std::string("accepted");
    CHECK(json.error().kind == ErrorKind::Invalid);
    return json.error().detail;
  };
  CHECK(complaint("{\"a\":1}\0{\"evil\":2}"s).find("NUL") != std::string::npos);
  CHECK(complaint("{\"a\":\"\\u0000\"}").find("NUL") != std::string::npos);
  CHECK(complaint("\xef\xbb\xbf{}").find("byte order mark") != std::string::npos);
  CHECK(complaint(R"({"a":1,"a":2})").find("twice") != std::string::npos);
  CHECK(complaint(R"({"o":{"a":1,"\u0061":2}})").find("twice") != std::string::npos);
  CHECK(complaint(std::string(10'000, '[')).find("deeper than 32") != std::string::npos);
  CHECK(complaint(std::string(33, '[') + std::string(33, ']')).find("deeper than 32") != std::string::npos);
  CHECK(complaint(R"({"a":1} {"b":2})").find("byte") != std::string::npos);
  CHECK(complaint("\"\xff\"") != "accepted");
  CHECK(complaint("\"\\ud800\"") != "accepted");
  CHECK(complaint("[1,2") != "accepted");
  CHECK(complaint("[1e999]") != "accepted");
  CHECK(complaint("") != "accepted");
  CHECK(complaint("{\"a\":01}") != "accepted");
  CHECK(complaint("[NaN]") != "accepted");
}

TEST_CASE("json: the limits on bytes, depth and values are kept to the letter", "[base][S07]") {
  CHECK(parse_json("[1,2,3]", {.byte_count_max = 7}).has_value());
  CHECK_FALSE(parse_json("[1,2,3]", {.byte_count_max = 6}).has_value());
  CHECK(parse_json("[[1]]", {.depth_max = 2}).has_value());
  CHECK_FALSE(parse_json("[[1]]", {.depth_max = 1}).has_value());
  CHECK(parse_json("[1,2,3]", {.value_count_max = 4}).has_value());
  CHECK_FALSE(parse_json("[1,2,3,4]", {.value_count_max = 4}).has_value());
}

TEST_CASE("json: no bytes at all make the reader fall over", "[base][S07]") {
  CHECK(rc::check([](const std::vector<std::uint8_t>& raw) {
    (void)parse_json(std::string{raw.begin(), raw.end()});
  }));
  CHECK(rc::check([] {
    std::string text = R"({"a":[1,2,{"b":"c\u00e9"}],"d":true,"e":-1.5e3})";
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    text[at] = static_cast<char>(*rc::gen::inRange(0, 256));
    const auto json = parse_json(text);
    if (json) RC_ASSERT(parse_json(json.value().dump()).has_value());
  }));
}
