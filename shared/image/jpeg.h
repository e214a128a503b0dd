#pragma once

#include "shared/image/photo.h"

/// The JPEG half of photo.h.
namespace aftercare::image {

[[nodiscard]] bool is_jpeg(std::string_view bytes);
[[nodiscard]] Result<PhotoFacts> inspect_jpeg(std::string_view bytes);
[[nodiscard]] Result<Bytes> clean_jpeg(std::string_view bytes);

}  // namespace aftercare::image
