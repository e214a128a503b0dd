#pragma once

#include "shared/base/id.h"

namespace aftercare::testing {

/// Converts to whatever kind of id is asked for: `.id = an_id(1)`.
struct an_id {
  std::uint8_t number;
  explicit an_id(std::uint8_t n) : number(n) {}
  template <class Tag>
  operator Id<Tag>() const {
    Id<Tag> id;
    id.bytes.back() = number;
    return id;
  }
};

}  // namespace aftercare::testing
