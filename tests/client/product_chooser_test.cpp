#include "client/screens/product_chooser.h"
#include "tests/support/catch.h"

using namespace aftercare;

namespace {

domain::Product a_product(const char* key, const char* name, const char* brand) {
  domain::Product product;
  product.key = key;
  product.name = name;
  product.brand = brand;
  return product;
}

const std::vector<domain::Product>& catalogue() {
  static const std::vector<domain::Product> kProducts{
      a_product("AV-3000", "Rekuperace AV 3000", "Alpavent"),
      a_product("T24-CW", "Kotel Těrmona T24 se zásobníkem", "Termona"),
      a_product("E9", "Elektrokotel 9 kW", "Termona"),
      a_product("PRL8", "Pračka Perla 8", "Perla"),
      a_product("KT", "Termona T18", "Termona"),
  };
  return kProducts;
}

std::vector<std::string> keys(std::string_view typed, std::size_t count_max = 8) {
  std::vector<std::string> found;
  for (const auto* product : screens::best_products(catalogue(), typed, count_max))
    found.push_back(product->key);
  return found;
}

}  // namespace

TEST_CASE("products: every typed word has to occur, in name, brand or article number, however it is accented",
          "[client][screens][V03]") {
  CHECK(keys("tĚrmona ZASOB") == std::vector<std::string>{"T24-CW"});
  CHECK(keys("perla prl8") == std::vector<std::string>{"PRL8"});
  CHECK(keys("av 3000") == std::vector<std::string>{"AV-3000"});
  CHECK(keys("termona washing").empty());
}

TEST_CASE("products: what begins so comes first, then words that begin so, then what holds it within",
          "[client][screens][V03]") {
  CHECK(keys("termona") == std::vector<std::string>{"KT", "T24-CW", "E9"});
  CHECK(keys("kotel") == std::vector<std::string>{"T24-CW", "E9"});
}

TEST_CASE("products: nothing typed is the beginning of the catalogue, and never more than fit",
          "[client][screens][V03]") {
  CHECK(keys("", 2) == std::vector<std::string>{"AV-3000", "T24-CW"});
  CHECK(keys("termona", 2) == std::vector<std::string>{"KT", "T24-CW"});
}
