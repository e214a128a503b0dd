#pragma once

#include "sync/server/service.h"

namespace aftercare::server {

/// Signing in, and what administrators do: people, devices, enrolment codes.
[[nodiscard]] std::vector<Route> people_routes(Service& service);

}  // namespace aftercare::server
