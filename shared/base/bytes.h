#pragma once

#include "shared/base/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace aftercare {

/// Raw bytes. A string, because everything that stores, hashes or sends them takes one.
using Bytes = std::string;

/// A SHA-256, or a 32-byte key or root.
using Hash = std::array<std::uint8_t, 32>;

[[nodiscard]] inline std::string_view view(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

/// The 32 bytes as a Hash. Invalid when there are more or fewer.
[[nodiscard]] Result<Hash> hash_of_bytes(std::string_view bytes);

[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] inline std::string to_hex(const Hash& hash) { return to_hex(view(hash)); }
/// Lower- or upper-case pairs of digits; Invalid on anything else.
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);

/// RFC 4648 §5 without padding: safe in a URL, a header and a file name.
[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// The strict inverse: no padding, no white space, no unused bits.
[[nodiscard]] Result<Bytes> from_base64url(std::string_view text);

}  // namespace aftercare
