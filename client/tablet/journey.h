#pragma once

#include "client/tablet/tablet.h"

namespace aftercare::tablet {

/// A way through the tablet that a script walks as a person would: taps what can be seen, types, draws,
/// waits for words, takes pictures. One step a line; tests/journeys/README.md says them all.
struct JourneyStep {
  std::size_t line = 0;
  std::string verb;
  std::string rest;  // what stands behind the verb, blanks trimmed
};

/// Invalid with the line of the first step that nobody knows.
[[nodiscard]] Result<std::vector<JourneyStep>> read_journey(std::string_view text);

struct JourneyOptions {
  std::filesystem::path
      pictures;  // where pictures go; empty: only a failure makes one, in the working folder
  std::chrono::milliseconds patience{15'000};  // for whatever a step waits for
};

/// Walks it. An error names the step, the reason and the picture that shows it.
[[nodiscard]] Done play(Tablet& tablet, const std::vector<JourneyStep>& steps, const JourneyOptions& options);

}  // namespace aftercare::tablet
