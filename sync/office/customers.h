#pragma once

#include "shared/domain/asset.h"
#include "sync/server/organisation_store.h"

#include <nlohmann/json.hpp>

#include <optional>

/// Whom work is planned for: found by what they say on the phone, or met for the first time.
namespace aftercare::office {

/// `[{id, number, name, is_company, city, phone}]`, newest first; every word of the question must begin a
/// word of name, number, phone or place.
[[nodiscard]] Result<nlohmann::json> find_customers(server::OrganisationStore& store, std::string_view words,
                                                    std::size_t count_max);
/// One with places and products; nothing when there is none.
[[nodiscard]] Result<std::optional<nlohmann::json>> customer_json(server::OrganisationStore& store,
                                                                  const domain::CustomerId& id);

/// Somebody new, with the place and the product that they called about, if any. Ids are given here, but for
/// the customer's, which may be the page's own, so that sending again makes nobody twice.
struct NewCustomer {
  domain::Customer customer;
  std::optional<domain::Site> site;
  std::optional<domain::Asset> asset;
};
/// In a write job.
[[nodiscard]] Result<domain::CustomerId> add_customer(server::OrganisationStore& store,
                                                      const domain::UserId& by, NewCustomer wanted);

}  // namespace aftercare::office
