// Whatever is accepted as the head, a piece or the delivery of a rescue file encodes to the same bytes.

#include "sync/protocol/rescue_file.h"

#include <cstdlib>

namespace {

template <class Decode>
void check(std::string_view bytes, const Decode& decode) {
  const auto value = decode(bytes);
  if (value && aftercare::protocol::encode(value.value()) != bytes) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  check(bytes, aftercare::protocol::decode_rescue_head);
  check(bytes, aftercare::protocol::decode_rescue_piece);
  check(bytes, aftercare::protocol::decode_rescue_request);
  check(bytes, aftercare::protocol::decode_rescue_answer);
  (void)aftercare::protocol::open_rescue_piece({}, {}, 1, bytes);
  return 0;
}
