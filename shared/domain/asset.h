#pragma once

#include "shared/domain/customer.h"

namespace aftercare::domain {

using ProductId = Id<struct ProductTag>;
using AssetId = Id<struct AssetTag>;

/// A model that is sold and serviced. Content, so that no kind of product is hard-coded.
struct Product {
  ProductId id;
  std::string key;  // the maker's article number
  std::string name;
  std::string brand;
  std::string category;  // chooses forms: "boiler", "ventilation", "phone"
  std::string gtin;      // GS1's number of the article, 8, 12, 13 or 14 digits; empty when it has none
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, Product>
void each_field(C& product, F&& field) {
  field(1, "key", product.key, kOnce);
  field(2, "name", product.name, kOffice);
  field(3, "brand", product.brand, kOffice);
  field(4, "category", product.category, kOffice);
  field(5, "gtin", product.gtin, kOffice);
}

/// The one thing at the customer's that is serviced. It may lack a serial (a drain, a boiler room)
/// but then has a place, and may stand inside another (system, unit, part).
struct Asset {
  AssetId id;
  CustomerId customer_id;
  std::optional<SiteId> site_id;
  std::optional<ProductId> product_id;
  std::optional<AssetId> parent_id;
  std::string name;
  std::string serial;
  std::string place;         // "cellar, left of the door"
  std::string installed_on;  // YYYY-MM-DD, empty when unknown
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, Asset>
void each_field(C& asset, F&& field) {
  field(1, "customer_id", asset.customer_id, kLatest);
  field(2, "site_id", asset.site_id, kLatest);
  field(3, "product_id", asset.product_id, kLatest);
  field(4, "parent_id", asset.parent_id, kLatest);
  field(5, "name", asset.name, kPersonal);
  field(6, "serial", asset.serial, kPersonal);
  field(7, "place", asset.place, kPersonal);
  field(8, "installed_on", asset.installed_on, kOnSite);
}

/// Refused when the asset has neither a serial nor a place by which somebody could find it again.
[[nodiscard]] Done check_asset(const Asset& asset);

}  // namespace aftercare::domain
