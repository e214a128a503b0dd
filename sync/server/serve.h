#pragma once

#include "sync/server/commands.h"
#include "sync/server/office_parts.h"

namespace aftercare::server {

/// Serves until it is told to stop; prints one line to standard output once devices can come. The exit
/// code of the process.
[[nodiscard]] int serve(const Command& command, const TextByName& environment, Clock& clock, Random& random,
                        const OfficeParts& office);

}  // namespace aftercare::server
