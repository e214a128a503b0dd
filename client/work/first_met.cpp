#include "client/work/first_met.h"

namespace aftercare::work {

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

}  // namespace aftercare::work
