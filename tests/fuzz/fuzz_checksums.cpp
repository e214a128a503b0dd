// Whatever is accepted as the checksums of what a device should hold encodes to the same bytes.

#include "sync/protocol/checksum.h"
#include "tests/fuzz/accepted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  fuzz::claim_only_form(fuzz::view_of(data, size), protocol::decode_checksums);
  return 0;
}
