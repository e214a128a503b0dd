#pragma once

#include "client/screens/visit_column.h"

/// Small photos beside each other, and the ways to add one.
namespace aftercare::screens {

struct PhotoStrip {
  std::string camera_key, file_key;  // of the tiles that add one
  std::string question = {};         // which they answer; empty: the visit as a whole
  bool has_captions = false;         // when it was taken, under each
};
[[nodiscard]] Wish draw_photo_strip(const Stage& stage, Column& column,
                                    const std::vector<const domain::Photo*>& photos, const PhotoStrip& strip);

/// Before, during or after the work: what the next photo shows. As many chips as there are moments.
[[nodiscard]] float moment_chips_height();
[[nodiscard]] float moment_chips_width(const Stage& stage);
[[nodiscard]] Wish draw_moment_chips(const Stage& stage, const ui::Rect& rect, domain::PhotoMoment chosen);

}  // namespace aftercare::screens
