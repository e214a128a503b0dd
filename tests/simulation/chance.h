#pragma once

#include "shared/base/random.h"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace aftercare::simulation {

/// Where all of a simulation's luck comes from (SplitMix64): the same seed, the same luck.
class Chance final : public Random {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    auto z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  void fill(std::span<std::uint8_t> bytes) override {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (i % 8 == 0) word = next();
      bytes[i] = static_cast<std::uint8_t>(word >> (8 * (i % 8)));
    }
  }
  /// One of 0 … count − 1.
  std::uint64_t below(std::uint64_t count) { return count == 0 ? 0 : next() % count; }
  bool is_one_in(std::uint64_t count) { return below(count) == 0; }
  template <class Value>
  const Value& one_of(const std::vector<Value>& values) {
    assert(!values.empty());
    return values[below(values.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace aftercare::simulation
