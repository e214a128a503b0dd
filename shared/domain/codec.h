#pragma once

#include "shared/base/cbor.h"
#include "shared/base/text.h"
#include "shared/domain/entity.h"

#include <set>

/// Records to fields and back, along the one list of fields beside each record.
namespace aftercare::domain {

using cbor::FieldMap;

inline Bytes encode_value(const std::string& value) { return cbor::Writer{}.text(value).take(); }
inline Bytes encode_value(bool value) { return cbor::Writer{}.boolean(value).take(); }
inline Bytes encode_value(std::int64_t value) { return cbor::Writer{}.integer(value).take(); }
inline Bytes encode_value(Instant value) { return cbor::Writer{}.integer(to_ms(value)).take(); }
inline Bytes encode_value(const BlobRef& value) { return cbor::Writer{}.bytes(view(value.sha256)).take(); }
inline Bytes encode_value(const Blob& value) { return cbor::Writer{}.bytes(value.bytes).take(); }
template <class Tag>
Bytes encode_value(const Id<Tag>& value) {
  return cbor::Writer{}.bytes(view(value)).take();
}
template <Named Enum>
Bytes encode_value(Enum value) {
  return cbor::Writer{}.text(name_of(value)).take();
}
template <class T>
Bytes encode_value(const std::optional<T>& value) {
  return value ? encode_value(*value) : Bytes{cbor::kNull};
}

inline void read_value(cbor::Reader& reader, std::string& value) { value = reader.text(); }
inline void read_value(cbor::Reader& reader, bool& value) { value = reader.boolean(); }
inline void read_value(cbor::Reader& reader, std::int64_t& value) { value = reader.integer(); }
inline void read_value(cbor::Reader& reader, Instant& value) { value = from_ms(reader.integer()); }
inline void read_value(cbor::Reader& reader, BlobRef& value) { value.sha256 = reader.array_of_bytes<Hash>(); }
inline void read_value(cbor::Reader& reader, Blob& value) { value.bytes = reader.bytes(); }
template <class Tag>
void read_value(cbor::Reader& reader, Id<Tag>& value) {
  value.bytes = reader.array_of_bytes<decltype(value.bytes)>();
}
/// A word that a newer program added is refused here and set aside at the server, never guessed.
template <Named Enum>
void read_value(cbor::Reader& reader, Enum& value) {
  const auto known = value_of<Enum>(reader.text());
  if (known) {
    value = *known;
  } else {
    reader.fail();
  }
}
template <class T>
void read_value(cbor::Reader& reader, std::optional<T>& value) {
  T inner{};
  read_value(reader, inner);
  value = inner;
}

namespace detail {
/// Whether a member rests empty: not worth a field in a new record.
template <class T>
bool is_resting(const T& value) {
  return value == T{};
}
}  // namespace detail

/// All fields that say something, and what a newer program had added.
template <class Entity>
FieldMap fields_of(const Entity& entity) {
  FieldMap fields;
  if (!entity.extra.empty()) {
    if (auto extra = cbor::decode_fields(entity.extra)) fields = std::move(extra).value();
  }
  each_field(entity, [&](std::uint32_t number, std::string_view, const auto& member, const FieldRule&) {
    if (!detail::is_resting(member)) fields[number] = encode_value(member);
  });
  return fields;
}

/// Only what is different after an edit; a field that became empty is cleared with null.
template <class Entity>
FieldMap changes_of(const Entity& before, const Entity& after) {
  const auto old_fields = fields_of(before);
  auto fields = fields_of(after);
  for (const auto& [number, value] : old_fields) {
    const auto found = fields.find(number);
    if (found == fields.end()) {
      fields[number] = cbor::kNull;
    } else if (found->second == value) {
      fields.erase(found);
    }
  }
  return fields;
}

namespace detail {
/// Merges fields that this program does not know into `extra`.
template <class Entity>
void keep_unknown(const FieldMap& fields, Entity& entity) {
  std::set<std::uint32_t> known;
  each_field(entity, [&](std::uint32_t number, auto, const auto&, const auto&) { known.insert(number); });
  FieldMap extra;
  if (!entity.extra.empty()) {
    if (auto kept = cbor::decode_fields(entity.extra)) extra = std::move(kept).value();
  }
  for (const auto& [number, value] : fields) {
    if (known.contains(number)) continue;
    if (value == cbor::kNull) {
      extra.erase(number);
    } else {
      extra[number] = value;
    }
  }
  entity.extra = extra.empty() ? Bytes{} : cbor::encode(extra);
}
}  // namespace detail

/// Sets the given fields of a record and keeps unknown ones in `extra`. Invalid, with the field's
/// name, when a value is not of the field's kind; the record is then in between and thrown away.
template <class Entity>
Done apply(const FieldMap& fields, Entity& entity) {
  std::size_t known_count = 0;
  std::string wrong;
  each_field(entity, [&](std::uint32_t number, std::string_view name, auto& member, const FieldRule&) {
    const auto found = fields.find(number);
    if (found == fields.end()) return;
    ++known_count;
    cbor::Reader reader{found->second};
    if (reader.null()) {
      member = std::remove_cvref_t<decltype(member)>{};
    } else {
      read_value(reader, member);
    }
    if (!reader.is_done() && wrong.empty()) wrong = name;
  });
  if (!wrong.empty()) return Error{ErrorKind::Invalid, "the field " + wrong + " has a value of another kind"};
  if (known_count < fields.size()) detail::keep_unknown(fields, entity);
  return done();
}

/// A record of these fields alone. What is absent rests at the nothing of its kind (empty, 0, false, the
/// first word), whatever the struct begins with: `fields_of` leaves out exactly that.
template <class Entity>
Result<Entity> record_of(const AnyId& id, const FieldMap& fields) {
  Entity entity{};
  entity.id = id_cast<decltype(entity.id)>(id);
  each_field(entity,
             [](auto, auto, auto& member, const auto&) { member = std::remove_cvref_t<decltype(member)>{}; });
  if (const auto applied = apply(fields, entity); !applied) return applied.error();
  return entity;
}

/// The fields that an erasure by law destroys; unknown ones too, for nobody here can say what they hold.
template <class Entity>
FieldMap without_personal(const Entity& entity) {
  FieldMap fields;
  each_field(entity, [&](std::uint32_t number, std::string_view, const auto& member, const FieldRule& rule) {
    if (!rule.is_personal && !detail::is_resting(member)) fields[number] = encode_value(member);
  });
  return fields;
}

/// The same of one operation's fields.
template <class Entity>
FieldMap without_personal_fields(const FieldMap& fields) {
  FieldMap kept;
  const Entity entity{};
  each_field(entity, [&](std::uint32_t number, std::string_view, const auto&, const FieldRule& rule) {
    const auto found = fields.find(number);
    if (found != fields.end() && !rule.is_personal) kept.insert(*found);
  });
  return kept;
}

/// Whether any of these fields is personal, or unknown here and so perhaps personal.
template <class Entity>
bool has_personal(const FieldMap& fields) {
  return without_personal_fields<Entity>(fields).size() != fields.size();
}

/// Every record that this one points to: `use(type, id)`.
template <class Entity, class Use>
void each_reference(const Entity& entity, Use&& use) {
  each_field(entity, [&](std::uint32_t, std::string_view, const auto& member, const FieldRule&) {
    using Member = std::remove_cvref_t<decltype(member)>;
    if constexpr (requires { ReferenceTo<Member>::type; }) {
      use(ReferenceTo<Member>::type, id_cast<AnyId>(member));
    } else if constexpr (requires { ReferenceTo<typename Member::value_type>::type; }) {
      if (member) use(ReferenceTo<typename Member::value_type>::type, id_cast<AnyId>(*member));
    }
  });
}

}  // namespace aftercare::domain
