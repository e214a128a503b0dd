#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace aftercare::shell {

using std::chrono::milliseconds;

/// Something that was drawn may move once more (a list's height is known a frame late), so an event is
/// followed by a few frames.
inline constexpr int kSettleFrameCount = 3;

struct Pace {
  int settle_frame_count = kSettleFrameCount;              // frames still owed to the last event
  std::optional<milliseconds> next_change = std::nullopt;  // a glide, a caret, the clock in the header
};

/// How long the loop may sleep before drawing again. Nullopt means until something happens.
[[nodiscard]] inline std::optional<milliseconds> sleep_before_frame(const Pace& pace) {
  if (pace.settle_frame_count > 0) return milliseconds{0};
  if (!pace.next_change) return std::nullopt;
  return std::max(*pace.next_change, milliseconds{0});
}

}  // namespace aftercare::shell
