#pragma once

#include "sync/store/device_store.h"

#include <cstdint>
#include <string>
#include <vector>

/// A tablet after ten years: more records than any technician will ever have, with names in six languages.
namespace aftercare::testing {

struct BigHousePlan {
  std::size_t customer_count = 20'000;  // each with a site and two assets
  std::size_t order_count = 100'000;
  std::size_t visit_count = 100'000;  // all sealed but the newest few
  std::size_t open_visit_count = 10;
  std::size_t technician_count = 20;
  std::size_t order_today_count = 8;  // of the first technician
  std::chrono::hours span{10 * 365 * 24};
};

/// What a question may ask about.
struct BigHouse {
  std::vector<domain::UserId> technicians;
  domain::CustomerId customer_id;       // one of many, with the mean number of visits
  domain::CustomerId busy_customer_id;  // one of every fiftieth visit is here
  domain::AssetId asset_id;
  domain::VisitId sealed_visit_id;
  domain::VisitId open_visit_id;       // of the first technician
  domain::WorkOrderId order_today_id;  // of the first technician
  std::size_t record_count = 0;
};

/// Writes the records straight into the tables, in one transaction, and indexes them for the search. Nothing
/// goes through the journal, and everything counts as held by the server.
[[nodiscard]] Result<BigHouse> fill_big_house(sync::DeviceStore& store, const BigHousePlan& plan = {});

/// An identity that nobody vouches for: enough to write into the journal, not to speak with a server.
[[nodiscard]] sync::Identity made_up_identity(Clock& clock, Random& random);

}  // namespace aftercare::testing
