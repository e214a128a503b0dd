#pragma once

#include <cstdint>

namespace aftercare::simulation {

/// libsodium's and SQLite's own luck, from the seed: the same nonces, the same salts of logs.
void repeat_luck_of_libraries(std::uint64_t seed);

}  // namespace aftercare::simulation
