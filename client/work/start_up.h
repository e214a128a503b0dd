#pragma once

#include "shared/language/catalogue.h"
#include "sync/store/device_store.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace aftercare::work {

/// Everything a program of the device works with, once its folder is open. Members close in reverse.
struct Workplace {
  std::unique_ptr<Clock> clock;
  std::unique_ptr<Random> random;
  std::unique_ptr<storage::DataFolder> folder;
  std::unique_ptr<sync::DeviceStore> store;
  /// The database was damaged or foreign: under this name it was kept, and an empty one was begun.
  std::optional<std::filesystem::path> set_aside;
};

/// Opens the folder and its database. A damaged or foreign file is renamed, never deleted. Busy when
/// another program holds the folder, Newer when a newer program wrote it: nothing is touched then.
[[nodiscard]] Result<Workplace> open_workplace(const std::filesystem::path& folder);

/// For a device that was revoked and has handed in everything: destroys the key, then everything that it
/// locked. The workplace is closed by it. Refused while anything is still only here.
[[nodiscard]] Done erase_workplace(Workplace& place);

}  // namespace aftercare::work
