#include "sync/protocol/operation.h"

#include "sync/protocol/limits.h"
#include "sync/protocol/tags.h"
#include "sync/protocol/version.h"

#include <fmt/format.h>

namespace aftercare::protocol {
namespace {

constexpr std::size_t kHeaderItems = 13;
constexpr std::uint64_t kNumberMax = 255;  // of a verb and a type, known or not

}  // namespace

HybridTime next_hybrid(const HybridTime& last, Instant now) {
  const auto wall = to_ms(now);
  return wall > last.ms ? HybridTime{wall, 0} : HybridTime{last.ms, last.count + 1};
}

Bytes encode(const Header& header) {
  cbor::Writer writer;
  writer.array(kHeaderItems)
      .integer(header.version)
      .bytes(view(header.organisation_id))
      .bytes(view(header.device_id))
      .integer(static_cast<std::int64_t>(header.dseq))
      .bytes(view(header.previous_hash))
      .integer(header.time.ms)
      .integer(header.time.count)
      .bytes(view(header.user_id))
      .integer(static_cast<std::int64_t>(header.verb))
      .integer(static_cast<std::int64_t>(header.type))
      .bytes(view(header.entity_id))
      .integer(static_cast<std::int64_t>(header.base_seq))
      .bytes(view(header.commitment));
  return writer.take();
}

Result<Header> decode_header(std::string_view bytes) {
  if (bytes.size() > kLimits.header_byte_count_max)
    return Error{ErrorKind::Invalid, "the header is too long"};
  cbor::Reader reader{bytes};
  Header header;
  const auto count = reader.array();
  const auto version = reader.natural();
  if (reader.is_ok() && version > kVersion)
    return Error{ErrorKind::Newer,
                 fmt::format("an operation of version {}; this program knows {}", version, kVersion)};
  if (count != kHeaderItems) reader.fail();
  header.organisation_id.bytes = reader.array_of_bytes<decltype(header.organisation_id.bytes)>();
  header.device_id.bytes = reader.array_of_bytes<decltype(header.device_id.bytes)>();
  header.dseq = reader.natural();
  header.previous_hash = reader.array_of_bytes<Hash>();
  header.time.ms = reader.integer();
  header.time.count = reader.integer();
  header.user_id.bytes = reader.array_of_bytes<decltype(header.user_id.bytes)>();
  const auto verb = reader.natural();
  const auto type = reader.natural();
  header.entity_id.bytes = reader.array_of_bytes<decltype(header.entity_id.bytes)>();
  header.base_seq = reader.natural();
  header.commitment = reader.array_of_bytes<Hash>();

  if (!reader.is_done()) return Error{ErrorKind::Invalid, "not an operation's header"};
  if (version < kVersionOldest || header.dseq == 0 || verb < 1 || verb > kNumberMax || type < 1 ||
      type > kNumberMax)
    return Error{ErrorKind::Invalid, "not an operation's header"};
  header.version = static_cast<std::uint32_t>(version);
  header.verb = static_cast<Verb>(verb);
  header.type = static_cast<domain::EntityType>(type);
  return header;
}

void encode(cbor::Writer& writer, const Operation& operation) {
  writer.array(3).bytes(operation.header);
  if (operation.is_erased()) {
    writer.null().null();
  } else {
    writer.bytes(operation.salt).bytes(operation.body);
  }
}

Operation read_operation(cbor::Reader& reader) {
  Operation operation;
  reader.array(3);
  operation.header = reader.bytes();
  if (reader.null()) {
    if (!reader.null()) reader.fail();
    return operation;
  }
  operation.salt = reader.bytes(kSaltSize);
  operation.body = reader.bytes();
  return operation;
}

Hash operation_hash(std::string_view header) { return sha256({kOperationTag, header}); }

Hash commitment(std::string_view salt, std::string_view body) { return sha256({kBodyTag, salt, body}); }

Hash genesis_hash(const PublicKey& device) { return sha256({kOperationTag, view(device)}); }

Operation make_operation(Header header, Bytes body, Random& random) {
  Operation operation;
  operation.salt = random.bytes(kSaltSize);
  operation.body = std::move(body);
  header.commitment = commitment(operation.salt, operation.body);
  operation.header = encode(header);
  return operation;
}

Result<Header> follow(Head& head, const Operation& operation) {
  auto decoded = decode_header(operation.header);
  if (!decoded) return decoded.error();
  const auto& header = decoded.value();
  if (header.dseq != head.dseq + 1) {
    return Error{ErrorKind::Invalid,
                 fmt::format("operation {} stands where {} belongs", header.dseq, head.dseq + 1)};
  }
  if (header.previous_hash != head.hash) {
    return Error{ErrorKind::Invalid,
                 fmt::format("operation {} does not follow the one before it", header.dseq)};
  }
  if (!operation.is_erased() && header.commitment != commitment(operation.salt, operation.body)) {
    return Error{
        ErrorKind::Invalid,
        fmt::format("the body of operation {} is not the one that its header commits to", header.dseq)};
  }
  head = {header.dseq, operation_hash(operation.header)};
  return decoded;
}

}  // namespace aftercare::protocol
