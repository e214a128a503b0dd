#pragma once

#include "sync/server/service.h"

namespace aftercare::server {

/// Photos and strokes: which are missing, upload in parts that survive a lost connection, download.
[[nodiscard]] std::vector<Route> blob_routes(Service& service);

}  // namespace aftercare::server
