#include "client/ui/telex.h"
#include "shared/base/json.h"
#include "shared/base/text.h"
#include "tests/support/catch.h"
#include "tests/support/scratch_folder.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace aftercare;
using namespace std::string_literals;

namespace {

/// A word as a person types it, key by key.
std::string typed(std::string_view keys) {
  std::string word;
  for (const char key : keys) word = ui::telex(word, static_cast<char32_t>(key));
  return word;
}

/// The keys that make a word, by the book: marks right behind their vowel, the tone at the end.
std::string keys_of(std::string_view word) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* nfd = icu::Normalizer2::getNFDInstance(status);
  const auto parts = nfd->normalize(
      icu::UnicodeString::fromUTF8({word.data(), static_cast<std::int32_t>(word.size())}), status);
  std::string keys;
  std::string tone;
  for (std::int32_t i = 0; i < parts.length(); ++i) {
    const char16_t c = parts[i];
    switch (c) {
      case u'\u0301': tone = "s"; break;
      case u'\u0300': tone = "f"; break;
      case u'\u0309': tone = "r"; break;
      case u'\u0303': tone = "x"; break;
      case u'\u0323': tone = "j"; break;
      case u'\u0302': keys += static_cast<char>(u_tolower(static_cast<unsigned char>(keys.back()))); break;
      case u'\u0306':
      case u'\u031b': keys += 'w'; break;
      case u'đ': keys += "dd"; break;
      case u'Đ': keys += "Dd"; break;
      default: keys += static_cast<char>(c); break;
    }
  }
  return keys + tone;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  const auto all = icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
  for (std::int32_t i = 0; i < all.length(); ++i) {
    if (!u_isalpha(all[i])) {
      words.emplace_back();
    } else {
      icu::UnicodeString(all[i]).toUTF8String(words.back());
    }
  }
  return words;
}

}  // namespace

using Pair = std::pair<std::string_view, std::string_view>;

TEST_CASE("telex: the words of the language come out as they are written", "[client][K01]") {
  for (const auto& [keys, word] : std::vector<Pair>{
           {"tieengs", "tiếng"},
           {"Vieetj", "Việt"},
           {"Nguyeenx", "Nguyễn"},
           {"Nguyeexn", "Nguyễn"},
           {"dduwowngf", "đường"},
           {"dduwongf", "đường"},
           {"duwowcj", "dược"},
           {"dduwowcj", "được"},
           {"dduowcj", "được"},
           {"thuwowng", "thương"},
           {"thuowng", "thương"},
           {"khuya", "khuya"},
           {"hoaf", "hòa"},
           {"hofa", "hòa"},
           {"hoanf", "hoàn"},
           {"hofan", "hoàn"},
           {"quys", "quý"},
           {"quis", "quí"},
           {"giuwax", "giữa"},
           {"nghieeng", "nghiêng"},
           {"thuowr", "thuở"},
           {"ruwowuj", "rượu"},
           {"ruouwj", "rượu"},
           {"uoongs", "uống"},
           {"yeeu", "yêu"},
           {"yeeus", "yếu"},
           {"Ddaf", "Đà"},
           {"Nawngx", "Nẵng"},
           {"Hueesf", "Huề"},
           {"mays", "máy"},
           {"maays", "mấy"},
           {"nuwowcs", "nước"},
           {"nongs", "nóng"},
           {"lanhj", "lạnh"},
           {"giawtj", "giặt"},
           {"suwar", "sửa"},
           {"chuwax", "chữa"},
           {"baor", "bảo"},
           {"hanhf", "hành"},
           {"khachs", "khách"},
           {"hangf", "hàng"},
           {"dieenj", "diện"},
           {"ddieenj", "điện"},
           {"thoaij", "thoại"},
           {"gif", "gì"},
           {"gifn", "gìn"},
           {"giaf", "già"},
           {"gisa", "giá"},
           {"gios", "gió"},
           {"giups", "giúp"},
           {"gieengs", "giếng"},
           {"giowf", "giờ"},
           {"gir", "gỉ"},
           {"quaj", "quạ"},
           {"quaan", "quân"},
           {"quawng", "quăng"},
           {"quowr", "quở"},
           {"quyeenr", "quyển"},
           {"quoocs", "quốc"},
           {"khoer", "khỏe"},
           {"khoeo", "khoeo"},
           {"ngoeof", "ngoèo"},
           {"thuys", "thúy"},
           {"huytj", "huỵt"},
           {"khuyur", "khuỷu"},
           {"khuynh", "khuynh"},
           {"xoayr", "xoảy"},
           {"ngoaif", "ngoài"},
           {"hoangf", "hoàng"},
           {"hoawcj", "hoặc"},
           {"xoawn", "xoăn"},
           {"muaf", "mùa"},
           {"muwa", "mưa"},
           {"muaw", "mưa"},
           {"cuar", "của"},
           {"mias", "mía"},
           {"nhieeuf", "nhiều"},
           {"kieemr", "kiểm"},
           {"tra", "tra"},
           {"tuooir", "tuổi"},
           {"nguwowif", "người"},
           {"nguowif", "người"},
           {"luwu", "lưu"},
           {"luuw", "lưu"},
           {"huwowu", "hươu"},
           {"huow", "huơ"},
           {"huowng", "hương"},
           {"caaus", "cấu"},
           {"caays", "cấy"},
           {"tooi", "tôi"},
           {"ddoongf", "đồng"},
           {"hoof", "hồ"},
           {"xoong", "xông"},
           {"xooong", "xoong"},
           {"mooocs", "moóc"},
           {"boox", "bỗ"},
           {"ddawngj", "đặng"},
           {"Ddawks", "Đắk"},
           {"Lawks", "Lắk"},
           {"phuowng", "phương"},
           {"chuyeenr", "chuyển"},
           {"thuees", "thuế"},
           {"nghieepj", "nghiệp"},
           {"trangj", "trạng"},
           {"vieecj", "việc"},
           {"xong", "xong"},
           {"hongr", "hỏng"},
           {"keeu", "kêu"},
           {"leechj", "lệch"},
           {"aps", "áp"},
           {"suaats", "suất"},
           {"nhieetj", "nhiệt"},
           {"ddooj", "độ"},
           {"oonr", "ổn"},
           {"ys", "ý"},
           {"uws", "ứ"},
           {"oanr", "oản"},
           {"tuaanf", "tuần"},
           {"xuaan", "xuân"},
           {"hoaj", "họa"},
           {"ngayf", "ngày"},
           {"TIEENGS", "TIẾNG"},
           {"DDOONGF", "ĐỒNG"},
           {"Uwu", "Ưu"},
       }) {
    CAPTURE(keys);
    CHECK(typed(keys) == word);
  }
}

TEST_CASE("telex: a tone finds its place again as the word grows, in any order of the keys",
          "[client][K01]") {
  for (const auto& [keys, word] : std::vector<Pair>{{"hofa", "hòa"},
                                                    {"hofan", "hoàn"},
                                                    {"tieesng", "tiếng"},
                                                    {"tiesng", "tiéng"},
                                                    {"muafw", "mừa"},
                                                    {"dduocwj", "được"},
                                                    {"thuorw", "thuở"},
                                                    {"thuorwng", "thưởng"},
                                                    {"ruowujw", "ruọuw"},
                                                    {"khsuya", "khsuya"},
                                                    {"ngsuoi", "ngsuoi"},
                                                    {"quysn", "quýn"},
                                                    {"nguowifz", "ngươi"}}) {
    CAPTURE(keys);
    CHECK(typed(keys) == word);
  }
}

TEST_CASE("telex: the same key once more undoes it and types itself", "[client][K01]") {
  for (const auto& [keys, word] : std::vector<Pair>{
           {"ass", "as"},   {"arr", "ar"},   {"aff", "af"},  {"axx", "ax"},         {"ajj", "aj"},
           {"aaa", "aa"},   {"eee", "ee"},   {"ooo", "oo"},  {"aww", "aw"},         {"oww", "ow"},
           {"uww", "uw"},   {"ddd", "dd"},   {"DDd", "Dd"},  {"duowngw", "duongw"}, {"caasa", "cáa"},
           {"caasz", "câ"}, {"asz", "a"},    {"azz", "azz"}, {"hoafz", "hoa"},      {"asf", "à"},
           {"asfj", "ạ"},   {"caab", "câb"}, {"awa", "â"},   {"aaw", "ă"},          {"owo", "ô"},
           {"uowo", "uô"}}) {
    CAPTURE(keys);
    CHECK(typed(keys) == word);
  }
}

TEST_CASE("telex: what is no Vietnamese syllable is typed as the keys say", "[client][K01]") {
  for (const std::string_view keys : {"Wi", "kW", "fast", "first", "feed", "zoo", "jazz", "add", "w",
                                      "WhatsApp", "data", "street", "brass", "qus", "x", "s", "kakao"}) {
    CAPTURE(keys);
    CHECK(typed(keys) == keys);
  }
  CHECK(typed("Bossch") == "Bosch");  // b, o and s could still have become a word
  CHECK(typed("act") == "act");
  CHECK(typed("actf") == "actf");  // t stops the voice: no falling tone can be spoken
  CHECK(typed("acts") == "acts");
  CHECK(typed("catf") == "catf");
  CHECK(typed("cats") == "cát");
}

TEST_CASE("telex: capitals stay capitals, whatever the case of the key", "[client][K01]") {
  CHECK(typed("Aa") == "Â");
  CHECK(typed("aA") == "â");
  CHECK(typed("DD") == "Đ");
  CHECK(typed("dD") == "đ");
  CHECK(typed("AS") == "Á");
  CHECK(typed("ass") == "as");
  CHECK(typed("aSS") == "aS");
  CHECK(typed("DDUWOWNGF") == "ĐƯỜNG");
}

TEST_CASE("telex: only the last word changes", "[client][K01]") {
  CHECK(ui::telex("Bình Minh-ha", U's') == "Bình Minh-há");
  CHECK(ui::telex("a1", U's') == "a1s");
  CHECK(ui::telex("a ", U's') == "a s");
  CHECK(ui::telex("", U's') == "s");
  CHECK(ui::telex("", U'đ') == "đ");
  CHECK(ui::telex("hòa", U' ') == "hòa ");
  CHECK(ui::telex("hòa", U'.') == "hòa.");
  CHECK(ui::telex("привет", U's') == "приветs");
  CHECK(ui::telex("a\xff", U's') ==
        "a\xff"
        "s");
}

TEST_CASE("telex: a word written the modern way is understood, and written the usual way", "[client][K01]") {
  CHECK(ui::telex("hoà", U'n') == "hoàn");
  CHECK(ui::telex("hoà", U's') == "hóa");
  CHECK(ui::telex("khoẻ", U'r') == "khoer");
}

TEST_CASE("telex: every syllable that can be spelled is typed by its keys", "[client][K01]") {
  const std::vector<std::string> onsets{"", "b", "ch", "đ", "gi", "h", "kh", "ngh", "qu", "th", "tr", "x"};
  const std::vector<std::string> open{"a",  "ă",  "â",  "e",  "ê",  "o",   "ô",  "ơ",
                                      "ưa", "ia", "ai", "ao", "au", "âu",  "ay", "ây",
                                      "eo", "êu", "oi", "ôi", "ơi", "iêu", "oa", "oe"};
  const std::vector<std::string> closed{"a",  "ă",  "â",  "e",  "ê",  "o",  "ô",  "ơ",
                                        "iê", "uô", "ươ", "oa", "oă", "uâ", "uyê"};
  const std::vector<std::string> tones{"", "s", "f", "r", "x", "j"};
  int count = 0;
  const auto check = [&](const std::string& syllable, const std::string& tone) {
    const auto keys = keys_of(syllable);
    const auto late = typed(keys + tone);
    CAPTURE(keys, tone);
    CHECK(typed(keys) == syllable);
    CHECK(fold_for_search(late) == fold_for_search(syllable));
    CHECK((tone.empty() ? late == syllable : late != syllable));
    CHECK(typed(keys + tone + "z") == (tone.empty() ? syllable + "z" : syllable));
    CHECK(typed(keys + tone + tone) == syllable + tone);
    CHECK(typed(keys_of(late)) == late);
    ++count;
  };
  for (const auto& onset : onsets) {
    for (const auto& tone : tones) {
      for (const auto& nucleus : open) {
        if (onset == "gi" && nucleus.starts_with("i")) continue;  // written with one i
        check(onset + nucleus, tone);
      }
      for (const auto& nucleus : closed) {
        if ((onset == "gi" && nucleus.starts_with("i")) ||
            (onset == "qu" && nucleus != "a" && nucleus != "ă" && nucleus != "yê"))
          continue;
        check(onset + nucleus + "n", tone);
      }
    }
  }
  CHECK(count > 2000);
}

TEST_CASE("telex: every word of our own Vietnamese texts can be typed", "[client][K01][L01]") {
  const auto json =
      parse_json(testing::file_bytes(std::filesystem::path(AFTERCARE_SOURCE_DIR) / "assets/lang/vi.json"));
  REQUIRE(json.has_value());
  std::set<std::string> words;
  for (const auto& [key, text] : json.value().items()) {
    for (auto& word : words_of(text.get<std::string>())) {
      const bool is_plain =
          std::ranges::all_of(word, [](char c) { return static_cast<unsigned char>(c) < 128; });
      if (!is_plain && word != "Ω") words.insert(std::move(word));
    }
  }
  REQUIRE(words.size() > 150);
  for (const auto& word : words) CHECK(typed(keys_of(word)) == word);
}
