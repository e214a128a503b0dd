#pragma once

#include "shared/storage/database.h"
#include "sync/protocol/message.h"

/// What this device has read of the feed and no finished backup of the server holds. When the server is
/// restored from that backup, the tail is all that is left of what others wrote since (the office above all),
/// and it is handed back as it was read: the organisation's signed roots vouch for every item of it.
namespace aftercare::sync {

/// Within the transaction that applies the page, and before it is applied: an erasure in it must find all of
/// it.
[[nodiscard]] Done keep_tail(storage::Database& db, const protocol::PullAnswer& page,
                             const protocol::RootStatement& statement);
/// What a backup holds, what was handed back and read again, and what is too much. After the page is applied.
[[nodiscard]] Done shorten_tail(storage::Database& db);
/// An erasure at `seq` of the present feed takes what is personal out of the items before it.
[[nodiscard]] Done strip_tail(storage::Database& db, domain::EntityType type, const AnyId& id,
                              std::uint64_t seq);
/// The record left this device's scope: the hashes stay, what others wrote about it goes.
[[nodiscard]] Done empty_tail(storage::Database& db, const AnyId& id);
/// Another epoch begins: what was handed back may be lost again.
[[nodiscard]] Done keep_tail_for_another_epoch(storage::Database& db);

/// The next items of an epoch that ended, our own with their content; nothing when all were handed back.
[[nodiscard]] Result<std::optional<protocol::LostItems>> tail_to_hand_back(storage::Database& db);
[[nodiscard]] Done note_handed_back(storage::Database& db, const protocol::LostItems& items,
                                    std::uint64_t through_seq);

}  // namespace aftercare::sync
