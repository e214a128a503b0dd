// Whatever is accepted as one record as it stands, which a device may have to keep for later, encodes to the
// same bytes.

#include "sync/protocol/snapshot.h"
#include "tests/fuzz/accepted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  fuzz::claim_only_form(fuzz::view_of(data, size), protocol::decode_record_row);
  return 0;
}
