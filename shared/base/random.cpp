#include "shared/base/random.h"

#include <sodium.h>

#include <cstdlib>

namespace aftercare {

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  if (sodium_init() < 0) std::abort();  // no randomness, no keys: going on would be worse
  randombytes_buf(bytes.data(), bytes.size());
}

}  // namespace aftercare
