#pragma once

#include "client/shell/loop.h"

namespace aftercare::shell {

/// A way through a program that a script walks as a person would: taps what can be seen, types, draws,
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
  std::size_t first_step = 0;                  // those before were walked by the program before this one
};

/// Reads the file; Invalid as above, NotFound when there is none.
[[nodiscard]] Result<std::vector<JourneyStep>> load_journey(const std::filesystem::path& file);

/// Walks it. An error names the step, the reason and the picture that shows it. Where the program began
/// itself anew on the way: the step from which the fresh one walks on.
[[nodiscard]] Result<std::optional<std::size_t>> play(Loop& program, const std::vector<JourneyStep>& steps,
                                                      const JourneyOptions& options);

}  // namespace aftercare::shell
