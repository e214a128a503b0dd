#include "shared/domain/coverage.h"
#include "shared/base/json.h"
#include "shared/base/local_time.h"
#include "shared/language/catalogue.h"
#include "shared/language/words.h"
#include "tests/support/catch.h"
#include "tests/support/scratch_folder.h"

#include <rapidcheck.h>

#include <algorithm>
#include <set>

using namespace aftercare;
using domain::CoverageRule;
using domain::Covered;
using domain::CoveredItem;
using domain::TermsDefinition;
using domain::TermsKind;
using domain::TermsStart;
using domain::Verdict;
using Code = domain::CoverageReasonCode;

namespace {

const std::filesystem::path kAssets = std::filesystem::path(AFTERCARE_SOURCE_DIR) / "assets";

Date day(const char* text) {
  const auto date = date_of_text(text);
  if (!date) FAIL(text);
  return *date;
}

domain::Warranty unit(std::string sold_on, std::string installed_on = "") {
  domain::Warranty made;
  made.serial = "T24-110093";
  made.sold_on = std::move(sold_on);
  made.installed_on = std::move(installed_on);
  return made;
}

CoverageRule rule(TermsKind kind, TermsStart starts, int parts, int labour) {
  return {kind, starts, {parts, labour, 0, 0, 0}};
}

TermsDefinition terms(std::vector<CoverageRule> rules) {
  TermsDefinition made;
  made.title = {{"en", "Terms"}};
  made.rules = std::move(rules);
  return made;
}

/// Two years by law from the sale, five of the manufacturer on parts from installation.
TermsDefinition boiler() {
  return terms({rule(TermsKind::Statutory, TermsStart::Sale, 24, 24),
                rule(TermsKind::Manufacturer, TermsStart::Installation, 60, 0)});
}

Verdict on(const char* today, const domain::Warranty& warranty, const TermsDefinition& terms) {
  return domain::verdict_on(warranty, &terms, day(today));
}

bool has(const Verdict& verdict, Code code) {
  return std::ranges::any_of(verdict.reasons, [&](const auto& reason) { return reason.code == code; });
}

std::string until(const Verdict& verdict) { return verdict.until ? to_text(*verdict.until) : "none"; }

}  // namespace

TEST_CASE("coverage: it lasts to the same day of the month, that day included", "[C01][K02]") {
  const auto law = terms({rule(TermsKind::Statutory, TermsStart::Sale, 24, 24)});
  const auto sold = unit("2024-11-22");

  CHECK(on("2024-11-22", sold, law).covered == Covered::Yes);
  CHECK(on("2026-11-22", sold, law).covered == Covered::Yes);
  CHECK(on("2026-11-23", sold, law).covered == Covered::No);
  CHECK(until(on("2026-11-22", sold, law)) == "2026-11-22");
  CHECK(until(on("2026-11-23", sold, law)) == "2026-11-22");
}

TEST_CASE("coverage: from a day that the last month lacks it ends with that month", "[C01]") {
  CHECK(to_text(plus_months(day("2024-02-29"), 12)) == "2025-02-28");
  CHECK(to_text(plus_months(day("2024-02-29"), 48)) == "2028-02-29");
  CHECK(to_text(plus_months(day("2024-01-31"), 1)) == "2024-02-29");
  CHECK(to_text(plus_months(day("2025-08-31"), 6)) == "2026-02-28");
  CHECK(to_text(plus_months(day("2025-12-31"), 1)) == "2026-01-31");
  const auto sold = unit("2024-02-29");
  const auto year = terms({rule(TermsKind::Statutory, TermsStart::Sale, 12, 12)});
  CHECK(on("2025-02-28", sold, year).covered == Covered::Yes);
  CHECK(on("2025-03-01", sold, year).covered == Covered::No);
}

TEST_CASE("coverage: of law and manufacturer the better one counts, item by item", "[C01][K02]") {
  const auto both = unit("2021-09-20", "2021-10-04");

  const auto early = on("2022-01-01", both, boiler());
  CHECK(early.covered == Covered::Yes);
  CHECK(until(early) == "2023-09-20");  // parts and labour together, no longer than labour
  CHECK(to_text(*early.of(CoveredItem::Parts).until) == "2026-10-04");
  CHECK(early.of(CoveredItem::Parts).reason.code == Code::ManufacturerRuns);
  CHECK(early.of(CoveredItem::Labour).reason.code == Code::StatutoryRuns);

  const auto later = on("2024-01-01", both, boiler());
  CHECK(later.covered == Covered::Partly);
  CHECK(until(later) == "2026-10-04");
  CHECK(later.of(CoveredItem::Labour).covered == Covered::No);
  CHECK(later.of(CoveredItem::Labour).reason.code == Code::StatutoryEnded);

  const auto over = on("2026-10-05", both, boiler());
  CHECK(over.covered == Covered::No);
  CHECK(until(over) == "2026-10-04");
  CHECK(has(over, Code::ManufacturerEnded));
}

TEST_CASE("coverage: what the terms never cover says so, and does not make the rest partly", "[C01]") {
  const auto verdict = on("2022-01-01", unit("2021-09-20", "2021-10-04"), boiler());
  CHECK(verdict.covered == Covered::Yes);
  CHECK(verdict.of(CoveredItem::Accident).covered == Covered::No);
  CHECK(verdict.of(CoveredItem::Accident).reason.code == Code::ItemNeverCovered);
  CHECK_FALSE(has(verdict, Code::ItemNeverCovered));
}

TEST_CASE("coverage: without any date nothing is claimed, and the missing one is named", "[C01][K02]") {
  const auto verdict = on("2026-01-01", unit("", ""), boiler());
  CHECK(verdict.covered == Covered::Unknown);
  CHECK_FALSE(verdict.until);
  CHECK(has(verdict, Code::SaleUnknown));
  const auto nonsense = on("2026-01-01", unit("2026-13-45", "soon"), boiler());
  CHECK(nonsense.covered == Covered::Unknown);
}

TEST_CASE("coverage: an unknown installation was not before the sale, so what runs from the sale runs",
          "[C01]") {
  const auto five_years = terms({rule(TermsKind::Manufacturer, TermsStart::Installation, 60, 60)});
  const auto runs = on("2026-01-01", unit("2024-05-10"), five_years);
  CHECK(runs.covered == Covered::Yes);
  CHECK(until(runs) == "2029-05-10");
  CHECK(runs.is_until_at_least);
  const auto perhaps = on("2029-05-11", unit("2024-05-10"), five_years);
  CHECK(perhaps.covered == Covered::Unknown);
  CHECK(has(perhaps, Code::InstallationUnknown));
}

TEST_CASE("coverage: an unknown sale was not after the installation, so what would have ended has ended",
          "[C01]") {
  const auto law = terms({rule(TermsKind::Statutory, TermsStart::Sale, 24, 24)});
  const auto over = on("2026-01-01", unit("", "2023-12-31"), law);
  CHECK(over.covered == Covered::No);
  CHECK_FALSE(over.until);  // nobody knows the day itself
  REQUIRE(has(over, Code::EndedBy));
  CHECK(over.reasons.front().date == day("2025-12-31"));
  const auto perhaps = on("2025-12-31", unit("", "2023-12-31"), law);
  CHECK(perhaps.covered == Covered::Unknown);
  CHECK(has(perhaps, Code::SaleUnknown));
}

TEST_CASE("coverage: before its first day nothing is covered yet", "[C01]") {
  const auto verdict =
      on("2026-01-01", unit("2026-02-01"), terms({rule(TermsKind::Statutory, TermsStart::Sale, 24, 24)}));
  CHECK(verdict.covered == Covered::No);
  REQUIRE(has(verdict, Code::NotStarted));
  CHECK(verdict.reasons.front().date == day("2026-02-01"));
}

TEST_CASE("coverage: without terms everything is unknown, and a plan is mentioned", "[C01]") {
  auto warranty = unit("2026-01-01");
  warranty.plan = "Plus";
  const auto verdict = domain::verdict_on(warranty, nullptr, day("2026-02-01"));
  CHECK(verdict.covered == Covered::Unknown);
  CHECK(verdict.reasons ==
        std::vector<domain::CoverageReason>{{Code::NoTerms}, {Code::Plan, std::nullopt, "Plus"}});
}

TEST_CASE("coverage: who must do the work is said while there is something to lose", "[C01]") {
  auto approved = boiler();
  approved.work_by = domain::WorkBy::Approved;
  const auto warranty = unit("2021-09-20", "2021-10-04");
  CHECK(has(on("2022-01-01", warranty, approved), Code::ApprovedOnly));
  CHECK_FALSE(has(on("2030-01-01", warranty, approved), Code::ApprovedOnly));
}

TEST_CASE("coverage: the next maintenance is the first that is not past, free while the terms say so",
          "[C01][K02]") {
  auto with_maintenance = boiler();
  with_maintenance.maintenance = domain::MaintenanceRule{12, 24};
  const auto warranty = unit("2021-09-20", "2021-10-31");
  const auto due = [&](const char* today) { return *on(today, warranty, with_maintenance).maintenance; };

  CHECK(due("2021-10-31") == domain::MaintenanceDue{day("2022-10-31"), true});
  CHECK(due("2022-10-31") == domain::MaintenanceDue{day("2022-10-31"), true});
  CHECK(due("2022-11-01") == domain::MaintenanceDue{day("2023-10-31"), true});
  CHECK(due("2023-11-01") == domain::MaintenanceDue{day("2024-10-31"), false});
  CHECK(due("2021-01-01") == domain::MaintenanceDue{day("2022-10-31"), true});
  CHECK_FALSE(on("2022-01-01", unit(""), with_maintenance).maintenance);
}

TEST_CASE("coverage: the end is never before the beginning, and more months are never worse", "[C01]") {
  const auto rank = [](Covered covered) {
    return covered == Covered::Yes ? 3 : covered == Covered::Partly ? 2 : covered == Covered::Unknown ? 1 : 0;
  };
  const auto some_day = [&] {
    return Date{std::chrono::sys_days{std::chrono::days{*rc::gen::inRange(10'000, 30'000)}}};
  };
  CHECK(rc::check([&] {
    const auto sold = some_day();
    const auto installed = Date{std::chrono::sys_days{sold} + std::chrono::days{*rc::gen::inRange(0, 900)}};
    const auto today = some_day();
    const auto months = *rc::gen::inRange(1, 200);
    const auto kind = *rc::gen::element(TermsKind::Statutory, TermsKind::Manufacturer);
    const auto starts = *rc::gen::element(TermsStart::Sale, TermsStart::Installation);
    const auto warranty = unit(*rc::gen::arbitrary<bool>() ? to_text(sold) : "",
                               *rc::gen::arbitrary<bool>() ? to_text(installed) : "");
    const auto other =
        rule(TermsKind::Statutory, TermsStart::Sale, *rc::gen::inRange(0, 60), *rc::gen::inRange(0, 60));
    const auto shorter = terms({rule(kind, starts, months, months), other});
    const auto longer = terms({rule(kind, starts, months + *rc::gen::inRange(1, 60), months), other});

    const auto before = domain::verdict_on(warranty, &shorter, today);
    const auto after = domain::verdict_on(warranty, &longer, today);
    for (const auto& item : before.items) {
      if (!item.until) continue;
      RC_ASSERT(*item.until >= sold);
      RC_ASSERT(item.covered != Covered::Yes || *item.until >= today);
    }
    RC_ASSERT(rank(after.covered) >= rank(before.covered));
    RC_ASSERT(rank(after.of(CoveredItem::Parts).covered) >= rank(before.of(CoveredItem::Parts).covered));
  }));
}

TEST_CASE("coverage: any day is written as it is read", "[C01]") {
  CHECK(rc::check([] {
    const Date date{std::chrono::sys_days{std::chrono::days{*rc::gen::inRange(-700'000, 2'900'000)}}};
    RC_ASSERT(date_of_text(to_text(date)) == date);
  }));
  for (const auto* wrong : {"", "2026-1-1", "2026-02-29", "2026-00-10", "0000-01-01", "-001-01-01",
                            "2026/01/01", "2026-01-01 ", "+026-01-01"}) {
    CAPTURE(wrong);
    CHECK_FALSE(date_of_text(wrong));
  }
}

TEST_CASE("coverage: the day of a zone is the zone's own, summer time included", "[K02]") {
  const auto before_midnight = from_ms(1'782'943'200'000);  // 2026-07-01T22:00:00Z
  const auto prague = local_time(before_midnight, "Europe/Prague");
  CHECK(to_text(prague.date) == "2026-07-02");
  CHECK(prague.minute == 0);
  CHECK(prague.weekday == 3);
  CHECK(to_text(local_time(before_midnight, "Etc/UTC").date) == "2026-07-01");
  CHECK(to_text(local_time(before_midnight, "Nowhere/At_All").date) == "2026-07-01");
}

TEST_CASE("terms: those shipped are read, in six languages, and each covers parts", "[C01]") {
  std::set<std::string> keys;
  for (const auto& entry : std::filesystem::directory_iterator(kAssets / "terms")) {
    if (entry.path().extension() != ".json") continue;
    CAPTURE(entry.path());
    const auto json = parse_json(testing::file_bytes(entry.path()));
    REQUIRE(json);
    CHECK(json.value()["key"].get<std::string>() + ".json" == entry.path().filename());
    keys.insert(json.value()["key"].get<std::string>());
    const auto read = domain::read_terms(json.value()["definition"].dump());
    if (!read) FAIL(read.error().detail);
    const auto is_whole = [](const domain::Translated& text) {
      for (const auto* language : {"en", "cs", "ka", "sl", "ru", "vi"}) {
        const auto found = text.find(language);
        if (found == text.end() || found->second.empty()) return false;
      }
      return text.size() == 6;
    };
    CHECK(is_whole(read.value().title));
    for (const auto& exclusion : read.value().exclusions) CHECK(is_whole(exclusion.text));
    CHECK(std::ranges::any_of(read.value().rules, [](const auto& one) { return one.months[0] > 0; }));
  }
  CHECK(keys.size() == 5);
}

TEST_CASE("terms: a mistake is named with its place", "[C01]") {
  const auto complaint = [](const std::string& more) {
    const auto read = domain::read_terms(R"({"title":{"en":"T"},)" + more + "}");
    return read ? "accepted" : read.error().detail;
  };
  const std::string rest = R"("exclusions":[],"work_by":"anybody")";
  CHECK(complaint(R"("rules":[],)" + rest) == "accepted");
  CHECK(complaint(R"("rules":[{"kind":"moral","starts":"sale","months":1,"covers":{}}],)" + rest) ==
        "a rule: its \"kind\" is unknown");
  CHECK(complaint(R"("rules":[{"kind":"statutory","starts":"sale","months":-1,"covers":{}}],)" + rest) ==
        "a rule: \"months\" is a number of months");
  CHECK(complaint(R"("rules":[{"kind":"statutory","starts":"sale","months":1,"covers":{"hair":true}}],)" +
                  rest) == "a rule: \"hair\" is nothing that can be covered");
  CHECK(complaint(R"("rules":[],"maintenance":{"months":0},)" + rest) ==
        "maintenance: comes after at least one month");
  CHECK(complaint(R"("rules":[],"exclusions":[],"work_by":"me")") == "the terms: its \"work_by\" is unknown");
  for (const auto* hostile : {"", "[]", "null", "{", R"({"title":[]})", R"({"title":{"en":1},"rules":7})"})
    CHECK_FALSE(domain::read_terms(hostile));
}

TEST_CASE("coverage: every reason, item and verdict has words in six languages", "[C01][K02]") {
  const auto catalogue = language::Catalogue::load(kAssets / "lang").value();
  for (const auto* code : {"en", "cs", "ka", "sl", "ru", "vi"}) {
    const auto& in = catalogue.in(code);
    for (const auto name : domain::Names<Code>::values) {
      const domain::CoverageReason reason{*domain::value_of<Code>(name), day("2026-11-22"), "Plus"};
      const auto said = language::words(in, reason);
      CAPTURE(code, said);
      CHECK(in.has("coverage.reason." + std::string(name)));
      CHECK(said.find('{') == std::string::npos);
    }
    for (const auto name : domain::Names<CoveredItem>::values)
      CHECK(in.has("coverage.item." + std::string(name)));
    for (const auto name : domain::Names<Covered>::values)
      CHECK(in.has("coverage.covered." + std::string(name)));
  }
}
