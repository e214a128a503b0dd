#pragma once

#include "sync/server/house.h"

#include <filesystem>
#include <string>

namespace aftercare::server {

struct DemoReport {
  bool was_there = false;  // nothing was done
  std::size_t customer_count = 0;
  std::size_t asset_count = 0;
  std::size_t work_order_count = 0;
  std::size_t form_count = 0;
  std::size_t user_count = 0;
  std::size_t terms_count = 0;
  std::size_t warranty_count = 0;
};

/// Fills an organisation with the people, customers, assets, warranties, forms and work orders of
/// `assets/demo/organisation.json`, in one transaction and through the office's own journal, so that
/// they reach devices like anything else. Once: a second time it says that they are there.
[[nodiscard]] Result<DemoReport> fill_with_demo(House& house, const OrganisationId& organisation_id,
                                                const std::filesystem::path& assets);

}  // namespace aftercare::server
