#include "shared/image/png.h"

#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <optional>
#include <vector>

namespace aftercare::image {
namespace {

constexpr std::string_view kSignature{"\x89PNG\r\n\x1a\n", 8};
constexpr std::size_t kChunkFrame = 12;      // length, type, check sum
constexpr png_uint_32 kSideMax = 1'000'000;  // libpng's own; PhotoLimits are narrower
constexpr png_alloc_size_t kChunkBytesMax = 8 << 20;

// The picture and how its colours are meant; not what was written beside it. Without gamma and
// profile a screenshot of a modern phone would look pale.
constexpr std::array<std::string_view, 9> kKept{"IHDR", "PLTE", "IDAT", "IEND", "tRNS",
                                                "gAMA", "cHRM", "sRGB", "iCCP"};

const Error kDamaged{ErrorKind::Refused,
                     "the picture is damaged or cut off: take the photo again, or copy the file again"};
const Error kUnknown{ErrorKind::Refused, "this kind of PNG is not understood: save the picture as JPEG"};

std::uint32_t number(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + 4; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

struct Chunk {
  std::string_view type;
  std::string_view body;
  std::string_view whole;
};

/// The chunk at the front of `rest`, its check sum proved; empty when it is damaged.
std::optional<Chunk> take_chunk(std::string_view& rest) {
  if (rest.size() < kChunkFrame) return std::nullopt;
  const std::size_t size = number(rest, 0);
  if (size > rest.size() - kChunkFrame) return std::nullopt;
  const Chunk chunk{rest.substr(4, 4), rest.substr(8, size), rest.substr(0, size + kChunkFrame)};
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(chunk.type.data()), static_cast<uInt>(size + 4));
  if (sum != number(rest, 8 + size)) return std::nullopt;
  rest.remove_prefix(chunk.whole.size());
  return chunk;
}

struct Source {
  std::string_view rest;
};

void read_source(png_structp png, png_bytep to, std::size_t count) {
  auto* const source = static_cast<Source*>(png_get_io_ptr(png));
  if (count > source->rest.size()) png_error(png, "cut off");
  std::memcpy(to, source->rest.data(), count);
  source->rest.remove_prefix(count);
}

void on_error(png_structp png, png_const_charp) { png_longjmp(png, 1); }
void on_warning(png_structp, png_const_charp) {}

/// Whether all of the picture can be decoded, a row at a time into `row`. Nothing here has a
/// destructor: libpng leaves by longjmp.
bool decodes(png_structp png, png_infop info, Source* source, std::vector<png_byte>* row) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;  // NOLINT: libpng knows no other way
  png_set_read_fn(png, source, read_source);
  png_set_user_limits(png, kSideMax, kSideMax);
  png_set_chunk_malloc_max(png, kChunkBytesMax);
  png_read_info(png, info);
  const int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  row->assign(png_get_rowbytes(png, info), 0);
  const png_uint_32 height = png_get_image_height(png, info);
  for (int pass = 0; pass < passes; ++pass) {
    for (png_uint_32 y = 0; y < height; ++y) png_read_row(png, row->data(), nullptr);
  }
  png_read_end(png, nullptr);
  return true;
}

bool decodes(std::string_view bytes) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, on_error, on_warning);
  png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
  Source source{bytes};
  std::vector<png_byte> row;
  const bool is_whole = info != nullptr && decodes(png, info, &source, &row);
  png_destroy_read_struct(&png, &info, nullptr);
  return is_whole;
}

}  // namespace

bool is_png(std::string_view bytes) { return bytes.starts_with(kSignature); }

Result<PhotoFacts> inspect_png(std::string_view bytes) {
  auto rest = bytes.substr(kSignature.size());
  const auto header = take_chunk(rest);
  if (!header || header->type != "IHDR" || header->body.size() != 13) return kDamaged;
  const PhotoFacts facts{"image/png", number(header->body, 0), number(header->body, 4)};
  if (facts.width == 0 || facts.height == 0) return kDamaged;
  return facts;
}

Result<Bytes> clean_png(std::string_view bytes) {
  auto rest = bytes.substr(kSignature.size());
  Bytes clean{kSignature};
  clean.reserve(bytes.size());
  bool is_whole = false;
  while (!is_whole) {
    const auto chunk = take_chunk(rest);
    if (!chunk) return kDamaged;
    const bool is_critical = (chunk->type[0] & 0x20) == 0;
    if (std::ranges::find(kKept, chunk->type) != kKept.end()) {
      clean += chunk->whole;
    } else if (is_critical) {
      return kUnknown;
    }
    is_whole = chunk->type == "IEND";
  }
  if (!decodes(clean)) return kDamaged;
  return clean;
}

}  // namespace aftercare::image
