#include "client/ui/keyboard_layout.h"
#include "client/ui/telex.h"
#include "shared/base/json.h"
#include "shared/base/text.h"
#include "tests/support/catch.h"
#include "tests/support/scratch_folder.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <vector>

using namespace aftercare;
using ui::Key;
using ui::KeyboardLayer;
using ui::KeyboardLayout;
using namespace std::string_literals;

namespace {

const std::filesystem::path kAssets = std::filesystem::path(AFTERCARE_SOURCE_DIR) / "assets";
const std::vector<std::string> kLanguages{"en", "cs", "ka", "sl", "ru", "vi"};
const std::vector<std::string> kPads{"number", "date", "phone"};

std::vector<KeyboardLayout> all_layouts() {
  auto layouts = ui::load_keyboards(kAssets / "keyboards");
  INFO((layouts ? "" : layouts.error().detail));
  REQUIRE(layouts.has_value());
  return std::move(layouts).value();
}

KeyboardLayout layout(std::string_view code) {
  for (auto& one : all_layouts()) {
    if (one.code == code) return one;
  }
  FAIL("there is no keyboard " << code);
  return {};
}

void each_key(const KeyboardLayer& layer, const std::function<void(const Key&)>& look) {
  for (const auto& row : layer.rows) {
    for (const auto& key : row) look(key);
  }
}

/// Everything that one or two touches give.
std::set<std::string> typed_by(const KeyboardLayer& layer) {
  std::set<std::string> texts;
  each_key(layer, [&](const Key& key) {
    if (key.does != Key::Does::Type) return;
    texts.insert({key.types, key.shifted});
    texts.insert(key.alternates.begin(), key.alternates.end());
    texts.insert(key.shifted_alternates.begin(), key.shifted_alternates.end());
  });
  return texts;
}

std::set<std::string> typed_by(const KeyboardLayout& one) {
  auto texts = typed_by(one.letters);
  texts.merge(typed_by(one.symbols));
  return texts;
}

int count_of(const KeyboardLayer& layer, Key::Does does) {
  int count = 0;
  each_key(layer, [&](const Key& key) { count += key.does == does ? 1 : 0; });
  return count;
}

std::set<std::string> characters_of(const std::string& text) {
  std::set<std::string> result;
  const auto all = icu::UnicodeString::fromUTF8(text);
  for (std::int32_t i = 0; i < all.length(); i = all.moveIndex32(i, 1)) {
    std::string one;
    icu::UnicodeString(all.char32At(i)).toUTF8String(one);
    result.insert(one);
  }
  return result;
}

std::string catalogue_text(const std::string& code) {
  const auto json = parse_json(testing::file_bytes(kAssets / "lang" / (code + ".json")));
  REQUIRE(json.has_value());
  std::string text;
  for (const auto& [key, value] : json.value().items()) text += value.get<std::string>();
  return text;
}

/// What telex makes of two or three keys of the layout.
std::set<std::string> typed_by_telex(const KeyboardLayout& one) {
  if (!one.has_telex) return {};
  std::set<std::string> texts;
  for (const auto& first : typed_by(one.letters)) {
    for (const char mark : "aeowd"s) {
      const auto marked = ui::telex(first, static_cast<char32_t>(mark));
      texts.insert(marked);
      for (const char tone : "sfrxj"s) {
        texts.insert(ui::telex(first, static_cast<char32_t>(tone)));
        texts.insert(ui::telex(marked, static_cast<char32_t>(tone)));
      }
    }
  }
  return texts;
}

Result<std::vector<KeyboardLayout>> load(const std::string& name, const std::string& text) {
  const testing::ScratchFolder folder;
  testing::write_file_bytes(folder.path() / name, text);
  return ui::load_keyboards(folder.path());
}

std::string complaint(const std::string& text) {
  const auto layouts = load("xx.json", text);
  if (layouts) return "accepted";
  CHECK(layouts.error().kind == ErrorKind::Corrupt);
  CHECK(layouts.error().detail.find("xx.json") != std::string::npos);
  return layouts.error().detail;
}

std::string with_letters(const std::string& rows) { return "{\"code\": \"xx\", \"letters\": " + rows + "}"; }

}  // namespace

TEST_CASE("keyboard: there is one for each language and each kind of number", "[client][K01][L01]") {
  std::set<std::string> codes;
  for (const auto& one : all_layouts()) codes.insert(one.code);
  std::set<std::string> expected(kLanguages.begin(), kLanguages.end());
  expected.insert(kPads.begin(), kPads.end());
  CHECK(codes == expected);
}

TEST_CASE("keyboard: every sign of a language's own texts can be typed on its keyboard",
          "[client][K01][L01]") {
  const auto latin = typed_by(layout("en"));
  for (const auto& code : kLanguages) {
    const auto one = layout(code);
    auto typed = typed_by(one);
    typed.merge(typed_by_telex(one));
    for (const auto& character : characters_of(catalogue_text(code))) {
      const bool is_no_break_space = character == "\u00a0" || character == "\u202f";
      if (is_no_break_space) continue;  // for layout, not for typing
      CAPTURE(code, character);
      // "CO", "kPa" and the words of patterns: a Latin letter is one touch of the globe away.
      const bool is_foreign = (code == "ka" || code == "ru") && character.size() == 1 &&
                              std::isalpha(static_cast<unsigned char>(character[0])) != 0;
      CHECK((is_foreign ? latin : typed).contains(character));
    }
  }
}

TEST_CASE("keyboard: the whole alphabet of each language is one touch or a shift away",
          "[client][K01][L01]") {
  struct Alphabet {
    std::string code;
    std::string letters;
  };
  for (const auto& [code, letters] :
       {Alphabet{"en", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"},
        Alphabet{"cs", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZáéíúůýčěřšžÁÉÍÚŮÝČĚŘŠŽ"},
        Alphabet{"sl", "abcčćdđefghijklmnopqrsštuvwxyzžABCČĆDĐEFGHIJKLMNOPQRSŠTUVWXYZŽ"},
        Alphabet{"ru", "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"},
        Alphabet{"ka", "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ"},
        Alphabet{"vi", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}}) {
    std::set<std::string> direct;
    each_key(layout(code).letters, [&](const Key& key) { direct.insert({key.types, key.shifted}); });
    for (const auto& letter : characters_of(letters)) {
      CAPTURE(code, letter);
      CHECK(direct.contains(letter));
    }
  }
  const auto czech = typed_by(layout("cs").letters);
  for (const auto* letter : {"ď", "ť", "ň", "ó", "Ď", "Ť", "Ň", "Ó"}) CHECK(czech.contains(letter));
}

TEST_CASE("keyboard: no Georgian key makes a capital, with shift neither", "[client][K01][L01]") {
  for (const auto& text : typed_by(layout("ka").letters)) {
    for (const auto& character : characters_of(text)) {
      const auto c = icu::UnicodeString::fromUTF8(character).char32At(0);
      CHECK_FALSE((c >= 0x1c90 && c <= 0x1cbf));
    }
  }
}

TEST_CASE("keyboard: shift makes the capital of each letter that has one", "[client][K01][L01]") {
  for (const auto& code : kLanguages) {
    if (code == "ka") continue;
    const auto check = [&](const std::string& small, const std::string& shifted) {
      const auto c = icu::UnicodeString::fromUTF8(small).char32At(0);
      if (!u_isalpha(c) || small == "ß" || small == "µ") return;
      CAPTURE(code, small);
      std::string capital;
      icu::UnicodeString(u_toupper(c)).toUTF8String(capital);
      CHECK(shifted == capital);
    };
    each_key(layout(code).letters, [&](const Key& key) {
      if (key.does != Key::Does::Type) return;
      check(key.types, key.shifted);
      REQUIRE(key.alternates.size() == key.shifted_alternates.size());
      for (std::size_t i = 0; i < key.alternates.size(); ++i)
        check(key.alternates[i], key.shifted_alternates[i]);
    });
  }
}

TEST_CASE("keyboard: rows are equally wide, and no more than fit beside a form", "[client][K01]") {
  for (const auto& one : all_layouts()) {
    const auto width = ui::row_width(one.letters.rows.front());
    const bool is_pad = std::ranges::find(kPads, one.code) != kPads.end();
    CAPTURE(one.code, width);
    CHECK((is_pad ? width == 4 : (width >= 10 && width <= 11)));
    for (const auto* layer : {&one.letters, &one.symbols}) {
      CHECK(layer->rows.size() <= ui::kKeyboardRowsMax);
      for (const auto& row : layer->rows) {
        CHECK(std::abs(ui::row_width(row) - width) < 0.01F);
        for (const auto& key : row) CHECK(key.width >= 0.9F);  // a finger's width
      }
    }
  }
}

TEST_CASE("keyboard: from every layer there is a way on, back and out", "[client][K01]") {
  for (const auto& code : kLanguages) {
    const auto one = layout(code);
    CAPTURE(code);
    CHECK(count_of(one.letters, Key::Does::Shift) == 1);
    CHECK(count_of(one.letters, Key::Does::Symbols) == 1);
    CHECK(count_of(one.symbols, Key::Does::Letters) == 1);
    CHECK(one.has_telex == (code == "vi"));
    for (const auto* layer : {&one.letters, &one.symbols}) {
      for (const auto does : {Key::Does::Backspace, Key::Does::Enter, Key::Does::Language, Key::Does::Hide})
        CHECK(count_of(*layer, does) == 1);
      CHECK(typed_by(*layer).contains(" "));
    }
    // The two bottom rows lie under the same finger.
    REQUIRE(one.letters.rows.size() == one.symbols.rows.size());
    const auto& bottom = one.letters.rows.back();
    for (std::size_t i = 0; i < bottom.size(); ++i)
      CHECK(bottom[i].width == one.symbols.rows.back()[i].width);
  }
}

TEST_CASE("keyboard: signs of passwords, addresses and measures can be typed in every language",
          "[client][K01]") {
  for (const auto& code : kLanguages) {
    const auto typed = typed_by(layout(code));
    for (const auto& sign : characters_of(" !\"#$%&'()*+,-./0123456789:;<=>?@[\\]^_`{|}~€°²³Ωµ±×…–")) {
      CAPTURE(code, sign);
      CHECK(typed.contains(sign));
    }
  }
}

TEST_CASE("keyboard: the pads hold what their fields accept", "[client][K01]") {
  const std::string digits = "0123456789";
  CHECK(typed_by(layout("number")) == characters_of(digits + "-"));
  CHECK(typed_by(layout("date")) == characters_of(digits + "-"));
  CHECK(typed_by(layout("phone")) == characters_of(digits + "+"));
  for (const auto& code : kPads) {
    const auto pad = layout(code);
    CHECK(pad.symbols.rows.empty());
    CHECK(count_of(pad.letters, Key::Does::Decimal) == (code == "number" ? 1 : 0));
    for (const auto does : {Key::Does::Backspace, Key::Does::Enter, Key::Does::Hide})
      CHECK(count_of(pad.letters, does) == 1);
  }
}

TEST_CASE("keyboard: words and objects of the format mean what its page says", "[client][K01]") {
  const auto layouts = load("xx.json", with_letters(R"([["eE éÉ 3", "ab", {"key": "წჭ", "width": 1.5}],
                                                        [{"types": " ", "width": 2.5}, {"does": "hide"}]])"));
  REQUIRE(layouts.has_value());
  const auto& rows = layouts.value().front().letters.rows;
  CHECK(rows[0][0].types == "e");
  CHECK(rows[0][0].shifted == "E");
  CHECK(rows[0][0].alternates == std::vector{"é"s, "3"s});
  CHECK(rows[0][0].shifted_alternates == std::vector{"É"s, "3"s});
  CHECK(rows[0][1].shifted == "b");
  CHECK(rows[0][2].shifted == "ჭ");
  CHECK(rows[0][2].width == 1.5F);
  CHECK(rows[1][0].types == " ");
  CHECK(rows[1][1].does == Key::Does::Hide);
  CHECK(rows[1][1].types.empty());
}

TEST_CASE("keyboard: a damaged file is refused by name and place", "[client][K01][S07]") {
  const auto says = [](const std::string& text, const std::string& part) {
    CAPTURE(text);
    const auto said = complaint(text);
    CAPTURE(said);
    CHECK(said.find(part) != std::string::npos);
  };
  says("", "not JSON");
  says("[]", "no object");
  says(R"({"code": "yy", "letters": [["a"]]})", "\"code\"");
  says(R"({"code": "xx"})", "no \"letters\"");
  says(R"({"code": "xx", "letters": [["a"]], "telex": 1})", "telex");
  says(R"({"code": "xx", "letters": [["a"]], "leters": 1})", "leters");
  says(R"({"code": "xx", "letters": [["a", "b"]], "symbols": [["a"]]})", "row 1 of \"symbols\"");
  says(with_letters(R"([["a"], ["b", "c"]])"), "row 2 of \"letters\" is 2 units wide");
  says(with_letters(R"([["a"], ["b"], ["c"], ["d"], ["e"], ["f"]])"), "1 to 5 rows");
  says(with_letters("[]"), "1 to 5 rows");
  says(with_letters("[[]]"), "row 1");
  says(with_letters(R"([["a", 7]])"), "key 2 in row 1");
  says(with_letters(R"([["abc"]])"), "one character");
  says(with_letters(R"([["a  b"]])"), "one blank");
  says(with_letters(R"([["a "]])"), "blank");
  says(with_letters(R"([[""]])"), "types nothing");
  says(with_letters(R"([[{"does": "dance"}]])"), "dance");
  says(with_letters(R"([[{"does": "hide", "types": "a"}]])"), "exactly one");
  says(with_letters(R"([[{"does": 3}]])"), "exactly one");
  says(with_letters(R"([[{"does": "hide", "colour": "red"}]])"), "width");
  says(with_letters(R"([[{"does": "hide", "width": "1"}]])"), "no number");
  says(with_letters(R"([[{"does": "hide", "width": 1e30}]])"), "not between");
  says(with_letters(R"([[{"does": "hide", "width": -1}]])"), "not between");
  says(with_letters("[[\"e\u0301\"]]"), "in parts");
  says(with_letters("[[\"\xff\"]]"), "UTF-8");
  says(std::string(100'000, ' '), "larger than");
}

TEST_CASE("keyboard: a missing or empty folder is said with the remedy", "[client][K01]") {
  const auto missing = ui::load_keyboards("/nonexistent/keyboards");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().kind == ErrorKind::NotFound);
  CHECK(missing.error().detail.find("install Aftercare again") != std::string::npos);
  const testing::ScratchFolder empty;
  CHECK_FALSE(ui::load_keyboards(empty.path()).has_value());
}
