#pragma once

#include "shared/base/bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aftercare::protocol {

struct StrokePoint {
  std::int64_t x = 0, y = 0, t_ms = 0;
  std::optional<std::int64_t> pressure;
};

/// A signature as it was drawn: every sample of the digitiser, in its own pixels.
struct Strokes {
  std::string digitiser;  // "pen", "finger", "mouse"
  std::int64_t width_px = 0;
  std::int64_t height_px = 0;
  std::vector<std::vector<StrokePoint>> strokes;
};

/// The bytes of the blob: CBOR `[1, digitiser, width, height, [[[x, y, t_ms, pressure or null] …] …]]`.
[[nodiscard]] Bytes encode(const Strokes& strokes);
/// The strict inverse. Invalid on anything else.
[[nodiscard]] Result<Strokes> decode_strokes(std::string_view bytes);

}  // namespace aftercare::protocol
