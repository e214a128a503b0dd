#pragma once

#include "shared/base/result.h"

#include <stdexcept>
#include <utility>

namespace aftercare::bench {

/// Ends the whole run: a figure next to which something went wrong is worth nothing.
class Failed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

template <class T>
T expect(Result<T> result, const char* what) {
  if (!result) throw Failed(std::string{what} + ": " + result.error().detail);
  return std::move(result).value();
}

inline void expect_that(bool is_so, const std::string& what) {
  if (!is_so) throw Failed(what);
}

}  // namespace aftercare::bench
