#include "sync/protocol/checksum.h"

#include "sync/protocol/tags.h"
#include "sync/protocol/version.h"

namespace aftercare::protocol {
namespace {

constexpr std::size_t kSumSize = sizeof(std::uint64_t);

std::uint64_t number_of(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < kSumSize; ++i) number = number << 8 | static_cast<std::uint8_t>(bytes[i]);
  return number;
}

Bytes bytes_of(const TypeChecksum& checksum) {
  Bytes bytes;
  for (const auto sum : checksum.sums) {
    for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(sum >> shift & 0xff));
  }
  return bytes;
}

}  // namespace

std::uint32_t range_of(const AnyId& id) { return id.bytes.back() / (256 / kRangeCount); }

void add(Checksums& sums, domain::EntityType type, const AnyId& id, std::string_view fields) {
  Bytes text{kRowTag};
  text.push_back(static_cast<char>(type));
  text.append(view(id)).append(fields);
  const auto hash = sha256(text);
  auto& checksum = sums[static_cast<std::uint32_t>(type)];
  ++checksum.count;
  checksum.sums.at(range_of(id)) ^= number_of(view(hash));
}

std::vector<RecordRange> differences(const Checksums& here, const Checksums& there) {
  static const TypeChecksum kNone;
  const auto of = [](const Checksums& sums, std::uint32_t type) -> const TypeChecksum& {
    const auto found = sums.find(type);
    return found == sums.end() ? kNone : found->second;
  };
  std::vector<RecordRange> ranges;
  for (std::uint32_t type = 1; type <= domain::kEntityTypeLast; ++type) {
    for (std::uint32_t number = 0; number < kRangeCount; ++number) {
      if (of(here, type).sums.at(number) != of(there, type).sums.at(number))
        ranges.push_back({static_cast<domain::EntityType>(type), number});
    }
  }
  return ranges;
}

Bytes encode(const Checksums& sums) {
  cbor::Writer writer;
  writer.array(2).integer(kVersion).array(sums.size());
  for (const auto& [type, checksum] : sums) {
    writer.array(3)
        .integer(type)
        .integer(static_cast<std::int64_t>(checksum.count))
        .bytes(bytes_of(checksum));
  }
  return writer.take();
}

Result<Checksums> decode_checksums(std::string_view bytes) {
  constexpr std::uint64_t kTypeMax = 255;
  cbor::Reader reader{bytes};
  reader.array(2);
  const auto version = reader.natural();
  if (version < kVersionOldest || version > kVersion) reader.fail();
  Checksums sums;
  std::uint64_t last = 0;
  for (auto count = reader.array(); count > 0 && reader.is_ok(); --count) {
    reader.array(3);
    const auto type = reader.natural();
    if (type <= last || type > kTypeMax) reader.fail();
    last = type;
    TypeChecksum checksum;
    checksum.count = reader.natural();
    const auto text = reader.bytes(kRangeCount * kSumSize);
    if (!reader.is_ok()) break;
    for (std::uint32_t number = 0; number < kRangeCount; ++number)
      checksum.sums.at(number) = number_of(text.substr(number * kSumSize, kSumSize));
    sums.emplace(static_cast<std::uint32_t>(type), checksum);
  }
  if (!reader.is_done()) return Error{ErrorKind::Invalid, "not an answer with checksums"};
  return sums;
}

}  // namespace aftercare::protocol
