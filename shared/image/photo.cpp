#include "shared/image/photo.h"

#include "shared/image/jpeg.h"
#include "shared/image/png.h"
#include "shared/image/thumbnail.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

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

Result<FittedPhoto> fit_photo(std::string_view bytes, const PhotoBudget& budget, const PhotoLimits& limits) {
  auto clean = clean_photo(bytes, limits);
  if (!clean) return clean.error();
  auto facts = inspect_photo(clean.value(), limits);
  if (!facts) return facts.error();
  const auto longer = std::max(facts.value().width, facts.value().height);
  if (longer <= budget.side_px_max && clean.value().size() <= budget.byte_count_max)
    return FittedPhoto{std::move(clean).value(), std::move(facts).value(), false};

  constexpr std::array kQualities{90, 82, 74, 64, 52};
  for (int side = budget.side_px_max; side >= kPreviewSidePx; side = side * 3 / 4) {
    const auto small = thumbnail(clean.value(), side, limits);
    if (!small) return small.error();
    for (const int quality : kQualities) {
      auto encoded = encode_jpeg(small.value(), quality, clean.value());
      if (!encoded) return encoded.error();
      if (encoded.value().size() > budget.byte_count_max) continue;
      return FittedPhoto{
          std::move(encoded).value(), {"image/jpeg", small.value().width_px, small.value().height_px}, true};
    }
  }
  return Error{ErrorKind::Refused, "the photo cannot be made small enough to be kept: take it again"};
}

Result<Bytes> preview_photo(std::string_view bytes, const PhotoLimits& limits) {
  constexpr int kPreviewQuality = 70;
  const auto small = thumbnail(bytes, kPreviewSidePx, limits);
  return small ? encode_jpeg(small.value(), kPreviewQuality, {}) : small.error();
}

}  // namespace aftercare::image
