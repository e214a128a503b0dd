#pragma once

#include "sync/protocol/message.h"
#include "sync/server/organisation_store.h"

namespace aftercare::server {

/// Who reads the feed, from where.
struct FeedReader {
  DeviceRole role = DeviceRole::Tablet;
  Hash lineage{};  // the reader's own: its bodies are not sent back
  std::uint64_t after = 0;
  DeviceId device_id = {};      // whose scope decides what is readable
  std::uint64_t scope_seq = 0;  // the last change of its scope that the reader knows
};

/// The next page of the feed for this reader, in one snapshot: items within the limits, the signed root
/// at the last of them (at `after`, when there is nothing new), and what changed in its scope. NotFound when
/// `after` lies ahead of us.
[[nodiscard]] Result<protocol::PullAnswer> read_feed(OrganisationStore& store, const FeedReader& reader);

/// The organisation's word on its root at a position. NotFound when it lies ahead of us.
[[nodiscard]] Result<protocol::Signed> root_statement(OrganisationStore& store, std::uint64_t seq);

}  // namespace aftercare::server
