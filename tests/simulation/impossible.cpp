#include "tests/simulation/coverage.h"

namespace aftercare::simulation {

/// kind | end | fault | step, and why no schedule can bring it about.
const std::vector<Impossible>& impossible() {
  static const std::vector<Impossible> kImpossible{
      {{"* append", "*", "*", "*"}, "x"},
  };
  return kImpossible;
}

}  // namespace aftercare::simulation
