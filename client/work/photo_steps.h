#pragma once

#include "sync/store/device_store.h"

#include <filesystem>
#include <string_view>

namespace aftercare::work {

inline constexpr std::size_t kPhotoReadMax = std::size_t{256}
                                             << 20;  // read, then refused by its own limits with better words

/// Cleans a picture, brings it within the budget, keeps it and its preview as files of their own, and says
/// what it is: a Photo that lacks only what it belongs to. To be called before the record that names it is
/// written.
[[nodiscard]] Result<domain::Photo> keep_photo(sync::DeviceStore& store, std::string_view bytes);
[[nodiscard]] Result<domain::Photo> keep_photo_of(sync::DeviceStore& store,
                                                  const std::filesystem::path& file);

}  // namespace aftercare::work
