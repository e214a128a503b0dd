// Draws the photos of assets/demo/photos: flat shapes with light, grain and dust, so that they look and weigh
// like pictures from a tablet without showing anybody's home. They carry what such pictures carry (place,
// device, comment), and boiler.jpg lies on its side. Run when a drawing changes; the pictures are committed:
//   g++ -std=c++20 -O2 -I. tests/tools/make_demo_photos.cpp -ljpeg -o /tmp/make_demo_photos &&
//   /tmp/make_demo_photos assets/demo/photos
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

#include <jpeglib.h>

namespace {

struct Point {
  double x = 0;
  double y = 0;
};
Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
double length(Point p) { return std::hypot(p.x, p.y); }

struct Colour {
  double r = 0;
  double g = 0;
  double b = 0;
};
Colour operator*(Colour c, double k) { return {c.r * k, c.g * k, c.b * k}; }
Colour mix(Colour a, Colour b, double t) {
  t = std::clamp(t, 0.0, 1.0);
  return {a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t};
}

// ---- Shapes, as the distance from their edge (negative inside)
// ------------------------------------------------------

double box(Point p, Point centre, Point half, double radius) {
  const Point d{std::abs(p.x - centre.x) - half.x + radius, std::abs(p.y - centre.y) - half.y + radius};
  return length({std::max(d.x, 0.0), std::max(d.y, 0.0)}) + std::min(std::max(d.x, d.y), 0.0) - radius;
}
double disc(Point p, Point centre, double radius) { return length(p - centre) - radius; }
double line(Point p, Point a, Point b, double half_width) {
  const Point along = b - a;
  const Point from = p - a;
  const double t =
      std::clamp((from.x * along.x + from.y * along.y) / (along.x * along.x + along.y * along.y), 0.0, 1.0);
  return length({from.x - along.x * t, from.y - along.y * t}) - half_width;
}

// ---- Noise
// ----------------------------------------------------------------------------------------------------------

double grain(int x, int y, int seed) {
  auto n = static_cast<std::uint32_t>(x) * 374761393U + static_cast<std::uint32_t>(y) * 668265263U +
           static_cast<std::uint32_t>(seed) * 2246822519U;
  n = (n ^ (n >> 13)) * 1274126177U;
  return static_cast<double>((n ^ (n >> 16)) & 0xffff) / 65535.0;
}
double cloud(Point p, double size, int seed) {
  const double x = p.x / size;
  const double y = p.y / size;
  const int i = static_cast<int>(std::floor(x));
  const int j = static_cast<int>(std::floor(y));
  const auto smooth = [](double t) { return t * t * (3 - 2 * t); };
  const double u = smooth(x - i);
  const double v = smooth(y - j);
  return std::lerp(std::lerp(grain(i, j, seed), grain(i + 1, j, seed), u),
                   std::lerp(grain(i, j + 1, seed), grain(i + 1, j + 1, seed), u), v);
}
double clouds(Point p, double size, int seed) {
  return 0.55 * cloud(p, size, seed) + 0.3 * cloud(p, size / 3, seed + 1) +
         0.15 * cloud(p, size / 9, seed + 2);
}

// ---- A picture being painted at one point
// ---------------------------------------------------------------------------

class Paint {
 public:
  explicit Paint(Colour colour) : colour_(colour) {}
  /// Covers the shape with the colour, its edge softened over about a pixel and a half.
  Paint& fill(double distance, Colour colour) {
    colour_ = mix(colour_, colour, 0.5 - distance / 1.5);
    return *this;
  }
  /// Darkens around the shape, as things do that stand before a wall.
  Paint& shade(double distance, double reach, double strength) {
    colour_ = colour_ * (1 - strength * std::exp(-std::max(distance, 0.0) / reach));
    return *this;
  }
  [[nodiscard]] Colour colour() const { return colour_; }

 private:
  Colour colour_;
};

Colour tiles(Point p, double size, Colour tile, Colour grout) {
  const double x = std::fmod(p.x + 10 * size, size);
  const double y = std::fmod(p.y + 10 * size, size);
  const double edge = std::min({x, y, size - x, size - y});
  const int seed = static_cast<int>(std::floor(p.x / size)) * 31 + static_cast<int>(std::floor(p.y / size));
  const auto face = tile * (0.95 + 0.06 * grain(seed, 3, 9) + 0.03 * clouds(p, 90, 4));
  return mix(grout, face, (edge - 2.5) / 2);
}

Colour boiler(Point p) {  // 1200 × 1600, upright
  Paint paint{tiles(p, 196, {206, 216, 214}, {150, 152, 150})};
  const Colour copper{186, 112, 72};
  const auto pipe = [&](double x, double from, double to, Colour colour) {
    const double d = line(p, {x, from}, {x, to}, 17);
    paint.shade(d, 14, 0.35).fill(d, colour * (0.72 + 0.5 * std::exp(-std::pow((p.x - x + 6) / 9, 2))));
  };
  const double flue = box(p, {600, 150}, {62, 200}, 4);
  paint.shade(flue, 26, 0.4)
      .fill(flue, Colour{232, 232, 230} * (0.70 + 0.32 * std::exp(-std::pow((p.x - 575) / 42, 2))));
  paint.fill(std::abs(p.y - 205) - 5 + (flue > 0 ? 100 : 0), {120, 122, 124});
  for (const double x : {410.0, 500.0, 600.0, 690.0, 790.0})
    pipe(x, 1150, 1600, x == 600.0 ? Colour{214, 184, 60} : copper);
  for (const double x : {410.0, 500.0, 690.0, 790.0}) {
    const double valve = box(p, {x, 1300}, {27, 34}, 8);
    paint.shade(valve, 10, 0.3)
        .fill(valve, {196, 190, 170})
        .fill(line(p, {x - 4, 1300}, {x + 46, 1288}, 9), x < 600 ? Colour{190, 44, 40} : Colour{40, 76, 170});
  }
  const double body = box(p, {600, 700}, {310, 470}, 26);
  paint.shade(body, 46, 0.5)
      .fill(body, mix({250, 250, 248}, {206, 208, 210}, (p.x - 290) / 700 + (p.y - 230) / 3000));
  paint.fill(box(p, {600, 985}, {310, 2}, 0) + (body > -3 ? 50 : 0), {168, 170, 172});
  const double panel = box(p, {600, 1062}, {250, 52}, 14);
  paint.fill(panel, {44, 48, 54})
      .fill(box(p, {600, 1062}, {96, 36}, 6), mix({64, 150, 168}, {120, 205, 214}, (1100 - p.y) / 80));
  for (const double x : {560.0, 598.0})
    paint.fill(box(p, {x, 1062}, {11, 21}, 4), {14, 40, 50})
        .fill(box(p, {x, 1062}, {5, 14}, 2), {104, 192, 204});
  for (const double x : {415.0, 785.0}) {
    paint.fill(disc(p, {x, 1062}, 30), {214, 216, 216})
        .fill(disc(p, {x, 1062}, 25), {88, 92, 98})
        .fill(line(p, {x, 1062}, {x + 12, 1044}, 3), {240, 240, 240});
  }
  paint.fill(box(p, {600, 360}, {70, 20}, 8), {196, 40, 44})
      .fill(box(p, {600, 360}, {54, 4}, 2), {250, 244, 240});
  return paint.colour();
}

Colour flue(Point p) {  // 1600 × 1200
  const double dust = clouds(p, 60, 21);
  Paint paint{Colour{214, 196, 160} * (0.86 + 0.2 * dust + 0.06 * clouds(p, 9, 5))};
  const double window = box(p, {1500, 420}, {330, 430}, 6);
  paint.shade(window, 30, 0.35).fill(window, {238, 238, 234});
  paint.fill(box(p, {1500, 420}, {280, 380}, 4),
             mix({96, 122, 150}, {176, 204, 226}, (1000 - p.y - p.x / 3) / 700));
  paint.fill(box(p, {1360, 420}, {9, 380}, 0), {232, 232, 228});
  // The shadow falls to the lower right, as in afternoon sun.
  const double shadow = std::min(disc(p, {735, 690}, 175), line(p, {650, 600}, {735, 690}, 160));
  paint.fill(shadow / 14, paint.colour() * 0.62);
  const double rosette = disc(p, {620, 560}, 232);
  paint.shade(rosette, 12, 0.35)
      .fill(rosette, mix({246, 246, 244}, {204, 204, 206}, (p.x + p.y - 850) / 700));
  paint.fill(std::abs(disc(p, {620, 560}, 205)) - 2, {178, 178, 180});
  const double tube = disc(p, {640, 580}, 150);
  paint.shade(tube, 18, 0.5)
      .fill(tube, mix({240, 240, 240}, {128, 130, 134},
                      0.5 + 0.5 * std::cos(std::atan2(p.y - 580, p.x - 640) - 0.8)));
  paint.fill(disc(p, {640, 580}, 122), Colour{70, 70, 74} * (0.5 + length(p - Point{640, 580}) / 180));
  for (int i = 0; i < 12; ++i) {
    const double a = i * std::numbers::pi / 6;
    paint.fill(line(p, {640 + 84 * std::cos(a), 580 + 84 * std::sin(a)},
                    {640 + 122 * std::cos(a), 580 + 122 * std::sin(a)}, 5),
               {188, 190, 192});
  }
  paint.fill(std::abs(disc(p, {640, 580}, 86)) - 5, {198, 200, 202})
      .fill(disc(p, {640, 580}, 44), {36, 36, 40});
  for (int i = 0; i < 3; ++i) {
    const double a = 0.6 + i * 2 * std::numbers::pi / 3;
    const Point screw{620 + 218 * std::cos(a), 560 + 218 * std::sin(a)};
    paint.fill(disc(p, screw, 11), {150, 152, 156})
        .fill(line(p, {screw.x - 6, screw.y - 4}, {screw.x + 6, screw.y + 4}, 2), {70, 72, 76});
  }
  paint.fill(clouds(p, 120, 77) < 0.24 && p.y > 800 ? -0.2 : 2, {168, 160, 136});
  return paint.colour();
}

Colour gauge(Point p) {  // 1600 × 1200
  Paint paint{Colour{150, 156, 160} * (0.72 + 0.4 * clouds(p, 260, 13) + 0.05 * clouds(p, 12, 2))};
  const double pipe = box(p, {800, 1080}, {44, 260}, 2);
  paint.shade(pipe, 20, 0.4)
      .fill(pipe, Colour{190, 118, 76} * (0.68 + 0.5 * std::exp(-std::pow((p.x - 785) / 22, 2))));
  const double nut = box(p, {800, 985}, {78, 46}, 12);
  paint.shade(nut, 12, 0.4).fill(nut, Colour{206, 178, 100} * (0.75 + 0.18 * std::cos((p.x - 770) / 26)));
  const Point centre{800, 540};
  const double rim = disc(p, centre, 430);
  const double angle = std::atan2(p.y - centre.y, p.x - centre.x);
  paint.shade(rim, 40, 0.5)
      .fill(rim, mix({236, 238, 240}, {92, 96, 102}, 0.5 + 0.5 * std::cos(2 * angle - 0.9)));
  paint.fill(disc(p, centre, 392), {60, 62, 66})
      .fill(disc(p, centre, 384), Colour{248, 248, 244} * (0.94 + 0.05 * clouds(p, 300, 6)));
  // From 0 bar at lower left over the top to 4 bar at lower right.
  const auto turn = [](double bar) { return (135 + bar * 270 / 4) * std::numbers::pi / 180; };
  double bar = (angle < std::numbers::pi / 2 ? angle + 2 * std::numbers::pi : angle);
  bar = (bar * 180 / std::numbers::pi - 135) / 270 * 4;
  const double ring = std::abs(disc(p, centre, 300)) - 16;
  if (bar > 1.0 && bar < 2.5) paint.fill(ring, {86, 160, 84});
  if (bar > 3.0 && bar < 4.0) paint.fill(ring, {196, 56, 48});
  for (int tick = 0; tick <= 40; ++tick) {
    const double a = turn(tick / 10.0);
    const double from = tick % 10 == 0 ? 322 : tick % 5 == 0 ? 334 : 346;
    paint.fill(line(p, {centre.x + from * std::cos(a), centre.y + from * std::sin(a)},
                    {centre.x + 366 * std::cos(a), centre.y + 366 * std::sin(a)}, tick % 10 == 0 ? 5 : 2.5),
               {28, 28, 30});
  }
  for (int dots = 0; dots <= 4; ++dots) {  // as many dots as bar, for want of a font
    for (int i = 0; i < dots; ++i) {
      const double a = turn(dots) + (i - (dots - 1) / 2.0) * 0.09;
      paint.fill(disc(p, {centre.x + 248 * std::cos(a), centre.y + 248 * std::sin(a)}, 9), {28, 28, 30});
    }
  }
  const double a = turn(1.4);
  const Point tip{centre.x + 318 * std::cos(a), centre.y + 318 * std::sin(a)};
  const Point tail{centre.x - 80 * std::cos(a), centre.y - 80 * std::sin(a)};
  paint.shade(line(p - Point{9, 12}, tail, tip, 8), 5, 0.3);
  paint.fill(line(p, tail, tip, 7), {20, 20, 22})
      .fill(disc(p, centre, 34), {40, 40, 44})
      .fill(disc(p, centre, 20), {150, 152, 156});
  const double shine = line(p, {560, 330}, {720, 215}, 46);
  paint.fill(shine / 40, mix(paint.colour(), {255, 255, 255}, 0.32));
  return paint.colour();
}

Colour filters(Point p) {  // 1600 × 1200
  Paint paint{Colour{120, 122, 124} * (0.5 + 0.4 * clouds(p, 200, 31))};
  for (int i = 0; i < 2; ++i) {
    const Point centre{430.0 + 740 * i, 600};
    const double frame = box(p, centre, {340, 540}, 8);
    paint.shade(frame, 26, 0.5).fill(frame, Colour{204, 206, 204} * (0.8 + 0.16 * clouds(p, 150, 8)));
    const double inside = box(p, centre, {296, 496}, 4);
    const double pleat = std::abs(std::fmod(p.x + 10 + 14 * std::sin(p.y / 240), 66) - 33) / 33;
    const double dirt = std::clamp(
        1.5 * clouds(p, 190, 50 + i) + 0.5 * clouds(p, 22, 60) - 0.42 + 0.25 * (p.y - 300) / 900, 0.0, 1.0);
    paint.fill(inside, mix({214, 210, 196}, {74, 68, 58}, dirt) * (0.52 + 0.5 * pleat));
    for (int bar = -1; bar <= 1; ++bar) {
      const double rod = box(p, {centre.x, centre.y + 250 * bar}, {296, 9}, 2);
      paint.shade(rod, 6, 0.25).fill(rod, {176, 178, 176});
    }
    const double label = box(p, {centre.x - 190, 1108}, {92, 18}, 3);
    paint.fill(label, {240, 238, 226})
        .fill(box(p, {centre.x - 200, 1104}, {66, 3}, 0), {60, 60, 60})
        .fill(box(p, {centre.x - 216, 1114}, {48, 3}, 0), {60, 60, 60});
  }
  return paint.colour();
}

Colour washing_machine(Point p) {  // 1600 × 1200
  const bool is_floor = p.y > 1080;
  Paint paint{is_floor ? tiles({p.x + (p.x - 800) * (p.y - 1080) / 700, (p.y - 1080) * 2.4}, 210,
                               {150, 118, 96}, {92, 78, 68})
                       : tiles(p, 150, {226, 228, 216}, {176, 178, 168})};
  const double puddle = std::hypot((p.x - 700) / 420, (p.y - 1146) / 44) - 1;
  paint.fill(puddle * 60, mix(paint.colour(), {196, 210, 218}, 0.45));
  const double body = box(p, {800, 590}, {430, 530}, 20);
  paint.shade(body, 50, 0.5)
      .fill(body, mix({250, 250, 250}, {202, 204, 208}, (p.x - 370) / 900 + (p.y - 60) / 4000));
  const double panel = box(p, {800, 150}, {410, 74}, 10);
  paint.fill(panel, {226, 228, 232}).fill(box(p, {520, 150}, {120, 48}, 6), {206, 208, 214});
  paint.fill(disc(p, {800, 150}, 56), {190, 192, 198})
      .fill(disc(p, {800, 150}, 47), Colour{236, 238, 240} * (0.86 + (200 - p.y) / 600))
      .fill(line(p, {800, 150}, {826, 116}, 4), {60, 62, 68});
  paint.fill(box(p, {1060, 150}, {112, 46}, 6), {24, 26, 30});
  // E20 in seven segments: which of top, upper left, upper right, middle, lower left, lower right, bottom
  // shine.
  constexpr const char* kShine[] = {"1101101", "1011101", "1110111"};
  for (int i = 0; i < 3; ++i) {
    const double x = 995.0 + 62 * i;
    const Point ends[7][2] = {{{x, 122}, {x + 30, 122}}, {{x, 122}, {x, 150}}, {{x + 30, 122}, {x + 30, 150}},
                              {{x, 150}, {x + 30, 150}}, {{x, 150}, {x, 178}}, {{x + 30, 150}, {x + 30, 178}},
                              {{x, 178}, {x + 30, 178}}};
    for (int s = 0; s < 7; ++s) {
      if (kShine[i][s] == '1') paint.fill(line(p, ends[s][0], ends[s][1], 3.5), {255, 92, 60});
    }
  }
  const Point door{800, 640};
  const double rim = disc(p, door, 322);
  paint.shade(rim, 16, 0.35)
      .fill(rim, mix({244, 244, 246}, {150, 152, 158},
                     0.5 + 0.5 * std::cos(std::atan2(p.y - door.y, p.x - door.x) - 0.8)));
  paint.fill(disc(p, door, 262), {96, 98, 104});
  const double glass = disc(p, door, 246);
  Colour drum = Colour{112, 116, 122} * (0.4 + 0.8 * (1 - length(p - Point{770, 600}) / 330));
  if (std::fmod(p.x + 2000, 34) < 9 && std::fmod(p.y + 2000, 34) < 9) drum = drum * 0.5;
  const double wave = p.y - 720 - 7 * std::sin(p.x / 46);
  const double cloth = disc(p, {730, 760}, 130) + 46 * clouds(p, 70, 90) - 20;
  if (cloth < 0) drum = Colour{70, 98, 160} * (0.6 + 0.5 * clouds(p, 40, 91));
  if (wave > 0) drum = mix(drum, {120, 150, 160}, 0.55 + 0.15 * clouds(p, 90, 92));
  paint.fill(glass, drum);
  paint.fill(std::max(glass + 26, std::abs(disc(p, {1000, 840}, 420)) - 20) / 18,
             mix(paint.colour(), {255, 255, 255}, 0.4));
  paint.fill(box(p, {1106, 640}, {18, 62}, 12), {214, 216, 220});
  return paint.colour();
}

// ---- Into a file
// ----------------------------------------------------------------------------------------------------

void append16(std::string& bytes, unsigned value) {
  bytes += static_cast<char>(value & 0xff), bytes += static_cast<char>(value >> 8);
}
void append32(std::string& bytes, std::uint32_t value) {
  append16(bytes, value & 0xffff), append16(bytes, value >> 16);
}

/// Exif with a device, a time, a place and the way the picture is meant to be held, little-endian.
std::string exif(unsigned orientation, double latitude, double longitude) {
  struct Entry {
    unsigned tag;
    unsigned type;
    std::uint32_t count;
    std::string value;
  };
  const auto text = [](std::string words) { return words + '\0'; };
  const auto degrees = [](double value) {
    std::string bytes;
    const double minutes = (value - std::floor(value)) * 60;
    for (const auto& [number, scale] : {std::pair{std::floor(value), 1U},
                                        {std::floor(minutes), 1U},
                                        {(minutes - std::floor(minutes)) * 60, 100U}}) {
      append32(bytes, static_cast<std::uint32_t>(number * scale)), append32(bytes, scale);
    }
    return bytes;
  };
  const auto directory = [](const std::vector<Entry>& entries, std::uint32_t at) {
    std::string head;
    std::string tail;
    append16(head, static_cast<unsigned>(entries.size()));
    const auto tail_at = at + 2 + 12 * static_cast<std::uint32_t>(entries.size()) + 4;
    for (const auto& entry : entries) {
      append16(head, entry.tag), append16(head, entry.type), append32(head, entry.count);
      if (entry.value.size() <= 4) {
        head += entry.value + std::string(4 - entry.value.size(), '\0');
      } else {
        append32(head, tail_at + static_cast<std::uint32_t>(tail.size()));
        tail += entry.value + (entry.value.size() % 2 != 0 ? std::string(1, '\0') : std::string{});
      }
    }
    append32(head, 0);
    return head + tail;
  };
  const std::string make = text("Tabula"), model = text("Tabula Field 10"),
                    time = text("2026:11:20 11:20:31");
  std::string place_at;
  const auto entries = [&](std::uint32_t at) {
    std::string held, gps;
    append16(held, orientation);
    append32(gps, at);
    return std::vector<Entry>{{0x10f, 2, static_cast<std::uint32_t>(make.size()), make},
                              {0x110, 2, static_cast<std::uint32_t>(model.size()), model},
                              {0x112, 3, 1, held},
                              {0x132, 2, static_cast<std::uint32_t>(time.size()), time},
                              {0x8825, 4, 1, gps}};
  };
  const auto gps_at = static_cast<std::uint32_t>(8 + directory(entries(0), 8).size());
  std::string bytes{"Exif\0\0II*\0", 10};
  append32(bytes, 8);
  bytes += directory(entries(gps_at), 8);
  bytes += directory({{1, 2, 2, text("N")},
                      {2, 5, 3, degrees(latitude)},
                      {3, 2, 2, text("E")},
                      {4, 5, 3, degrees(longitude)}},
                     gps_at);
  return bytes;
}

void write_photo(const std::filesystem::path& path, int width, int height, int seed, bool is_on_its_side,
                 const std::string& about, int quality, const std::function<Colour(Point)>& picture) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  const int stored_width = is_on_its_side ? height : width;
  const double tilt = 0.008 * (seed % 2 == 0 ? 1 : -1);  // nobody holds a tablet quite level
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const Point p{x + tilt * (y - height / 2.0), y - tilt * (x - width / 2.0)};
      const double vignette =
          1 - 0.34 * (std::pow((x - width / 2.0) / width, 2) + std::pow((y - height / 2.0) / height, 2)) * 2;
      const double light = vignette * (1.05 - 0.12 * x / width + 0.05 * (cloud(p, 500, seed) - 0.5));
      const auto colour = picture(p) * light;
      const auto row = is_on_its_side ? width - 1 - x : y;
      const auto column = is_on_its_side ? y : x;
      auto* const to =
          pixels.data() + (static_cast<std::size_t>(row) * static_cast<std::size_t>(stored_width) +
                           static_cast<std::size_t>(column)) *
                              3;
      const double noise = (grain(x, y, seed) + grain(x, y, seed + 7) - 1) * 7;
      const double values[] = {colour.r, colour.g, colour.b};
      for (int c = 0; c < 3; ++c)
        to[c] = static_cast<std::uint8_t>(
            std::clamp(values[c] + noise + (grain(x, y, seed + 20 + c) - 0.5) * 3, 0.0, 255.0));
    }
  }

  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) throw std::runtime_error("cannot write " + path.string());
  jpeg_stdio_dest(&info, file);
  info.image_width = static_cast<JDIMENSION>(stored_width);
  info.image_height = static_cast<JDIMENSION>(is_on_its_side ? width : height);
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  info.optimize_coding = TRUE;
  info.write_JFIF_header = FALSE;
  jpeg_start_compress(&info, TRUE);
  jpeg_write_marker(&info, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(about.data()),
                    static_cast<unsigned>(about.size()));
  const std::string comment = "a comment that must not stay";
  jpeg_write_marker(&info, JPEG_COM, reinterpret_cast<const JOCTET*>(comment.data()),
                    static_cast<unsigned>(comment.size()));
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = pixels.data() +
                   static_cast<std::size_t>(info.next_scanline) * static_cast<std::size_t>(stored_width) * 3;
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  std::fclose(file);
  std::printf("%s: %ju bytes\n", path.c_str(), static_cast<std::uintmax_t>(std::filesystem::file_size(path)));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return std::fputs("usage: make_demo_photos FOLDER\n", stderr), 2;
  const std::filesystem::path folder{arguments[1]};
  std::filesystem::create_directories(folder);
  write_photo(folder / "boiler.jpg", 1200, 1600, 1, true, exif(6, 49.9917, 14.6543), 84, boiler);
  write_photo(folder / "flue.jpg", 1600, 1200, 2, false, exif(1, 49.9917, 14.6543), 84, flue);
  write_photo(folder / "gauge.jpg", 1600, 1200, 3, false, exif(1, 49.9917, 14.6543), 84, gauge);
  write_photo(folder / "filters.jpg", 1600, 1200, 4, false, exif(1, 41.7509, 43.5294), 84, filters);
  write_photo(folder / "washing_machine.jpg", 1600, 1200, 5, false, exif(1, 20.9967, 105.8132), 84,
              washing_machine);
}
