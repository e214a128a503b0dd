#include "shared/domain/product_code.h"
#include "tests/support/catch.h"

#include <rapidcheck.h>

#include <algorithm>

using namespace aftercare;
using domain::CodeKind;
using domain::fold_serial;
using domain::gtin14;

namespace {

const Date kToday{std::chrono::year{2026}, std::chrono::month{11}, std::chrono::day{22}};

domain::ProductCode read(std::string_view text) {
  const auto code = domain::read_product_code(text, kToday);
  if (!code) FAIL("not readable: " << text);
  return code.value();
}
bool is_readable(std::string_view text) { return domain::read_product_code(text, kToday).has_value(); }

}  // namespace

TEST_CASE("code: a check digit tells a GTIN from a number, in all its lengths", "[K02]") {
  CHECK(gtin14("09506000134352") == "09506000134352");
  CHECK(gtin14("9506000134352") == "09506000134352");
  CHECK(gtin14("96385074") == "00000096385074");
  CHECK(gtin14("614141123452") == "00614141123452");
  CHECK(gtin14("9506000134353").empty());
  CHECK(gtin14("950600013435").empty());
  CHECK(gtin14("95060001343x2").empty());
  CHECK(gtin14("").empty());
}

TEST_CASE("code: element strings as a scanner gives them", "[K02]") {
  const auto code = read(
      "]C10109506000134352"
      "21T24-110093\x1d"
      "10LOT7\x1d"
      "17270131\r\n");
  CHECK(code.kind == CodeKind::ElementString);
  CHECK(code.gtin == "09506000134352");
  CHECK(code.serial == "T24-110093");
  CHECK(code.lot == "LOT7");
  CHECK(to_text(*code.expiry) == "2027-01-31");

  CHECK(read("]d2"
             "0109506000134352"
             "21ABC")
            .serial == "ABC");
  CHECK(read("\x1d"
             "0109506000134352"
             "21ABC")
            .serial == "ABC");
  CHECK(read("0109506000134352"
             "21ABC")
            .serial == "ABC");  // a scanner that tells no symbology
  CHECK(read("]C1"
             "17270100"
             "0109506000134352")
            .gtin == "09506000134352");
  CHECK(to_text(*read("]C1"
                      "17270200"
                      "0109506000134352")
                     .expiry) == "2027-02-28");  // day 00: the last
  CHECK(read("]C1"
             "21ABC{GS}"
             "0109506000134352")
            .gtin == "09506000134352");
  CHECK(read("]C1"
             "8004GIAI-77")
            .serial == "GIAI-77");
  CHECK(read("]C1"
             "3103001750"
             "0109506000134352"
             "21W1")
            .serial == "W1");  // net weight has a set length
}

TEST_CASE("code: element strings as they are printed", "[K02]") {
  const auto code = read("(01) 09506000134352 (21) 12345ABC (240) X(1)");
  CHECK(code.kind == CodeKind::ElementString);
  CHECK(code.gtin == "09506000134352");
  CHECK(code.serial == "12345ABC");
  CHECK_FALSE(is_readable("(01)09506000134353(21)ABC"));  // a wrong check digit
  CHECK_FALSE(is_readable("(21)"));
  CHECK_FALSE(is_readable("(99)"));
  CHECK_FALSE(is_readable("(01)09506000134352(01)09506000134376"));  // two articles
}

TEST_CASE("code: a Digital Link of any host", "[K02]") {
  const auto code = read("https://id.example/01/09506000134352/21/T24%2D110093?17=270131&utm_source=box#top");
  CHECK(code.kind == CodeKind::DigitalLink);
  CHECK(code.gtin == "09506000134352");
  CHECK(code.serial == "T24-110093");
  CHECK(to_text(*code.expiry) == "2027-01-31");
  CHECK(read("HTTPS://example.com/some/stem/01/9506000134352/22/2A/10/ABC123/21/456DEF").serial == "456DEF");
  CHECK(read("https://example.com/01/9506000134352").serial.empty());
  CHECK(read("]Q3https://id.example/01/09506000134352/21/A").serial == "A");
  CHECK_FALSE(is_readable("https://example.com/"));
  CHECK_FALSE(is_readable("https://example.com/01/09506000134353/21/A"));
  CHECK_FALSE(is_readable("https://example.com/01/09506000134352/21"));
  CHECK_FALSE(is_readable("https://example.com/01/09506000134352/21/%"));
  CHECK_FALSE(is_readable("https://"));
}

TEST_CASE("code: any other text is a serial number, as it was typed", "[K02]") {
  CHECK(read("  T24-110093 \n").serial == "T24-110093");
  CHECK(read("T24-110093").kind == CodeKind::Serial);
  CHECK(read("]C0PRL8-204417").serial == "PRL8-204417");
  CHECK(read("9506000134352").serial == "9506000134352");
  CHECK(read("СК-0917").serial == "СК-0917");
  CHECK(read("T24\x01\x02-1\x7f").serial == "T24-1");
  CHECK(read("\u200bT24\u202e").serial == "T24");
}

TEST_CASE("code: nonsense is not readable", "[K02]") {
  for (const auto* text : {"", "   ", "\r\n", "---", "\x1d\x1d", "]C1", "]C1xyz",
                           "]C1"
                           "01",
                           "\xff\xfe", "\xc3"}) {
    CAPTURE(text);
    CHECK_FALSE(is_readable(text));
  }
  CHECK_FALSE(is_readable(std::string(65, 'A')));
  CHECK(is_readable(std::string(64, 'A')));
  CHECK_FALSE(is_readable(std::string(100'000, 'A')));
  CHECK_FALSE(
      is_readable("]C1"
                  "21" +
                  std::string(21, 'A')));  // a serial has at most 20 signs there
}

TEST_CASE("code: blanks, dashes and case make no other serial", "[K02]") {
  CHECK(fold_serial("t24 – 110 093") == "T24110093");
  CHECK(fold_serial("T24-110093") == fold_serial("t24110093"));
  CHECK(fold_serial("T24-110093") != fold_serial("T24-110094"));
  CHECK(fold_serial("A/B.1") == "A/B.1");
  CHECK(fold_serial(" - ").empty());
}

TEST_CASE("code: random bytes never break the reader, and what it reads is bounded and clean", "[K02]") {
  CHECK(rc::check([] {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    for (const auto& text :
         {bytes, "]C1" + bytes, "(01)" + bytes, "https://x/01/" + bytes, "0109506000134352" + bytes}) {
      const auto code = domain::read_product_code(text, kToday);
      if (!code) continue;
      RC_ASSERT(!code.value().serial.empty() || !code.value().gtin.empty());
      RC_ASSERT(code.value().serial.size() <= 4 * domain::kSerialLengthMax);
      RC_ASSERT(std::ranges::none_of(code.value().raw + code.value().serial,
                                     [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
      RC_ASSERT(code.value().gtin.empty() || gtin14(code.value().gtin) == code.value().gtin);
    }
  }));
}

TEST_CASE("code: what is written as elements or as a link is read back", "[K02]") {
  CHECK(rc::check([] {
    const auto letter = rc::gen::element<char>('A', 'b', '7', '-', '/', '.', '_', '0', '1', '2');
    const auto part = [&] {
      return *rc::gen::suchThat(rc::gen::container<std::string>(letter),
                                [](const auto& text) { return !text.empty() && text.size() <= 20; });
    };
    const auto serial = part();
    const auto lot = part();
    const std::string gs{'\x1d'};
    const auto scanned = read(
        "]C10109506000134352"
        "10" +
        lot + gs + "21" + serial);
    RC_ASSERT(scanned.serial == serial);
    RC_ASSERT(scanned.lot == lot);
    const auto printed = read("(01)09506000134352(10)" + lot + "(21)" + serial);
    RC_ASSERT(printed.serial == serial);
    std::string encoded;
    for (const char c : serial) encoded += c == '/' ? std::string("%2F") : std::string(1, c);
    RC_ASSERT(read("https://any.example/01/09506000134352/21/" + encoded).serial == serial);
  }));
}
