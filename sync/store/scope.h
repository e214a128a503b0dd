#pragma once

#include "shared/storage/database.h"
#include "sync/protocol/message.h"

#include <vector>

/// Customers that enter and leave what this device is given. For the store's own files; everything runs
/// inside the transaction that stores the page which says so.
namespace aftercare::sync {

/// What was let go of.
struct LetGo {
  std::size_t file_count = 0;  // of customers
  std::vector<Hash> blobs;     // others' photos and strokes: their files are to be removed after the commit
};

/// Notes which files are to be taken in, and lets go of those that left. A file with work of ours that is not
/// settled, an open visit of ours or something half typed stays until that is over. The journal stays.
[[nodiscard]] Result<LetGo> follow_scope(storage::Database& db, const protocol::PullAnswer& page);

}  // namespace aftercare::sync
