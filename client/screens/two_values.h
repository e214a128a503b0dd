#pragma once

#include "client/screens/stage.h"
#include "client/screens/visit_column.h"

/// Values that two people wrote into the same field: which one counts, and that the other is kept.
namespace aftercare::screens {

/// A card on a page that only shows; nothing where nobody wrote anything twice. `page` where it is a visit's:
/// its questions have words of their own.
void draw_two_values(const Stage& stage, ui::Scroll& scroll, const std::vector<shown::TwoValues>& values,
                     const shown::VisitPage* page = nullptr);
/// The same among the fields of an open visit.
void draw_two_values(const Stage& stage, Column& column, const shown::VisitPage& page);

}  // namespace aftercare::screens
