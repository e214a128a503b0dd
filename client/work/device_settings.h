#pragma once

#include "shared/storage/database.h"

#include <map>

/// What this tablet remembers for itself: language, theme, and the place to come back to.
namespace aftercare::work {

struct DeviceSettings {
  std::string place;
  std::map<std::string, std::string> settings;
};
[[nodiscard]] Result<DeviceSettings> load_settings(storage::Database& db);
[[nodiscard]] Done save_setting(storage::Database& db, const std::string& key, const std::string& value);
[[nodiscard]] Done save_place(storage::Database& db, const std::string& place);

}  // namespace aftercare::work
