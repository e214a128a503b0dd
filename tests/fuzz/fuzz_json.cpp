// The scan before the JSON parser: what it lets through, the parser reads whole, and so does a second
// reading.

#include "shared/base/json.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = aftercare::parse_json({reinterpret_cast<const char*>(data), size});
  if (!json) return 0;
  if (json.value().is_discarded()) std::abort();
  const auto again = aftercare::parse_json(json.value().dump());
  if (!again) std::abort();
  return 0;
}
