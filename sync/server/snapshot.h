#pragma once

#include "shared/domain/customer.h"
#include "sync/protocol/checksum.h"
#include "sync/protocol/snapshot.h"
#include "sync/server/organisation_store.h"

#include <string_view>

/// Records as they stand, for a device that has not followed how they came to be so.
namespace aftercare::server {

struct SnapshotReader {
  DeviceRole role = DeviceRole::Tablet;
  DeviceId device_id;
  std::optional<std::uint64_t> at = {};  // as the first page's statement said; absent for the first page
  std::string_view after = {};           // what the page before gave as `next`
  /// One customer's file; nothing for everything that the reader is entitled to without regard to customers.
  std::optional<domain::CustomerId> customer_id = {};
  std::optional<protocol::RecordRange> range = {};  // of all that the reader should hold, only these
};

/// The next page: what points somewhere comes after what it points to, then what was deleted, then whatever
/// was touched after `at` while the pages were read. A reader that has stored all pages has every record as
/// it stood at the last page or newer, and reads the feed on from `at`. Without the reader's own work: `at`
/// lies before its first operation, so that it learns from the feed what became of each. Empty for the file
/// of a customer that is not in the reader's scope; an assigned reader gets customers' files one by one only.
/// Pages of a range hold that range's records and nothing else. Invalid when `after` is none of ours;
/// NotFound when `at` lies ahead of us.
[[nodiscard]] Result<protocol::SnapshotAnswer> read_snapshot(OrganisationStore& store,
                                                             const SnapshotReader& reader);

}  // namespace aftercare::server
