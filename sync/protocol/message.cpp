#include "sync/protocol/message.h"

#include "sync/protocol/limits.h"
#include "sync/protocol/version.h"

#include <fmt/format.h>

namespace aftercare::protocol {
namespace {

/// Opens a message of `count` items after the version, or fails the reader.
cbor::Reader open(std::string_view bytes, std::size_t count) {
  cbor::Reader reader{bytes};
  reader.array(count + 1);
  const auto version = reader.natural();
  if (version < kVersionOldest || version > kVersion) reader.fail();
  return reader;
}

cbor::Writer begin(std::size_t count) {
  cbor::Writer writer;
  writer.array(count + 1).integer(kVersion);
  return writer;
}

template <class IdType>
IdType read_id(cbor::Reader& reader) {
  return IdType{reader.array_of_bytes<decltype(IdType::bytes)>()};
}

void encode_or_null(cbor::Writer& writer, const std::optional<Signed>& word) {
  if (word) {
    encode(writer, *word);
  } else {
    writer.null();
  }
}

std::optional<Signed> read_signed_or_null(cbor::Reader& reader) {
  return reader.null() ? std::nullopt : std::optional{read_signed(reader)};
}

template <class T>
Result<T> checked(const cbor::Reader& reader, T value, const char* what) {
  if (!reader.is_done()) return Error{ErrorKind::Invalid, what};
  return value;
}

}  // namespace

Bytes enrol_proof_text(const EnrolRequest& request) {
  return cbor::Writer{}
      .array(6)
      .bytes(view(request.organisation_id))
      .text(request.code)
      .bytes(view(request.device_id))
      .bytes(view(request.public_key))
      .text(request.device_name)
      .text(request.app_version)
      .take();
}

Bytes encode(const EnrolRequest& request) {
  return begin(7)
      .bytes(view(request.organisation_id))
      .text(request.code)
      .bytes(view(request.device_id))
      .bytes(view(request.public_key))
      .text(request.device_name)
      .text(request.app_version)
      .bytes(view(request.proof))
      .take();
}

Result<EnrolRequest> decode_enrol_request(std::string_view bytes) {
  auto reader = open(bytes, 7);
  EnrolRequest request;
  request.organisation_id = read_id<OrganisationId>(reader);
  request.code = reader.text();
  request.device_id = read_id<DeviceId>(reader);
  request.public_key = reader.array_of_bytes<PublicKey>();
  request.device_name = reader.text();
  request.app_version = reader.text();
  request.proof = reader.array_of_bytes<Signature>();
  if (request.code.size() > 128 || request.device_name.size() > 256 || request.app_version.size() > 64)
    reader.fail();
  return checked(reader, std::move(request), "not an enrolment");
}

Bytes encode(const EnrolAnswer& answer) {
  auto writer = begin(7);
  writer.text(answer.organisation_name);
  if (answer.user_id) {
    writer.bytes(view(*answer.user_id));
  } else {
    writer.null();
  }
  encode(writer, answer.certificate);
  writer.bytes(view(answer.organisation_key))
      .bytes(view(answer.box_key))
      .bytes(view(answer.epoch))
      .integer(to_ms(answer.server_time));
  return writer.take();
}

Result<EnrolAnswer> decode_enrol_answer(std::string_view bytes) {
  auto reader = open(bytes, 7);
  EnrolAnswer answer;
  answer.organisation_name = reader.text();
  if (!reader.null()) answer.user_id = read_id<domain::UserId>(reader);
  answer.certificate = read_signed(reader);
  answer.organisation_key = reader.array_of_bytes<PublicKey>();
  answer.box_key = reader.array_of_bytes<Hash>();
  answer.epoch = read_id<EpochId>(reader);
  answer.server_time = from_ms(reader.integer());
  return checked(reader, std::move(answer), "not an answer to an enrolment");
}

Bytes encode(const ChallengeRequest& request) {
  return begin(2).bytes(view(request.organisation_id)).bytes(view(request.device_id)).take();
}

Result<ChallengeRequest> decode_challenge_request(std::string_view bytes) {
  auto reader = open(bytes, 2);
  ChallengeRequest request;
  request.organisation_id = read_id<OrganisationId>(reader);
  request.device_id = read_id<DeviceId>(reader);
  return checked(reader, request, "not a request for a challenge");
}

Bytes encode_challenge(std::string_view challenge) { return begin(1).bytes(challenge).take(); }

Result<Bytes> decode_challenge(std::string_view bytes) {
  auto reader = open(bytes, 1);
  Bytes challenge{reader.bytes()};
  return checked(reader, std::move(challenge), "not a challenge");
}

Bytes token_text(const TokenRequest& request) {
  return Bytes{view(request.organisation_id)}.append(view(request.device_id)).append(request.challenge);
}

Bytes encode(const TokenRequest& request) {
  auto writer = begin(5);
  writer.bytes(view(request.organisation_id))
      .bytes(view(request.device_id))
      .bytes(request.challenge)
      .bytes(view(request.signature));
  encode_or_null(writer, request.certificate);
  return writer.take();
}

Result<TokenRequest> decode_token_request(std::string_view bytes) {
  auto reader = open(bytes, 5);
  TokenRequest request;
  request.organisation_id = read_id<OrganisationId>(reader);
  request.device_id = read_id<DeviceId>(reader);
  request.challenge = reader.bytes();
  request.signature = reader.array_of_bytes<Signature>();
  request.certificate = read_signed_or_null(reader);
  return checked(reader, std::move(request), "not a request for a token");
}

Bytes encode(const TokenAnswer& answer) {
  return begin(4)
      .text(answer.token)
      .integer(to_ms(answer.expires_at))
      .integer(to_ms(answer.server_time))
      .boolean(answer.is_revoked)
      .take();
}

Result<TokenAnswer> decode_token_answer(std::string_view bytes) {
  auto reader = open(bytes, 4);
  TokenAnswer answer;
  answer.token = reader.text();
  answer.expires_at = from_ms(reader.integer());
  answer.server_time = from_ms(reader.integer());
  answer.is_revoked = reader.boolean();
  return checked(reader, std::move(answer), "not a token");
}

Bytes head_text(const OrganisationId& organisation, const Hash& head) {
  return Bytes{view(organisation)}.append(view(head));
}

Bytes encode(const PushRequest& request) {
  auto writer = begin(3);
  writer.bytes(view(request.lineage)).array(request.operations.size());
  for (const auto& operation : request.operations) encode(writer, operation);
  writer.bytes(view(request.head_signature));
  return writer.take();
}

Result<PushRequest> decode_push_request(std::string_view bytes) {
  auto reader = open(bytes, 3);
  PushRequest request;
  request.lineage = reader.array_of_bytes<Hash>();
  const auto count = reader.array();
  if (count == 0 || count > kLimits.push_operation_count_max) {
    return Error{ErrorKind::Invalid,
                 fmt::format("a push holds 1 to {} operations", kLimits.push_operation_count_max)};
  }
  request.operations.reserve(count);
  for (std::size_t i = 0; i < count && reader.is_ok(); ++i)
    request.operations.push_back(read_operation(reader));
  request.head_signature = reader.array_of_bytes<Signature>();
  return checked(reader, std::move(request), "not a push");
}

Bytes encode(const PushAnswer& answer) {
  auto writer = begin(2);
  encode(writer, answer.receipt);
  writer.array(answer.set_aside.size());
  for (const auto& one : answer.set_aside) {
    writer.array(2)
        .integer(static_cast<std::int64_t>(one.dseq))
        .integer(static_cast<std::int64_t>(one.reason));
  }
  return writer.take();
}

Result<PushAnswer> decode_push_answer(std::string_view bytes) {
  auto reader = open(bytes, 2);
  PushAnswer answer;
  answer.receipt = read_signed(reader);
  for (auto count = reader.array(); count > 0 && reader.is_ok(); --count) {
    reader.array(2);
    const auto dseq = reader.natural();
    const auto reason = reader.natural();
    if (reason > 255) reader.fail();  // one that is not known yet is carried along
    answer.set_aside.push_back({dseq, static_cast<SetAsideReason>(reason)});
  }
  return checked(reader, std::move(answer), "not an answer to a push");
}

Bytes encode(const PullAnswer& answer) {
  auto writer = begin(6);
  encode(writer, answer.statement);
  writer.array(answer.items.size());
  for (const auto& item : answer.items) encode(writer, item);
  writer.boolean(answer.has_more);
  if (answer.backed_up_seq) {
    writer.integer(static_cast<std::int64_t>(*answer.backed_up_seq));
  } else {
    writer.null();
  }
  writer.integer(static_cast<std::int64_t>(answer.scope_seq)).array(answer.scope_changes.size());
  for (const auto& change : answer.scope_changes)
    writer.array(2).bytes(view(change.customer_id)).boolean(change.is_enter);
  return writer.take();
}

Result<PullAnswer> decode_pull_answer(std::string_view bytes) {
  auto reader = open(bytes, 6);
  PullAnswer answer;
  answer.statement = read_signed(reader);
  for (auto count = reader.array(); count > 0 && reader.is_ok(); --count)
    answer.items.push_back(read_feed_item(reader));
  answer.has_more = reader.boolean();
  if (!reader.null()) answer.backed_up_seq = reader.natural();
  answer.scope_seq = reader.natural();
  for (auto count = reader.array(); count > 0 && reader.is_ok(); --count) {
    reader.array(2);
    const auto customer_id = read_id<domain::CustomerId>(reader);
    answer.scope_changes.push_back({customer_id, reader.boolean()});
  }
  return checked(reader, std::move(answer), "not an answer to a pull");
}

Bytes encode(const LostItems& lost) {
  auto writer = begin(2);
  encode(writer, lost.statement);
  writer.array(lost.items.size());
  for (const auto& item : lost.items) encode(writer, item);
  return writer.take();
}

Result<LostItems> decode_lost_items(std::string_view bytes) {
  auto reader = open(bytes, 2);
  LostItems lost;
  lost.statement = read_signed(reader);
  const auto count = reader.array();
  if (count == 0 || count > kLostItemCountMax)
    return Error{ErrorKind::Invalid, fmt::format("1 to {} items are handed back at once", kLostItemCountMax)};
  for (std::size_t i = 0; i < count && reader.is_ok(); ++i) lost.items.push_back(read_feed_item(reader));
  return checked(reader, std::move(lost), "not items of a lost feed");
}

Bytes encode(const LostItemsAnswer& answer) {
  auto writer = begin(2);
  writer.boolean(answer.is_placed).integer(static_cast<std::int64_t>(answer.through_seq));
  return writer.take();
}

Result<LostItemsAnswer> decode_lost_items_answer(std::string_view bytes) {
  auto reader = open(bytes, 2);
  LostItemsAnswer answer;
  answer.is_placed = reader.boolean();
  answer.through_seq = reader.natural();
  return checked(reader, answer, "not an answer to items of a lost feed");
}

Bytes encode(const Unsent& unsent) {
  auto writer = begin(5);
  writer.integer(static_cast<std::int64_t>(unsent.operation_count))
      .integer(static_cast<std::int64_t>(unsent.visit_count))
      .integer(static_cast<std::int64_t>(unsent.photo_count))
      .integer(static_cast<std::int64_t>(unsent.photo_byte_count))
      .map(unsent.numbers.size());
  for (const auto& [kind, counter] : unsent.numbers)
    writer.text(kind).integer(static_cast<std::int64_t>(counter));
  return writer.take();
}

Result<Unsent> decode_unsent(std::string_view bytes) {
  constexpr std::size_t kKindCountMax = 26;
  auto reader = open(bytes, 5);
  Unsent unsent;
  unsent.operation_count = reader.natural();
  unsent.visit_count = reader.natural();
  unsent.photo_count = reader.natural();
  unsent.photo_byte_count = reader.natural();
  auto count = reader.map();
  if (count > kKindCountMax) reader.fail();
  for (std::string last; count > 0 && reader.is_ok(); --count) {
    const std::string kind{reader.text()};
    const bool is_letter = kind.size() == 1 && kind[0] >= 'A' && kind[0] <= 'Z';
    if (!is_letter || kind <= last) reader.fail();
    unsent.numbers[kind] = reader.natural();
    last = kind;
  }
  return checked(reader, std::move(unsent), "not what a device holds");
}

Bytes encode(const std::vector<LostWord>& words) {
  auto writer = begin(1);
  writer.array(words.size());
  for (const auto& word : words) {
    writer.array(2);
    encode_or_null(writer, word.statement);
    encode_or_null(writer, word.receipt);
  }
  return writer.take();
}

Result<std::vector<LostWord>> decode_lost_words(std::string_view bytes) {
  auto reader = open(bytes, 1);
  std::vector<LostWord> words;
  auto count = reader.array();
  if (count > kLostWordCountMax) reader.fail();
  for (; count > 0 && reader.is_ok(); --count) {
    reader.array(2);
    auto statement = read_signed_or_null(reader);
    auto receipt = read_signed_or_null(reader);
    words.push_back({std::move(statement), std::move(receipt)});
  }
  return checked(reader, std::move(words), "not words of another epoch");
}

Bytes encode_hashes(const std::vector<Hash>& hashes) {
  auto writer = begin(1);
  writer.array(hashes.size());
  for (const auto& hash : hashes) writer.bytes(view(hash));
  return writer.take();
}

Result<std::vector<Hash>> decode_hashes(std::string_view bytes) {
  auto reader = open(bytes, 1);
  std::vector<Hash> hashes;
  auto count = reader.array();
  if (count > kLimits.blob_question_count_max) reader.fail();
  for (; count > 0 && reader.is_ok(); --count) hashes.push_back(reader.array_of_bytes<Hash>());
  return checked(reader, std::move(hashes), "not a list of hashes");
}

}  // namespace aftercare::protocol
