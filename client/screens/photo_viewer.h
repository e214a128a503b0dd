#pragma once

#include "client/screens/stage.h"

/// One photo, as large as the glass, over whatever lies below it, and what it shows in words.
namespace aftercare::screens {

/// Over the whole page; the screen below is drawn inert.
[[nodiscard]] Wish draw_photo_viewer(const Stage& stage, const shown::VisitPage& page,
                                     shown::VisitDraft& draft, const domain::PhotoId& id);

}  // namespace aftercare::screens
