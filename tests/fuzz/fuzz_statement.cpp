// What the organisation signs: one set of bytes is shown to all decoders of statements, and whatever one
// accepts encodes to the same bytes.

#include "sync/protocol/statement.h"
#include "tests/fuzz/accepted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  const auto bytes = fuzz::view_of(data, size);
  fuzz::claim_only_form(bytes, protocol::decode_signed);
  fuzz::claim_only_form(bytes, protocol::decode_certificate);
  fuzz::claim_only_form(bytes, protocol::decode_receipt);
  fuzz::claim_only_form(bytes, protocol::decode_root_statement);
  fuzz::claim_only_form(bytes, protocol::decode_countersign);
  fuzz::claim_only_form(bytes, protocol::decode_erasure_statement);
  return 0;
}
