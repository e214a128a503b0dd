#pragma once

#include "shared/base/bytes.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

/// What the targets share: the bytes of a stranger, and what we claim of a decoder.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace aftercare::fuzz {

inline std::string_view view_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline void claim(bool holds) {
  if (!holds) std::abort();
}

/// A decoder of ours takes one form only of everything: what it accepts encodes to the same bytes, so
/// nothing may stand behind the value or inside it unread.
template <class Value>
void claim_only_form(std::string_view bytes, Result<Value> (*decode)(std::string_view)) {
  const auto value = decode(bytes);
  if (value) claim(encode(value.value()) == bytes);
}

}  // namespace aftercare::fuzz
