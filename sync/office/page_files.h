#pragma once

#include "sync/server/router.h"

#include <filesystem>
#include <vector>

/// The built pages (client/office), handed out from memory: the dispatchers' at /office/, the customer's at
/// /c.
namespace aftercare::office {

/// The folder of the built pages: what AFTERCARE_PAGE says, else beside the installed program's assets, else
/// build/office of the sources.
[[nodiscard]] std::filesystem::path page_folder(const std::filesystem::path& assets);

/// Routes for every file of the folder: HTML is asked for anew each time, what has a hash in its name is kept
/// by the browser for ever. A folder that is not there has one route less to fear: the addresses answer that
/// the page is not built.
[[nodiscard]] std::vector<server::Route> page_routes(const std::filesystem::path& folder);

}  // namespace aftercare::office
