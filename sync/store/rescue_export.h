#pragma once

#include "sync/store/device_store.h"

namespace aftercare::sync {

struct RescueExport {
  Hash id{};
  std::uint64_t operation_count = 0;
  std::uint64_t blob_count = 0;
  std::uint64_t byte_count = 0;  // of the file
  /// Photos and signatures whose files here cannot be read any more.
  std::uint64_t blob_missing_count = 0;
  /// The database is damaged behind what was written; empty when it is not.
  std::string damage;
};

enum class RescueScope {
  Unsent,  // what the server, or where one is kept its backup, has not said to hold
  All,     // everything that was ever written here: for a device that is about to be lost
};

/// Writes what is only here into a file that only the organisation can open. Changes nothing on this device,
/// which goes on to send it all itself when it can. NotFound when there is nothing to write, Refused when
/// there is a file of this name, Full when there is no room: nothing half is left.
[[nodiscard]] Result<RescueExport> export_rescue(DeviceStore& store, const std::filesystem::path& file,
                                                 RescueScope scope);

}  // namespace aftercare::sync
