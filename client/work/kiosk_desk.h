#pragma once

#include "client/shown/kiosk.h"
#include "sync/store/device_store.h"

/// What a kiosk reads and writes. Each call is one short question to the disk: a kiosk with 100,000 units
/// answers like an empty one.
namespace aftercare::work {

/// The unit that a typed or scanned code means: by its serial number as folded, and its article where the
/// code or the customer (after `Several`) named one. An error only when the disk fails.
[[nodiscard]] Result<shown::FoundUnit> find_unit(sync::DeviceStore& store, std::string_view code,
                                                 const std::optional<domain::ProductId>& product = {});

/// The first one the office named; empty before the first sync.
[[nodiscard]] Result<std::optional<shown::ServiceDesk>> service_desk(sync::DeviceStore& store);

/// Writes a rating for the next sync. With `earlier` the same customer thought again: it is changed, not
/// counted twice. Refused when the rating says nothing that can be kept.
[[nodiscard]] Result<domain::RatingId> save_rating(sync::DeviceStore& store, const shown::RatingGiven& given,
                                                   const std::optional<domain::RatingId>& earlier = {});

}  // namespace aftercare::work
