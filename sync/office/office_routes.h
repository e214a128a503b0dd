#pragma once

#include "sync/office/asking.h"

#include <vector>

/// Every route of the office. Each list of routes stands in a file of its name.
namespace aftercare::office {

[[nodiscard]] std::vector<Route> visit_routes(const Office& office);
[[nodiscard]] std::vector<Route> live_routes(const Office& office);
[[nodiscard]] std::vector<Route> work_order_routes(const Office& office);
[[nodiscard]] std::vector<Route> customer_routes(const Office& office);
[[nodiscard]] std::vector<Route> content_routes(const Office& office);
[[nodiscard]] std::vector<Route> signed_record_routes(const Office& office);
[[nodiscard]] std::vector<Route> set_aside_routes(const Office& office);

/// All of them together. The catalogue must outlive the server.
[[nodiscard]] std::vector<Route> office_routes(Service& service, const language::Catalogue& catalogue);

}  // namespace aftercare::office
