#pragma once

#include "shared/base/bytes.h"

#include <cstdint>
#include <string>
#include <string_view>

/// What comes from a camera or a stranger and claims to be a picture.
namespace aftercare::image {

/// More than any camera of a tablet makes, and little enough to be decoded on one.
struct PhotoLimits {
  std::size_t byte_count_max = std::size_t{32} << 20;
  std::int64_t side_px_max = 12'000;
  std::int64_t area_px_max = 64'000'000;
};

struct PhotoFacts {
  std::string media_type;  // image/jpeg or image/png
  std::int64_t width = 0;  // as the header says, before any turning
  std::int64_t height = 0;
};

/// Says what the bytes are by looking at their first bytes and their header; nothing is decoded, so a
/// file that claims 30,000 × 30,000 pixels costs nothing. Refused, with what to do, when it is no JPEG or
/// PNG or larger than the limits.
[[nodiscard]] Result<PhotoFacts> inspect_photo(std::string_view bytes, const PhotoLimits& limits = {});

/// The same picture and nothing else: no place, device, time, comment, preview, or bytes behind its
/// end. It stands upright: a JPEG that is only told to be turned is turned, and encoded again for
/// that; others keep their pixels bit by bit. Colour profiles stay. The whole picture is decoded
/// on the way, so what is kept can be shown later; Refused, with what to do, when it is cut off or
/// damaged.
[[nodiscard]] Result<Bytes> clean_photo(std::string_view bytes, const PhotoLimits& limits = {});

/// What a photo may weigh once it is kept. Enough to read a type plate across the picture; a day of forty
/// visits with ten photos each then goes up a slow line in an evening.
struct PhotoBudget {
  int side_px_max = 2'560;
  std::size_t byte_count_max = std::size_t{1} << 20;
};

struct FittedPhoto {
  Bytes bytes;
  PhotoFacts facts;
  bool is_smaller = false;  // than it was taken: encoded again, as a JPEG
};

/// As clean_photo(), within the budget: a picture that is larger is shrunk and encoded again, no worse than
/// it must. Takes some tenths of a second for a camera's twelve megapixels.
[[nodiscard]] Result<FittedPhoto> fit_photo(std::string_view bytes, const PhotoBudget& budget = {},
                                            const PhotoLimits& limits = {});

inline constexpr int kPreviewSidePx = 320;
inline constexpr std::size_t kPreviewWorthwhile = 48 << 10;  // a smaller photo is its own preview

/// A JPEG of a few kilobytes to be shown until the photo itself is there. Of a photo that clean_photo() or
/// fit_photo() made.
[[nodiscard]] Result<Bytes> preview_photo(std::string_view bytes, const PhotoLimits& limits = {});

}  // namespace aftercare::image
