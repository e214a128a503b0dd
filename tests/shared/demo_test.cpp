#include "shared/base/json.h"
#include "shared/base/text.h"
#include "shared/domain/coverage.h"
#include "shared/domain/product_code.h"
#include "shared/domain/ready_to_leave.h"
#include "shared/domain/service_point.h"
#include "shared/image/photo.h"
#include "tests/support/catch.h"
#include "tests/support/ids.h"
#include "tests/support/scratch_folder.h"

#include <map>
#include <set>

using namespace aftercare;
using testing::an_id;
using Json = nlohmann::json;

namespace {

const std::filesystem::path kAssets = std::filesystem::path(AFTERCARE_SOURCE_DIR) / "assets";

Json read(const std::filesystem::path& path) {
  const auto json = parse_json(testing::file_bytes(path));
  if (!json) FAIL(path.string() << ": " << json.error().detail);
  return json.value();
}

std::string text_of(const Json& json, const char* key) {
  return json.contains(key) ? json[key].get<std::string>() : std::string{};
}

const Json& organisation() {
  static const auto json = read(kAssets / "demo" / "organisation.json");
  return json;
}

std::set<std::string> keys_of(const Json& list) {
  std::set<std::string> keys;
  for (const auto& one : list) {
    CAPTURE(one.dump());
    CHECK(keys.insert(one["key"].get<std::string>()).second);
  }
  return keys;
}

/// The visit of a record file, as far as "ready to leave" asks.
domain::VisitFile visit_file(const Json& record) {
  domain::VisitFile file;
  const auto kind = domain::value_of<domain::VisitKind>(record["kind"].get<std::string>());
  REQUIRE(kind.has_value());
  file.visit.kind = *kind;
  file.visit.result = record["result"];
  const auto form = read(kAssets / "forms" / (record["form"].get<std::string>() + ".json"));
  CHECK(form["kind"] == record["kind"]);
  file.form.emplace().definition = form["definition"].dump();
  for (const auto& event : record["events"]) {
    const auto next = domain::value_of<domain::VisitEventKind>(event["kind"].get<std::string>());
    REQUIRE(next.has_value());
    CHECK(domain::can_follow(file.events, *next));
    file.events.emplace_back().kind = *next;
  }
  for (const auto& [question, value] : record["answers"].items()) {
    std::string shape;
    if (value.is_boolean()) shape = value.get<bool>() ? "yes" : "no";
    if (value.is_string()) shape = value;
    if (value.is_array()) {
      for (const auto& key : value) shape += (shape.empty() ? "" : " ") + key.get<std::string>();
    }
    auto& answer = file.answers.emplace_back();
    answer.question = question;
    answer.value = shape;
  }
  for (const auto& photo : record["photos"]) file.photos.emplace_back().question = text_of(photo, "question");
  for (const auto& note : record["notes"]) file.notes.emplace_back().text = note;
  return file;
}

}  // namespace

TEST_CASE("demo: the organisation has customers in six languages, and whatever is referred to exists",
          "[demo]") {
  const auto& all = organisation();
  const auto users = keys_of(all["users"]);
  const auto products = keys_of(all["products"]);
  const auto customers = keys_of(all["customers"]);
  const auto assets = keys_of(all["assets"]);
  keys_of(all["work_orders"]);
  CHECK(customers.size() == 24);
  CHECK(assets.size() == 40);
  CHECK(all["work_orders"].size() == 30);

  std::set<std::string> languages;
  std::map<std::string, std::string> customer_of_site;
  for (const auto& customer : all["customers"]) {
    languages.insert(customer["language"]);
    for (const auto& site : customer["sites"])
      CHECK(customer_of_site.emplace(site["key"], customer["key"]).second);
    for (const auto& contact : customer["contacts"])
      CHECK((!contact.contains("site") || customer_of_site[contact["site"]] == customer["key"]));
  }
  CHECK(languages.size() == 6);

  std::set<std::string> known_assets;
  for (const auto& asset : all["assets"]) {
    CAPTURE(asset.dump());
    CHECK(customers.contains(asset["customer"]));
    CHECK((!asset.contains("site") || customer_of_site[asset["site"]] == asset["customer"]));
    CHECK((!asset.contains("product") || products.contains(asset["product"])));
    CHECK((!asset.contains("parent") || known_assets.contains(asset["parent"])));
    known_assets.insert(asset["key"]);
    domain::Asset made;
    made.id = an_id(1);
    made.serial = text_of(asset, "serial");
    made.place = text_of(asset, "place");
    CHECK(domain::check_asset(made).has_value());
  }
  for (const auto& order : all["work_orders"]) {
    CAPTURE(order.dump());
    CHECK(customers.contains(order["customer"]));
    CHECK((!order.contains("site") || customer_of_site[order["site"]] == order["customer"]));
    CHECK((!order.contains("asset") || assets.contains(order["asset"])));
    CHECK((!order.contains("technician") || users.contains(order["technician"])));
    CHECK(order["from"].get<std::string>() < order["to"].get<std::string>());
    if (order.contains("form"))
      CHECK(read(kAssets / "forms" / (order["form"].get<std::string>() + ".json"))["kind"] == order["kind"]);
  }
}

TEST_CASE(
    "demo: its warranties are of known units and terms, each serial once for a product, some over, some undated",
    "[demo][K02]") {
  const auto& all = organisation();
  const auto products = keys_of(all["products"]);
  std::map<std::string, Json> assets;
  for (const auto& asset : all["assets"]) assets[asset["key"]] = asset;
  const Date today{std::chrono::year{2026}, std::chrono::month{11}, std::chrono::day{22}};
  std::map<domain::Covered, int> verdicts;
  std::set<std::string> units;
  for (const auto& entry : all["warranties"]) {
    CAPTURE(entry.dump());
    const auto unit = entry.contains("asset") ? assets.at(entry["asset"]) : entry;
    REQUIRE(products.contains(text_of(unit, "product")));
    CHECK(units.insert(text_of(unit, "product") + " " + text_of(unit, "serial")).second);
    domain::Warranty warranty;
    warranty.sold_on = text_of(entry, "sold_on");
    warranty.installed_on = text_of(unit, "installed_on");
    CHECK((warranty.sold_on.empty() || date_of_text(warranty.sold_on).has_value()));
    std::optional<domain::TermsDefinition> terms;
    if (entry.contains("terms")) {
      const auto file = read(kAssets / "terms" / (entry["terms"].get<std::string>() + ".json"));
      terms = domain::read_terms(file["definition"].dump()).value();
    }
    ++verdicts[domain::verdict_on(warranty, terms ? &*terms : nullptr, today).covered];
  }
  for (const auto covered :
       {domain::Covered::Yes, domain::Covered::No, domain::Covered::Unknown, domain::Covered::Partly})
    CHECK(verdicts[covered] > 0);
  for (const auto& product : all["products"]) {
    if (product.contains("gtin")) CHECK_FALSE(domain::gtin14(product["gtin"].get<std::string>()).empty());
  }
  CHECK(domain::read_hours(all["service_points"][0]["hours"].dump()).has_value());
}

TEST_CASE("demo: each visit may leave by the rules, and its sign-off is one", "[demo][V05][V12][V13]") {
  for (const auto* name : {"installation.json", "maintenance.json", "refused_repair.json"}) {
    CAPTURE(name);
    const auto record = read(kAssets / "demo" / name);
    for (const auto& missing : domain::missing_before_leaving(visit_file(record)))
      FAIL(domain::name_of(missing.code) << " " << missing.question);

    const auto& signing = record["sign_off"];
    domain::SignOff sign_off;
    sign_off.outcome = *domain::value_of<domain::Outcome>(signing["outcome"].get<std::string>());
    if (signing.contains("reason"))
      sign_off.reason = *domain::value_of<domain::OutcomeReason>(signing["reason"].get<std::string>());
    CHECK(domain::value_of<domain::SignerRole>(signing["role"].get<std::string>()).has_value());
    sign_off.signer_name = signing["name"];
    if (signing.contains("strokes")) sign_off.strokes = domain::BlobRef{};
    CHECK(domain::check_sign_off(sign_off).has_value());
  }
}

TEST_CASE("demo: a visit with a work order means one of the organisation's", "[demo]") {
  for (const auto* name : {"installation.json", "maintenance.json"}) {
    const auto record = read(kAssets / "demo" / name);
    std::string customer;
    for (const auto& one : organisation()["customers"]) {
      if (one["name"] == record["work_order"]["customer"]) customer = one["key"];
    }
    bool is_found = false;
    for (const auto& order : organisation()["work_orders"]) {
      is_found =
          is_found || (order["customer"] == customer && order["kind"] == record["work_order"]["kind"] &&
                       text_of(order, "form") == record["form"]);
    }
    CHECK(is_found);
  }
}

TEST_CASE("demo: strokes stay on the pad and never go back in time", "[demo][V13]") {
  for (const auto* name : {"installation.json", "maintenance.json"}) {
    const auto pad = read(kAssets / "demo" / name)["sign_off"]["strokes"];
    std::int64_t last_ms = 0;
    std::size_t point_count = 0;
    for (const auto& stroke : pad["strokes"]) {
      for (const auto& point : stroke) {
        CHECK(point[0] >= 0);
        CHECK(point[0] < pad["width_px"]);
        CHECK(point[1] >= 0);
        CHECK(point[1] < pad["height_px"]);
        CHECK(point[2] >= last_ms);
        if (point.size() > 3) CHECK(point[3] <= 1000);
        last_ms = point[2];
        ++point_count;
      }
    }
    CHECK(point_count > 200);
  }
}

TEST_CASE("demo: its photos are pictures that carry a place, and lose it", "[demo][V09]") {
  std::uintmax_t sum = 0;
  for (const auto* name : {"installation.json", "maintenance.json", "refused_repair.json"}) {
    const auto record = read(kAssets / "demo" / name);
    for (const auto& photo : record["photos"]) {
      const auto path = kAssets / "demo" / photo["file"].get<std::string>();
      CAPTURE(path);
      const auto bytes = testing::file_bytes(path);
      sum += bytes.size();
      CHECK(bytes.find("Tabula Field 10") != std::string::npos);
      const auto clean = image::clean_photo(bytes);
      REQUIRE(clean.has_value());
      for (const auto* trace : {"Exif", "Tabula", "2026:11:20", "comment"})
        CHECK(clean.value().find(trace) == std::string::npos);
    }
  }
  CHECK(sum < 1'500'000);
}
