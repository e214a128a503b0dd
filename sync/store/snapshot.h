#pragma once

#include "shared/storage/database.h"
#include "sync/engine/ports.h"
#include "sync/protocol/known.h"

/// Records that come as they stand: a new device's first ones, and the files of customers that entered its
/// scope. For the store's own files; everything runs inside the transaction of the caller.
namespace aftercare::sync {

/// A new device wants everything as it stands, before it reads the feed.
[[nodiscard]] Done want_snapshot(storage::Database& db);
[[nodiscard]] Result<std::optional<SnapshotPlace>> next_to_take_in(storage::Database& db);
/// Stores a page and the place behind it; after the last page of everything, the feed goes on from `at`.
[[nodiscard]] Done take_in(storage::Database& db, const SnapshotPlace& place,
                           const protocol::SnapshotAnswer& page, const protocol::RootStatement& at);
/// Brings records to what the rows say, under our pending operations. A row older than what is here changes
/// nothing; one that points to something missing, or that this program cannot read yet, waits in
/// `waiting_row`.
[[nodiscard]] Done take_in_rows(storage::Database& db, const std::vector<protocol::RecordRow>& rows,
                                const std::optional<domain::CustomerId>& customer_id,
                                const protocol::Known& known = {});
/// Those of the waiting rows that find their place by now.
[[nodiscard]] Done take_in_waiting_rows(storage::Database& db, const protocol::Known& known = {});

/// Indexes some of the records that were taken in; whether more of them wait.
[[nodiscard]] Result<bool> index_waiting(storage::Database& db);

}  // namespace aftercare::sync
