#pragma once

#include "client/work/visit_record.h"
#include "client/work/visit_steps.h"

/// Whom and what a technician met for the first time: made on the spot, in the transaction of the visit.
namespace aftercare::work {

[[nodiscard]] Result<domain::CustomerId> make_customer(Journal& journal, const NewCustomer& made);
[[nodiscard]] Result<domain::SiteId> make_site(Journal& journal, const domain::CustomerId& customer_id,
                                               const NewSite& made);
/// Refused without a serial and a place.
[[nodiscard]] Result<domain::AssetId> make_asset(Journal& journal, const domain::CustomerId& customer_id,
                                                 const std::optional<domain::SiteId>& site_id,
                                                 const std::optional<domain::ProductId>& product_id,
                                                 const NewAsset& made);
/// As a technician typed it: with the product of its key, and called like it where nobody wrote a name.
/// Refused without either; NotFound when the product is gone.
[[nodiscard]] Result<domain::AssetId> make_typed_asset(Journal& journal,
                                                       const domain::CustomerId& customer_id,
                                                       const std::optional<domain::SiteId>& site_id,
                                                       NewAsset made);

}  // namespace aftercare::work
