#pragma once

#include "sync/server/service.h"

namespace aftercare::server {

/// What the office sees of visits: the list, one of them, and each as it arrives.
[[nodiscard]] std::vector<Route> visit_routes(Service& service);

}  // namespace aftercare::server
