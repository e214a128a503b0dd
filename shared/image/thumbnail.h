#pragma once

#include "shared/image/photo.h"

/// A photo as small as a list shows it.
namespace aftercare::image {

struct Thumbnail {
  int width_px = 0;
  int height_px = 0;
  Bytes rgba;  // rows from the top, four bytes a pixel, colours not multiplied by alpha
};

/// The picture shrunk so that its longer side has at most `side_px_max` pixels (at least one is drawn);
/// never enlarged. Each pixel is the mean of those it stands for. The picture lies as its pixels do: one that
/// clean_photo() made stands upright. Refused, with what to do, when it is no JPEG or PNG, larger than the
/// limits, cut off or damaged.
[[nodiscard]] Result<Thumbnail> thumbnail(std::string_view bytes, int side_px_max,
                                          const PhotoLimits& limits = {});

}  // namespace aftercare::image
