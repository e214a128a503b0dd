#include "shared/image/photo.h"

#include "shared/image/jpeg.h"
#include "shared/image/png.h"

#include <fmt/format.h>

namespace aftercare::image {

Result<PhotoFacts> inspect_photo(std::string_view bytes, const PhotoLimits& limits) {
  constexpr double kMegabyte = 1 << 20;
  if (!is_jpeg(bytes) && !is_png(bytes)) {
    return Error{ErrorKind::Refused,
                 "this file is no JPEG or PNG picture: take the photo again, or save it as JPEG"};
  }
  if (bytes.size() > limits.byte_count_max) {
    return Error{
        ErrorKind::Refused,
        fmt::format(
            "the photo has {:.1f} MB, at most {:.0f} MB are kept: take it again with a smaller picture size",
            static_cast<double>(bytes.size()) / kMegabyte,
            static_cast<double>(limits.byte_count_max) / kMegabyte)};
  }
  auto facts = is_jpeg(bytes) ? inspect_jpeg(bytes) : inspect_png(bytes);
  if (!facts) return facts;
  const auto [width, height] = std::pair{facts.value().width, facts.value().height};
  if (width > limits.side_px_max || height > limits.side_px_max || width * height > limits.area_px_max) {
    return Error{
        ErrorKind::Refused,
        fmt::format(
            "the photo claims {} × {} pixels, at most {} a side and {} megapixels in all are kept: take it again with a smaller picture size",
            width, height, limits.side_px_max, limits.area_px_max / 1'000'000)};
  }
  return facts;
}

Result<Bytes> clean_photo(std::string_view bytes, const PhotoLimits& limits) {
  const auto facts = inspect_photo(bytes, limits);
  if (!facts) return facts.error();
  return is_jpeg(bytes) ? clean_jpeg(bytes) : clean_png(bytes);
}

}  // namespace aftercare::image
