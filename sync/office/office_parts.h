#pragma once

#include "shared/language/catalogue.h"
#include "sync/server/office_parts.h"

#include <filesystem>

namespace aftercare::office {

/// What `main` hands to the server. The catalogue must outlive it; the folder holds the built pages.
[[nodiscard]] server::OfficeParts office_parts(const language::Catalogue& catalogue,
                                               const std::filesystem::path& page_folder);

}  // namespace aftercare::office
