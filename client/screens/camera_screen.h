#pragma once

#include "client/screens/stage.h"

/// What the camera sees, a shutter, and the way out where there is no camera.
namespace aftercare::screens {

struct CameraView {
  std::string question;  // which the photo answers; empty: the visit as a whole
  std::string problem;   // why there is no picture, plainly; empty while the camera works
  bool is_shooting = false;
  domain::PhotoMoment moment = domain::PhotoMoment::During;
  std::string purpose = {};  // the question in the technician's words
};
[[nodiscard]] Wish draw_camera(Stage stage, const CameraView& view);

}  // namespace aftercare::screens
