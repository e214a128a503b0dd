#include "shared/image/thumbnail.h"

#include "shared/image/jpeg.h"
#include "shared/image/jpeg_decoder.h"

#include <png.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace aftercare::image {
namespace {

constexpr png_uint_32 kSideMax = 1'000'000;  // libpng's own; PhotoLimits are narrower
constexpr png_alloc_size_t kChunkBytesMax = 8 << 20;
constexpr std::size_t kDepth = 4;  // bytes of a pixel

const Error kDamaged{ErrorKind::Refused,
                     "the picture is damaged or cut off: take the photo again, or copy the file again"};

struct Size {
  std::size_t width = 0;
  std::size_t height = 0;
};

Size fitted(Size from, int side_px_max) {
  const auto longer = std::max(from.width, from.height);
  const auto side = std::min(static_cast<std::size_t>(std::max(side_px_max, 1)), longer);
  const auto shrunk = [&](std::size_t length) {
    return std::max<std::size_t>(1, (length * side + longer / 2) / longer);
  };
  return {shrunk(from.width), shrunk(from.height)};
}

/// Takes the rows of a picture from the top and makes a smaller one of them. Lengths are counted in parts so
/// small that both pixel grids fall on whole ones: a pixel of the source is as wide as `to` has columns, a
/// pixel of the result as wide as `from` has. So the mean is exact.
class Reducer {
 public:
  Reducer(Size from, Size to) : from_(from), to_(to), sums_(to.width * kDepth), row_(to.width * kDepth) {
    small_.width_px = static_cast<int>(to.width);
    small_.height_px = static_cast<int>(to.height);
    small_.rgba.reserve(to.width * to.height * kDepth);
  }

  void add(const std::uint8_t* rgba) {
    sum_columns(rgba);
    for (auto left = to_.height; left > 0;) {
      const auto taken = std::min(left, from_.height - filled_);
      for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += row_[i] * taken;
      filled_ += taken;
      left -= taken;
      if (filled_ == from_.height) finish_row();
    }
  }

  [[nodiscard]] Thumbnail take() { return std::move(small_); }

 private:
  /// One row of the source, its columns already those of the result.
  void sum_columns(const std::uint8_t* rgba) {
    std::ranges::fill(row_, 0);
    std::size_t to = 0;
    std::size_t filled = 0;
    for (std::size_t x = 0; x < from_.width; ++x, rgba += kDepth) {
      for (auto left = to_.width; left > 0;) {
        const auto taken = std::min(left, from_.width - filled);
        // Colours count by how opaque they are: what nobody sees must not tint the edge.
        const auto alpha = taken * rgba[3];
        auto* const sum = row_.data() + to * kDepth;
        for (std::size_t c = 0; c < 3; ++c) sum[c] += alpha * rgba[c];
        sum[3] += alpha;
        filled += taken;
        left -= taken;
        if (filled == from_.width) {
          filled = 0;
          ++to;
        }
      }
    }
  }

  void finish_row() {
    const auto weight = std::uint64_t{from_.width} * from_.height;
    for (std::size_t i = 0; i < sums_.size(); i += kDepth) {
      const auto alpha = sums_[i + 3];
      for (std::size_t c = 0; c < 3; ++c)
        small_.rgba += static_cast<char>(alpha == 0 ? 0 : (sums_[i + c] + alpha / 2) / alpha);
      small_.rgba += static_cast<char>((alpha + weight / 2) / weight);
    }
    std::ranges::fill(sums_, 0);
    filled_ = 0;
  }

  Size from_;
  Size to_;
  std::vector<std::uint64_t> sums_;  // of the result's row that is being filled
  std::vector<std::uint64_t> row_;
  std::size_t filled_ = 0;  // how much of that row's height has been seen
  Thumbnail small_;
};

// ---- JPEG -------------------------------------------------------------------------------------------

/// As small as the decoder itself can make it without falling below `to`: an eighth of the side is a
/// sixty-fourth of the work.
unsigned denominator(Size from, Size to) {
  for (const unsigned by : {8U, 4U, 2U}) {
    if (from.width / by >= to.width && from.height / by >= to.height) return by;
  }
  return 1;
}

/// False also when the decoder finds another size than inspect_photo() did and the limits were held against:
/// a file can be laid out so that two readers disagree where its header stands.
bool begin(JpegDecoder& decoder, std::string_view bytes, Size from, Size to) {
  auto& info = decoder.info;
  if (setjmp(decoder.errors.place) != 0) return false;  // NOLINT
  decoder.open(bytes);
  if (info.image_width != from.width || info.image_height != from.height) return false;
  info.out_color_space = JCS_EXT_RGBA;
  info.scale_num = 1;
  info.scale_denom = denominator(from, to);
  jpeg_start_decompress(&info);
  return true;
}

bool read_rows(JpegDecoder& decoder, std::uint8_t* row, Reducer* reducer) {
  if (setjmp(decoder.errors.place) != 0) return false;  // NOLINT
  while (decoder.info.output_scanline < decoder.info.output_height) {
    JSAMPROW to = row;
    jpeg_read_scanlines(&decoder.info, &to, 1);
    reducer->add(row);
  }
  jpeg_finish_decompress(&decoder.info);
  return true;
}

Result<Thumbnail> small_jpeg(std::string_view bytes, Size from, Size to) {
  JpegDecoder decoder;
  if (!begin(decoder, bytes, from, to)) return kDamaged;
  const Size decoded{decoder.info.output_width, decoder.info.output_height};
  std::vector<std::uint8_t> row(decoded.width * kDepth);
  Reducer reducer{decoded, to};
  if (!read_rows(decoder, row.data(), &reducer)) return kDamaged;
  return reducer.take();
}

// ---- PNG --------------------------------------------------------------------------------------------

void read_source(png_structp png, png_bytep to, std::size_t count) {
  auto* const rest = static_cast<std::string_view*>(png_get_io_ptr(png));
  if (count > rest->size()) png_error(png, "cut off");
  std::memcpy(to, rest->data(), count);
  rest->remove_prefix(count);
}

void on_png_error(png_structp png, png_const_charp) { png_longjmp(png, 1); }
void on_png_warning(png_structp, png_const_charp) {}

/// Whatever the file holds, as four bytes a pixel.
void ask_for_rgba(png_structp png) {
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  png_set_add_alpha(png, 0xff, PNG_FILLER_AFTER);
}

/// Nothing here has a destructor: libpng leaves by longjmp. An interlaced picture is whole only after its
/// last pass, so `rows` holds all of it; of any other just one row.
bool read_png(png_structp png, png_infop info, std::string_view* source, std::vector<std::uint8_t>* rows,
              Reducer* reducer) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;  // NOLINT: libpng knows no other way
  png_set_read_fn(png, source, read_source);
  png_set_user_limits(png, kSideMax, kSideMax);
  png_set_chunk_malloc_max(png, kChunkBytesMax);
  png_read_info(png, info);
  ask_for_rgba(png);
  const int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  const auto row_bytes = png_get_rowbytes(png, info);
  const png_uint_32 height = png_get_image_height(png, info);
  rows->resize(passes > 1 ? row_bytes * height : row_bytes);
  const auto stride = passes > 1 ? row_bytes : 0;
  for (int pass = 0; pass < passes; ++pass) {
    for (png_uint_32 y = 0; y < height; ++y) {
      png_read_row(png, rows->data() + y * stride, nullptr);
      if (pass == passes - 1) reducer->add(rows->data() + y * stride);
    }
  }
  return true;
}

Result<Thumbnail> small_png(std::string_view bytes, Size from, Size to) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, on_png_error, on_png_warning);
  png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
  std::vector<std::uint8_t> rows;
  Reducer reducer{from, to};
  const bool is_whole = info != nullptr && read_png(png, info, &bytes, &rows, &reducer);
  png_destroy_read_struct(&png, &info, nullptr);
  if (!is_whole) return kDamaged;
  return reducer.take();
}

}  // namespace

Result<Thumbnail> thumbnail(std::string_view bytes, int side_px_max, const PhotoLimits& limits) {
  const auto facts = inspect_photo(bytes, limits);
  if (!facts) return facts.error();
  const Size from{static_cast<std::size_t>(facts.value().width),
                  static_cast<std::size_t>(facts.value().height)};
  const auto to = fitted(from, side_px_max);
  return is_jpeg(bytes) ? small_jpeg(bytes, from, to) : small_png(bytes, from, to);
}

}  // namespace aftercare::image
