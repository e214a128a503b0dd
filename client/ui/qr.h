#pragma once

#include "shared/base/result.h"

#include <string_view>
#include <vector>

namespace aftercare::ui {

/// The squares of a QR code. Whoever draws it leaves four light squares on each side and draws dark on light:
/// many readers find nothing without.
struct QrCode {
  int side = 0;            // squares in a row and in a column
  std::vector<bool> dark;  // row by row from the top

  /// Light outside the code too.
  [[nodiscard]] bool at(int x, int y) const;
};

/// What level M and the largest code of all hold.
inline constexpr std::size_t kQrByteCountMax = 2331;

/// The smallest code that holds the text as it is, byte by byte, and can be read with an eighth of it dirty
/// or torn (level M). Refused when the text is empty or too long.
[[nodiscard]] Result<QrCode> qr_code(std::string_view text);

}  // namespace aftercare::ui
