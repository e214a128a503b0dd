#pragma once

#include "shared/storage/database.h"
#include "sync/protocol/letting_go.h"

#include <vector>

/// Which files this device need not keep any more. The rules stand in sync/protocol/letting_go.h.
namespace aftercare::sync {

/// By the newest word of the server. Nothing before the first.
[[nodiscard]] Result<std::optional<protocol::Keeper>> keeper(storage::Database& db);

/// Whether it is time for a look; notes that there was one.
[[nodiscard]] Result<bool> begin_look(storage::Database& db, const protocol::Keeper& keeper,
                                      bool is_room_low);

/// Marks what may go, with what an earlier look marked and did not come to take away. The files go next, then
/// `note_gone`: a crash in between leaves nothing that is said to be here and is not.
[[nodiscard]] Result<std::vector<Hash>> mark_let_go(storage::Database& db, const protocol::Keeper& keeper,
                                                    bool is_room_low);
[[nodiscard]] Done note_gone(storage::Database& db, const Hash& sha256);

/// Files that were kept for a record that never came (the program was killed in between): named by no record,
/// no operation and no draft, seen so a week apart by the server's time. The files go next, then
/// `forget_unnamed`.
[[nodiscard]] Result<std::vector<Hash>> find_unnamed(storage::Database& db, const protocol::Keeper& keeper);
[[nodiscard]] Done forget_unnamed(storage::Database& db, const Hash& sha256);

/// The end of the feed was read: what the server has by now is no younger than this.
[[nodiscard]] Done place_held(storage::Database& db, std::uint64_t feed_seq, Instant server_time);

}  // namespace aftercare::sync
