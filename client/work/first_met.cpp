#include "client/work/first_met.h"

#include "shared/storage/records.h"

namespace aftercare::work {
namespace {

Result<std::optional<domain::Product>> product_of_key(storage::Database& db, const std::string& key) {
  if (key.empty()) return std::optional<domain::Product>{};
  auto found = storage::where<domain::Product>(db, "key = ? ORDER BY rowid LIMIT 1", key);
  if (!found) return found.error();
  if (found.value().empty())
    return Error{ErrorKind::NotFound, "the product " + key + " is not on this device any more"};
  return std::optional{std::move(found.value().front())};
}

}  // namespace

Result<domain::CustomerId> make_customer(Journal& journal, const NewCustomer& made) {
  auto number = journal.next_number('C');
  if (!number) return number.error();
  domain::Customer customer;
  customer.id = make_id<domain::CustomerId>(journal.clock(), journal.random());
  customer.number = std::move(number).value();
  customer.name = made.name;
  customer.is_company = made.is_company;
  customer.language = made.language;
  customer.phone = made.phone;
  customer.email = made.email;
  customer.note = made.note;
  if (const auto created = journal.create(customer); !created) return created.error();
  return customer.id;
}

Result<domain::SiteId> make_site(Journal& journal, const domain::CustomerId& customer_id,
                                 const NewSite& made) {
  domain::Site site;
  site.id = make_id<domain::SiteId>(journal.clock(), journal.random());
  site.customer_id = customer_id;
  site.name = made.name;
  site.street = made.street;
  site.city = made.city;
  site.postcode = made.postcode;
  site.country = made.country;
  site.access_note = made.access_note;
  if (const auto created = journal.create(site); !created) return created.error();
  return site.id;
}

Result<domain::AssetId> make_asset(Journal& journal, const domain::CustomerId& customer_id,
                                   const std::optional<domain::SiteId>& site_id,
                                   const std::optional<domain::ProductId>& product_id, const NewAsset& made) {
  domain::Asset asset;
  asset.id = make_id<domain::AssetId>(journal.clock(), journal.random());
  asset.customer_id = customer_id;
  asset.site_id = site_id;
  asset.product_id = product_id;
  asset.name = made.name;
  asset.serial = made.serial;
  asset.place = made.place;
  if (const auto fits = domain::check_asset(asset); !fits) return fits.error();
  if (const auto created = journal.create(asset); !created) return created.error();
  return asset.id;
}

Result<domain::AssetId> make_typed_asset(Journal& journal, const domain::CustomerId& customer_id,
                                         const std::optional<domain::SiteId>& site_id, NewAsset made) {
  const auto product = product_of_key(journal.db(), made.product_key);
  if (!product) return product.error();
  if (made.name.empty() && product.value()) made.name = product.value()->name;
  if (made.name.empty())
    return Error{ErrorKind::Refused, "say what it is that is serviced, in a word or two"};
  const auto product_id = product.value() ? std::optional{product.value()->id} : std::nullopt;
  return make_asset(journal, customer_id, site_id, product_id, made);
}

}  // namespace aftercare::work
