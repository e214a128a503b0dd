#include "shared/domain/service_point.h"
#include "shared/domain/entity.h"
#include "tests/support/catch.h"

using namespace aftercare;
using domain::DeviceRole;
using domain::EntityType;
using domain::OpenSpan;

TEST_CASE("hours: days with the same hours are told together", "[K01]") {
  const auto hours = domain::read_hours(
      R"({"mon":[["08:00","12:00"],["13:00","17:00"]],"tue":[["08:00","12:00"],["13:00","17:00"]],"sat":[["09:00","24:00"]]})");
  REQUIRE(hours);
  const auto rows = domain::rows_of(hours.value());
  REQUIRE(rows.size() == 4);
  CHECK((rows[0].first_day == 0 && rows[0].last_day == 1));
  CHECK(rows[0].spans == std::vector<OpenSpan>{{480, 720}, {780, 1020}});
  CHECK((rows[1].first_day == 2 && rows[1].last_day == 4 && rows[1].spans.empty()));
  CHECK(rows[2].spans == std::vector<OpenSpan>{{540, 1440}});
  CHECK(rows[3].last_day == 6);
}

TEST_CASE("hours: somebody is there from the first minute to before the last", "[K01]") {
  const auto hours = domain::read_hours(R"({"mon":[["08:00","12:00"]]})").value();
  CHECK(domain::is_open(hours, 0, 480));
  CHECK(domain::is_open(hours, 0, 719));
  CHECK_FALSE(domain::is_open(hours, 0, 720));
  CHECK_FALSE(domain::is_open(hours, 1, 500));
  CHECK_FALSE(domain::is_open(hours, 7, 500));
}

TEST_CASE("hours: what is no plan of a week is refused, nothing at all is a closed week", "[K01]") {
  CHECK(domain::read_hours(""));
  CHECK(domain::read_hours("{}"));
  for (const auto* wrong :
       {"[]", "{", R"({"mo":[]})", R"({"mon":["08:00"]})", R"({"mon":[["08:00"]]})",
        R"({"mon":[["8:00","9:00"]]})", R"({"mon":[["12:00","08:00"]]})",
        R"({"mon":[["08:00","12:00"],["11:00","13:00"]]})", R"({"mon":[["08:00","24:01"]]})",
        R"({"mon":[["08:60","12:00"]]})", R"({"mon":{"a":1}})"}) {
    CAPTURE(wrong);
    CHECK_FALSE(domain::read_hours(wrong));
  }
}

TEST_CASE("scope: a kiosk writes ratings and nothing else, and reads nothing about people [S02]",
          "[S02][K01]") {
  using enum EntityType;
  for (int number = 1; number <= domain::kEntityTypeLast; ++number) {
    const auto type = static_cast<EntityType>(number);
    CAPTURE(number);
    CHECK(domain::may_write(DeviceRole::Kiosk, type) == (type == Rating));
    const bool is_public =
        type == Product || type == Form || type == Warranty || type == WarrantyTerms || type == ServicePoint;
    CHECK(domain::may_read(DeviceRole::Kiosk, type) == is_public);
    CHECK(domain::may_read(DeviceRole::Tablet, type));
  }
  for (const auto type : {Warranty, WarrantyTerms, ServicePoint}) {
    CHECK_FALSE(domain::may_write(DeviceRole::Tablet, type));
    CHECK(domain::may_write(DeviceRole::Office, type));
  }
  CHECK(domain::may_write(DeviceRole::Tablet, Rating));
  CHECK(domain::may_write(DeviceRole::Office, Rating));
}

TEST_CASE("rating: it has one to five stars, and an answer only to a question", "[K11]") {
  domain::Rating rating;
  CHECK_FALSE(domain::check_rating(rating));
  rating.stars = 5;
  CHECK(domain::check_rating(rating));
  rating.answer = domain::RatingAnswer::Yes;
  CHECK_FALSE(domain::check_rating(rating));
  rating.question = "was_it_clear";
  CHECK(domain::check_rating(rating));
  rating.stars = 6;
  CHECK_FALSE(domain::check_rating(rating));
  rating.stars = 1;
  rating.comment = std::string(2001, 'a');
  CHECK_FALSE(domain::check_rating(rating));
}
