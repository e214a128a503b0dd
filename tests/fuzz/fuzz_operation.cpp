// Whatever is accepted as an operation encodes to the same bytes; its body becomes a record or is refused.

#include "shared/domain/codec.h"
#include "sync/protocol/operation.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  cbor::Reader reader{bytes};
  const auto operation = protocol::read_operation(reader);
  if (!reader.is_done()) return 0;
  cbor::Writer writer;
  protocol::encode(writer, operation);
  if (writer.view() != bytes) std::abort();
  const auto fields = cbor::decode_fields(operation.body);
  const auto header = protocol::decode_header(operation.header);
  if (!fields || !header || !domain::is_known(header.value().type)) return 0;
  domain::with_entity(header.value().type, [&]<class Record>() {
    const auto record = domain::record_of<Record>(header.value().entity_id, fields.value());
    if (!record) return;
    const auto again = domain::record_of<Record>(header.value().entity_id, domain::fields_of(record.value()));
    if (!again || domain::fields_of(again.value()) != domain::fields_of(record.value())) std::abort();
  });
  return 0;
}
