#pragma once

#include "sync/protocol/operation.h"

#include <array>
#include <map>
#include <vector>

/// What a device holds, in few bytes, to be compared with what it should hold: per type of record, sums that
/// do not depend on any order, each over a 64th of the ids. A difference names what to ask for again.
namespace aftercare::protocol {

inline constexpr std::uint32_t kRangeCount = 64;

/// The records of one type whose id's last byte, divided by four, is `number`.
struct RecordRange {
  domain::EntityType type = domain::EntityType::Customer;
  std::uint32_t number = 0;
  auto operator<=>(const RecordRange&) const = default;
};
[[nodiscard]] std::uint32_t range_of(const AnyId& id);

struct TypeChecksum {
  std::uint64_t count = 0;
  std::array<std::uint64_t, kRangeCount> sums{};
  bool operator==(const TypeChecksum&) const = default;
};

/// GET /v1/checksums: `[1, [[entity type, count, sums] …]]` in the order of the types, those without a record
/// left out; sums are 64 times 8 bytes, big-endian.
using Checksums = std::map<std::uint32_t, TypeChecksum>;

/// Counts a record in: its range's sum is XORed with the first 8 bytes of
/// H("aftercare/row/1" ‖ type as one byte ‖ id ‖ fields). The fields are the map that a create would hold,
/// without what rests at the nothing of its kind.
void add(Checksums& sums, domain::EntityType type, const AnyId& id, std::string_view fields);
/// The ranges in which the two differ, of types that this program knows.
[[nodiscard]] std::vector<RecordRange> differences(const Checksums& here, const Checksums& there);

[[nodiscard]] Bytes encode(const Checksums& sums);
[[nodiscard]] Result<Checksums> decode_checksums(std::string_view bytes);

}  // namespace aftercare::protocol
