#include "shared/domain/ready_to_leave.h"
#include "tests/support/catch.h"

#include <rapidcheck.h>

#include <algorithm>

using namespace aftercare;
using domain::Missing;
using domain::missing_before_leaving;
using domain::VisitEventKind;
using domain::VisitFile;
using Code = domain::Missing::Code;

namespace {

constexpr auto kDefinition = R"({"title":{"en":"Pump"},"sections":[
  {"key":"state","title":{"en":"State"},"questions":[
    {"key":"runs","kind":"yes_no","label":{"en":"Runs"},"required":true},
    {"key":"pressure","kind":"number","label":{"en":"Pressure"},"unit":"bar","min":"1.0","max":"2.5","required":true},
    {"key":"remark","kind":"text","label":{"en":"Remark"}},
    {"key":"due","kind":"date","label":{"en":"Due"}},
    {"key":"plate","kind":"photo","label":{"en":"Plate"},"required":true,"photos_min":2}]},
  {"key":"stands","title":{"en":"Stands"},"when":{"question":"runs","value":"no"},"questions":[
    {"key":"cause","kind":"choice","label":{"en":"Cause"},"required":true,"choices":[{"key":"power","label":{"en":"Power"}}]}]}]})";

void answer(VisitFile& file, const std::string& question, const std::string& value) {
  std::erase_if(file.answers, [&](const auto& given) { return given.question == question; });
  auto& answer = file.answers.emplace_back();
  answer.question = question;
  answer.value = value;
}

VisitFile complete_file() {
  VisitFile file;
  file.visit.kind = domain::VisitKind::Inspection;
  file.visit.result = "Pump checked.";
  file.form.emplace().definition = kDefinition;
  for (const auto kind : {VisitEventKind::Arrived, VisitEventKind::Working})
    file.events.emplace_back().kind = kind;
  for (int i = 0; i < 2; ++i) file.photos.emplace_back().question = "plate";
  answer(file, "runs", "yes");
  answer(file, "pressure", "1.4");
  return file;
}

std::vector<Missing> only(Code code, const std::string& question = "") { return {{code, question}}; }

}  // namespace

TEST_CASE("ready to leave: a visit that has all it needs may go", "[domain][V12]") {
  CHECK(missing_before_leaving(complete_file()).empty());
}

TEST_CASE("ready to leave: an untouched visit is told everything at once", "[domain][V12]") {
  auto file = complete_file();
  file.events.clear();
  file.answers.clear();
  file.photos.clear();
  file.visit.result.clear();

  CHECK(missing_before_leaving(file) == std::vector<Missing>{{Code::Arrival, ""},
                                                             {Code::WorkTime, ""},
                                                             {Code::Result, ""},
                                                             {Code::RequiredAnswer, "runs"},
                                                             {Code::RequiredAnswer, "pressure"},
                                                             {Code::PhotoMissing, "plate"}});
}

TEST_CASE("ready to leave: each thing that is missing is named, alone", "[domain][V12]") {
  auto file = complete_file();
  SECTION("an arrival") {
    file.events.erase(file.events.begin());
    CHECK(missing_before_leaving(file) == only(Code::Arrival));
  }
  SECTION("the time of work") {
    file.events.pop_back();
    CHECK(missing_before_leaving(file) == only(Code::WorkTime));
  }
  SECTION("words about what was done") {
    file.visit.result = " \n\xc2\xa0";
    CHECK(missing_before_leaving(file) == only(Code::Result));
  }
  SECTION("one of two photos") {
    file.photos.pop_back();
    CHECK(missing_before_leaving(file) == only(Code::PhotoMissing, "plate"));
  }
  SECTION("a required answer that holds only blanks") {
    answer(file, "pressure", "  ");
    CHECK(missing_before_leaving(file) == only(Code::RequiredAnswer, "pressure"));
  }
  SECTION("an answer of another shape, even where none is required") {
    answer(file, "due", "tomorrow");
    CHECK(missing_before_leaving(file) == only(Code::AnswerWrongShape, "due"));
  }
  SECTION("a form that cannot be read") {
    file.form->definition = "{";
    CHECK(missing_before_leaving(file) == only(Code::FormUnreadable));
  }
}

TEST_CASE("ready to leave: a hidden section asks nothing, a shown one does", "[domain][V05][V12]") {
  auto file = complete_file();
  answer(file, "runs", "no");
  CHECK(missing_before_leaving(file) == only(Code::RequiredAnswer, "cause"));
  answer(file, "cause", "power");
  CHECK(missing_before_leaving(file).empty());
}

TEST_CASE(
    "ready to leave: a number outside its limits is settled by a note, its limits themselves are inside",
    "[domain][V05][V12]") {
  auto file = complete_file();
  for (const auto* inside : {"1", "1.0", "2.5", "2.500"}) {
    answer(file, "pressure", inside);
    CHECK(missing_before_leaving(file).empty());
  }
  for (const auto* outside : {"0.99", "2.51", "-1.4"}) {
    answer(file, "pressure", outside);
    CHECK(missing_before_leaving(file) == only(Code::AnswerOutOfLimits, "pressure"));
  }
  file.notes.emplace_back().text = "The gauge is broken.";
  CHECK(missing_before_leaving(file).empty());
}

TEST_CASE("ready to leave: help from afar needs no arrival, and a visit without a form no answers",
          "[domain][V03][V12]") {
  auto file = complete_file();
  file.visit.kind = domain::VisitKind::RemoteHelp;
  file.events.erase(file.events.begin());
  file.form.reset();
  file.answers.clear();
  file.photos.clear();
  CHECK(missing_before_leaving(file).empty());
}

TEST_CASE("ready to leave: doing what is asked always ends in leaving", "[domain][V12]") {
  CHECK(rc::check([] {
    auto file = complete_file();
    const auto drop = [](auto& list) {
      std::erase_if(list, [](const auto&) { return *rc::gen::arbitrary<bool>(); });
    };
    drop(file.events);
    drop(file.answers);
    drop(file.photos);
    if (*rc::gen::arbitrary<bool>()) file.visit.result.clear();
    if (*rc::gen::arbitrary<bool>())
      answer(file, "runs", *rc::gen::element<std::string>("no", "yes", "perhaps"));
    if (*rc::gen::arbitrary<bool>())
      answer(file, "pressure", *rc::gen::element<std::string>("9", "1,4", "2"));

    for (int round = 0; round < 4; ++round) {
      for (const auto& missing : missing_before_leaving(file)) {
        switch (missing.code) {
          case Code::Arrival: file.events.emplace_back().kind = VisitEventKind::Arrived; break;
          case Code::WorkTime: file.events.emplace_back().kind = VisitEventKind::Working; break;
          case Code::Result: file.visit.result = "Done."; break;
          case Code::PhotoMissing: file.photos.emplace_back().question = missing.question; break;
          case Code::AnswerOutOfLimits: file.notes.emplace_back().text = "Why"; break;
          default:
            answer(file, missing.question,
                   missing.question == "pressure" ? "1.4"
                   : missing.question == "cause"  ? "power"
                                                  : "no");
        }
      }
    }
    RC_ASSERT(missing_before_leaving(file).empty());
  }));
}
