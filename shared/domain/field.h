#pragma once

#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/base/id.h"

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// How a record lists its fields, once, for everybody: the wire, the tables, the merge at the server
/// and the erasure by law all walk the same list (`each_field` beside each record).
namespace aftercare::domain {

/// What happens when two people changed the same field and neither had seen the other's change.
enum class Merge {
  Once,    // set when the record is made; a later change loses
  Latest,  // the later one wins, by bounded hybrid time; ties go by device id
  Office,  // the office decides: assignment, promised windows, prices of a plan
  Field,   // the technician decides: what happened on site
  State,   // the work-order state machine decides
};

struct FieldRule {
  Merge merge = Merge::Latest;
  bool is_personal = false;  // destroyed when a person asks to be forgotten
};

inline constexpr FieldRule kOnce{Merge::Once, false};
inline constexpr FieldRule kLatest{Merge::Latest, false};
inline constexpr FieldRule kOffice{Merge::Office, false};
inline constexpr FieldRule kOnSite{Merge::Field, false};
inline constexpr FieldRule kState{Merge::State, false};
inline constexpr FieldRule kPersonal{Merge::Latest, true};
inline constexpr FieldRule kPersonalOnce{Merge::Once, true};

/// The words of an enumeration, in the order of its values: the same on the wire, in the tables, in
/// JSON and as the last part of a message key. A released word never changes.
template <class Enum>
struct Names;

template <class Enum>
concept Named = requires {
  Names<Enum>::values.size();
};

template <Named Enum>
[[nodiscard]] constexpr std::string_view name_of(Enum value) {
  return Names<Enum>::values[static_cast<std::size_t>(value)];
}

template <Named Enum>
[[nodiscard]] constexpr std::optional<Enum> value_of(std::string_view name) {
  for (std::size_t i = 0; i < Names<Enum>::values.size(); ++i) {
    if (Names<Enum>::values[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

/// A photo, the strokes of a signature: kept as a file named by the SHA-256 of its plain bytes.
struct BlobRef {
  Hash sha256{};
  bool operator==(const BlobRef&) const = default;
};

/// Bytes inside a record that are not text.
struct Blob {
  Bytes bytes;
  bool operator==(const Blob&) const = default;
};

}  // namespace aftercare::domain
