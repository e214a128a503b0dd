// Whatever is accepted as a page of the feed encodes to the same bytes.

#include "sync/protocol/message.h"
#include "tests/fuzz/accepted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  fuzz::claim_only_form(fuzz::view_of(data, size), protocol::decode_pull_answer);
  return 0;
}
