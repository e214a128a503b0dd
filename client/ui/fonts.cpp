#include "client/ui/fonts.h"

#include "client/ui/utf8.h"

#include <fontconfig/fontconfig.h>
#include <imgui.h>
#include <imgui_freetype.h>

#include <array>
#include <cmath>
#include <vector>

namespace aftercare::ui {
namespace {

struct FaceSpec {
  float px;
  bool is_bold;
  float line_px;
};
// In the order of Face; look.md.
constexpr std::array<FaceSpec, kFaceCount> kSpecs{{{12, true, 17},
                                                   {15, false, 22},
                                                   {15, true, 22},
                                                   {18, false, 26},
                                                   {18, true, 26},
                                                   {20, true, 28},
                                                   {24, true, 32},
                                                   {30, true, 40},
                                                   {44, true, 58},
                                                   {26, false, 26},
                                                   {19, false, 19},
                                                   {48, false, 48}}};

constexpr std::array kIcons{
    Icon::Add,       Icon::Alert,       Icon::ArrowBack,    Icon::ArrowDown,    Icon::ArrowForward,
    Icon::Asset,     Icon::Backspace,   Icon::Calendar,     Icon::Call,         Icon::Camera,
    Icon::Check,     Icon::CheckCircle, Icon::ChevronRight, Icon::Circle,       Icon::Clear,
    Icon::CloudDone, Icon::CloudOff,    Icon::CloudUpload,  Icon::Contrast,     Icon::Customer,
    Icon::Dark,      Icon::Device,      Icon::Directions,   Icon::Edit,         Icon::Error,
    Icon::File,      Icon::Folder,      Icon::Globe,        Icon::HideKeyboard, Icon::Info,
    Icon::Key,       Icon::Light,       Icon::Lock,         Icon::Minus,        Icon::Note,
    Icon::Parts,     Icon::Pause,       Icon::People,       Icon::Phone,        Icon::Photo,
    Icon::PhotoAdd,  Icon::Place,       Icon::Play,         Icon::QrCode,       Icon::Return,
    Icon::Scanner,   Icon::Search,      Icon::Settings,     Icon::Shift,        Icon::Site,
    Icon::Storage,   Icon::Sync,        Icon::Time,         Icon::TextSize,     Icon::Travel,
    Icon::Verified,  Icon::Work,        Icon::Swap,         Icon::Help,         Icon::Message};
constexpr std::array kLargeIcons{Icon::Asset,    Icon::Verified,    Icon::Swap,        Icon::Calendar,
                                 Icon::Help,     Icon::Message,     Icon::CheckCircle, Icon::Error,
                                 Icon::Time,     Icon::FaceVeryBad, Icon::FaceBad,     Icon::FaceNeither,
                                 Icon::FaceGood, Icon::FaceVeryGood};

std::string find_file(const char* family, const char* style) {
  FcPattern* wanted = FcPatternCreate();
  FcPatternAddString(wanted, FC_FAMILY, reinterpret_cast<const FcChar8*>(family));
  FcPatternAddString(wanted, FC_STYLE, reinterpret_cast<const FcChar8*>(style));
  FcConfigSubstitute(nullptr, wanted, FcMatchPattern);
  FcDefaultSubstitute(wanted);
  FcResult outcome = FcResultMatch;
  FcPattern* found = FcFontMatch(nullptr, wanted, &outcome);
  std::string file;
  FcChar8* name = nullptr;
  FcChar8* real_family = nullptr;
  if (found != nullptr && FcPatternGetString(found, FC_FILE, 0, &name) == FcResultMatch &&
      FcPatternGetString(found, FC_FAMILY, 0, &real_family) == FcResultMatch &&
      std::string_view(reinterpret_cast<const char*>(real_family)) == family) {
    file = reinterpret_cast<const char*>(name);
  }
  if (found != nullptr) FcPatternDestroy(found);
  FcPatternDestroy(wanted);
  return file;
}

bool is_georgian(char32_t character) {
  return (character >= 0x10A0 && character <= 0x10FF) || (character >= 0x1C90 && character <= 0x1CBF);
}

/// Dear ImGui wants pairs of first and last, ended by zero, that live as long as the atlas is built.
ImVector<ImWchar> ranges_of(const std::set<char32_t>& characters, bool georgian) {
  ImVector<ImWchar> ranges;
  for (const auto character : characters) {
    if (is_georgian(character) != georgian) continue;
    const auto value = static_cast<ImWchar>(character);
    if (!ranges.empty() && ranges.back() + 1 == value) {
      ranges.back() = value;
    } else {
      ranges.push_back(value);
      ranges.push_back(value);
    }
  }
  ranges.push_back(0);
  return ranges;
}

template <class Icons>
ImVector<ImWchar> ranges_of(const Icons& icons) {
  ImVector<ImWchar> ranges;
  for (const auto icon : icons) {
    ranges.push_back(static_cast<ImWchar>(icon));
    ranges.push_back(static_cast<ImWchar>(icon));
  }
  ranges.push_back(0);
  return ranges;
}

/// How much of each pixel lies within the quarter disc (or ring), by 4 × 4 samples.
void draw_corner(unsigned char* pixels, int stride, int radius, int line) {
  constexpr int kSamples = 4;
  const float outer = static_cast<float>(radius);
  const float inner = line == 0 ? -1 : static_cast<float>(radius - line);
  for (int y = 0; y < radius; ++y) {
    for (int x = 0; x < radius; ++x) {
      int count = 0;
      for (int sample = 0; sample < kSamples * kSamples; ++sample) {
        const float dx =
            outer - static_cast<float>(x) - (static_cast<float>(sample % kSamples) + 0.5f) / kSamples;
        const float dy =
            outer - static_cast<float>(y) - (static_cast<float>(sample / kSamples) + 0.5f) / kSamples;
        const float distance = std::sqrt(dx * dx + dy * dy);
        if (distance <= outer && distance > inner) ++count;
      }
      pixels[y * stride + x] = static_cast<unsigned char>(count * 255 / (kSamples * kSamples));
    }
  }
}

}  // namespace

Result<Fonts> Fonts::find() {
  Fonts fonts;
  fonts.regular_ = find_file("Noto Sans", "Regular");
  fonts.bold_ = find_file("Noto Sans", "Bold");
  fonts.georgian_regular_ = find_file("Noto Sans Georgian", "Regular");
  fonts.georgian_bold_ = find_file("Noto Sans Georgian", "Bold");
  fonts.icons_ = find_file("Material Icons", "Regular");
  FcFini();  // its lists of all the machine's fonts are of no more use
  if (fonts.regular_.empty() || fonts.bold_.empty() || fonts.georgian_regular_.empty() ||
      fonts.georgian_bold_.empty())
    return Error{ErrorKind::NotFound, "Noto Sans is missing: install the package fonts-noto-core"};
  if (fonts.icons_.empty())
    return Error{ErrorKind::NotFound,
                 "Material Icons is missing: install the package fonts-material-design-icons-iconfont"};
  for (char32_t character = 0x20; character < 0x7F; ++character) fonts.wanted_.insert(character);
  for (const char32_t character :
       U"\u00A0\u00B7\u00B0\u2013\u2014\u2018\u2019\u201C\u201D\u201E\u2026\u202F\u2212\uFFFD")
    if (character != 0) fonts.wanted_.insert(character);
  return fonts;
}

bool Fonts::want(std::string_view text, Face face) {
  bool is_new = false;
  const bool is_large = face == Face::Display;
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      if (is_large) is_new = wanted_large_.insert(static_cast<char32_t>(text[at])).second || is_new;
      ++at;
      continue;
    }
    const auto character = next_character(text, at);
    if (character > 0xFFFF || (character >= 0xE000 && character < 0xF900)) continue;
    is_new = wanted_.insert(character).second || is_new;
    if (is_large) is_new = wanted_large_.insert(character).second || is_new;
  }
  has_new_letters_ = has_new_letters_ || is_new;
  return is_new;
}

ImFont* Fonts::of(Face face) const {
  auto* font = faces_[static_cast<std::size_t>(face)];
  if (font != nullptr) return font;
  return faces_[static_cast<std::size_t>(face == Face::IconLarge ? Face::Icon : Face::Page)];
}

float Fonts::line_height(Face face) const {
  return std::round(kSpecs[static_cast<std::size_t>(face)].line_px * scale_);
}

const Corner* Fonts::corner(int radius_px, int line_px) {
  auto& corner = corners_[{radius_px, line_px}];
  if (corner.radius_px == 0) {
    has_new_corners_ = true;
    return nullptr;
  }
  return &corner;
}

Done Fonts::build(float scale) {
  auto& atlas = *ImGui::GetIO().Fonts;
  atlas.Clear();
  atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  atlas.Flags |= ImFontAtlasFlags_NoMouseCursors | ImFontAtlasFlags_NoBakedLines;
  const auto latin = ranges_of(wanted_, /*georgian=*/false);
  const auto georgian = ranges_of(wanted_, /*georgian=*/true);
  const auto large_latin = ranges_of(wanted_large_, /*georgian=*/false);
  const auto large_georgian = ranges_of(wanted_large_, /*georgian=*/true);
  const auto icons = ranges_of(kIcons);
  const auto large_icons = ranges_of(kLargeIcons);

  for (std::size_t i = 0; i < kFaceCount; ++i) {
    const auto& spec = kSpecs[i];
    const auto face = static_cast<Face>(i);
    const bool is_large = face == Face::Display || face == Face::IconLarge;
    if (is_large && wanted_large_.empty()) {
      faces_[i] = nullptr;
      continue;
    }
    const auto& letters = is_large ? large_latin : latin;
    const auto& georgian_letters = is_large ? large_georgian : georgian;
    const float px = std::round(spec.px * scale);
    ImFontConfig config;
    config.PixelSnapH = true;
    config.OversampleH = config.OversampleV = 1;
    config.EllipsisChar = 0x2026;
    if (i >= static_cast<std::size_t>(Face::Icon)) {
      faces_[i] =
          atlas.AddFontFromFileTTF(icons_.c_str(), px, &config, (is_large ? large_icons : icons).Data);
    } else {
      // Dear ImGui's size is ascent to descent; a face of 18 px in a page is 18 px to the em.
      config.RasterizerMultiply = 1.0f;
      const float em_px = std::round(px * 1.362f);
      faces_[i] =
          atlas.AddFontFromFileTTF((spec.is_bold ? bold_ : regular_).c_str(), em_px, &config, letters.Data);
      if (georgian_letters.Size > 1) {
        config.MergeMode = true;
        atlas.AddFontFromFileTTF((spec.is_bold ? georgian_bold_ : georgian_regular_).c_str(), em_px, &config,
                                 georgian_letters.Data);
      }
    }
    if (faces_[i] == nullptr)
      return Error{ErrorKind::Corrupt, "a font file cannot be read: reinstall the fonts"};
  }
  if (scale != scale_)
    std::erase_if(corners_, [](const auto& corner) { return corner.second.radius_px != 0; });
  std::vector<int> places;
  for (const auto& [key, corner] : corners_)
    places.push_back(atlas.AddCustomRectRegular(key.first, key.first));
  if (!atlas.Build())
    return Error{ErrorKind::Full, "the fonts do not fit into one texture: choose smaller text"};
  unsigned char* pixels = nullptr;
  int width = 0, height = 0;
  atlas.GetTexDataAsAlpha8(&pixels, &width, &height);
  std::size_t i = 0;
  for (auto& [key, corner] : corners_) {
    const auto* place = atlas.GetCustomRectByIndex(places[i++]);
    draw_corner(pixels + place->Y * width + place->X, width, key.first, key.second);
    corner = {key.first, static_cast<float>(place->X) / static_cast<float>(width),
              static_cast<float>(place->Y) / static_cast<float>(height),
              static_cast<float>(place->X + key.first) / static_cast<float>(width),
              static_cast<float>(place->Y + key.first) / static_cast<float>(height)};
  }
  scale_ = scale;
  has_new_letters_ = has_new_corners_ = false;
  return done();
}

}  // namespace aftercare::ui
