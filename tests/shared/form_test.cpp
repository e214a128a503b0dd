#include "shared/domain/form.h"
#include "shared/base/json.h"
#include "shared/base/text.h"
#include "tests/support/catch.h"
#include "tests/support/scratch_folder.h"

#include <set>

using namespace aftercare;
using domain::AnswerKind;
using domain::check_answer;
using domain::Question;

namespace {

const std::filesystem::path kForms = std::filesystem::path(AFTERCARE_SOURCE_DIR) / "assets" / "forms";
const std::set<std::string> kLanguages{"cs", "en", "ka", "ru", "sl", "vi"};

nlohmann::json shipped(const std::filesystem::path& path) {
  const auto json = parse_json(testing::file_bytes(path));
  if (!json) FAIL(path.string() << ": " << json.error().detail);
  return json.value();
}

std::vector<std::filesystem::path> shipped_forms() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(kForms)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  return paths;
}

std::string complaint(const std::string& questions, const std::string& more = "") {
  const auto form =
      domain::read_form(R"({"title":{"en":"T"},"sections":[{"key":"s","title":{"en":"S"},"questions":[)" +
                        questions + "]" + more + "}]}");
  return form ? "accepted" : form.error().detail;
}

Question question(AnswerKind kind) { return {.key = "q", .kind = kind, .label = {{"en", "Q"}}}; }

}  // namespace

TEST_CASE("form: every form that is shipped can be read, under its own name", "[domain][V05]") {
  REQUIRE(shipped_forms().size() >= 5);
  for (const auto& path : shipped_forms()) {
    CAPTURE(path);
    const auto json = shipped(path);
    CHECK(json["key"] == path.stem().string());
    CHECK(json["version"].get<int>() >= 1);
    CHECK(domain::value_of<domain::VisitKind>(json["kind"].get<std::string>()).has_value());
    const auto form = domain::read_form(json["definition"].dump());
    if (!form) FAIL(form.error().detail);
    CHECK(form.value().sections.size() >= 3);
  }
}

TEST_CASE("form: every word of every shipped form is there in six languages", "[domain][V05][L01]") {
  for (const auto& path : shipped_forms()) {
    const auto form = domain::read_form(shipped(path)["definition"].dump());
    REQUIRE(form.has_value());
    const auto check = [&](const domain::Translated& text) {
      std::set<std::string> languages;
      std::set<std::string> words;
      for (const auto& [language, word] : text) {
        languages.insert(language);
        words.insert(word);
        CHECK_FALSE(trimmed(word).empty());
        CHECK(to_nfc(word).value() == word);
      }
      CAPTURE(path, text.at("en"));
      CHECK(languages == kLanguages);
      CHECK(words.size() >= 3);  // Czech and Slovenian share words, and a "display" is one in several; a copy
                                 // would not be translated
    };
    check(form.value().title);
    for (const auto& section : form.value().sections) {
      check(section.title);
      for (const auto& one : section.questions) {
        check(one.label);
        for (const auto& choice : one.choices) check(choice.label);
      }
    }
  }
}

TEST_CASE("form: a mistake in a form is told with its place", "[domain][V05]") {
  CHECK(complaint(R"({"key":"a","kind":"yes_no","label":{"en":"A"}})") == "accepted");
  CHECK(complaint(R"({"key":"a","kind":"yes_no","label":{"cs":"A"}})").find("question \"a\"") == 0);
  CHECK(complaint(R"({"key":"a","kind":"slider","label":{"en":"A"}})").find("unknown") != std::string::npos);
  CHECK(complaint(
            R"({"key":"a","kind":"yes_no","label":{"en":"A"}},{"key":"a","kind":"text","label":{"en":"B"}})")
            .find("twice") != std::string::npos);
  CHECK(complaint(R"({"key":"a","kind":"number","label":{"en":"A"},"min":1.5})").find("\"min\"") !=
        std::string::npos);
  CHECK(
      complaint(R"({"key":"a","kind":"number","label":{"en":"A"},"min":"2","max":"1"})").find("more than") !=
      std::string::npos);
  CHECK(complaint(R"({"key":"a","kind":"photo","label":{"en":"A"},"photos_min":21})").find("photos_min") !=
        std::string::npos);
  CHECK(
      complaint(R"({"key":"a","kind":"choice","label":{"en":"A"},"choices":[]})").find("nothing to choose") !=
      std::string::npos);
  CHECK(complaint(R"({"key":"a","kind":"choice","label":{"en":"A"}})").find("choices") != std::string::npos);
  CHECK(complaint(
            R"({"key":"a","kind":"choices","label":{"en":"A"},"choices":[{"key":"b c","label":{"en":"B"}}]})")
            .find("blank") != std::string::npos);
  CHECK(
      complaint(
          R"({"key":"a","kind":"choice","label":{"en":"A"},"choices":[{"key":"b","label":{"en":"B"}},{"key":"b","label":{"en":"C"}}]})")
          .find("twice") != std::string::npos);
  CHECK(complaint(R"({"key":"a","kind":"yes_no","label":{"en":"A"}})",
                  R"(,"when":{"question":"a","value":"yes"})")
            .find("before it") != std::string::npos);
  CHECK(complaint("7") != "accepted");
  CHECK(domain::read_form("[]").error().kind == ErrorKind::Invalid);
  CHECK(domain::read_form("{").error().detail.find("not readable") != std::string::npos);
  CHECK(domain::read_form(R"({"title":{"en":"T"},"sections":7})").error().kind == ErrorKind::Invalid);
}

TEST_CASE("form: a section is shown only when its condition is answered so", "[domain][V05]") {
  domain::Section section{
      .key = "s", .title = {}, .when = domain::Condition{"parts", "pump"}, .questions = {}};
  CHECK_FALSE(domain::is_shown(section, {}));
  CHECK(domain::is_shown(section, {{"parts", "pump"}}));
  CHECK(domain::is_shown(section, {{"parts", "hose pump"}}));
  CHECK_FALSE(domain::is_shown(section, {{"parts", "pumpkin"}}));
  CHECK_FALSE(domain::is_shown(section, {{"other", "pump"}}));
  section.when.reset();
  CHECK(domain::is_shown(section, {}));
}

TEST_CASE("form: an answer has the one shape that its kind asks for", "[domain][V05]") {
  const auto yes_no = question(AnswerKind::YesNo);
  CHECK(check_answer(yes_no, "yes").has_value());
  CHECK_FALSE(check_answer(yes_no, "true").has_value());
  CHECK(check_answer(yes_no, "maybe").error().detail.find("\"q\"") != std::string::npos);

  auto choices = question(AnswerKind::Choices);
  choices.choices = {{"hose", {}}, {"pump", {}}};
  CHECK(check_answer(choices, "pump hose").has_value());
  CHECK_FALSE(check_answer(choices, "pump pump").has_value());
  CHECK_FALSE(check_answer(choices, "pump  hose").has_value());
  CHECK_FALSE(check_answer(choices, "pump ").has_value());
  CHECK_FALSE(check_answer(choices, "belt").has_value());
  choices.kind = AnswerKind::Choice;
  CHECK(check_answer(choices, "pump").has_value());
  CHECK_FALSE(check_answer(choices, "pump hose").has_value());

  const auto number = question(AnswerKind::Number);
  CHECK(check_answer(number, "-12.50").has_value());
  CHECK_FALSE(check_answer(number, "12,5").has_value());

  const auto text = question(AnswerKind::Text);
  std::string long_text;
  for (int i = 0; i < 4000; ++i) long_text += "ნ";
  CHECK(check_answer(text, long_text).has_value());
  CHECK_FALSE(check_answer(text, long_text + "ნ").has_value());
  CHECK_FALSE(check_answer(question(AnswerKind::Photo), "x").has_value());
}

TEST_CASE("form: a date is a day that the calendar has", "[domain][V05]") {
  const auto date = question(AnswerKind::Date);
  CHECK(check_answer(date, "2028-02-29").has_value());
  for (const auto* wrong : {"2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "26-01-01", "2026/01/01",
                            "-001-01-01", "2026-01-32", "2026-01-0a", "2026-01-01T", "", "2026- 1-01"}) {
    CAPTURE(wrong);
    CHECK_FALSE(check_answer(date, wrong).has_value());
  }
}

TEST_CASE("form: a text without the customer's language is shown in English", "[domain][L01]") {
  CHECK(domain::in_language({{"en", "Fuel"}, {"cs", "Palivo"}}, "cs") == "Palivo");
  CHECK(domain::in_language({{"en", "Fuel"}, {"cs", "Palivo"}}, "vi") == "Fuel");
  CHECK(domain::in_language({}, "vi").empty());
}
