// Whatever is accepted as CBOR is the only form of what it means.

#include "shared/base/cbor.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  if (const auto fields = aftercare::cbor::decode_fields(bytes);
      fields && aftercare::cbor::encode(fields.value()) != bytes)
    std::abort();
  aftercare::cbor::Reader reader{bytes};
  (void)reader.skip();
  return 0;
}
