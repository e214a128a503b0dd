#pragma once

#include "shared/base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// Deterministic CBOR (RFC 8949 §4.2.1), the part of it that Aftercare uses: integers, byte and text
/// strings, arrays, maps, booleans, null. A value has exactly one form, so equal meaning is equal
/// bytes and nobody can rewrite a signed record without changing its hash. Own code, because
/// nlohmann/json has no integer keys, accepts other forms, and overflows the stack on deep input.
namespace aftercare::cbor {

constexpr std::size_t kDepthMax = 32;

/// Appends values to bytes. The caller announces how many follow an array or a map, and writes map
/// keys in ascending order.
class Writer {
 public:
  Writer& integer(std::int64_t value);
  Writer& bytes(std::string_view value);
  Writer& text(std::string_view value);
  Writer& boolean(bool value);
  Writer& null();
  Writer& array(std::size_t count);
  Writer& map(std::size_t count);
  /// A value that already is deterministic CBOR.
  Writer& raw(std::string_view encoded);

  [[nodiscard]] const Bytes& view() const { return bytes_; }
  [[nodiscard]] Bytes take() { return std::move(bytes_); }

 private:
  void head(std::uint8_t major, std::uint64_t argument);
  Bytes bytes_;
};

/// Takes values off the front of bytes it does not trust. A wrong or missing value makes the reader
/// fail for good; the caller asks once at the end. Views point into the bytes given.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::int64_t integer();
  std::uint64_t natural();  // an integer that is not negative
  std::string_view bytes();
  std::string_view text();  // well-formed UTF-8 without NUL
  bool boolean();
  /// Takes a null when one is next; otherwise leaves everything as it is.
  bool null();
  std::size_t array();
  void array(std::size_t count);  // exactly this many
  std::size_t map();
  /// The bytes of one whole value, checked for form, depth and text, without building it.
  std::string_view skip();

  /// Bytes of exactly this length.
  std::string_view bytes(std::size_t size);
  template <class ArrayType>
  ArrayType array_of_bytes() {
    ArrayType value{};
    const auto view = bytes(value.size());
    if (is_ok()) std::copy(view.begin(), view.end(), value.begin());
    return value;
  }

  void fail() { is_ok_ = false; }
  [[nodiscard]] bool is_ok() const { return is_ok_; }
  /// Everything was in order and nothing is left over.
  [[nodiscard]] bool is_done() const { return is_ok_ && rest_.empty(); }
  [[nodiscard]] std::size_t rest_size() const { return rest_.size(); }

 private:
  std::uint64_t head(std::uint8_t major);
  std::uint64_t argument(std::uint8_t info);
  std::string_view string(std::uint8_t major);
  void skip_at(std::size_t depth);

  std::string_view rest_;
  bool is_ok_ = true;
};

/// A record's fields by number, each as its own encoded value. Null clears a field, absence leaves
/// it alone, and numbers that nobody here knows are carried along untouched.
using FieldMap = std::map<std::uint32_t, Bytes>;

[[nodiscard]] Bytes encode(const FieldMap& fields);
/// Invalid unless the bytes are one map of ascending field numbers from 1, of at most 256 fields.
[[nodiscard]] Result<FieldMap> decode_fields(std::string_view bytes);

inline constexpr std::string_view kNull{"\xf6", 1};

}  // namespace aftercare::cbor
