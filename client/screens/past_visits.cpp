#include "client/screens/past_visits.h"

#include "client/screens/summary_cards.h"
#include "client/ui/touch.h"
#include "client/ui/widgets.h"
#include "shared/language/words.h"

namespace aftercare::screens {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

namespace {

Wish draw_past_visit(const Stage& stage, const Rect& rect, const shown::PastVisit& visit) {
  const auto touched = ui::touch("past." + visit.number, rect);
  ui::card(rect, touched.is_pressed ? Role::Press : Role::Card);
  auto inner = rect.inset(dp(16), dp(12));
  const auto day = stage.in.date(language::Moment{visit.at, visit.zone.empty() ? stage.zone : visit.zone},
                                 language::DateStyle::Short);
  auto first = inner.cut_top(ui::line_height(Face::BodyBold), dp(2));
  ui::text_in_middle(first.cut_right(ui::text_width(day, Face::Body), dp(12)), day,
                     {.role = Role::Soft, .align = ui::Align::Right});
  const auto kind = language::words(stage.in, visit.kind);
  ui::text_in_middle(first, visit.asset_name.empty() ? kind : kind + " · " + visit.asset_name,
                     {.face = Face::BodyBold});
  auto line = visit.technician_name;
  if (!visit.result.empty()) line += (line.empty() ? "" : " · ") + visit.result;
  (void)ui::text(inner, line, {.face = Face::Small, .role = Role::Soft});
  if (touched.is_tapped) return intent::OpenVisit{visit.id};
  return std::nullopt;
}

}  // namespace

float past_visit_height() {
  return dp(24) + ui::line_height(Face::BodyBold) + ui::line_height(Face::Small) + dp(2);
}

Wish draw_past_visits(const Stage& stage, ui::Scroll& scroll, const std::vector<shown::PastVisit>& visits) {
  Wish wish;
  for (const auto& visit : visits) {
    const bool is_seen = scroll.is_visible(past_visit_height());
    const auto rect = scroll.next(past_visit_height(), dp(8));
    if (is_seen) keep(wish, draw_past_visit(stage, rect, visit));
  }
  return wish;
}

Wish draw_visit_thread(const Stage& stage, ui::Scroll& scroll, const std::vector<shown::PastVisit>& visits,
                       std::size_t count) {
  ui::group_label(scroll.next(ui::line_height(Face::SmallBold), dp(6)),
                  stage.in.tr("count.visits", {{"count", count}}));
  if (visits.empty())
    draw_lines_card(scroll, {}, {{.words = stage.in.tr("visits.none"), .role = Role::Soft}});
  auto wish = draw_past_visits(stage, scroll, visits);
  if (visits.size() < count)
    draw_lines_card(scroll, {},
                    {{.words = stage.in.tr("visits.newest_only"), .icon = Icon::Info, .role = Role::Soft}});
  return wish;
}

}  // namespace aftercare::screens
