#pragma once

#include <cstdint>

namespace aftercare::protocol {

/// Said in both directions on every request (header `Aftercare-Version`) and at the start of every
/// message. Both ends read every version from `kVersionOldest` on; a newer one is answered in the
/// newest that both know.
///
/// History
///   1  2026-11  The first: operations, push, pull, blobs, enrolment, receipts, sealed records.
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::uint32_t kVersionOldest = 1;
inline constexpr const char* kVersionHeader = "Aftercare-Version";

}  // namespace aftercare::protocol
