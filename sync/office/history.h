#pragma once

#include "shared/domain/entity.h"
#include "sync/server/organisation_store.h"

#include <nlohmann/json.hpp>

#include <vector>

namespace aftercare::office {

/// Which record's history is wanted.
struct RecordName {
  domain::EntityType type = domain::EntityType::Visit;
  AnyId id;
};

/// Who wrote what into these records and when, oldest first, field by field: `[{at, by, device, record,
/// field, value, lost_value, ruling, reason}]`. `lost_value` stands where a merge decided between two
/// people: the one that does not stand. What was set aside is told too. Erased values are empty.
[[nodiscard]] Result<nlohmann::json> history_of(server::OrganisationStore& store,
                                                const std::vector<RecordName>& records);

}  // namespace aftercare::office
