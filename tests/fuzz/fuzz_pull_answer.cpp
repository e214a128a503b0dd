// Whatever is accepted as a page of the feed encodes to the same bytes.

#include "sync/protocol/message.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto page = aftercare::protocol::decode_pull_answer(bytes);
  if (page && aftercare::protocol::encode(page.value()) != bytes) std::abort();
  return 0;
}
