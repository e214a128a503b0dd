#include "shared/image/thumbnail.h"
#include "tests/support/catch.h"
#include "tests/support/fake_random.h"
#include "tests/support/scratch_folder.h"

#include <rapidcheck.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <functional>

#include <jpeglib.h>
#include <png.h>

using namespace aftercare;
using image::Thumbnail;
using image::thumbnail;
using namespace std::string_literals;

namespace {

const std::filesystem::path kPhotos =
    std::filesystem::path(AFTERCARE_SOURCE_DIR) / "assets" / "demo" / "photos";

using Rgba = std::array<int, 4>;

Rgba pixel(const Thumbnail& small, int x, int y) {
  Rgba rgba{};
  for (std::size_t c = 0; c < 4; ++c) {
    const auto at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(small.width_px) +
                     static_cast<std::size_t>(x)) *
                        4 +
                    c;
    rgba[c] = static_cast<std::uint8_t>(small.rgba[at]);
  }
  return rgba;
}

bool is_like(const Rgba& a, const Rgba& b) {
  for (std::size_t c = 0; c < 4; ++c) {
    if (std::abs(a[c] - b[c]) > 12) return false;
  }
  return true;
}

using Painter = std::function<Rgba(unsigned x, unsigned y)>;

constexpr Rgba kRed{220, 20, 20, 255};
constexpr Rgba kBlue{20, 20, 220, 255};

Painter red_left_of(unsigned middle) {
  return [middle](unsigned x, unsigned) { return x < middle ? kRed : kBlue; };
}

Bytes jpeg_of(unsigned width, unsigned height, const Painter& paint, bool is_progressive = false,
              int components = 3) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &bytes, &size);
  info.image_width = width;
  info.image_height = height;
  info.input_components = components;
  info.in_color_space = components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 95, TRUE);
  if (is_progressive) jpeg_simple_progression(&info);
  jpeg_start_compress(&info, TRUE);
  std::vector<std::uint8_t> row;
  while (info.next_scanline < height) {
    row.clear();
    for (unsigned x = 0; x < width; ++x) {
      const auto rgba = paint(x, info.next_scanline);
      for (int c = 0; c < components; ++c)
        row.push_back(static_cast<std::uint8_t>(rgba[static_cast<std::size_t>(c)]));
    }
    JSAMPROW start = row.data();
    jpeg_write_scanlines(&info, &start, 1);
  }
  jpeg_finish_compress(&info);
  Bytes result(reinterpret_cast<const char*>(bytes), size);
  jpeg_destroy_compress(&info);
  std::free(bytes);
  return result;
}

Bytes png_of(unsigned width, unsigned height, const Painter& paint, int interlace = PNG_INTERLACE_NONE) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  Bytes bytes;
  png_set_write_fn(
      png, &bytes,
      [](png_structp p, png_bytep data, std::size_t size) {
        static_cast<Bytes*>(png_get_io_ptr(p))->append(reinterpret_cast<char*>(data), size);
      },
      nullptr);
  png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGBA, interlace, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  std::vector<std::uint8_t> pixels;
  for (unsigned y = 0; y < height; ++y) {
    for (unsigned x = 0; x < width; ++x) {
      for (const int value : paint(x, y)) pixels.push_back(static_cast<std::uint8_t>(value));
    }
  }
  std::vector<png_bytep> rows;
  for (unsigned y = 0; y < height; ++y) rows.push_back(pixels.data() + std::size_t{y} * width * 4);
  png_set_rows(png, info, rows.data());
  png_write_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

}  // namespace

TEST_CASE("thumbnail: the longer side has what was asked for, the shape is kept", "[image][V09]") {
  struct Case {
    unsigned width;
    unsigned height;
    int side;
    int width_px;
    int height_px;
  };
  for (const auto& c : {Case{400, 300, 200, 200, 150}, Case{300, 400, 200, 150, 200},
                        Case{640, 480, 333, 333, 250}, Case{1000, 10, 100, 100, 1},
                        Case{1000, 3, 100, 100, 1}, Case{50, 50, 1, 1, 1}, Case{50, 40, 0, 1, 1}}) {
    CAPTURE(c.width, c.height, c.side);
    for (const auto& bytes :
         {jpeg_of(c.width, c.height, red_left_of(1)), png_of(c.width, c.height, red_left_of(1))}) {
      const auto small = thumbnail(bytes, c.side);
      REQUIRE(small.has_value());
      CHECK(small.value().width_px == c.width_px);
      CHECK(small.value().height_px == c.height_px);
      CHECK(small.value().rgba.size() == static_cast<std::size_t>(c.width_px * c.height_px * 4));
    }
  }
}

TEST_CASE("thumbnail: a small picture is not enlarged and keeps its pixels", "[image][V09]") {
  const auto paint = [](unsigned x, unsigned y) {
    return Rgba{static_cast<int>(x * 9), static_cast<int>(y * 9), 77, 255};
  };
  const auto small = thumbnail(png_of(20, 10, paint), 512);
  REQUIRE(small.has_value());
  CHECK(small.value().width_px == 20);
  for (unsigned y = 0; y < 10; ++y) {
    for (unsigned x = 0; x < 20; ++x)
      CHECK(pixel(small.value(), static_cast<int>(x), static_cast<int>(y)) == paint(x, y));
  }
}

TEST_CASE("thumbnail: each pixel is the mean of those it stands for, also across broken borders",
          "[image][V09]") {
  // Three columns become two: the middle one is shared half and half.
  const auto columns = thumbnail(png_of(3, 3,
                                        [](unsigned x, unsigned) {
                                          return Rgba{x == 1 ? 90 : 0, x == 0 ? 30 : 0, 0, 255};
                                        }),
                                 2);
  REQUIRE(columns.has_value());
  CHECK(pixel(columns.value(), 0, 0) == Rgba{30, 20, 0, 255});
  CHECK(pixel(columns.value(), 1, 1) == Rgba{30, 0, 0, 255});

  // A chessboard becomes grey, not stripes.
  const auto board = thumbnail(png_of(64, 64,
                                      [](unsigned x, unsigned y) {
                                        const int v = (x + y) % 2 == 0 ? 255 : 0;
                                        return Rgba{v, v, v, 255};
                                      }),
                               8);
  REQUIRE(board.has_value());
  for (int i = 0; i < 8; ++i) CHECK(pixel(board.value(), i, i) == Rgba{128, 128, 128, 255});
}

TEST_CASE("thumbnail: every kind of JPEG shows its own colours", "[image][V09]") {
  for (const auto& bytes : {jpeg_of(801, 603, red_left_of(400)), jpeg_of(801, 603, red_left_of(400), true)}) {
    for (const int side : {20, 90, 190, 390, 790}) {  // each shrinking step of the decoder
      CAPTURE(side);
      const auto small = thumbnail(bytes, side);
      REQUIRE(small.has_value());
      CHECK(is_like(pixel(small.value(), side / 4, small.value().height_px / 2), kRed));
      CHECK(is_like(pixel(small.value(), side * 3 / 4, small.value().height_px - 1), kBlue));
    }
  }
  const auto grey = thumbnail(jpeg_of(
                                  80, 60,
                                  [](unsigned, unsigned) {
                                    return Rgba{99, 0, 0, 0};
                                  },
                                  false, 1),
                              20);
  REQUIRE(grey.has_value());
  CHECK(is_like(pixel(grey.value(), 3, 3), {99, 99, 99, 255}));
}

TEST_CASE("thumbnail: what is invisible in a PNG does not tint what is seen", "[image][V09]") {
  const auto paint = [](unsigned x, unsigned) {
    return x % 2 == 0 ? Rgba{255, 0, 0, 255} : Rgba{0, 255, 0, 0};
  };
  const auto small = thumbnail(png_of(8, 8, paint), 4);
  REQUIRE(small.has_value());
  CHECK(pixel(small.value(), 1, 1) == Rgba{255, 0, 0, 128});
}

TEST_CASE("thumbnail: an interlaced PNG looks like a plain one", "[image][V09]") {
  const auto paint = [](unsigned x, unsigned y) {
    return Rgba{static_cast<int>(x * 3), static_cast<int>(y * 5), static_cast<int>(x ^ y), 255};
  };
  const auto interlaced = thumbnail(png_of(61, 37, paint, PNG_INTERLACE_ADAM7), 19);
  const auto plain = thumbnail(png_of(61, 37, paint), 19);
  REQUIRE((interlaced && plain));
  CHECK((interlaced.value().rgba == plain.value().rgba));
}

TEST_CASE("thumbnail: a photo cut off or damaged is refused with what to do", "[image][V09][S07]") {
  for (const auto& bytes : {jpeg_of(64, 48, red_left_of(30)), png_of(64, 48, red_left_of(30))}) {
    const auto half = thumbnail(std::string_view(bytes).substr(0, bytes.size() / 2), 16);
    REQUIRE_FALSE(half.has_value());
    CHECK(half.error().kind == ErrorKind::Refused);
    CHECK(half.error().detail.find("again") != std::string::npos);
  }
  CHECK(thumbnail("Dear customer, your boiler is fine.", 16).error().kind == ErrorKind::Refused);
  CHECK(thumbnail("", 16).error().kind == ErrorKind::Refused);
}

TEST_CASE("thumbnail: the limits hold before anything is decoded", "[image][S07]") {
  const auto bytes = jpeg_of(64, 48, red_left_of(30));
  CHECK(thumbnail(bytes, 16, {.side_px_max = 63}).error().detail.find("64 × 48") != std::string::npos);
  CHECK(thumbnail(bytes, 16, {.byte_count_max = 100}).error().kind == ErrorKind::Refused);
}

TEST_CASE("thumbnail: a JPEG cannot show one size to the limits and another to the decoder", "[image][S07]") {
  auto bytes = jpeg_of(64, 48, red_left_of(30));
  const auto frame = bytes.find("\xff\xc0");
  const auto length = static_cast<std::size_t>(static_cast<std::uint8_t>(bytes[frame + 3])) + 2;
  auto large = bytes.substr(frame, length);
  large.replace(5, 4, "\x75\x30\x75\x30");  // 30,000 × 30,000
  // A restart marker has no length for the decoder; who reads one jumps over the frame that follows.
  const auto jump = "\xff\xd0\0"s + static_cast<char>(length + 2) + large;
  const auto two_sizes = bytes.substr(0, frame) + jump + bytes.substr(frame);
  REQUIRE(image::inspect_photo(two_sizes).value().width == 64);
  CHECK(thumbnail(two_sizes, 16).error().kind == ErrorKind::Refused);
}

TEST_CASE("thumbnail: a JPEG of many thousand scans does not keep us busy", "[image][S07]") {
  const auto jpeg = jpeg_of(64, 48, red_left_of(30), true);
  const auto scan = jpeg.rfind("\xff\xda");
  const auto last = jpeg.substr(scan, jpeg.size() - 2 - scan);
  auto many = jpeg.substr(0, jpeg.size() - 2);
  for (int i = 0; i < 10'000; ++i) many += last;
  CHECK(thumbnail(many + "\xff\xd9", 16).error().kind == ErrorKind::Refused);
}

TEST_CASE("thumbnail: whatever bytes are changed, the answer is a picture or a refusal", "[image][S07]") {
  const auto jpeg = jpeg_of(64, 48, red_left_of(30), true);
  const auto png = png_of(20, 10, red_left_of(9), PNG_INTERLACE_ADAM7);
  CHECK(rc::check([&] {
    auto bytes = *rc::gen::element(jpeg, png);
    for (int i = *rc::gen::inRange(1, 4); i > 0; --i)
      bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = static_cast<char>(*rc::gen::inRange(0, 256));
    const auto small = thumbnail(bytes, 16);
    if (small)
      RC_ASSERT(small.value().rgba.size() ==
                static_cast<std::size_t>(small.value().width_px * small.value().height_px * 4));
    if (!small) RC_ASSERT(small.error().kind == ErrorKind::Refused);
  }));
}

TEST_CASE("thumbnail: the photos of the demonstration all have one", "[image][V09]") {
  for (const auto& entry : std::filesystem::directory_iterator(kPhotos)) {
    const auto clean = image::clean_photo(testing::file_bytes(entry.path()));
    REQUIRE(clean.has_value());
    const auto small = thumbnail(clean.value(), 256);
    REQUIRE(small.has_value());
    CHECK(std::max(small.value().width_px, small.value().height_px) == 256);
  }
}

TEST_CASE("thumbnail: twelve megapixels are not decoded to be thrown away", "[image][V09]") {
  const auto bytes = jpeg_of(4000, 3000, [](unsigned x, unsigned y) {
    return Rgba{static_cast<int>((x * 7 + y * 3) % 256), static_cast<int>((x ^ y) % 256), 90, 255};
  });
  const auto time_for = [&](int side) {
    const auto started = std::chrono::steady_clock::now();
    REQUIRE(thumbnail(bytes, side).has_value());
    return std::chrono::steady_clock::now() - started;
  };

  // Against one so large that the decoder cannot shrink: the ratio holds on a busy machine too.
  CHECK(time_for(320) * 2 < time_for(3999));
}
TEST_CASE("photo: one beyond the budget is kept as a smaller picture, one within it as it is [V09]",
          "[V09]") {
  testing::FakeRandom random{4};
  const auto noise = random.bytes(1 << 20);
  const auto busy = jpeg_of(3000, 2000, [&](unsigned x, unsigned y) {
    const auto at = [&](unsigned i) {
      return static_cast<std::uint8_t>(noise[(std::size_t{y} * 3000 + x) * 3 % (noise.size() - 3) + i]);
    };
    return Rgba{at(0), at(1), at(2), 255};
  });
  const auto wide = jpeg_of(4000, 300, red_left_of(2000));
  const auto plain = jpeg_of(2560, 1920, red_left_of(1000));
  REQUIRE(busy.size() > 3'000'000);

  const auto from_busy = image::fit_photo(busy).value();
  CHECK(from_busy.is_smaller);
  CHECK(from_busy.bytes.size() <= 1 << 20);
  CHECK(image::clean_photo(from_busy.bytes));
  CHECK(from_busy.facts.width >= 1'000);
  CHECK(from_busy.facts.width * 2 == from_busy.facts.height * 3);
  const auto from_wide = image::fit_photo(wide).value();
  CHECK(from_wide.is_smaller);
  CHECK(from_wide.facts.width == 2'560);
  CHECK(from_wide.facts.height == 192);
  CHECK(image::inspect_photo(from_wide.bytes).value().width == 2'560);
  const auto from_plain = image::fit_photo(plain).value();
  CHECK_FALSE(from_plain.is_smaller);
  CHECK(from_plain.bytes == image::clean_photo(plain).value());
  const auto from_png = image::fit_photo(png_of(3000, 100, red_left_of(1500))).value();
  CHECK(from_png.is_smaller);
  CHECK(from_png.facts.media_type == "image/jpeg");
  CHECK_FALSE(image::fit_photo(busy.substr(0, busy.size() / 2)));
}

TEST_CASE("photo: its preview is a picture of a few kilobytes with nothing else in it [V09]", "[V09]") {
  const auto photo = image::fit_photo(jpeg_of(2000, 1500, red_left_of(1000))).value();

  const auto preview = image::preview_photo(photo.bytes).value();

  CHECK(preview.size() < 16 << 10);
  CHECK(image::inspect_photo(preview).value().width == image::kPreviewSidePx);
  CHECK(image::inspect_photo(preview).value().height == 240);
  CHECK(image::clean_photo(preview).value() == preview);
}
