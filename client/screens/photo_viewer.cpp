#include "client/screens/photo_viewer.h"

#include "client/screens/visit_column.h"
#include "client/screens/visit_outline.h"
#include "client/ui/widgets.h"
#include "shared/language/words.h"

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

/// What it shows: its caption, else the question that it answers, else the visit.
std::string title_of(const Stage& stage, const shown::VisitPage& page, const domain::Photo& photo) {
  if (!photo.caption.empty()) return photo.caption;
  const auto* question = find_question(page, photo.question);
  return question != nullptr ? in_words(stage, question->label) : subject_words(stage, page);
}

/// Before and after it, as far as there are any.
Wish draw_steps(const Stage& stage, Rect line, const std::vector<domain::Photo>& photos, std::size_t at) {
  Wish wish;
  const auto square = [&](Rect rect) { return rect.centred(ui::button_height(), ui::button_height()); };
  const auto back = square(line.cut_left(ui::button_height(), dp(16)));
  const auto on = square(line.cut_right(ui::button_height(), dp(16)));
  if (at > 0 && ui::icon_button("viewer.previous", back, Icon::ArrowBack))
    wish = intent::ShowPhoto{photos[at - 1].id};
  if (at + 1 < photos.size() && ui::icon_button("viewer.next", on, Icon::ArrowForward))
    wish = intent::ShowPhoto{photos[at + 1].id};
  const auto words = stage.in.tr("format.progress", {{"done", at + 1}, {"total", photos.size()}});
  ui::text_in_middle(line, words, {.role = Role::Soft, .align = ui::Align::Centre});
  return wish;
}

}  // namespace

Wish draw_photo_viewer(const Stage& stage, const shown::VisitPage& page, const domain::PhotoId& id) {
  const auto& photos = page.file.photos;
  const auto found = std::ranges::find(photos, id, &domain::Photo::id);
  auto rect = stage.page;
  ui::fill(rect, Role::Surface);
  auto bar = rect.cut_top(dp(76));
  ui::fill(bar, Role::Card);
  ui::hairline(bar.x, bar.bottom() - 1, bar.w);
  bar = bar.inset(dp(20), 0);
  const auto close = stage.in.tr("button.close");
  const ui::ButtonStyle style{.icon = Icon::Clear};
  const float width = std::min(ui::button_width(close, style), bar.w * 0.45f);
  Wish wish;
  if (ui::button("viewer.close", bar.cut_right(width, dp(16)).centred(width, ui::button_height()), close,
                 style))
    wish = intent::ClosePhoto{};
  if (found == photos.end()) {
    ui::empty_state(rect, Icon::Photo, stage.in.tr("error.not_found"));
    return wish;
  }
  auto lines = bar.centred(bar.w, ui::line_height(Face::BodyBold) + ui::line_height(Face::Small));
  (void)ui::text(lines.cut_top(ui::line_height(Face::BodyBold)), title_of(stage, page, *found),
                 {.face = Face::BodyBold});
  auto line = lines;
  const auto moment = language::words(stage.in, found->moment);
  ui::text_in_middle(line.cut_left(ui::text_width(moment, Face::Small), dp(12)), moment,
                     {.face = Face::Small, .role = Role::Soft});
  ui::text_in_middle(
      line,
      stage.in.date_time({found->taken_at, page.file.visit.zone.empty() ? stage.zone : page.file.visit.zone}),
      {.face = Face::Small, .role = Role::Soft});

  if (photos.size() > 1) {
    const auto steps = rect.cut_bottom(ui::button_height() + dp(24)).inset(dp(20), dp(12));
    const auto at = static_cast<std::size_t>(found - photos.begin());
    keep(wish, draw_steps(stage, steps, photos, at));
  }
  const auto room = rect.inset(dp(16), dp(12));
  ui::picture(room, stage.pictures.photo(found->blob.sha256, static_cast<int>(std::max(room.w, room.h))));
  return wish;
}

}  // namespace aftercare::screens
