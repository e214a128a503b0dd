#pragma once

#include "client/screens/stage.h"

/// Pictures that lie on the tablet or on a stick, to take one of them into the visit.
namespace aftercare::screens {

struct PhotoFilesView {
  const std::vector<shown::PhotoFile>* files = nullptr;  // null: still loading
  domain::PhotoMoment moment = domain::PhotoMoment::During;
};
[[nodiscard]] Wish draw_photo_files(Stage stage, const PhotoFilesView& view);

}  // namespace aftercare::screens
