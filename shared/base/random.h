#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace aftercare {

/// Where randomness comes from. Keys, salts and ids all ask this port, so that a test or a
/// simulation can repeat a run byte for byte.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;

  [[nodiscard]] std::string bytes(std::size_t count) {
    std::string text(count, '\0');
    fill({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    return text;
  }
};

/// The operating system's cryptographic generator.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace aftercare
