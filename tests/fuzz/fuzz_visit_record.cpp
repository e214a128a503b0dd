// The file of a visit for `aftercare record`: read or refused.

#include "client/work/visit_record.h"
#include "tests/fuzz/accepted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  (void)work::read_visit_record(fuzz::view_of(data, size));
  return 0;
}
