#pragma once

#include "client/screens/visit_column.h"
#include "client/screens/visit_screen.h"

/// The parts of a visit that every visit has, whatever its form: photos, notes, what came of it.
namespace aftercare::screens {

[[nodiscard]] Wish draw_photos_section(const Stage& stage, Column& column, const VisitView& view);
[[nodiscard]] Wish draw_notes_section(const Stage& stage, Column& column, const VisitView& view);
[[nodiscard]] Wish draw_outcome_section(const Stage& stage, Column& column, const VisitView& view);

}  // namespace aftercare::screens
