#include "shared/image/jpeg.h"

#include "shared/image/jpeg_decoder.h"

#include <libexif/exif-data.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <vector>

namespace aftercare::image {
namespace {

constexpr int kQuality = 92;
constexpr int kRowCount = 16;  // rows turned at once, so that each cache line is read once

const Error kDamaged{ErrorKind::Refused,
                     "the picture is damaged or cut off: take the photo again, or copy the file again"};
const Error kUnknown{
    ErrorKind::Refused,
    "this kind of JPEG is not understood: take the photo again, or save it as an ordinary colour JPEG"};

enum Marker : std::uint8_t {
  kSof0 = 0xc0,
  kSof1 = 0xc1,
  kSof2 = 0xc2,
  kHuffman = 0xc4,
  kRestart0 = 0xd0,
  kRestart7 = 0xd7,
  kStart = 0xd8,
  kEnd = 0xd9,
  kScan = 0xda,
  kQuantisation = 0xdb,
  kRestartInterval = 0xdd,
  kApp0 = 0xe0,
  kApp1 = 0xe1,
  kApp2 = 0xe2,
  kApp14 = 0xee,
};

bool is_frame(std::uint8_t marker) { return marker == kSof0 || marker == kSof1 || marker == kSof2; }
bool is_other_frame(std::uint8_t marker) {
  return marker >= kSof0 && marker <= 0xcf && marker != kHuffman && marker != 0xc8 && !is_frame(marker);
}

struct Segment {
  std::uint8_t marker = 0;
  std::string_view body;  // without marker and length; of a scan its header
  std::string_view data;  // of a scan: its coded bytes up to the next marker
};

/// Takes a JPEG apart without decoding it. Every byte belongs to a segment; anything else is damage.
class Segments {
 public:
  explicit Segments(std::string_view bytes) : rest_(bytes.substr(2)) {}

  /// Empty at damage.
  std::optional<Segment> next() {
    if (rest_.size() < 2 || rest_[0] != '\xff') return std::nullopt;
    while (rest_.size() > 1 && rest_[1] == '\xff') rest_.remove_prefix(1);  // fill bytes
    if (rest_.size() < 2) return std::nullopt;
    Segment segment{static_cast<std::uint8_t>(rest_[1]), {}, {}};
    rest_.remove_prefix(2);
    if (segment.marker == kEnd) return segment;
    if (rest_.size() < 2) return std::nullopt;
    const std::size_t size = static_cast<std::size_t>(static_cast<std::uint8_t>(rest_[0])) << 8 |
                             static_cast<std::uint8_t>(rest_[1]);
    if (size < 2 || size > rest_.size()) return std::nullopt;
    segment.body = rest_.substr(2, size - 2);
    rest_.remove_prefix(size);
    if (segment.marker == kScan) segment.data = take_scan();
    return segment;
  }

 private:
  std::string_view take_scan() {
    std::size_t end = 0;
    while (true) {
      end = rest_.find('\xff', end);
      if (end == std::string_view::npos || end + 1 >= rest_.size()) {
        end = rest_.size();
        break;
      }
      const auto next = static_cast<std::uint8_t>(rest_[end + 1]);
      if (next != 0 && (next < kRestart0 || next > kRestart7)) break;
      end += 2;
    }
    const auto data = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return data;
  }

  std::string_view rest_;
};

void append_segment(Bytes& bytes, std::uint8_t marker, std::string_view body) {
  bytes += '\xff';
  bytes += static_cast<char>(marker);
  bytes += static_cast<char>((body.size() + 2) >> 8);
  bytes += static_cast<char>((body.size() + 2) & 0xff);
  bytes += body;
}

/// 1 to 8 as Exif counts them, 1 when nothing sensible is said.
int orientation_of(std::string_view exif) {
  const std::unique_ptr<ExifData, void (*)(ExifData*)> data{
      exif_data_new_from_data(reinterpret_cast<const unsigned char*>(exif.data()),
                              static_cast<unsigned>(exif.size())),
      exif_data_unref};
  if (!data) return 1;
  const ExifEntry* const entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (entry == nullptr || entry->format != EXIF_FORMAT_SHORT || entry->size < 2) return 1;
  const int orientation = exif_get_short(entry->data, exif_data_get_byte_order(data.get()));
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

/// What stays of the file, and how the picture is meant to be held.
struct Stripped {
  Bytes bytes;
  Bytes profile;  // the colour profile's segments
  int orientation = 1;
};

Result<Stripped> strip(std::string_view bytes) {
  constexpr std::string_view kExif{"Exif\0\0", 6};
  constexpr std::string_view kJfif{"JFIF\0", 5};
  constexpr std::string_view kProfile{"ICC_PROFILE\0", 12};
  constexpr std::size_t kJfifBytes = 14;

  Stripped stripped;
  stripped.bytes = "\xff\xd8";
  stripped.bytes.reserve(bytes.size());
  bool has_exif = false;
  int scan_count = 0;
  Segments segments{bytes};
  while (true) {
    const auto segment = segments.next();
    if (!segment) return kDamaged;
    const auto marker = segment->marker;
    if (marker == kEnd) break;
    if (is_other_frame(marker)) return kUnknown;

    if (is_frame(marker) || marker == kHuffman || marker == kQuantisation || marker == kRestartInterval) {
      append_segment(stripped.bytes, marker, segment->body);
    } else if (marker == kScan) {
      if (++scan_count > kScanCountMax) return kUnknown;
      append_segment(stripped.bytes, marker, segment->body);
      stripped.bytes += segment->data;
    } else if (marker == kApp0 && segment->body.starts_with(kJfif) && segment->body.size() >= kJfifBytes) {
      Bytes body{segment->body.substr(0, kJfifBytes)};
      body[12] = body[13] = 0;  // the size of a preview, which stays behind
      append_segment(stripped.bytes, marker, body);
    } else if (marker == kApp1 && segment->body.starts_with(kExif) && !has_exif) {
      has_exif = true;
      stripped.orientation = orientation_of(segment->body);
    } else if (marker == kApp2 && segment->body.starts_with(kProfile)) {
      append_segment(stripped.bytes, marker, segment->body);
      append_segment(stripped.profile, marker, segment->body);
    } else if (marker == kApp14 && segment->body.starts_with("Adobe")) {
      append_segment(stripped.bytes, marker, segment->body.substr(0, 12));  // says how colours are coded
    } else if (marker < kApp0) {
      return kUnknown;
    }
  }
  if (scan_count == 0) return kDamaged;
  stripped.bytes += "\xff\xd9";
  return stripped;
}

// ---- Decoding and encoding --------------------------------------------------------------------------

struct Encoder {
  jpeg_compress_struct info{};
  JpegErrors errors;
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  Encoder() { info.err = jumping_errors(errors); }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  ~Encoder() {
    jpeg_destroy_compress(&info);
    std::free(bytes);  // NOLINT: libjpeg allocated it
  }
};

struct Pixels {
  std::vector<std::uint8_t> bytes;
  std::size_t width = 0;
  std::size_t height = 0;
  std::size_t depth = 0;  // bytes of a pixel: 1 grey, 3 colour
};

bool begin(JpegDecoder& decoder, std::string_view bytes) {
  if (setjmp(decoder.errors.place) != 0) return false;  // NOLINT
  decoder.open(bytes);
  decoder.info.out_color_space = decoder.info.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(&decoder.info);
  return true;
}

/// All rows into `row`, each over the last (`stride` 0), or one below the other.
bool read_rows(JpegDecoder& decoder, std::uint8_t* row, std::size_t stride) {
  if (setjmp(decoder.errors.place) != 0) return false;  // NOLINT
  while (decoder.info.output_scanline < decoder.info.output_height) {
    JSAMPROW to = row + stride * decoder.info.output_scanline;
    jpeg_read_scanlines(&decoder.info, &to, 1);
  }
  jpeg_finish_decompress(&decoder.info);
  return true;
}

enum class Check { Whole, StrangeBytes, Damaged };

Check check(std::string_view bytes) {
  JpegDecoder decoder;
  if (!begin(decoder, bytes)) return Check::Damaged;
  std::vector<std::uint8_t> row(std::size_t{decoder.info.output_width} *
                                static_cast<std::size_t>(decoder.info.output_components));
  if (!read_rows(decoder, row.data(), 0)) return Check::Damaged;
  return decoder.errors.has_strange_bytes ? Check::StrangeBytes : Check::Whole;
}

std::optional<Pixels> decode(std::string_view bytes) {
  JpegDecoder decoder;
  if (!begin(decoder, bytes)) return std::nullopt;
  Pixels pixels{{},
                decoder.info.output_width,
                decoder.info.output_height,
                static_cast<std::size_t>(decoder.info.output_components)};
  pixels.bytes.resize(pixels.width * pixels.height * pixels.depth);
  if (!read_rows(decoder, pixels.bytes.data(), pixels.width * pixels.depth)) return std::nullopt;
  return pixels;
}

/// Where the pixel that stands at (x, y) of the upright picture lies in the stored one.
struct Turn {
  int orientation;
  std::size_t width;  // stored
  std::size_t height;
  [[nodiscard]] bool is_on_its_side() const { return orientation >= 5; }
  [[nodiscard]] std::size_t source(std::size_t x, std::size_t y) const {
    const auto right = width - 1;
    const auto bottom = height - 1;
    switch (orientation) {
      case 2: return y * width + (right - x);
      case 3: return (bottom - y) * width + (right - x);
      case 4: return (bottom - y) * width + x;
      case 5: return x * width + y;
      case 6: return (bottom - x) * width + y;
      case 7: return (bottom - x) * width + (right - y);
      case 8: return x * width + (right - y);
      default: return y * width + x;
    }
  }
};

void turn_rows(const Pixels& pixels, const Turn& turn, std::size_t width, std::size_t y, std::size_t count,
               std::uint8_t* to) {
  for (std::size_t x = 0; x < width; ++x) {
    for (std::size_t row = 0; row < count; ++row) {
      const auto* const from = pixels.bytes.data() + turn.source(x, y + row) * pixels.depth;
      std::copy_n(from, pixels.depth, to + (row * width + x) * pixels.depth);
    }
  }
}

bool encode(Encoder& encoder, const Pixels& pixels, const Turn& turn, std::string_view profile, int quality,
            std::vector<std::uint8_t>& rows) {
  auto& info = encoder.info;
  if (setjmp(encoder.errors.place) != 0) return false;  // NOLINT
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, &encoder.bytes, &encoder.size);
  info.image_width = static_cast<JDIMENSION>(turn.is_on_its_side() ? pixels.height : pixels.width);
  info.image_height = static_cast<JDIMENSION>(turn.is_on_its_side() ? pixels.width : pixels.height);
  info.input_components = static_cast<int>(pixels.depth);
  info.in_color_space = pixels.depth == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  info.optimize_coding = TRUE;
  jpeg_start_compress(&info, TRUE);
  for (std::size_t at = 0; at < profile.size();) {
    const auto size = (static_cast<std::size_t>(static_cast<std::uint8_t>(profile[at + 2])) << 8 |
                       static_cast<std::uint8_t>(profile[at + 3])) -
                      2;
    jpeg_write_marker(&info, kApp2, reinterpret_cast<const JOCTET*>(profile.data() + at + 4),
                      static_cast<unsigned>(size));
    at += size + 4;
  }
  const std::size_t width = info.image_width;
  while (info.next_scanline < info.image_height) {
    const auto count = std::min<JDIMENSION>(kRowCount, info.image_height - info.next_scanline);
    turn_rows(pixels, turn, width, info.next_scanline, count, rows.data());
    JSAMPROW starts[kRowCount];
    for (JDIMENSION row = 0; row < count; ++row) starts[row] = rows.data() + row * width * pixels.depth;
    jpeg_write_scanlines(&info, starts, count);
  }
  jpeg_finish_compress(&info);
  return true;
}

Result<Bytes> encoded(const Pixels& pixels, int orientation, std::string_view profile, int quality) {
  const Turn turn{orientation, pixels.width, pixels.height};
  std::vector<std::uint8_t> rows(std::max(pixels.width, pixels.height) * pixels.depth * kRowCount);
  Encoder encoder;
  if (!encode(encoder, pixels, turn, profile, quality, rows))
    return Error{ErrorKind::Refused, "the photo could not be encoded: take it again"};
  return Bytes(reinterpret_cast<const char*>(encoder.bytes), encoder.size);
}

Result<Bytes> turned(const Stripped& stripped) {
  const auto pixels = decode(stripped.bytes);
  if (!pixels) return kDamaged;
  return encoded(*pixels, stripped.orientation, stripped.profile, kQuality);
}

Pixels on_white(const Thumbnail& picture) {
  Pixels pixels{
      {}, static_cast<std::size_t>(picture.width_px), static_cast<std::size_t>(picture.height_px), 3};
  pixels.bytes.reserve(pixels.width * pixels.height * pixels.depth);
  for (std::size_t at = 0; at + 3 < picture.rgba.size(); at += 4) {
    const unsigned alpha = static_cast<std::uint8_t>(picture.rgba[at + 3]);
    for (std::size_t c = 0; c < 3; ++c) {
      const unsigned colour = static_cast<std::uint8_t>(picture.rgba[at + c]);
      pixels.bytes.push_back(static_cast<std::uint8_t>((colour * alpha + 255 * (255 - alpha) + 127) / 255));
    }
  }
  return pixels;
}

}  // namespace

bool is_jpeg(std::string_view bytes) { return bytes.starts_with("\xff\xd8\xff"); }

Result<PhotoFacts> inspect_jpeg(std::string_view bytes) {
  Segments segments{bytes};
  while (true) {
    const auto segment = segments.next();
    if (!segment || segment->marker == kEnd || segment->marker == kScan) return kDamaged;
    if (is_other_frame(segment->marker)) return kUnknown;
    if (!is_frame(segment->marker)) continue;

    const auto body = segment->body;
    const auto number = [&](std::size_t at) {
      return static_cast<std::int64_t>(static_cast<std::uint8_t>(body[at])) << 8 |
             static_cast<std::uint8_t>(body[at + 1]);
    };
    if (body.size() < 6) return kDamaged;
    const auto component_count = static_cast<std::uint8_t>(body[5]);
    if (body[0] != 8 || (component_count != 1 && component_count != 3))
      return kUnknown;  // 12 bits, or ink colours
    PhotoFacts facts{"image/jpeg", number(3), number(1)};
    if (facts.width == 0 || facts.height == 0) return kDamaged;
    return facts;
  }
}

Result<Bytes> clean_jpeg(std::string_view bytes) {
  auto stripped = strip(bytes);
  if (!stripped) return stripped.error();
  if (stripped.value().orientation != 1) return turned(stripped.value());
  switch (check(stripped.value().bytes)) {
    case Check::Whole: return std::move(stripped.value().bytes);
    case Check::StrangeBytes: return turned(stripped.value());  // encoding again leaves them behind
    case Check::Damaged: break;
  }
  return kDamaged;
}

Result<Bytes> encode_jpeg(const Thumbnail& picture, int quality, std::string_view made_from) {
  constexpr std::size_t kProfileBytesMax = 64 << 10;
  Bytes profile;
  if (is_jpeg(made_from)) {
    if (auto stripped = strip(made_from); stripped && stripped.value().profile.size() <= kProfileBytesMax)
      profile = std::move(stripped.value().profile);
  }
  return encoded(on_white(picture), 1, profile, quality);
}

}  // namespace aftercare::image
