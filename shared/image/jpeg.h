#pragma once

#include "shared/image/photo.h"
#include "shared/image/thumbnail.h"

/// The JPEG half of photo.h.
namespace aftercare::image {

[[nodiscard]] bool is_jpeg(std::string_view bytes);
[[nodiscard]] Result<PhotoFacts> inspect_jpeg(std::string_view bytes);
[[nodiscard]] Result<Bytes> clean_jpeg(std::string_view bytes);
/// What is transparent lies on white. Has the colour profile of the picture that it was made from, where that
/// is a JPEG with a small one.
[[nodiscard]] Result<Bytes> encode_jpeg(const Thumbnail& picture, int quality, std::string_view made_from);

}  // namespace aftercare::image
