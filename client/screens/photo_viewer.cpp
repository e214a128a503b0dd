#include "client/screens/photo_viewer.h"

#include "client/screens/visit_column.h"
#include "client/screens/visit_outline.h"
#include "client/ui/text_field.h"
#include "client/ui/widgets.h"
#include "shared/language/words.h"

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

/// The question that it answers, else the visit; its caption stands in the field.
std::string title_of(const Stage& stage, const shown::VisitPage& page, const domain::Photo& photo) {
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

Wish draw_caption(const Stage& stage, const Rect& rect, shown::VisitDraft& draft,
                  const domain::Photo& photo) {
  const auto field = "caption." + to_text(photo.id);
  auto& words = draft.texts.try_emplace(field, photo.caption).first->second;
  const auto edit =
      ui::text_field("photo.caption", rect, words,
                     {.placeholder = stage.in.tr("photo.caption"), .icon = Icon::Edit, .character_max = 300});
  if (edit.is_changed) return intent::EditField{field};
  if (edit.is_left) return intent::LeaveField{field};
  return std::nullopt;
}

/// Before and after it, as far as there are any; between them what is given to draw.
Wish draw_steps(Rect& line, const std::vector<domain::Photo>& photos, std::size_t at) {
  Wish wish;
  const auto square = [&](Rect rect) { return rect.centred(ui::button_height(), ui::button_height()); };
  const auto back = square(line.cut_left(ui::button_height(), dp(16)));
  const auto on = square(line.cut_right(ui::button_height(), dp(16)));
  if (at > 0 && ui::icon_button("viewer.previous", back, Icon::ArrowBack))
    wish = intent::ShowPhoto{photos[at - 1].id};
  if (at + 1 < photos.size() && ui::icon_button("viewer.next", on, Icon::ArrowForward))
    wish = intent::ShowPhoto{photos[at + 1].id};
  return wish;
}

/// The caption and the way to the other photos: in one line where both have room. Cut off the bottom.
Wish draw_foot(const Stage& stage, Rect& rect, const shown::VisitPage& page, shown::VisitDraft& draft,
               const domain::Photo& photo) {
  const auto& photos = page.file.photos;
  const auto at = static_cast<std::size_t>(&photo - photos.data());
  const auto count = stage.in.tr("format.progress", {{"done", at + 1}, {"total", photos.size()}});
  const float line_height = ui::button_height();
  if (photos.size() < 2)
    return draw_caption(stage, rect.cut_bottom(line_height + dp(24)).inset(dp(20), dp(12)), draft, photo);
  const ui::TextStyle quiet{.role = Role::Soft, .align = ui::Align::Centre};
  Wish wish;
  if (rect.w >= dp(560)) {
    auto line = rect.cut_bottom(line_height + dp(24)).inset(dp(20), dp(12));
    wish = draw_steps(line, photos, at);
    ui::text_in_middle(line.cut_right(ui::text_width(count, Face::Body), dp(16)), count, quiet);
    keep(wish, draw_caption(stage, line, draft, photo));
    return wish;
  }
  auto foot = rect.cut_bottom(2 * line_height + dp(34)).inset(dp(20), dp(12));
  wish = draw_caption(stage, foot.cut_top(line_height, dp(10)), draft, photo);
  keep(wish, draw_steps(foot, photos, at));
  ui::text_in_middle(foot, count, quiet);
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

Wish draw_photo_viewer(const Stage& stage, const shown::VisitPage& page, shown::VisitDraft& draft,
                       const domain::PhotoId& id) {
  const auto& photos = page.file.photos;
  const auto found = std::ranges::find(photos, id, &domain::Photo::id);
  auto rect = stage.page;
  ui::fill(rect, Role::Surface);
  auto wish = draw_bar(stage, rect, page, found == photos.end() ? nullptr : &*found);
  if (found == photos.end()) {
    ui::empty_state(rect, Icon::Photo, stage.in.tr("error.not_found"));
    return wish;
  }
  // An edit of the caption goes before a tap.
  auto asked = draw_foot(stage, rect, page, draft, *found);
  keep(asked, std::move(wish));
  wish = std::move(asked);
  const auto room = rect.inset(dp(16), dp(12));
  ui::picture(room, stage.pictures.photo(found->blob.sha256, static_cast<int>(std::max(room.w, room.h))));
  return wish;
}

}  // namespace aftercare::screens
