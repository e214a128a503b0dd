#include "client/work/device_settings.h"

namespace aftercare::work {
namespace {

constexpr std::string_view kPlace = "place";
constexpr std::string_view kSetting = "setting.";

Done keep(storage::Database& db, std::string_view key, const std::string& value) {
  return db.run(
      "INSERT INTO device_setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      key, value);
}

}  // namespace

Result<DeviceSettings> load_settings(storage::Database& db) {
  DeviceSettings loaded;
  auto query = db.query("SELECT key, value FROM device_setting");
  while (query.next()) {
    const auto key = query.text(0);
    if (key == kPlace) loaded.place = query.text(1);
    if (key.starts_with(kSetting)) loaded.settings[key.substr(kSetting.size())] = query.text(1);
  }
  if (const auto read = query.done(); !read) return read.error();
  return loaded;
}

Done save_setting(storage::Database& db, const std::string& key, const std::string& value) {
  return keep(db, std::string(kSetting) + key, value);
}

Done save_place(storage::Database& db, const std::string& place) { return keep(db, kPlace, place); }

}  // namespace aftercare::work
