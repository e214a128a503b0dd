#include "shared/image/photo.h"
#include "tests/support/catch.h"
#include "tests/support/fake_random.h"
#include "tests/support/scratch_folder.h"

#include <rapidcheck.h>
#include <zlib.h>

#include <array>
#include <cstdio>
#include <functional>

#include <jpeglib.h>
#include <png.h>

using namespace aftercare;
using image::clean_photo;
using image::inspect_photo;
using namespace std::string_literals;

namespace {

const std::filesystem::path kPhotos =
    std::filesystem::path(AFTERCARE_SOURCE_DIR) / "assets" / "demo" / "photos";

struct Colour {
  int r = 0;
  int g = 0;
  int b = 0;
  [[nodiscard]] bool is_like(const Colour& other) const {
    return std::abs(r - other.r) < 60 && std::abs(g - other.g) < 60 && std::abs(b - other.b) < 60;
  }
};
constexpr Colour kRed{220, 20, 20};
constexpr Colour kGreen{20, 200, 20};
constexpr Colour kBlue{20, 20, 220};
constexpr Colour kWhite{240, 240, 240};

struct Picture {
  unsigned width = 0;
  unsigned height = 0;
  std::vector<std::uint8_t> rgb = {};
  [[nodiscard]] Colour at(unsigned x, unsigned y) const {
    const auto* p = rgb.data() + (std::size_t{y} * width + x) * 3;
    return {p[0], p[1], p[2]};
  }
};

/// Red, green, blue and white in the corners: upper left, upper right, lower left, lower right.
Picture four_corners(unsigned width = 64, unsigned height = 32) {
  Picture picture{width, height};
  for (unsigned y = 0; y < height; ++y) {
    for (unsigned x = 0; x < width; ++x) {
      const auto& colour =
          y < height / 2 ? (x < width / 2 ? kRed : kGreen) : (x < width / 2 ? kBlue : kWhite);
      for (const int value : {colour.r, colour.g, colour.b})
        picture.rgb.push_back(static_cast<std::uint8_t>(value));
    }
  }
  return picture;
}

Bytes jpeg_of(const Picture& picture, const std::function<void(jpeg_compress_struct&)>& set = {},
              int components = 3) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &bytes, &size);
  info.image_width = picture.width;
  info.image_height = picture.height;
  info.input_components = components;
  info.in_color_space = components == 4 ? JCS_CMYK : components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 90, TRUE);
  if (set) set(info);
  jpeg_start_compress(&info, TRUE);
  std::vector<std::uint8_t> row(std::size_t{picture.width} * 4);
  while (info.next_scanline < info.image_height) {
    for (unsigned x = 0; x < picture.width; ++x) {
      for (int c = 0; c < components; ++c) {
        row[x * static_cast<unsigned>(components) + static_cast<unsigned>(c)] =
            picture.rgb[(std::size_t{info.next_scanline} * picture.width + x) * 3 +
                        static_cast<unsigned>(std::min(c, 2))];
      }
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

Picture picture_of_jpeg(const Bytes& bytes) {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_read_header(&info, TRUE);
  info.out_color_space = JCS_RGB;
  jpeg_start_decompress(&info);
  Picture picture{info.output_width, info.output_height,
                  std::vector<std::uint8_t>(std::size_t{info.output_width} * info.output_height * 3)};
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = picture.rgb.data() + std::size_t{info.output_scanline} * picture.width * 3;
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  return picture;
}

std::string big16(std::size_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}
std::string big32(std::size_t value) { return big16(value >> 16) + big16(value & 0xffff); }

Bytes segment(std::uint8_t marker, const std::string& body) {
  return "\xff"s + static_cast<char>(marker) + big16(body.size() + 2) + body;
}

/// Put between the start of the picture and the rest.
Bytes with_segment(const Bytes& jpeg, const Bytes& segment) {
  return jpeg.substr(0, 2) + segment + jpeg.substr(2);
}

Bytes exif_orientation(int orientation, bool is_big_endian = false) {
  const auto held = static_cast<char>(orientation);
  const auto tiff = is_big_endian
                        ? "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"s + held + "\0\0\0\0\0\0"s
                        : "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"s + held + "\0\0\0\0\0\0\0"s;
  return segment(0xe1, "Exif\0\0"s + tiff);
}

Bytes png_chunk(const std::string& type, const std::string& body) {
  const auto all = type + body;
  return big32(body.size()) + all +
         big32(crc32(0, reinterpret_cast<const Bytef*>(all.data()), static_cast<uInt>(all.size())));
}

const Bytes kPngSignature = "\x89PNG\r\n\x1a\n"s;

std::string deflated(const std::string& bytes) {
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  std::string result(size, '\0');
  compress(reinterpret_cast<Bytef*>(result.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
           static_cast<uLong>(bytes.size()));
  result.resize(size);
  return result;
}

Bytes png_header(std::size_t width, std::size_t height, int kind = 2, int depth = 8) {
  return png_chunk(
      "IHDR", big32(width) + big32(height) + static_cast<char>(depth) + static_cast<char>(kind) + "\0\0\0"s);
}

/// A PNG of one colour, `before` standing between header and pixels.
Bytes png_of(std::size_t width, std::size_t height, const Bytes& before = {}) {
  std::string rows;
  for (std::size_t y = 0; y < height; ++y) {
    rows += '\0';
    for (std::size_t x = 0; x < width; ++x) rows += "\x30\x60\x90";
  }
  return kPngSignature + png_header(width, height) + before + png_chunk("IDAT", deflated(rows)) +
         png_chunk("IEND", "");
}

std::string refusal(const Result<Bytes>& result) {
  if (result) return "accepted";
  CHECK(result.error().kind == ErrorKind::Refused);
  return result.error().detail;
}

}  // namespace

TEST_CASE("photo: place, device, time, comment and preview are gone, the pixels are the same",
          "[image][V09]") {
  const auto bytes = testing::file_bytes(kPhotos / "flue.jpg");
  REQUIRE(bytes.find("Tabula") != std::string::npos);

  const auto clean = clean_photo(bytes);

  REQUIRE(clean.has_value());
  for (const auto* trace : {"Exif", "Tabula", "2026:11:20", "comment"})
    CHECK(clean.value().find(trace) == std::string::npos);
  CHECK(picture_of_jpeg(clean.value()).rgb == picture_of_jpeg(bytes).rgb);
}

TEST_CASE("photo: every place where a JPEG can hide words is emptied", "[image][V09]") {
  const auto plain = jpeg_of(four_corners());
  for (int marker = 0xe0; marker <= 0xff; ++marker) {
    if (marker == 0xff) continue;
    if (marker > 0xef && marker != 0xfe) continue;
    const auto clean =
        clean_photo(with_segment(plain, segment(static_cast<std::uint8_t>(marker), "planted words")));
    CAPTURE(marker);
    REQUIRE(clean.has_value());
    CHECK(clean.value().find("planted") == std::string::npos);
  }
  // Behind the end, and between the last pixel and the end.
  CHECK(clean_photo(plain + "planted words").value().find("planted") == std::string::npos);
  const auto between =
      clean_photo(plain.substr(0, plain.size() - 2) + "planted words" + plain.substr(plain.size() - 2));
  CHECK(refusal(between).find("planted") == std::string::npos);
  if (between) CHECK(between.value().find("planted") == std::string::npos);
}

TEST_CASE("photo: a preview inside the JFIF head does not stay", "[image][V09]") {
  auto plain = jpeg_of(four_corners());
  REQUIRE(plain.substr(6, 4) == "JFIF");
  const auto head = segment(0xe0, plain.substr(6, 12) + "\x02\x02"s + std::string(12, 'p'));
  const auto clean = clean_photo(plain.substr(0, 2) + head + plain.substr(20));
  REQUIRE(clean.has_value());
  CHECK(clean.value().find("pppp") == std::string::npos);
  CHECK(clean.value() == clean_photo(plain).value());
}

TEST_CASE("photo: a picture that lies on its side stands upright afterwards", "[image][V09]") {
  const auto bytes = testing::file_bytes(kPhotos / "boiler.jpg");
  CHECK(inspect_photo(bytes).value().width == 1600);

  const auto clean = clean_photo(bytes);

  REQUIRE(clean.has_value());
  const auto facts = inspect_photo(clean.value()).value();
  CHECK(facts.width == 1200);
  CHECK(facts.height == 1600);
  CHECK(picture_of_jpeg(clean.value())
            .at(600, 1450)
            .is_like({200, 170, 50}));  // the gas pipe hangs from the boiler
  CHECK(clean.value().find("Exif") == std::string::npos);
}

TEST_CASE("photo: all eight ways of holding a camera are understood", "[image][V09]") {
  // Where the stored upper left corner (red) and upper right one (green) belong, by the words of Exif.
  struct Way {
    int orientation;
    int red;  // 0 upper left, 1 upper right, 2 lower left, 3 lower right
    int green;
  };
  const auto plain = jpeg_of(four_corners());
  for (const auto& way : {Way{1, 0, 1}, Way{2, 1, 0}, Way{3, 3, 2}, Way{4, 2, 3}, Way{5, 0, 2}, Way{6, 1, 3},
                          Way{7, 3, 1}, Way{8, 2, 0}}) {
    for (const bool is_big_endian : {false, true}) {
      CAPTURE(way.orientation, is_big_endian);
      const auto clean = clean_photo(with_segment(plain, exif_orientation(way.orientation, is_big_endian)));
      REQUIRE(clean.has_value());
      const auto picture = picture_of_jpeg(clean.value());
      CHECK(picture.width == (way.orientation >= 5 ? 32 : 64));
      CHECK(picture.height == (way.orientation >= 5 ? 64 : 32));
      const auto corner = [&](int n) {
        return picture.at(n % 2 == 0 ? 4 : picture.width - 5, n < 2 ? 4 : picture.height - 5);
      };
      CHECK(corner(way.red).is_like(kRed));
      CHECK(corner(way.green).is_like(kGreen));
    }
  }
  // Nonsense is no orientation.
  for (const int wrong : {0, 9, 77})
    CHECK(clean_photo(with_segment(plain, exif_orientation(wrong))).value() == clean_photo(plain).value());
}

TEST_CASE("photo: cleaning what is clean changes no byte", "[image][V09]") {
  for (const auto& entry : std::filesystem::directory_iterator(kPhotos)) {
    const auto once = clean_photo(testing::file_bytes(entry.path()));
    REQUIRE(once.has_value());
    CHECK(clean_photo(once.value()).value() == once.value());
  }
  const auto png = clean_photo(png_of(20, 10, png_chunk("tEXt", "Author\0Nino"s))).value();
  CHECK(clean_photo(png).value() == png);
}

TEST_CASE("photo: the colour profile stays, also when the picture is turned", "[image][V09]") {
  const auto profile = segment(0xe2, "ICC_PROFILE\0\x01\x01"s + std::string(300, 'i'));
  const auto jpeg = with_segment(jpeg_of(four_corners()), profile);
  CHECK(clean_photo(jpeg).value().find(profile) != std::string::npos);
  CHECK(clean_photo(with_segment(jpeg, exif_orientation(6))).value().find(profile) != std::string::npos);
}

TEST_CASE("photo: grey, progressive and restart-marked JPEGs are pictures too", "[image][V09]") {
  const auto progressive = jpeg_of(four_corners(), [](auto& info) { jpeg_simple_progression(&info); });
  const auto restarts = jpeg_of(four_corners(), [](auto& info) { info.restart_interval = 1; });
  const auto grey = jpeg_of(four_corners(), {}, 1);
  for (const auto& bytes : {progressive, restarts, grey}) {
    REQUIRE(clean_photo(bytes).has_value());
    CHECK(picture_of_jpeg(clean_photo(bytes).value()).rgb == picture_of_jpeg(bytes).rgb);
    CHECK(clean_photo(with_segment(bytes, exif_orientation(8))).has_value());
  }
}

TEST_CASE("photo: a JPEG cut off at any byte is refused", "[image][V09][S07]") {
  const auto small = jpeg_of(four_corners());
  for (std::size_t size = 0; size < small.size(); ++size) {
    CAPTURE(size);
    CHECK(refusal(clean_photo(std::string_view(small).substr(0, size))) != "accepted");
  }
  const auto large = testing::file_bytes(kPhotos / "gauge.jpg");
  for (int part = 1; part < 20; ++part)
    CHECK(refusal(clean_photo(std::string_view(large).substr(
              0, large.size() * static_cast<std::size_t>(part) / 20))) != "accepted");
  // The end put back behind a picture that misses its lower half.
  CHECK(refusal(clean_photo(large.substr(0, large.size() / 2) + "\xff\xd9")).find("again") !=
        std::string::npos);
  CHECK(
      refusal(clean_photo(with_segment(large.substr(0, large.size() / 2) + "\xff\xd9", exif_orientation(6))))
          .find("again") != std::string::npos);
}

TEST_CASE("photo: a PNG cut off at any byte is refused", "[image][V09][S07]") {
  const auto png = png_of(20, 10);
  for (std::size_t size = 0; size < png.size(); ++size) {
    CAPTURE(size);
    CHECK(refusal(clean_photo(std::string_view(png).substr(0, size))) != "accepted");
  }
  // Whole by its chunks, but with fewer pixels than it claims.
  CHECK(refusal(clean_photo(kPngSignature + png_header(20, 10) +
                            png_chunk("IDAT", deflated(std::string(61 * 9, '\0'))) +
                            png_chunk("IEND", ""))) != "accepted");
}

TEST_CASE("photo: whatever bytes are changed, the answer is a picture or a refusal", "[image][S07]") {
  const auto jpeg = with_segment(jpeg_of(four_corners(), [](auto& info) { jpeg_simple_progression(&info); }),
                                 exif_orientation(6));
  const auto png = png_of(20, 10, png_chunk("gAMA", big32(45455)));
  CHECK(rc::check([&] {
    auto bytes = *rc::gen::element(jpeg, png);
    for (int i = *rc::gen::inRange(1, 4); i > 0; --i)
      bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = static_cast<char>(*rc::gen::inRange(0, 256));
    const auto clean = clean_photo(bytes);
    if (clean) RC_ASSERT(inspect_photo(clean.value()).has_value());
    if (!clean) RC_ASSERT(clean.error().kind == ErrorKind::Refused);
  }));
  testing::FakeRandom random;
  for (int i = 0; i < 300; ++i) {  // Exif from nowhere: libexif reads what a stranger wrote
    const auto exif = exif_orientation(6).substr(4, 18) + random.bytes(200);
    (void)clean_photo(with_segment(jpeg_of(four_corners(8, 8)), segment(0xe1, exif)));
  }
}

TEST_CASE("photo: what is no picture is refused and told what to do", "[image][V09][S07]") {
  for (const auto& bytes : {"Dear customer, your boiler is fine."s, ""s, "GIF89a\x01\0\x01\0"s, "%PDF-1.4"s,
                            "\xff\xd8"s, "RIFF\0\0\0\0WEBP"s, std::string(1000, '\0')}) {
    CHECK(refusal(clean_photo(bytes)).find("no JPEG or PNG") != std::string::npos);
    CHECK_FALSE(inspect_photo(bytes).has_value());
  }
  CHECK(refusal(clean_photo("\xff\xd8\xff\xd9")).find("take the photo again") != std::string::npos);
}

TEST_CASE("photo: 60 MB are refused without being looked at, and the limit is said", "[image][V09][S07]") {
  auto bytes = jpeg_of(four_corners());
  bytes.resize(60 << 20, 'x');
  const auto said = refusal(clean_photo(bytes));
  CHECK(said.find("60.0 MB") != std::string::npos);
  CHECK(said.find("32 MB") != std::string::npos);
  CHECK(said.find("take it again") != std::string::npos);
}

TEST_CASE("photo: 30,000 by 30,000 pixels in a few bytes are refused before anything is decoded",
          "[image][V09][S07]") {
  // Whoever decoded it would complain about the missing pixels instead.
  const auto png = kPngSignature + png_header(30'000, 30'000);
  CHECK(refusal(clean_photo(png)).find("30000 × 30000") != std::string::npos);
  auto jpeg = jpeg_of(four_corners());
  const auto frame = jpeg.find("\xff\xc0");
  jpeg.replace(frame + 5, 4, big16(30'000) + big16(30'000));
  CHECK(refusal(clean_photo(jpeg)).find("30000 × 30000") != std::string::npos);

  const auto claim = [](std::size_t width, std::size_t height) {
    return inspect_photo(kPngSignature + png_header(width, height)).has_value();
  };
  CHECK(claim(12'000, 5'333));
  CHECK_FALSE(claim(12'001, 10));
  CHECK_FALSE(claim(10, 12'001));
  CHECK_FALSE(claim(12'000, 12'000));
  CHECK_FALSE(claim(0, 10));
  CHECK_FALSE(claim(0xffffffff, 0xffffffff));
}

TEST_CASE("photo: a JPEG of many thousand scans does not keep us busy", "[image][S07]") {
  auto jpeg = jpeg_of(four_corners(), [](auto& info) { jpeg_simple_progression(&info); });
  const auto scan = jpeg.rfind("\xff\xda");
  const auto last = jpeg.substr(scan, jpeg.size() - 2 - scan);
  auto many = jpeg.substr(0, jpeg.size() - 2);
  for (int i = 0; i < 10'000; ++i) many += last;
  CHECK(refusal(clean_photo(many + "\xff\xd9")).find("not understood") != std::string::npos);
}

TEST_CASE("photo: ink colours and lossless JPEGs are refused with what to do", "[image][V09]") {
  CHECK(refusal(clean_photo(jpeg_of(four_corners(), {}, 4))).find("ordinary colour JPEG") !=
        std::string::npos);
  auto lossless = jpeg_of(four_corners());
  lossless[lossless.find("\xff\xc0") + 1] = '\xc3';
  CHECK(refusal(clean_photo(lossless)).find("ordinary colour JPEG") != std::string::npos);
}

TEST_CASE("photo: of a PNG only the picture and its colours stay", "[image][V09]") {
  const auto gamma = png_chunk("gAMA", big32(45455));
  const auto before = gamma + png_chunk("tEXt", "Author\0planted"s) + png_chunk("eXIf", "planted") +
                      png_chunk("tIME", "planted") + png_chunk("iTXt", "planted") +
                      png_chunk("zTXt", "planted") + png_chunk("pHYs", "planted..") +
                      png_chunk("prVt", "planted");
  const auto clean = clean_photo(png_of(20, 10, before) + "planted behind the end");
  REQUIRE(clean.has_value());
  CHECK(clean.value() == png_of(20, 10, gamma));
}

TEST_CASE("photo: a PNG with a wrong check sum or a part that nobody knows is refused", "[image][S07]") {
  const auto png = png_of(20, 10, png_chunk("tEXt", "Author\0Nino"s));
  for (std::size_t i = 8; i < png.size(); ++i) {
    auto wrong = png;
    wrong[i] = static_cast<char>(wrong[i] ^ 4);
    CAPTURE(i);
    CHECK(refusal(clean_photo(wrong)) != "accepted");
  }
  CHECK(refusal(clean_photo(png_of(20, 10, png_chunk("NEWS", "?")))).find("save the picture as JPEG") !=
        std::string::npos);
}

TEST_CASE("photo: PNGs with a palette, transparency, 16 bits or interlacing are pictures too",
          "[image][V09]") {
  const auto made = [](int kind, int depth, const Bytes& before, std::size_t row_bytes) {
    std::string rows;
    for (int y = 0; y < 4; ++y) rows += '\0' + std::string(row_bytes, '\x01');
    return kPngSignature + png_header(4, 4, kind, depth) + before + png_chunk("IDAT", deflated(rows)) +
           png_chunk("IEND", "");
  };
  const auto palette =
      made(3, 8, png_chunk("PLTE", "\x10\x20\x30\x40\x50\x60") + png_chunk("tRNS", "\x80\xff"), 4);
  CHECK(clean_photo(palette).value() == palette);
  const auto deep = made(6, 16, {}, 4 * 8);
  CHECK(clean_photo(deep).value() == deep);

  std::vector<std::uint8_t> rgb(16 * 16 * 3, 99);
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  Bytes interlaced;
  png_set_write_fn(
      png, &interlaced,
      [](png_structp p, png_bytep data, std::size_t size) {
        static_cast<Bytes*>(png_get_io_ptr(p))->append(reinterpret_cast<char*>(data), size);
      },
      nullptr);
  png_set_IHDR(png, info, 16, 16, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_ADAM7, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  std::array<png_bytep, 16> rows{};
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = rgb.data() + y * 48;
  png_set_rows(png, info, rows.data());
  png_write_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
  png_destroy_write_struct(&png, &info);
  CHECK(clean_photo(interlaced).value() == interlaced);
}
