#pragma once

#include "client/app/state.h"

#include <string>
#include <vector>

namespace aftercare::test {

/// A state of the tablet as a picture or a design test wants it: every place, with plain, long, empty,
/// loading and failing contents.
struct SampleState {
  std::string name;  // "visit.form", "day.empty"
  app::AppState state;
};
[[nodiscard]] std::vector<SampleState> sample_states(const std::string& language);

/// The moment at which the samples take place.
[[nodiscard]] Instant sample_now();

}  // namespace aftercare::test
