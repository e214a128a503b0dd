#include "shared/language/catalogue.h"
#include "shared/language/words.h"
#include "tests/support/catch.h"

#include <rapidcheck.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace aftercare;
using namespace std::chrono_literals;
using language::Catalogue;
using language::DateStyle;
using language::Formatter;
using language::Moment;
using language::ZoneShown;

namespace {

const std::filesystem::path kFolder = std::filesystem::path(AFTERCARE_SOURCE_DIR) / "assets" / "lang";

// Asserts nothing: Catch2's assertions must not be made by several threads at once, and a test below asks
// from four.
const Formatter& in(std::string_view code) {
  static const auto catalogue = Catalogue::load(kFolder).value();
  return catalogue.in(code);
}

// ICU writes blanks that do not break; a test reads better with plain ones.
std::string with_plain_blanks(std::string text) {
  for (const std::string_view blank : {"\u00a0", "\u202f"}) {
    for (auto at = text.find(blank); at != std::string::npos; at = text.find(blank))
      text.replace(at, blank.size(), " ");
  }
  return text;
}

std::string visits(std::string_view code, std::int64_t count) {
  return with_plain_blanks(in(code).tr("count.visits", {{"count", count}}));
}

std::string money(std::string_view code, std::int64_t minor, const char* currency) {
  return with_plain_blanks(in(code).money({minor, currency}));
}

// 9 July 2025, 14:45 UTC: a Wednesday.
Moment afternoon(const char* zone) {
  return {std::chrono::sys_days(std::chrono::year(2025) / 7 / 9) + 14h + 45min, zone};
}

// A folder of language files that a test may spoil.
struct SpoiltFolder {
  SpoiltFolder()
      : path(std::filesystem::temp_directory_path() / ("aftercare-lang-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path);
    std::filesystem::copy(kFolder, path);
  }
  ~SpoiltFolder() { std::filesystem::remove_all(path); }
  void write(const char* name, std::string_view text) const { std::ofstream(path / name) << text; }
  std::filesystem::path path;
};

}  // namespace

TEST_CASE("language: Czech counts visits as Czechs do", "[shared][language][L01]") {
  CHECK(visits("cs", 0) == "0 návštěv");
  CHECK(visits("cs", 1) == "1 návštěva");
  CHECK(visits("cs", 2) == "2 návštěvy");
  CHECK(visits("cs", 4) == "4 návštěvy");
  CHECK(visits("cs", 5) == "5 návštěv");
  CHECK(visits("cs", 21) == "21 návštěv");
  CHECK(visits("cs", 12345) == "12 345 návštěv");
}

TEST_CASE("language: Slovenian has a dual, also for 102", "[shared][language][L01]") {
  CHECK(visits("sl", 1) == "1 obisk");
  CHECK(visits("sl", 2) == "2 obiska");
  CHECK(visits("sl", 3) == "3 obiski");
  CHECK(visits("sl", 5) == "5 obiskov");
  CHECK(visits("sl", 21) == "21 obiskov");
  CHECK(visits("sl", 101) == "101 obisk");
  CHECK(visits("sl", 102) == "102 obiska");
}

TEST_CASE("language: Russian counts 21 like 1 and 11 like 5", "[shared][language][L01]") {
  CHECK(visits("ru", 1) == "1 визит");
  CHECK(visits("ru", 2) == "2 визита");
  CHECK(visits("ru", 3) == "3 визита");
  CHECK(visits("ru", 5) == "5 визитов");
  CHECK(visits("ru", 11) == "11 визитов");
  CHECK(visits("ru", 21) == "21 визит");
  CHECK(visits("ru", 22) == "22 визита");
}

TEST_CASE("language: English, Georgian and Vietnamese count simply", "[shared][language][L01]") {
  CHECK(visits("en", 1) == "1 visit");
  CHECK(visits("en", 2) == "2 visits");
  CHECK(visits("ka", 1) == "1 ვიზიტი");
  CHECK(visits("ka", 5) == "5 ვიზიტი");
  CHECK(visits("vi", 1) == "1 lượt dịch vụ");
  CHECK(visits("vi", 5) == "5 lượt dịch vụ");
}

TEST_CASE("language: money shows all minor units of its currency and no others", "[shared][language][L01]") {
  CHECK(money("vi", 1'250'000, "VND") == "1.250.000 ₫");
  CHECK(money("en", 1'250'000, "VND") == "₫1,250,000");
  CHECK(money("cs", 420'000, "CZK") == "4 200,00 Kč");
  CHECK(money("cs", -420'000, "CZK") == "–4 200,00 Kč");
  CHECK(money("ka", 12'345, "GEL") == "123,45 ₾");
  CHECK(money("sl", 123'450, "EUR") == "1.234,50 €");
  CHECK(money("ru", 123'456'789, "RUB") == "1 234 567,89 ₽");
  CHECK(money("en", 5, "EUR") == "€0.05");
  CHECK(money("en", 12'345, "KWD") == "KWD 12.345");
}

TEST_CASE("language: no digit of any amount is lost or rounded", "[shared][language][L01]") {
  const auto digits_of = [](const std::string& text) {
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
    return digits;
  };

  CHECK(rc::check([&](std::int64_t minor) {
    for (const auto& known : language::languages()) {
      for (const char* currency : {"EUR", "CZK", "GEL", "RUB", "VND", "USD", "KWD", "RSD"}) {
        const Money amount{minor, currency};
        RC_ASSERT(digits_of(in(known.code).money(amount)) == digits_of(to_text(amount)));
      }
    }
  }));
  CHECK(digits_of(in("cs").money({INT64_MIN, "CZK"})) == "9223372036854775808");
}

TEST_CASE("language: an unknown currency is shown by its code, not guessed", "[shared][language]") {
  CHECK(money("cs", 1250, "QQQ") == "12,50 QQQ");
  CHECK(money("cs", 1250, "kč") == "12.50 kč");
  CHECK(money("cs", 1250, "") == "12.50 ");
}

TEST_CASE("language: a measured number keeps the places that were typed", "[shared][language][L01]") {
  CHECK(in("en").number(Decimal{250, 2}) == "2.50");
  CHECK(in("cs").number(Decimal{250, 2}) == "2,50");
  CHECK(in("sl").number(Decimal{-1'234'567'890, 9}) == "–1,234567890");
  CHECK(with_plain_blanks(in("ru").number(std::int64_t{1'234'567})) == "1 234 567");
  CHECK(in("vi").number(std::int64_t{INT64_MIN}) == "–9.223.372.036.854.775.808");
}

TEST_CASE("language: each language writes the date its own way", "[shared][language][L01]") {
  const auto day = std::chrono::year(2025) / 7 / 9;
  CHECK(in("en").date(day) == "9 July 2025");
  CHECK(in("cs").date(day) == "9. července 2025");
  CHECK(in("ka").date(day) == "9 ივლისი, 2025");
  CHECK(in("sl").date(day) == "9. julij 2025");
  CHECK(with_plain_blanks(in("ru").date(day)) == "9 июля 2025 г.");
  CHECK(in("vi").date(day) == "9 tháng 7, 2025");

  CHECK(in("en").date(day, DateStyle::Weekday) == "Wednesday, 9 July 2025");
  CHECK(in("en").date(day, DateStyle::Brief) == "Wed, 9 Jul");
  CHECK(in("vi").date(day, DateStyle::Brief) == "Th 4, 9 thg 7");
  CHECK(in("cs").date(day, DateStyle::Weekday) == "středa 9. července 2025");
  CHECK(in("cs").date(day, DateStyle::Short) == "9. 7. 2025");
}

TEST_CASE("language: a time is told by the clock of the place", "[shared][language][L01]") {
  CHECK(in("en").time(afternoon("Europe/Prague")) == "16:45");
  CHECK(in("ka").time(afternoon("Asia/Tbilisi")) == "18:45");
  CHECK(in("cs").date_time(afternoon("Europe/Prague")) == "9. července 2025, 16:45");
  CHECK(in("vi").date_time(afternoon("Asia/Ho_Chi_Minh")) == "21:45, 9 tháng 7, 2025");
  CHECK(in("en").date_time(afternoon("Asia/Tbilisi"), ZoneShown::Yes) == "9 July 2025, 18:45 (UTC+04:00)");

  // The day may differ, too.
  const Moment late{std::chrono::sys_days(std::chrono::year(2025) / 12 / 31) + 23h, "Asia/Tbilisi"};
  CHECK(in("en").date(late) == "1 January 2026");
}

TEST_CASE("language: an unknown zone is told as UTC and says so", "[shared][language]") {
  CHECK(in("en").time(afternoon("Mars/Olympus")) == "14:45 (UTC)");
  CHECK(in("en").date_time(afternoon("")) == "9 July 2025, 14:45 (UTC)");
  CHECK(in("en").date_time(afternoon("Mars/Olympus"), ZoneShown::Yes) == "9 July 2025, 14:45 (UTC)");
}

TEST_CASE("language: an impossible date is shown as it was written", "[shared][language]") {
  CHECK(in("cs").date(std::chrono::year(2025) / 2 / 31) == "2025-2-31");
}

TEST_CASE("language: a duration is told in whole minutes", "[shared][language][L01]") {
  CHECK(with_plain_blanks(in("en").duration(2h + 15min + 59s)) == "2 h 15 min");
  CHECK(with_plain_blanks(in("cs").duration(3h)) == "3 h");
  CHECK(with_plain_blanks(in("ru").duration(45min)) == "45 мин");
  CHECK(in("ka").duration(59s) == "ერთ წუთზე ნაკლები");
  CHECK(in("en").duration(-5min) == "less than a minute");
}

TEST_CASE("language: a list ends as the language ends it", "[shared][language][L01]") {
  const std::vector<std::string> parts{"Filter", "Ventil", "{0}"};
  CHECK(with_plain_blanks(in("cs").list(parts)) == "Filter, Ventil a {0}");
  CHECK(in("en").list(parts) == "Filter, Ventil and {0}");
  CHECK(in("ka").list(parts) == "Filter, Ventil და {0}");
  CHECK(in("en").list({}).empty());
}

TEST_CASE("language: what a user typed is never read as a pattern", "[shared][language][L01]") {
  for (const std::string typed : {"{count}", "{", "}}", "'{0}'", "it's {x, plural, other {#}}", "%s #"}) {
    CAPTURE(typed);
    CHECK(in("en").tr("state.nothing_found", {{"text", typed}}) == "Nothing found for “" + typed + "”.");
  }
}

TEST_CASE("language: every kind of argument is told in the language of the text", "[shared][language][L01]") {
  const auto line =
      in("cs").tr("summary.promised.line", {{"what", "Filtr"}, {"due", std::chrono::year(2026) / 3 / 20}});
  CHECK(line == "Filtr (nejpozději 20. března 2026)");

  const auto arrived = in("vi").tr("summary.arrived_at", {{"at", afternoon("Asia/Ho_Chi_Minh")}});
  CHECK(arrived == "Đến nơi: 21:45, 9 tháng 7, 2025");

  const auto measured = in("sl").tr("answer.above_limit", {{"max", Decimal{95, 1}}, {"unit", "bar"}});
  CHECK(with_plain_blanks(measured) == "Nad mejo 9,5 bar");

  const auto discount = in("cs").tr("summary.price.discount", {{"reason", Money{420'000, "CZK"}}});
  CHECK(with_plain_blanks(discount) == "Sleva: 4 200,00 Kč");
}

TEST_CASE("language: a measure without a unit leaves no gap", "[shared][language]") {
  CHECK(in("en").tr("answer.measured", {{"value", Decimal{6, 1}}, {"unit", ""}}) == "0.6");
  CHECK(in("en").tr("answer.above_limit", {{"max", Decimal{6, 1}}, {"unit", ""}}) ==
        "Above the limit of 0.6");
}

TEST_CASE("language: an unknown key stays visible", "[shared][language]") {
  CHECK(in("cs").tr("visit.no_such_text") == "[visit.no_such_text]");
  CHECK_FALSE(in("cs").has("visit.no_such_text"));
}

TEST_CASE("language: a text that a language lacks is said in English, plurals and all",
          "[shared][language]") {
  const Catalogue catalogue(
      {{"en", {{"count.visits", "{count, plural, one {# visit} other {# visits}}"}}}, {"cs", {}}});

  CHECK(catalogue.in("cs").tr("count.visits", {{"count", 2}}) == "2 visits");
  CHECK(catalogue.in("cs").has("count.visits"));
}

TEST_CASE("language: a broken pattern or a forgotten argument stays visible", "[shared][language]") {
  const Catalogue catalogue({{"en",
                              {{"a.open", "Found {text"},
                               {"a.plural", "{count, plural, one {# visit} other {# visits}}"},
                               {"a.plain", "By {name}"}}}});

  CHECK(catalogue.in("en").tr("a.open", {{"text", "x"}}) == "[a.open]");
  CHECK(catalogue.in("en").tr("a.plural", {{"count", "two"}}) == "[a.plural]");
  CHECK(catalogue.in("en").tr("a.plain") == "By {name}");
}

TEST_CASE("language: Czech sorts č after c and ch after h", "[shared][language][L01]") {
  std::vector<std::string> names{"Chalupa", "Čáp",   "Cibule", "Dub", "Hora",
                                 "Ivan",    "Šídlo", "Sova",   "Žák", "Zima"};
  std::ranges::sort(names, [](const auto& a, const auto& b) { return in("cs").compare(a, b) < 0; });
  CHECK(names == std::vector<std::string>{"Cibule", "Čáp", "Dub", "Hora", "Chalupa", "Ivan", "Sova", "Šídlo",
                                          "Zima", "Žák"});

  std::vector<std::string> again{"Chalupa", "Čáp", "Cibule", "Hora", "Ivan"};
  std::ranges::sort(again, {}, [](const auto& name) { return in("cs").sort_key(name); });
  CHECK(again == std::vector<std::string>{"Cibule", "Čáp", "Hora", "Chalupa", "Ivan"});
}

TEST_CASE("language: each language sorts by its own alphabet", "[shared][language][L01]") {
  CHECK(in("en").compare("Chalupa", "Hora") < 0);
  CHECK(in("sl").compare("Čas", "Cvet") > 0);
  CHECK(in("sl").compare("Čas", "Dan") < 0);
  CHECK(in("ru").compare("ёлка", "жук") < 0);
  CHECK(in("ka").compare("ბინა", "გია") < 0);
  CHECK(in("vi").compare("Đan", "Dan") > 0);
  CHECK(in("vi").compare("Đan", "Em") < 0);
  CHECK(in("en").compare("Hall 2", "Hall 10") < 0);
}

TEST_CASE("language: a missing or damaged language file says which and what to do", "[shared][language]") {
  const SpoiltFolder folder;
  const auto complaint = [&] {
    const auto catalogue = Catalogue::load(folder.path);
    REQUIRE_FALSE(catalogue.has_value());
    CHECK(catalogue.error().detail.find("ka.json") != std::string::npos);
    CHECK(catalogue.error().detail.find("install Aftercare again") != std::string::npos);
    return catalogue.error().kind;
  };

  SECTION("missing") {
    std::filesystem::remove(folder.path / "ka.json");
    CHECK(complaint() == ErrorKind::NotFound);
  }
  SECTION("cut short") {
    folder.write("ka.json", "{\"button.save\": \"შენ");
    CHECK(complaint() == ErrorKind::Corrupt);
  }
  SECTION("a list") {
    folder.write("ka.json", "[\"შენახვა\"]");
    CHECK(complaint() == ErrorKind::Corrupt);
  }
  SECTION("a number for a text") {
    folder.write("ka.json", "{\"button.save\": 1}");
    CHECK(complaint() == ErrorKind::Corrupt);
  }
  SECTION("a key twice") {
    folder.write("ka.json", "{\"button.save\": \"ა\", \"button.save\": \"ბ\"}");
    CHECK(complaint() == ErrorKind::Corrupt);
  }
}

TEST_CASE("language: whoever asks gets the closest language", "[shared][language][L01]") {
  CHECK(language::closest_language("cs") == "cs");
  CHECK(language::closest_language("cs_CZ.UTF-8") == "cs");
  CHECK(language::closest_language("VI-VN") == "vi");
  CHECK(language::closest_language("de") == "en");
  CHECK(language::closest_language("") == "en");
  CHECK(in("sl-SI").code() == "sl");
  CHECK(language::languages().size() == 6);
}

namespace {

template <class Enum, class... More>
void check_all_words(const Formatter& formatter, More... more) {
  for (std::size_t i = 0; i < domain::Names<Enum>::values.size(); ++i) {
    const auto text = language::words(formatter, more..., static_cast<Enum>(i));
    CAPTURE(text);
    CHECK(text.find('[') == std::string::npos);
  }
}

}  // namespace

TEST_CASE("language: every code of the domain has words in every language", "[shared][language][L01]") {
  for (const auto& known : language::languages()) {
    CAPTURE(known.code);
    const auto& formatter = in(known.code);
    check_all_words<domain::VisitKind>(formatter);
    check_all_words<domain::VisitEventKind>(formatter);
    check_all_words<domain::PhotoMoment>(formatter);
    check_all_words<domain::WorkOrderState>(formatter);
    check_all_words<domain::Outcome>(formatter);
    check_all_words<domain::SignerRole>(formatter);
    for (std::size_t i = 0; i < domain::Names<domain::OutcomeReason>::values.size(); ++i) {
      const auto reason = static_cast<domain::OutcomeReason>(i);
      for (const auto outcome : {domain::Outcome::Refused, domain::Outcome::Absent}) {
        const domain::SignOff sign_off{.id = {},
                                       .visit_id = {},
                                       .outcome = outcome,
                                       .reason = reason,
                                       .reason_text = "x",
                                       .signer_name = {},
                                       .language = {},
                                       .strokes = {},
                                       .seal_list = {},
                                       .link_hash = {},
                                       .replaces_id = {},
                                       .signature = {}};
        if (!domain::check_sign_off(sign_off)) continue;
        CHECK(language::words(formatter, outcome, reason).find('[') == std::string::npos);
      }
    }
    for (std::size_t i = 0; i < domain::Names<domain::Missing::Code>::values.size(); ++i) {
      const domain::Missing missing{static_cast<domain::Missing::Code>(i), "pressure"};
      CHECK(language::words(formatter, missing, nullptr).find('[') == std::string::npos);
    }
    for (int kind = 0; kind <= static_cast<int>(ErrorKind::Newer); ++kind) {
      CHECK(language::words(formatter, static_cast<ErrorKind>(kind)).find('[') == std::string::npos);
    }
  }
}

namespace {

domain::FormDefinition a_form() {
  domain::Question pressure{.key = "pressure",
                            .kind = domain::AnswerKind::Number,
                            .label = {{"en", "Low side"}, {"cs", "Nízkotlak"}}};
  pressure.unit = "bar";
  pressure.min = Decimal{15, 1};
  pressure.max = Decimal{95, 1};
  domain::FormDefinition form;
  form.sections.push_back({.key = "start", .title = {{"en", "Start"}}, .questions = {pressure}});
  return form;
}

}  // namespace

TEST_CASE("language: what is missing is said with the question's words and limits",
          "[shared][language][L01]") {
  auto form = a_form();
  auto& pressure = form.sections[0].questions[0];
  const domain::Missing missing{domain::Missing::Code::AnswerOutOfLimits, "pressure"};
  const auto said = [&](const char* code) {
    return with_plain_blanks(language::words(in(code), missing, &form));
  };

  CHECK(
      said("cs") ==
      "„Nízkotlak“ je mimo meze: hodnota má být mezi 1,5 a 9,5 bar. Opravte ji, nebo do poznámky napište, proč je taková.");
  CHECK(said("ru").find("«Low side» вне пределов: значение должно быть от 1,5 до 9,5 бар.") == 0);

  pressure.max.reset();
  CHECK(said("en").find("“Low side” is too low: it should be at least 1.5 bar.") == 0);

  pressure.max = pressure.min;
  pressure.min.reset();
  pressure.unit.clear();
  CHECK(said("en").find("“Low side” is too high: it should be at most 1.5.") == 0);
}

TEST_CASE("language: an answer reads as its question meant it", "[shared][language][L01]") {
  auto question = a_form().sections[0].questions[0];
  const auto said = [&](const char* code, const char* value) {
    return with_plain_blanks(language::words(in(code), question, value));
  };

  CHECK(said("cs", "2.50") == "2,50 bar");
  CHECK(said("cs", "viz foto") == "viz foto");
  CHECK(said("vi", " ") == "Chưa trả lời");
  question.unit = "l/min";
  CHECK(said("ru", "12") == "12 л/мин");
  question.unit = "m³/h";
  CHECK(said("ka", "250") == "250 მ³/სთ");
  question.unit = "mbar";
  CHECK(said("ru", "12") == "12 mbar");

  question.kind = domain::AnswerKind::YesNo;
  CHECK(said("sl", "yes") == "Da");
  question.kind = domain::AnswerKind::Date;
  CHECK(said("en", "2025-07-09") == "9 July 2025");
  CHECK(said("en", "2025-02-31") == "2025-02-31");
  CHECK(said("en", "9.7.2025") == "9.7.2025");

  question.kind = domain::AnswerKind::Choices;
  question.choices = {{"a", {{"en", "Filter"}, {"cs", "Filtr"}}},
                      {"b", {{"en", "Pump"}, {"cs", "Čerpadlo"}}}};
  CHECK(said("cs", "a b") == "Filtr a Čerpadlo");
  CHECK(said("cs", "b") == "Čerpadlo");
  CHECK(said("cs", "a x") == "Filtr a x");
}

TEST_CASE("language: advice names each button as the button names itself", "[shared][language][L01]") {
  for (const auto& known : language::languages()) {
    CAPTURE(known.code);
    const auto& formatter = in(known.code);
    CHECK(formatter.tr("ready.missing.no_arrival").find(formatter.tr("button.arrive")) != std::string::npos);
    CHECK(formatter.tr("ready.missing.no_work_time").find(formatter.tr("button.start_work")) !=
          std::string::npos);
  }
}

TEST_CASE("language: several threads may speak at once", "[shared][language]") {
  std::vector<std::thread> speakers;
  std::atomic<int> wrong = 0;
  for (int i = 0; i < 4; ++i) {
    speakers.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        if (visits("cs", 2) != "2 návštěvy") ++wrong;
        if (in("cs").date_time(afternoon("Europe/Prague")) != "9. července 2025, 16:45") ++wrong;
        if (money("cs", 100, "CZK") != "1,00 Kč") ++wrong;
        if (in("cs").compare("h", "ch") >= 0) ++wrong;
      }
    });
  }
  for (auto& speaker : speakers) speaker.join();

  CHECK(wrong == 0);
}
