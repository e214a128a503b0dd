#pragma once

#include "sync/server/head.h"
#include "sync/server/router.h"

#include <string>
#include <vector>

namespace aftercare::server {

/// The OpenAPI 3.1 description, made from the table of routes that the router enforces, so that the
/// two cannot differ. Beside the standard members each operation says `x-aftercare-roles`,
/// `x-aftercare-limits` and, for each status, `x-aftercare-problems`.
[[nodiscard]] nlohmann::json openapi_of(const std::vector<Route>& routes, const HttpLimits& limits = {});

/// GET /openapi.json. Give it the other routes; it describes itself too.
[[nodiscard]] Route openapi_route(const std::vector<Route>& routes, const HttpLimits& limits = {});
/// GET /healthz: whether the process answers, on the thread of the socket.
[[nodiscard]] Route health_route(std::string version);

}  // namespace aftercare::server
