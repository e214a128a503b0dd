#pragma once

#include "client/screens/stage.h"

namespace aftercare::screens {

/// A sealed visit, for the technician to read: who signed what and when, word for word, and its photos.
struct RecordView {
  const shown::VisitPage* page = nullptr;  // null: still loading
};
[[nodiscard]] Wish draw_record(Stage stage, const RecordView& view);

}  // namespace aftercare::screens
