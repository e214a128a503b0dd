#pragma once

#include "shared/image/photo.h"

/// The PNG half of photo.h.
namespace aftercare::image {

[[nodiscard]] bool is_png(std::string_view bytes);
[[nodiscard]] Result<PhotoFacts> inspect_png(std::string_view bytes);
[[nodiscard]] Result<Bytes> clean_png(std::string_view bytes);

}  // namespace aftercare::image
