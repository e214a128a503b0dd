// A sealed record: read, checked against itself, written again. Seed it with
// tests/fixtures/protocol/record.hex as bytes.

#include "sync/protocol/record_file.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto record = aftercare::protocol::decode_sealed_record(bytes);
  if (record && aftercare::protocol::encode(record.value()) != bytes) std::abort();
  const auto verification = aftercare::protocol::verify_record(bytes);
  if (verification.is_genuine != verification.changed_parts().empty()) std::abort();
  return 0;
}
