#pragma once

#include "sync/store/device_store.h"

#include <filesystem>
#include <string_view>

namespace aftercare::work {

inline constexpr std::size_t kPhotoReadMax = std::size_t{256}
                                             << 20;  // read, then refused by its own limits with better words

/// Cleans a picture, keeps it as a file of its own, and says what it is: a Photo that lacks only what it
/// belongs to. To be called before the record that names it is written.
[[nodiscard]] Result<domain::Photo> keep_photo(sync::DeviceStore& store, std::string_view bytes);
[[nodiscard]] Result<domain::Photo> keep_photo_of(sync::DeviceStore& store,
                                                  const std::filesystem::path& file);

}  // namespace aftercare::work
