#pragma once

#include "shared/base/bytes.h"

#include <initializer_list>
#include <memory>
#include <string_view>

namespace aftercare {

/// SHA-256 (FIPS 180-4) of the parts, one after the other.
[[nodiscard]] Hash sha256(std::initializer_list<std::string_view> parts);
[[nodiscard]] inline Hash sha256(std::string_view bytes) { return sha256({bytes}); }

/// SHA-256 of bytes that come in pieces: a photo while it is read or received.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  /// Forgets what was added; a new one has begun already.
  void begin();
  void add(std::string_view bytes);
  [[nodiscard]] Hash finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace aftercare
