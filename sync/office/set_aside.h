#pragma once

#include "sync/server/releasing.h"

#include <nlohmann/json.hpp>

namespace aftercare::office {

/// How many groups a list tells at most; the count of all is beside it.
inline constexpr std::size_t kWaitingGroupMax = 200;
/// How many values of one group.
inline constexpr std::size_t kWaitingChangeMax = 150;

/// What waits for a person, in the words of people: whose, about which visit, order or customer, why, since
/// when, and the values. Oldest first.
[[nodiscard]] Result<nlohmann::json> waiting_json(server::OrganisationStore& store);

[[nodiscard]] nlohmann::json settled_json(const server::Settled& settled);

}  // namespace aftercare::office
