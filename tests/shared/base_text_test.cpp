#include "shared/base/text.h"
#include "tests/support/catch.h"

#include <rapidcheck.h>

#include <string>

using namespace aftercare;

namespace {

std::string utf8(char32_t c) {
  std::string text;
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xc0 | c >> 6);
  } else if (c < 0x10000) {
    text += static_cast<char>(0xe0 | c >> 12);
    text += static_cast<char>(0x80 | (c >> 6 & 0x3f));
  } else {
    text += static_cast<char>(0xf0 | c >> 18);
    text += static_cast<char>(0x80 | (c >> 12 & 0x3f));
    text += static_cast<char>(0x80 | (c >> 6 & 0x3f));
  }
  if (c >= 0x80) text += static_cast<char>(0x80 | (c & 0x3f));
  return text;
}

rc::Gen<std::string> any_text() {
  const auto sign = rc::gen::map(rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(0x20, 0x600),
                                                rc::gen::inRange<std::uint32_t>(0x10a0, 0x1cc0),
                                                rc::gen::inRange<std::uint32_t>(0x1d00, 0x2e00),
                                                rc::gen::inRange<std::uint32_t>(0x1d400, 0x1d800)),
                                 [](std::uint32_t c) { return utf8(static_cast<char32_t>(c)); });
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(sign), [](const auto& signs) {
    std::string text;
    for (const auto& one : signs) text += one;
    return text;
  });
}

}  // namespace

TEST_CASE("text: whoever types without accents or capitals finds the name", "[base][V02]") {
  CHECK(fold_for_search("Kateřina VONDRÁČKOVÁ-Procházková") == "katerina vondrackova prochazkova");
  CHECK(fold_for_search("Đặng Thị Ngọc Ánh") == "dang thi ngoc anh");
  CHECK(fold_for_search("Алёна Ёлкина") == "алена елкина");
  CHECK(fold_for_search("Špela Župančič") == "spela zupancic");
  CHECK(fold_for_search("ŁÓDŹ, ulica  Rørvig № 5") == "lodz ulica rorvig no 5");
  CHECK(fold_for_search("Straße") == "strasse");
}

TEST_CASE("text: Georgian is found in each of its three alphabets", "[base][V02]") {
  CHECK(fold_for_search("ᲗᲑᲘᲚᲘᲡᲘ") == "თბილისი");
  CHECK(fold_for_search("ႧႡႨႪႨႱႨ") == "თბილისი");
  CHECK(fold_for_search("ⴇⴁⴈⴊⴈⴑⴈ") == "თბილისი");
  CHECK(fold_for_search("„მთის ჰაერი“") == "მთის ჰაერი");
}

TEST_CASE("text: folding what is folded changes nothing", "[base][V02]") {
  CHECK(rc::check([] {
    const auto once = fold_for_search(*any_text());
    RC_ASSERT(fold_for_search(once) == once);
  }));
}

TEST_CASE("text: a composed and a decomposed name become the same bytes", "[base]") {
  CHECK(to_nfc("Nguye\u0302\u0303n").value() == "Nguyễn");
  CHECK(to_nfc("Kater\u030cina").value() == to_nfc("Kateřina").value());
  CHECK(fold_for_search("Kater\u030cina") == fold_for_search("Kateřina"));
}

TEST_CASE("text: what is not UTF-8, or holds a NUL, does not come in", "[base][S07]") {
  using namespace std::string_literals;
  for (const auto& text :
       {"\xff"s, "\xc3"s, "a\0b"s, "\xc0\x80"s, "\xed\xa0\x80"s, "\xf4\x90\x80\x80"s, "\xe2\x82"s}) {
    CAPTURE(text);
    CHECK_FALSE(is_clean_utf8(text));
    CHECK(to_nfc(text).error().kind == ErrorKind::Invalid);
  }
  CHECK(is_clean_utf8("დიდი სახლი, Nguyễn, \xf0\x9f\x94\xa7"));

  // Wherever it stands in a text of any length, and whatever plain letters are around it.
  for (std::size_t size = 1; size <= 40; ++size) {
    CHECK(is_clean_utf8(std::string(size, '\x7f')));
    for (std::size_t place = 0; place < size; ++place) {
      for (const char wrong : {'\0', '\x80', '\xff'}) {
        std::string text(size, '\x01');
        text[place] = wrong;
        if (is_clean_utf8(text)) FAIL("byte " << place << " of " << size);
      }
    }
  }
}

TEST_CASE("text: blanks of any kind at the ends are no words", "[base]") {
  CHECK(trimmed(" \t Nino \r\n") == "Nino");
  CHECK(trimmed("\xc2\xa0\xc2\xa0").empty());
  CHECK(trimmed("\u00a0Anh T\u00e0 \xc2\x85") == "Anh T\u00e0");
  CHECK(trimmed("à") == "à");  // its second byte is that of a no-break space
  CHECK(trimmed("").empty());
}

TEST_CASE("text: a limit counts characters, not bytes", "[base]") {
  CHECK(character_count("Nguyễn") == 6);
  CHECK(character_count("თამარ") == 5);
  CHECK(character_count("") == 0);
}
