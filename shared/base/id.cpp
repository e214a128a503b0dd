#include "shared/base/id.h"

#include <algorithm>

namespace aftercare {

Result<AnyId> any_id_of_bytes(std::string_view bytes) {
  AnyId id;
  if (bytes.size() != id.bytes.size()) return Error{ErrorKind::Invalid, "an id has 16 bytes"};
  std::ranges::copy(bytes, id.bytes.begin());
  return id;
}

AnyId make_any_id(Clock& clock, Random& random) {
  AnyId id;
  random.fill(id.bytes);
  auto ms = static_cast<std::uint64_t>(to_ms(clock.now()));
  for (std::size_t i = 6; i-- > 0; ms >>= 8) id.bytes[i] = static_cast<std::uint8_t>(ms & 0xff);
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x70);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

}  // namespace aftercare
