#pragma once

#include "sync/protocol/record_file.h"
#include "sync/store/device_store.h"

namespace aftercare::work {

/// The sealed record of a visit as a file for anybody, ours or another device's: with all photos that
/// are on this device. `visit` is a number (`V-22-0001-K`) or an id. Refused when it is not sealed.
[[nodiscard]] Result<protocol::SealedRecord> export_record(sync::DeviceStore& store,
                                                           const std::string& visit);

/// The visit that a number or an id means.
[[nodiscard]] Result<domain::Visit> find_visit(sync::DeviceStore& store, const std::string& visit);

}  // namespace aftercare::work
