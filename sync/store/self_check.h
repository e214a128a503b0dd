#pragma once

#include "sync/store/device_store.h"

namespace aftercare::sync {

/// What a device found when it looked over everything it holds.
struct SelfCheck {
  std::uint64_t operation_count = 0;
  std::uint64_t sealed_count = 0;       // visits whose seal and signature hold
  std::uint64_t blob_count = 0;         // photos and strokes that were read and hash to their names
  std::vector<std::string> complaints;  // in words; empty when all is well
};

/// Follows our journal from its first operation to its head, checks every seal made here or pulled, and
/// reads every photo. A photo that is damaged is put aside and asked for from the server; nothing else is
/// changed. An Error means that the check itself could not be made.
[[nodiscard]] Result<SelfCheck> check_everything(DeviceStore& store);

}  // namespace aftercare::sync
