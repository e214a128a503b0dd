#pragma once

#include "sync/server/service.h"

namespace aftercare::server {

/// What only devices call: enrol, get a token, push, pull.
[[nodiscard]] std::vector<Route> device_routes(Service& service);

}  // namespace aftercare::server
