#include "sync/protocol/decision.h"

namespace aftercare::protocol {
namespace {

constexpr std::uint64_t kNumberMax = 255;  // of a ruling and a reason, known or not

void bytes_or_null(cbor::Writer& writer, const Bytes& bytes) {
  if (bytes.empty()) {
    writer.null();
  } else {
    writer.bytes(bytes);
  }
}

Bytes read_bytes_or_null(cbor::Reader& reader) { return reader.null() ? Bytes{} : Bytes{reader.bytes()}; }

}  // namespace

Bytes encode(const Decision& decision) {
  cbor::Writer writer;
  writer.array(5)
      .integer(static_cast<std::int64_t>(decision.ruling))
      .integer(static_cast<std::int64_t>(decision.reason))
      .raw(cbor::encode(decision.lost))
      .raw(cbor::encode(decision.replaced));
  if (decision.countersign) {
    encode(writer, *decision.countersign);
  } else {
    writer.null();
  }
  return writer.take();
}

Result<Decision> decode_decision(std::string_view bytes) {
  cbor::Reader reader{bytes};
  Decision decision;
  reader.array(5);
  const auto ruling = reader.natural();
  const auto reason = reader.natural();
  auto lost = cbor::decode_fields(reader.skip());
  auto replaced = cbor::decode_fields(reader.skip());
  if (!reader.null()) decision.countersign = read_signed(reader);
  if (!reader.is_done() || !lost || !replaced || ruling < 1 || ruling > kNumberMax || reason > kNumberMax) {
    return Error{ErrorKind::Invalid, "not a decision"};
  }
  decision.ruling = static_cast<Ruling>(ruling);
  decision.reason = static_cast<SetAsideReason>(reason);
  decision.lost = std::move(lost).value();
  decision.replaced = std::move(replaced).value();
  return decision;
}

Hash decision_commitment(std::string_view salt, std::string_view decision) {
  return sha256({kDecisionTag, salt, decision});
}

void encode(cbor::Writer& writer, const FeedItem& item) {
  writer.array(7)
      .integer(static_cast<std::int64_t>(item.seq))
      .bytes(view(item.operation))
      .bytes(view(item.decision_commitment));
  if (item.content) {
    encode(writer, *item.content);
  } else {
    writer.null();
  }
  bytes_or_null(writer, item.decision_salt);
  bytes_or_null(writer, item.decision);
  bytes_or_null(writer, item.remainder);
}

FeedItem read_feed_item(cbor::Reader& reader) {
  FeedItem item;
  reader.array(7);
  item.seq = reader.natural();
  item.operation = reader.array_of_bytes<Hash>();
  item.decision_commitment = reader.array_of_bytes<Hash>();
  if (!reader.null()) item.content = read_operation(reader);
  item.decision_salt = read_bytes_or_null(reader);
  item.decision = read_bytes_or_null(reader);
  item.remainder = read_bytes_or_null(reader);
  return item;
}

}  // namespace aftercare::protocol
