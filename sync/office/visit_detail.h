#pragma once

#include "shared/domain/visit.h"
#include "shared/language/formatter.h"
#include "shared/storage/blob_files.h"
#include "sync/server/organisation_store.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace aftercare::office {

/// Everything about one visit, its answers in the words of a language; nothing when there is none.
[[nodiscard]] Result<std::optional<nlohmann::json>> visit_detail(server::OrganisationStore& store,
                                                                 storage::BlobFiles& blobs,
                                                                 const language::Formatter& in,
                                                                 const domain::VisitId& id);

/// What the check of a seal found: `{state, sha256, groups, is_signed_by_device, countersigned_at,
/// not_before}`.
[[nodiscard]] Result<nlohmann::json> seal_json(server::OrganisationStore& store,
                                               const domain::SignOff& sign_off);

}  // namespace aftercare::office
