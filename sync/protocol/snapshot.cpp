#include "sync/protocol/snapshot.h"

#include "sync/protocol/version.h"

#include <algorithm>

namespace aftercare::protocol {

void encode(cbor::Writer& writer, const RecordRow& row) {
  writer.array(7)
      .integer(row.type)
      .bytes(view(row.id))
      .bytes(row.fields)
      .integer(static_cast<std::int64_t>(row.seq))
      .boolean(row.is_deleted);
  if (row.seal_header.empty()) {
    writer.null();
  } else {
    writer.bytes(row.seal_header);
  }
  if (row.countersign) {
    encode(writer, *row.countersign);
  } else {
    writer.null();
  }
}

RecordRow read_record_row(cbor::Reader& reader) {
  constexpr std::uint64_t kTypeMax = 255;
  RecordRow row;
  reader.array(7);
  const auto type = reader.natural();
  if (type == 0 || type > kTypeMax) reader.fail();
  row.type = static_cast<std::uint32_t>(type);
  row.id = AnyId{reader.array_of_bytes<decltype(AnyId::bytes)>()};
  row.fields = reader.bytes();
  row.seq = reader.natural();
  row.is_deleted = reader.boolean();
  if (!reader.null()) {
    row.seal_header = reader.bytes();
    if (row.seal_header.empty()) reader.fail();  // there is one form of nothing
  }
  if (!reader.null()) row.countersign = read_signed(reader);
  return row;
}

Bytes encode(const RecordRow& row) {
  cbor::Writer writer;
  encode(writer, row);
  return writer.take();
}

Result<RecordRow> decode_record_row(std::string_view bytes) {
  cbor::Reader reader{bytes};
  auto row = read_record_row(reader);
  if (!reader.is_done()) return Error{ErrorKind::Invalid, "not a record as it stands"};
  return row;
}

Bytes encode(const SnapshotAnswer& answer) {
  cbor::Writer writer;
  writer.array(4).integer(kVersion);
  encode(writer, answer.statement);
  writer.array(answer.rows.size());
  for (const auto& row : answer.rows) encode(writer, row);
  if (answer.next.empty()) {
    writer.null();
  } else {
    writer.text(answer.next);
  }
  return writer.take();
}

Result<SnapshotAnswer> decode_snapshot_answer(std::string_view bytes) {
  constexpr std::size_t kNextSizeMax = 200;
  cbor::Reader reader{bytes};
  reader.array(4);
  const auto version = reader.natural();
  if (version < kVersionOldest || version > kVersion) reader.fail();
  SnapshotAnswer answer;
  answer.statement = read_signed(reader);
  for (auto count = reader.array(); count > 0 && reader.is_ok(); --count)
    answer.rows.push_back(read_record_row(reader));
  if (!reader.null()) {
    answer.next = reader.text();
    if (answer.next.empty()) reader.fail();
  }
  const auto is_plain = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.'; };
  if (answer.next.size() > kNextSizeMax || !std::ranges::all_of(answer.next, is_plain)) reader.fail();
  if (!reader.is_done()) return Error{ErrorKind::Invalid, "not an answer with records as they stand"};
  return answer;
}

}  // namespace aftercare::protocol
