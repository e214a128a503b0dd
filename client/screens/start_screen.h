#pragma once

#include "client/screens/stage.h"

namespace aftercare::screens {

/// Opening, or why the tablet cannot be opened; and enrolling it, once.
struct StartView {
  enum class Step { Opening, NotEnrolled, Enrolling, Failed };
  Step step = Step::Opening;
  std::string key;     // of the catalogue: why it failed ("start.locked", "sync.problem.network", …)
  std::string detail;  // small print for the office
  std::string set_aside_file;  // a damaged file was kept under this name
  std::string* line =
      nullptr;  // the enrolment line while it is typed; a scanner types it and ends with Enter
};
[[nodiscard]] Wish draw_start(Stage stage, const StartView& view);

}  // namespace aftercare::screens
