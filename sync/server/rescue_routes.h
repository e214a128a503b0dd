#pragma once

#include "sync/server/service.h"

namespace aftercare::server {

/// By which a device hands in rescue files of others.
[[nodiscard]] std::vector<Route> rescue_routes(Service& service);

}  // namespace aftercare::server
