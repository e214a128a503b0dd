#pragma once

#include "shared/base/result.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string_view>

namespace aftercare {

/// How much of a stranger's JSON we are willing to hold. Of uncompressed bytes.
struct JsonLimits {
  std::size_t byte_count_max = 1 << 20;
  std::size_t depth_max = 32;
  std::size_t value_count_max = 100'000;
};

/// Reads JSON only after a scan that cannot be tricked: nesting, number of values, UTF-8, no NUL, no
/// byte order mark, no key twice in one object, consumed to the last byte. (nlohmann's parser alone
/// stops at a NUL, lets the last duplicate win, and its value is destroyed by recursion.)
/// Invalid with a sentence that says what and at which byte.
[[nodiscard]] Result<nlohmann::json> parse_json(std::string_view text, const JsonLimits& limits = {});

}  // namespace aftercare
