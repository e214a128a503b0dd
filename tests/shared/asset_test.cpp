#include "shared/domain/asset.h"
#include "tests/support/catch.h"
#include "tests/support/ids.h"

using namespace aftercare;
using testing::an_id;

TEST_CASE("asset: without a serial it must have a place where somebody finds it again", "[domain][V03]") {
  domain::Asset asset;
  asset.id = an_id(1);
  asset.name = "Drain";
  CHECK(domain::check_asset(asset).error().kind == ErrorKind::Refused);

  asset.place = " \xc2\xa0";
  CHECK_FALSE(domain::check_asset(asset).has_value());
  asset.place = "basement, under the grating";
  CHECK(domain::check_asset(asset).has_value());
  asset.place.clear();
  asset.serial = "T24-110093";
  CHECK(domain::check_asset(asset).has_value());
}

TEST_CASE("asset: it may stand inside another, never inside itself", "[domain]") {
  domain::Asset asset;
  asset.id = an_id(1);
  asset.parent_id = an_id(2);
  asset.serial = "T24-1";
  CHECK(domain::check_asset(asset).has_value());

  asset.parent_id = asset.id;
  CHECK(domain::check_asset(asset).error().kind == ErrorKind::Refused);
}
