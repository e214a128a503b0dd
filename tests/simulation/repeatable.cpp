#include "tests/simulation/repeatable.h"

#include "tests/simulation/chance.h"

#include <sodium.h>
#include <sqlite3.h>

#include <cstdlib>

namespace aftercare::simulation {
namespace {

Chance& luck() {
  static Chance chance{1};
  return chance;
}

randombytes_implementation& seeded() {
  static randombytes_implementation implementation{
      .implementation_name = [] { return "seeded"; },
      .random = [] { return static_cast<std::uint32_t>(luck().next()); },
      .stir = nullptr,
      .uniform = nullptr,
      .buf =
          [](void* bytes, std::size_t count) {
            luck().fill({static_cast<std::uint8_t*>(bytes), count});
          },
      .close = nullptr};
  return implementation;
}

}  // namespace

void repeat_luck_of_libraries(std::uint64_t seed) {
  luck() = Chance{seed};
  if (randombytes_set_implementation(&seeded()) != 0 || sodium_init() < 0) std::abort();
  sqlite3_initialize();
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, static_cast<int>(seed | 1), nullptr);
}

}  // namespace aftercare::simulation
