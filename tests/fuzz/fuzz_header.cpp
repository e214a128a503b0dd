// Whatever is accepted as a header encodes to the same bytes.

#include "sync/protocol/operation.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto header = aftercare::protocol::decode_header(bytes);
  if (header && aftercare::protocol::encode(header.value()) != bytes) std::abort();
  return 0;
}
