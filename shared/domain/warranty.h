#pragma once

#include "shared/domain/asset.h"
#include "shared/domain/form.h"

namespace aftercare::domain {

using WarrantyId = Id<struct WarrantyTag>;
using WarrantyTermsId = Id<struct WarrantyTermsTag>;

/// What is known of one unit that was sold, without a word about who owns it: the one record of a unit that
/// reaches a kiosk. Its link to the customer's asset is personal and goes when the customer is forgotten; the
/// unit's warranty stays, for it is a promise to whoever holds the unit.
struct Warranty {
  WarrantyId id;
  std::optional<AssetId> asset_id;
  ProductId product_id;
  std::string serial;
  std::string sold_on;       // YYYY-MM-DD, empty when unknown
  std::string installed_on;  // YYYY-MM-DD, empty when unknown
  std::string terms_key;
  std::int64_t terms_version = 0;
  std::string plan;  // the service plan that was bought with it, by its name; empty when there is none
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, Warranty>
void each_field(C& warranty, F&& field) {
  field(1, "asset_id", warranty.asset_id, FieldRule{Merge::Office, true});
  field(2, "product_id", warranty.product_id, kOffice);
  field(3, "serial", warranty.serial, kOffice);
  field(4, "sold_on", warranty.sold_on, kOffice);
  field(5, "installed_on", warranty.installed_on, kOffice);
  field(6, "terms_key", warranty.terms_key, kOffice);
  field(7, "terms_version", warranty.terms_version, kOffice);
  field(8, "plan", warranty.plan, kOffice);
}

/// Warranty terms as they are kept and synced: one record for each version, so that a unit keeps the terms
/// it was sold with.
struct WarrantyTerms {
  WarrantyTermsId id;
  std::string key;  // "boiler"
  std::int64_t version = 1;
  std::string category;    // of products, for which the office offers them
  std::string definition;  // JSON, see assets/terms/README.md
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, WarrantyTerms>
void each_field(C& terms, F&& field) {
  field(1, "key", terms.key, kOnce);
  field(2, "version", terms.version, kOnce);
  field(3, "category", terms.category, kOnce);
  field(4, "definition", terms.definition, kOnce);
}

}  // namespace aftercare::domain
