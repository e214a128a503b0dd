// Never more than was allowed, whatever the frame says.

#include "sync/protocol/compress.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  constexpr std::size_t kLimit = 1 << 20;
  const auto plain = aftercare::protocol::decompress(bytes, kLimit);
  if (plain && plain.value().size() > kLimit) std::abort();
  if (aftercare::protocol::decompress(aftercare::protocol::compress(bytes), size).value() != bytes)
    std::abort();
  return 0;
}
