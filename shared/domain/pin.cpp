#include "shared/domain/pin.h"

#include <algorithm>

namespace aftercare::domain {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kDigitCount = 6;
constexpr std::int64_t kFreeCount = 3;
constexpr milliseconds kFirstWait = std::chrono::seconds{30};
constexpr milliseconds kLongestWait = std::chrono::minutes{15};

}  // namespace

bool is_pin(std::string_view text) {
  return text.size() == kDigitCount && text.find_first_not_of("0123456789") == std::string_view::npos;
}

milliseconds pin_wait(std::int64_t wrong_count) {
  if (wrong_count < kFreeCount) return milliseconds{0};
  auto wait = kFirstWait;
  for (auto count = kFreeCount; count < wrong_count && wait < kLongestWait; ++count) wait *= 2;
  return std::min(wait, kLongestWait);
}

bool is_other_clock(const WrongPins& wrong, const Tick& now) {
  return wrong.since.boot_id != now.boot_id || now.monotonic_ms < wrong.since.monotonic_ms;
}

milliseconds rest_of_wait(const WrongPins& wrong, const Tick& now) {
  const auto wait = pin_wait(wrong.count);
  if (is_other_clock(wrong, now)) return wait;
  const milliseconds passed{now.monotonic_ms - wrong.since.monotonic_ms};
  return std::max(wait - passed, milliseconds{0});
}

}  // namespace aftercare::domain
