#pragma once

#include "shared/base/bytes.h"

#include <cstddef>

namespace aftercare::protocol {

/// zstd, level 3.
[[nodiscard]] Bytes compress(std::string_view bytes);

/// The inverse, for bytes from strangers: at most `byte_count_max` come out, whatever the frame
/// declares, the window is capped, and exactly one frame is consumed to the last byte.
[[nodiscard]] Result<Bytes> decompress(std::string_view bytes, std::size_t byte_count_max);

}  // namespace aftercare::protocol
