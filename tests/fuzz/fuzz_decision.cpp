// Whatever is accepted as a decision encodes to the same bytes.

#include "sync/protocol/decision.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto decision = aftercare::protocol::decode_decision(bytes);
  if (decision && aftercare::protocol::encode(decision.value()) != bytes) std::abort();
  return 0;
}
