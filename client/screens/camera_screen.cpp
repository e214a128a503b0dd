#include "client/screens/camera_screen.h"

#include "client/screens/frame.h"
#include "client/screens/photo_strip.h"
#include "client/ui/scroll.h"
#include "client/ui/widgets.h"

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr float kShutterPx = 72;

/// What the camera sees, or what is to be said while it sees nothing.
void draw_preview(const Stage& stage, const Rect& rect) {
  const auto seen = stage.pictures.camera();
  if (seen.texture != 0) {
    ui::picture(rect, seen);
    return;
  }
  ui::fill(rect, Role::Press, dp(12));
  if (ui::glass().theme().line_px > 1) ui::outline(rect, Role::Line, dp(12));
  auto middle = rect.centred(rect.w - dp(32), dp(92));
  ui::spinner(middle.cut_top(dp(48), dp(12)).centred(dp(48), dp(48)));
  (void)ui::text(middle, stage.in.tr("camera.waiting"),
                 {.role = Role::Ink, .align = ui::Align::Centre, .fit = ui::Fit::Wrap});
}

/// No picture will come: what happened, that nothing was lost, and the way out.
void draw_problem(const Stage& stage, const Rect& rect, const CameraView& view) {
  const auto title = stage.in.tr("camera.problem");
  const auto hint = stage.in.tr("camera.problem.hint");
  const float width = std::min(rect.w, dp(560));
  const float hint_height = ui::text_height(hint, Face::Body, width);
  const float detail_height = ui::text_height(view.problem, Face::Small, width, 3);
  const float height =
      dp(64) + ui::text_height(title, Face::Heading, width) + dp(8) + hint_height + dp(12) + detail_height;
  ui::Scroll scroll{"camera.problem", rect};
  auto middle = scroll.next(std::max(rect.h, height)).centred(width, height);
  const auto ring = middle.cut_top(dp(56), dp(8)).centred(dp(56), dp(56));
  ui::fill(ring, Role::WaitingSoft, dp(28));
  ui::icon(ring, Icon::Camera, Role::Waiting);
  middle.cut_top(
      ui::text(middle, title, {.face = Face::Heading, .align = ui::Align::Centre, .fit = ui::Fit::Wrap}),
      dp(8));
  middle.cut_top(ui::text(middle, hint, {.align = ui::Align::Centre, .fit = ui::Fit::Wrap}), dp(12));
  (void)ui::text(middle, view.problem,
                 {.face = Face::Small,
                  .role = Role::Soft,
                  .align = ui::Align::Centre,
                  .fit = ui::Fit::Wrap,
                  .lines_max = 3});
}

/// The shutter, and a file instead; where no camera is, only the file.
Wish draw_buttons(const Stage& stage, Rect rect, const CameraView& view, bool is_column) {
  Wish wish;
  const auto files_words = stage.in.tr("button.photo_file");
  if (!view.problem.empty()) {
    const auto at = rect.cut_bottom(dp(kShutterPx));
    const ui::ButtonStyle only{.kind = ui::ButtonKind::Primary, .icon = Icon::Folder, .is_large = true};
    if (ui::button("camera.files", at, files_words, only)) wish = intent::OpenPhotoFiles{view.question};
    return wish;
  }
  const bool is_there = stage.pictures.camera().texture != 0;
  const ui::ButtonStyle shutter{.kind = ui::ButtonKind::Primary,
                                .icon = Icon::Camera,
                                .is_enabled = is_there && !view.is_shooting,
                                .is_large = true};
  const auto shoot =
      is_column ? rect.cut_bottom(dp(kShutterPx), dp(12)) : rect.cut_right((rect.w - dp(12)) * 0.58f, dp(12));
  const auto shoot_words = stage.in.tr(view.is_shooting ? "camera.shooting" : "button.take_photo");
  if (ui::button("camera.shoot", shoot, shoot_words, shutter)) wish = intent::TakePhoto{};
  const auto choose = is_column ? rect.cut_bottom(ui::button_height()) : rect;
  if (ui::button("camera.files", choose, files_words, {.icon = Icon::Folder}))
    wish = intent::OpenPhotoFiles{view.question};
  return wish;
}

Wish draw_moment(const Stage& stage, Rect rect, const CameraView& view) {
  ui::group_label(rect.cut_top(dp(28)), stage.in.tr("camera.moment"));
  return draw_moment_chips(stage, rect, view.moment);
}

}  // namespace

Wish draw_camera(Stage stage, const CameraView& view) {
  auto wish =
      draw_header(stage, {.title = stage.in.tr("camera.title"), .subtitle = view.purpose, .has_back = true})
          .wish;
  auto page = stage.page.inset(dp(16), dp(16));
  const bool is_column = page.w > page.h;
  const float side_width = std::clamp(page.w * 0.3f, dp(250), dp(380));
  const float moment_height = dp(28) + moment_chips_height();
  Rect moment, buttons;
  if (!is_column) {
    buttons = page.cut_bottom(dp(kShutterPx), dp(16));
    moment = page.cut_bottom(moment_height, dp(12));
  } else if (moment_chips_width(stage) > side_width) {
    // Chips that the side does not hold stand over it all.
    moment = page.cut_top(moment_height, dp(12));
    moment.w = std::min(moment.w, std::max(dp(420), moment_chips_width(stage)));
    buttons = page.cut_right(side_width, dp(16));
  } else {
    buttons = page.cut_right(side_width, dp(16));
    moment = buttons.cut_top(moment_height, dp(12));
  }
  const auto preview = page;
  if (view.problem.empty()) {
    draw_preview(stage, preview);
  } else {
    draw_problem(stage, preview, view);
  }
  keep(wish, draw_moment(stage, moment, view));
  keep(wish, draw_buttons(stage, buttons, view, is_column));
  return wish;
}

}  // namespace aftercare::screens
