#pragma once

#include "sync/protocol/checksum.h"
#include "sync/server/organisation_store.h"

namespace aftercare::server {

struct ChecksumReader {
  DeviceRole role = DeviceRole::Tablet;
  DeviceId device_id;
  std::uint64_t at = 0;         // where it stands in the feed
  std::uint64_t scope_seq = 0;  // up to which it knows its scope
};

/// Over every record that the reader should hold. Conflict when the feed, or its scope, has moved on: it
/// pulls and asks again.
[[nodiscard]] Result<protocol::Checksums> read_checksums(OrganisationStore& store,
                                                         const ChecksumReader& reader);

}  // namespace aftercare::server
