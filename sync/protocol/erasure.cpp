#include "sync/protocol/erasure.h"

#include "shared/domain/codec.h"

#include <algorithm>

namespace aftercare::protocol {

Bytes encode(const std::vector<ErasedRecord>& records) {
  cbor::Writer writer;
  writer.array(records.size());
  for (const auto& record : records)
    writer.array(2).integer(static_cast<std::int64_t>(record.type)).bytes(view(record.id));
  return writer.take();
}

Result<std::vector<ErasedRecord>> decode_erased_records(std::string_view bytes) {
  cbor::Reader reader{bytes};
  std::vector<ErasedRecord> records;
  for (auto count = reader.array(); count > 0 && reader.is_ok(); --count) {
    reader.array(2);
    const auto type = reader.natural();
    if (type < 1 || type > 255) reader.fail();
    records.push_back(
        {static_cast<domain::EntityType>(type), AnyId{reader.array_of_bytes<decltype(AnyId::bytes)>()}});
  }
  if (!reader.is_done()) return Error{ErrorKind::Invalid, "not a list of erased records"};
  return records;
}

Bytes encode(const std::vector<ErasedSeal>& seals) {
  cbor::Writer writer;
  writer.array(seals.size());
  for (const auto& seal : seals) {
    writer.array(2).bytes(view(seal.sign_off_id));
    encode(writer, seal.statement);
  }
  return writer.take();
}

Result<std::vector<ErasedSeal>> decode_erased_seals(std::string_view bytes) {
  cbor::Reader reader{bytes};
  std::vector<ErasedSeal> seals;
  for (auto count = reader.array(); count > 0 && reader.is_ok(); --count) {
    reader.array(2);
    ErasedSeal seal;
    seal.sign_off_id.bytes = reader.array_of_bytes<decltype(seal.sign_off_id.bytes)>();
    seal.statement = read_signed(reader);
    seals.push_back(std::move(seal));
  }
  if (!reader.is_done()) return Error{ErrorKind::Invalid, "not a list of erased seals"};
  return seals;
}

bool is_personal_group(std::string_view name) {
  constexpr std::array<std::string_view, 6> kKept{"visit", "price", "coverage", "clock", "root", "app"};
  return std::ranges::find(kKept, name) == kKept.end();
}

FeedItem without_personal(FeedItem item, domain::EntityType type) {
  const auto decision = decode_decision(item.decision);
  const bool was_in_effect = decision && takes_effect(decision.value().ruling);
  if (!decision || !decision.value().lost.empty() || !decision.value().replaced.empty()) {
    item.decision.clear();
    item.decision_salt.clear();
  }
  if (!item.content || item.content->is_erased()) return item;

  const auto fields = cbor::decode_fields(item.content->body);
  std::optional<cbor::FieldMap> kept;
  if (fields && domain::is_known(type)) {
    kept = domain::with_entity(
        type, [&]<class Record>() { return domain::without_personal_fields<Record>(fields.value()); });
    if (kept->size() == fields.value().size()) return item;
  }
  item.content->salt.clear();
  item.content->body.clear();
  if (!kept || !was_in_effect) return item;
  for (const auto& [number, value] : decision.value().lost) kept->erase(number);
  item.remainder = cbor::encode(*kept);
  return item;
}

}  // namespace aftercare::protocol
