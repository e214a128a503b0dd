// What an erasure names, as other devices are told: whatever is accepted encodes to the same bytes.

#include "sync/protocol/erasure.h"
#include "tests/fuzz/accepted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  const auto bytes = fuzz::view_of(data, size);
  fuzz::claim_only_form(bytes, protocol::decode_erased_records);
  fuzz::claim_only_form(bytes, protocol::decode_erased_seals);
  return 0;
}
