// Pictures of strangers: what is cleaned is a picture again, of the size that was promised, and cleaning it
// twice changes nothing.

#include "shared/image/photo.h"
#include "tests/fuzz/accepted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  const image::PhotoLimits limits{.byte_count_max = 1 << 16, .side_px_max = 256, .area_px_max = 1 << 14};
  const auto bytes = fuzz::view_of(data, size);
  const auto facts = image::inspect_photo(bytes, limits);
  const auto clean = image::clean_photo(bytes, limits);
  if (!clean) return 0;
  fuzz::claim(facts.has_value());
  const auto again = image::clean_photo(clean.value());
  fuzz::claim(again.has_value());
  fuzz::claim(again.value() == clean.value());
  return 0;
}
