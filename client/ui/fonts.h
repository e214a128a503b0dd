#pragma once

#include "shared/base/result.h"

#include <map>
#include <set>
#include <string>
#include <string_view>

struct ImFont;

/// Every face of the program in one atlas. All calls to Dear ImGui about fonts stand in fonts.cpp.
namespace aftercare::ui {

/// By what it is for; sizes in look.md's pixels at 100 %.
enum class Face {
  Tiny,       // 12 bold: where a label does not fit otherwise
  Small,      // 15
  SmallBold,  // 15
  Body,       // 18
  BodyBold,   // 18
  Heading,    // 20 bold
  Title,      // 24 bold
  Page,       // 30 bold
  Display,    // 44 bold; for the few words that are read from afar
  Icon,       // 26
  IconSmall,  // 19
  IconLarge,  // 48; with Display
};
inline constexpr std::size_t kFaceCount = 12;

/// Material Icons, by code point.
enum class Icon : char16_t {
  None = 0,
  Add = 0xE145,
  Alert = 0xE002,
  ArrowBack = 0xE5C4,
  ArrowDown = 0xE5C5,
  ArrowForward = 0xE5C8,
  Asset = 0xE869,
  Backspace = 0xE14A,
  Calendar = 0xE8DF,
  Call = 0xE0B0,
  Camera = 0xE439,
  Check = 0xE5CA,
  CheckCircle = 0xE86C,
  ChevronRight = 0xE5CC,
  Circle = 0xE836,
  Clear = 0xE5CD,
  CloudDone = 0xE2BF,
  CloudOff = 0xE2C1,
  CloudUpload = 0xE2C3,
  Contrast = 0xE3A8,
  Customer = 0xE7FD,
  Dark = 0xE51C,
  Device = 0xE330,
  Directions = 0xE52E,
  Edit = 0xE3C9,
  Error = 0xE000,
  FaceVeryBad = 0xE814,
  FaceBad = 0xE811,
  FaceNeither = 0xE812,
  FaceGood = 0xE813,
  FaceVeryGood = 0xE815,
  File = 0xE24D,
  Folder = 0xE2C7,
  Globe = 0xE894,
  Help = 0xE887,
  HideKeyboard = 0xE31A,
  Info = 0xE88E,
  Key = 0xE0DA,
  Light = 0xE518,
  Lock = 0xE897,
  Message = 0xE0C9,
  Minus = 0xE15B,
  Note = 0xE873,
  Parts = 0xE149,
  Pause = 0xE034,
  People = 0xE7FB,
  Phone = 0xE0CD,
  Photo = 0xE410,
  PhotoAdd = 0xE43E,
  Place = 0xE55F,
  Play = 0xE037,
  QrCode = 0xEF6B,
  Return = 0xE31B,
  Scanner = 0xE329,
  Search = 0xE8B6,
  Settings = 0xE8B8,
  Shift = 0xE318,
  Site = 0xE88A,
  Storage = 0xE1DB,
  Sync = 0xE627,
  Time = 0xE425,
  Swap = 0xE8D4,
  Today = 0xE8DF,
  Travel = 0xE558,
  TextSize = 0xE262,
  Verified = 0xE8E8,
  Work = 0xE8F9,
};

/// A quarter of a disc or of a ring as it lies in the atlas, its round side to the upper left. Antialiased
/// once instead of with each frame, and without seams against the rectangles beside it.
struct Corner {
  int radius_px = 0;
  float u0 = 0, v0 = 0, u1 = 0, v1 = 0;
};

class Fonts {
 public:
  /// Finds the faces with fontconfig. NotFound names the package that is missing.
  static Result<Fonts> find();

  /// Builds the atlas of the current Dear ImGui context for this scale with the characters wanted so far.
  /// The texture that was made of the old one is stale afterwards.
  Done build(float scale);
  /// The page's face in place of the display's until the atlas is built with it.
  [[nodiscard]] ImFont* of(Face face) const;
  [[nodiscard]] float line_height(Face face) const;

  /// Asks for these characters; true when some were not there, so that the atlas is to be built again. The
  /// display face holds only what is written in it: all of it would double the atlas.
  bool want(std::string_view text, Face face = Face::Body);
  /// A filled corner (line 0) or one of that line; null until the atlas is built again.
  [[nodiscard]] const Corner* corner(int radius_px, int line_px);
  /// Wanted and not in the atlas. Letters are needed at once; corners are drawn by hand meanwhile, so they
  /// wait until nobody does: a new atlas takes longer than a frame has.
  [[nodiscard]] bool has_new_letters() const { return has_new_letters_; }
  [[nodiscard]] bool is_stale() const { return has_new_letters_ || has_new_corners_; }

 private:
  Fonts() = default;
  std::string regular_, bold_, georgian_regular_, georgian_bold_, icons_;
  std::set<char32_t> wanted_, wanted_large_;
  std::map<std::pair<int, int>, Corner> corners_;  // by radius and line
  ImFont* faces_[kFaceCount] = {};
  float scale_ = 1;
  bool has_new_letters_ = true;
  bool has_new_corners_ = false;
};

}  // namespace aftercare::ui
