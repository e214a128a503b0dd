#pragma once

#include "client/screens/stage.h"

/// What surrounds the technician's screens: the rail (at the left, in portrait at the bottom), the header
/// with the state of sync, a notice when something went wrong.
namespace aftercare::screens {

struct FrameView {
  intent::Place place = intent::Place::Day;  // which of the rail is chosen
  std::string technician_name;
  const shown::SyncPage* sync = nullptr;
  shown::SyncProgress progress;
  std::string notice;  // in words; empty when there is none
};

/// Draws the rail and cuts it off the stage's page.
[[nodiscard]] Wish draw_rail(Stage& stage, const FrameView& frame);
/// When there is something to say, draws it at the bottom of the page and cuts it off.
[[nodiscard]] Wish draw_notice(Stage& stage, const FrameView& frame);

struct Header {
  std::string_view title;
  std::string_view subtitle = {};  // after the title, quiet
  bool has_back = false;           // key "header.back"
};
/// Draws the header over the whole width and cuts it off the page. What lies at its right (chips, a button)
/// is drawn by the screen into `aside`, whose width it says: at least half of the header, and what a short
/// title leaves.
struct HeaderRoom {
  ui::Rect aside;
  Wish wish;
};
[[nodiscard]] HeaderRoom draw_header(Stage& stage, const Header& header, float aside_width = 0);

/// "Offline · 3 visits only on this tablet", or what sync does just now. Tapping it opens the sync screen.
[[nodiscard]] float sync_chip_width(const Stage& stage, const FrameView& frame);
[[nodiscard]] Wish draw_sync_chip(const Stage& stage, const ui::Rect& rect, const FrameView& frame);

}  // namespace aftercare::screens
