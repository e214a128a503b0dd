#pragma once

#include "sync/protocol/message.h"
#include "sync/server/organisation_store.h"

/// After a restore, what devices had read of the feed that was cut off comes back: what the office wrote
/// since the backup, and what tablets wrote that never return. The organisation's own signature vouches for
/// it.
namespace aftercare::server {

/// Takes such items in: those that go on from what is known of that feed and lead to the root that the
/// organisation signed for it. Each operation gets its place in the present feed by the rules of every push,
/// in the journal that it belongs to; one whose journal has a gap before it waits for the device that can
/// fill the gap. A seal that stood is not checked a second time, and an erasure is carried out again. What is
/// here already is passed over. Invalid when it is not this organisation's word. In a write job.
[[nodiscard]] Result<protocol::LostItemsAnswer> bring_back(OrganisationStore& store, const DeviceId& told_by,
                                                           const protocol::LostItems& items);

}  // namespace aftercare::server
