#pragma once

#include "sync/server/house.h"
#include "sync/server/service.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <vector>

namespace aftercare::server {

/// The newest visits of an organisation, as a table for people and as JSON for programs.
struct VisitTable {
  std::vector<std::vector<std::string>> rows;  // the first is the heading
  nlohmann::json json;
  bool has_more = false;
};

/// What the office adds to a server. `main` hands it in, so that nothing here knows the office.
struct OfficeParts {
  std::function<std::vector<Route>(Service&)> routes = {};
  std::function<Result<VisitTable>(House&, const OrganisationId&, std::size_t count_max)> visits = {};
};

}  // namespace aftercare::server
