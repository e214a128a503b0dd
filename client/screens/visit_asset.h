#pragma once

#include "client/screens/visit_column.h"
#include "client/screens/visit_screen.h"

namespace aftercare::screens {

/// What was installed or serviced: fields to name it, once it is named what it is.
[[nodiscard]] Wish draw_asset_section(const Stage& stage, Column& column, const VisitView& view);

}  // namespace aftercare::screens
