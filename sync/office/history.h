#pragma once

#include "shared/domain/entity.h"
#include "sync/protocol/decision.h"
#include "sync/server/organisation_store.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace aftercare::office {

/// Which record's history is wanted.
struct RecordName {
  domain::EntityType type = domain::EntityType::Visit;
  AnyId id;
};

/// Who wrote what into these records and when, oldest first, field by field: `[{at, by, device, record,
/// field, value, lost_value, ruling, reason, settled_by, settled_at}]`. `lost_value` stands where a merge
/// decided between two people: the one that does not stand. What was set aside is told too; once somebody
/// settled it, only what came of that is told, and who did it. Erased values are empty.
[[nodiscard]] Result<nlohmann::json> history_of(server::OrganisationStore& store,
                                                const std::vector<RecordName>& records);

/// One operation, as `history_of` tells it.
struct Written {
  std::uint64_t seq = 0;
  domain::EntityType type = domain::EntityType::Visit;
  AnyId id;
  protocol::Header header;
  cbor::FieldMap fields;
  protocol::Decision decision;
  Instant received_at{};
  std::string device;
  std::optional<domain::UserId> settled_by;  // of what was set aside before
  std::optional<Instant> settled_at;
};
[[nodiscard]] nlohmann::json told(server::OrganisationStore& store, const std::vector<Written>& operations);

}  // namespace aftercare::office
