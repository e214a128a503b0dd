// Whatever is accepted as a push encodes to the same bytes.

#include "sync/protocol/message.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto push = aftercare::protocol::decode_push_request(bytes);
  if (push && aftercare::protocol::encode(push.value()) != bytes) std::abort();
  return 0;
}
