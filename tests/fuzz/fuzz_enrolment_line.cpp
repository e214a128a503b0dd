// Whatever is accepted as an enrolment line reads the same once it is written again.

#include "sync/protocol/enrolment_line.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto line = aftercare::protocol::enrolment_line_of_text({reinterpret_cast<const char*>(data), size});
  if (!line) return 0;
  const auto text = aftercare::protocol::to_text(line.value());
  const auto again = aftercare::protocol::enrolment_line_of_text(text);
  if (!again || aftercare::protocol::to_text(again.value()) != text) std::abort();
  return 0;
}
