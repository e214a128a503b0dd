#pragma once

#include "client/work/visit_record.h"
#include "client/work/visit_steps.h"

#include <filesystem>

namespace aftercare::work {

/// What became of a record file.
struct Recorded {
  domain::Visit visit;
  std::optional<Sealed> sealed;      // absent: the visit stays a draft
  bool was_recorded_before = false;  // the very same file; nothing was written again
};

/// Records the visit of a file through the steps of visit_steps.h: photos and strokes first, as files of
/// their own, then everything else in one transaction, so that a visit is there whole or not at all, and
/// once, however often it is tried. Invalid or Refused with what to mend; nothing is recorded then.
[[nodiscard]] Result<Recorded> record_visit(sync::DeviceStore& store, const language::Catalogue& catalogue,
                                            const std::filesystem::path& file);

}  // namespace aftercare::work
