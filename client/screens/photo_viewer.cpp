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

/// "During · 12 March 2026, 10:50", without the day while it is the same one.
std::string when_words(const Stage& stage, const shown::VisitPage& page, const domain::Photo& photo) {
  const auto& zone = page.file.visit.zone.empty() ? stage.zone : page.file.visit.zone;
  const auto time = is_same_day(stage, photo.taken_at, stage.now)
                        ? stage.in.time({photo.taken_at, zone})
                        : stage.in.date_time({photo.taken_at, zone});
  return language::words(stage.in, photo.moment) + " · " + time;
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

/// What it shows and when it was taken, in as many lines as that needs; cut off the top.
Wish draw_bar(const Stage& stage, Rect& rect, const shown::VisitPage& page, const domain::Photo* photo) {
  const auto close = stage.in.tr("button.close");
  const ui::ButtonStyle style{.icon = Icon::Clear};
  const float close_width = std::min(ui::button_width(close, style), rect.w * 0.4f);
  const float width = rect.w - dp(40) - close_width - dp(16);
  const auto title = photo != nullptr ? title_of(stage, page, *photo) : std::string{};
  const auto when = photo != nullptr ? when_words(stage, page, *photo) : std::string{};
  const float title_height = ui::text_height(title, Face::BodyBold, width);
  const float words = title_height + ui::text_height(when, Face::Small, width);
  auto bar = rect.cut_top(std::max(ui::button_height(), words) + dp(22));
  ui::fill(bar, Role::Card);
  ui::hairline(bar.x, bar.bottom() - 1, bar.w);
  bar = bar.inset(dp(20), 0);
  const auto at = bar.cut_right(close_width, dp(16)).centred(close_width, ui::button_height());
  auto lines = bar.centred(width, words);
  (void)ui::text(lines.cut_top(title_height), title, {.face = Face::BodyBold, .fit = ui::Fit::Wrap});
  (void)ui::text(lines, when, {.face = Face::Small, .role = Role::Soft, .fit = ui::Fit::Wrap});
  if (ui::button("viewer.close", at, close, style)) return intent::ClosePhoto{};
  return std::nullopt;
}

}  // namespace

Wish draw_photo_viewer(const Stage& stage, const shown::VisitPage& page, const domain::PhotoId& id) {
  const auto& photos = page.file.photos;
  const auto found = std::ranges::find(photos, id, &domain::Photo::id);
  auto rect = stage.page;
  ui::fill(rect, Role::Surface);
  auto wish = draw_bar(stage, rect, page, found == photos.end() ? nullptr : &*found);
  if (found == photos.end()) {
    ui::empty_state(rect, Icon::Photo, stage.in.tr("error.not_found"));
    return wish;
  }
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
