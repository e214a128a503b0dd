#include "sync/protocol/statement.h"

namespace aftercare::protocol {
namespace {

template <class IdType>
IdType read_id(cbor::Reader& reader) {
  return IdType{reader.array_of_bytes<decltype(IdType::bytes)>()};
}

Instant read_instant(cbor::Reader& reader) { return from_ms(reader.integer()); }

template <class T>
Result<T> checked(const cbor::Reader& reader, T value, const char* what) {
  if (!reader.is_done()) return Error{ErrorKind::Invalid, what};
  return value;
}

}  // namespace

Signed sign_statement(const SigningKey& key, std::string_view tag, Bytes statement) {
  const auto signature = aftercare::sign(key, tag, statement);
  return {std::move(statement), signature};
}

void encode(cbor::Writer& writer, const Signed& word) {
  writer.array(2).bytes(word.statement).bytes(view(word.signature));
}

Signed read_signed(cbor::Reader& reader) {
  Signed word;
  reader.array(2);
  word.statement = reader.bytes();
  word.signature = reader.array_of_bytes<Signature>();
  return word;
}

Bytes encode(const Signed& word) {
  cbor::Writer writer;
  encode(writer, word);
  return writer.take();
}

Result<Signed> decode_signed(std::string_view bytes) {
  cbor::Reader reader{bytes};
  auto word = read_signed(reader);
  return checked(reader, std::move(word), "not a signed statement");
}

Bytes encode(const Certificate& certificate) {
  return cbor::Writer{}
      .array(6)
      .bytes(view(certificate.organisation_id))
      .bytes(view(certificate.device_id))
      .text(name_of(certificate.role))
      .text(certificate.prefix)
      .bytes(view(certificate.public_key))
      .integer(to_ms(certificate.enrolled_at))
      .take();
}

Result<Certificate> decode_certificate(std::string_view bytes) {
  cbor::Reader reader{bytes};
  Certificate certificate;
  reader.array(6);
  certificate.organisation_id = read_id<OrganisationId>(reader);
  certificate.device_id = read_id<DeviceId>(reader);
  const auto role = domain::value_of<domain::DeviceRole>(reader.text());
  certificate.prefix = reader.text();
  certificate.public_key = reader.array_of_bytes<PublicKey>();
  certificate.enrolled_at = read_instant(reader);
  if (!role) return Error{ErrorKind::Invalid, "a certificate with an unknown role"};
  certificate.role = *role;
  return checked(reader, certificate, "not a device certificate");
}

Bytes encode(const Receipt& receipt) {
  return cbor::Writer{}
      .array(10)
      .bytes(view(receipt.organisation_id))
      .bytes(view(receipt.epoch))
      .bytes(view(receipt.device_id))
      .bytes(view(receipt.lineage))
      .integer(static_cast<std::int64_t>(receipt.head.dseq))
      .bytes(view(receipt.head.hash))
      .integer(static_cast<std::int64_t>(receipt.seq))
      .bytes(view(receipt.root))
      .integer(to_ms(receipt.server_time))
      .integer(static_cast<std::int64_t>(receipt.backed_up_dseq))
      .take();
}

Result<Receipt> decode_receipt(std::string_view bytes) {
  cbor::Reader reader{bytes};
  Receipt receipt;
  reader.array(10);
  receipt.organisation_id = read_id<OrganisationId>(reader);
  receipt.epoch = read_id<EpochId>(reader);
  receipt.device_id = read_id<DeviceId>(reader);
  receipt.lineage = reader.array_of_bytes<Hash>();
  receipt.head.dseq = reader.natural();
  receipt.head.hash = reader.array_of_bytes<Hash>();
  receipt.seq = reader.natural();
  receipt.root = reader.array_of_bytes<Hash>();
  receipt.server_time = read_instant(reader);
  receipt.backed_up_dseq = reader.natural();
  return checked(reader, receipt, "not a receipt");
}

Bytes encode(const RootStatement& statement) {
  return cbor::Writer{}
      .array(5)
      .bytes(view(statement.organisation_id))
      .bytes(view(statement.epoch))
      .integer(static_cast<std::int64_t>(statement.seq))
      .bytes(view(statement.root))
      .integer(to_ms(statement.server_time))
      .take();
}

Result<RootStatement> decode_root_statement(std::string_view bytes) {
  cbor::Reader reader{bytes};
  RootStatement statement;
  reader.array(5);
  statement.organisation_id = read_id<OrganisationId>(reader);
  statement.epoch = read_id<EpochId>(reader);
  statement.seq = reader.natural();
  statement.root = reader.array_of_bytes<Hash>();
  statement.server_time = read_instant(reader);
  return checked(reader, statement, "not a statement of the server root");
}

Bytes encode(const Countersign& countersign) {
  return cbor::Writer{}
      .array(6)
      .bytes(view(countersign.organisation_id))
      .bytes(view(countersign.epoch))
      .bytes(view(countersign.seal))
      .bytes(view(countersign.operation))
      .integer(static_cast<std::int64_t>(countersign.seq))
      .integer(to_ms(countersign.server_time))
      .take();
}

Result<Countersign> decode_countersign(std::string_view bytes) {
  cbor::Reader reader{bytes};
  Countersign countersign;
  reader.array(6);
  countersign.organisation_id = read_id<OrganisationId>(reader);
  countersign.epoch = read_id<EpochId>(reader);
  countersign.seal = reader.array_of_bytes<Hash>();
  countersign.operation = reader.array_of_bytes<Hash>();
  countersign.seq = reader.natural();
  countersign.server_time = read_instant(reader);
  return checked(reader, countersign, "not a countersignature");
}

Bytes encode(const ErasureStatement& statement) {
  cbor::Writer writer;
  writer.array(4)
      .bytes(view(statement.organisation_id))
      .bytes(view(statement.seal))
      .array(statement.groups.size());
  for (const auto& name : statement.groups) writer.text(name);
  return writer.integer(to_ms(statement.server_time)).take();
}

Result<ErasureStatement> decode_erasure_statement(std::string_view bytes) {
  cbor::Reader reader{bytes};
  ErasureStatement statement;
  reader.array(4);
  statement.organisation_id = read_id<OrganisationId>(reader);
  statement.seal = reader.array_of_bytes<Hash>();
  for (auto count = reader.array(); count > 0 && reader.is_ok(); --count)
    statement.groups.emplace_back(reader.text());
  statement.server_time = read_instant(reader);
  return checked(reader, std::move(statement), "not an erasure statement");
}

Hash next_root(const EpochId& epoch, const Hash& previous, std::uint64_t seq, const Hash& operation,
               const Hash& decision_commitment) {
  Bytes number;
  for (int shift = 56; shift >= 0; shift -= 8) number += static_cast<char>((seq >> shift) & 0xff);
  return sha256({kRootTag, view(epoch), view(previous), number, view(operation), view(decision_commitment)});
}

}  // namespace aftercare::protocol
