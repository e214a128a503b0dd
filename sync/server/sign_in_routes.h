#pragma once

#include "sync/server/service.h"

namespace aftercare::server {

/// How people sign in: password and second factor, a one-time link, and what they may change of themselves.
[[nodiscard]] std::vector<Route> sign_in_routes(Service& service);

}  // namespace aftercare::server
