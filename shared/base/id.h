#pragma once

#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/base/random.h"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace aftercare {

/// The name of one record: a UUIDv7 (RFC 9562) made on the device that creates it, so that ids sort
/// by time of creation. The tag keeps an AssetId from being passed where a VisitId is meant. Never
/// a secret.
template <class Tag>
struct Id {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Id&) const = default;
  [[nodiscard]] bool is_nil() const { return bytes == std::array<std::uint8_t, 16>{}; }
};

/// An id whose kind is said beside it: in headers, feeds and references.
using AnyId = Id<struct AnyTag>;

template <class Tag>
[[nodiscard]] std::string_view view(const Id<Tag>& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

/// Lower-case hexadecimal, 32 characters: for keys and logs, not for people.
template <class Tag>
[[nodiscard]] std::string to_text(const Id<Tag>& id) {
  return to_hex(view(id));
}

template <class To, class From>
[[nodiscard]] To id_cast(const Id<From>& id) {
  return To{id.bytes};
}

[[nodiscard]] Result<AnyId> any_id_of_bytes(std::string_view bytes);

template <class IdType>
[[nodiscard]] Result<IdType> id_of_bytes(std::string_view bytes) {
  const auto id = any_id_of_bytes(bytes);
  if (!id) return id.error();
  return id_cast<IdType>(id.value());
}

template <class IdType>
[[nodiscard]] Result<IdType> id_of_text(std::string_view text) {
  const auto bytes = from_hex(text);
  if (!bytes) return Error{ErrorKind::Invalid, "an id has 32 hexadecimal digits"};
  return id_of_bytes<IdType>(bytes.value());
}

[[nodiscard]] AnyId make_any_id(Clock& clock, Random& random);

template <class IdType>
[[nodiscard]] IdType make_id(Clock& clock, Random& random) {
  return id_cast<IdType>(make_any_id(clock, random));
}

}  // namespace aftercare
