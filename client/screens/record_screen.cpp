#include "client/screens/record_screen.h"

#include "client/screens/frame.h"
#include "client/screens/summary_cards.h"
#include "client/screens/two_values.h"
#include "client/ui/scroll.h"
#include "client/ui/widgets.h"
#include "shared/language/words.h"

namespace aftercare::screens {
namespace {

using domain::Outcome;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

std::string reason_words(const Stage& stage, const domain::SignOff& sign_off) {
  auto words = language::words(stage.in, sign_off.outcome, sign_off.reason);
  if (!sign_off.reason_text.empty()) words += (words.empty() ? "" : ": ") + sign_off.reason_text;
  return words;
}

CardLine outcome_line(const Stage& stage, const shown::VisitPage& page) {
  const auto& sign_off = *page.sign_off;
  const auto at = stage.in.date_time(
      {sign_off.signed_at, page.file.visit.zone.empty() ? stage.zone : page.file.visit.zone});
  switch (sign_off.outcome) {
    case Outcome::Signed:
      return {.words = stage.in.tr("sign_off.line.signed",
                                   {{"name", sign_off.signer_name},
                                    {"role", language::words(stage.in, sign_off.signer_role)},
                                    {"at", at}}),
              .icon = Icon::CheckCircle,
              .icon_role = Role::Done,
              .face = Face::BodyBold};
    case Outcome::Refused:
      return {.words = stage.in.tr("sign_off.line.refused",
                                   {{"at", at}, {"reason", reason_words(stage, sign_off)}}),
              .icon = Icon::Alert,
              .icon_role = Role::Danger,
              .face = Face::BodyBold};
    case Outcome::Absent: break;
  }
  return {
      .words = stage.in.tr("sign_off.line.absent", {{"at", at}, {"reason", reason_words(stage, sign_off)}}),
      .icon = Icon::Customer,
      .icon_role = Role::Waiting,
      .face = Face::BodyBold};
}

void draw_facts(const Stage& stage, ui::Scroll& scroll, const shown::VisitPage& page) {
  std::vector<CardLine> lines;
  if (page.sign_off) lines.push_back(outcome_line(stage, page));
  const auto kind = language::words(stage.in, page.file.visit.kind);
  lines.push_back({.words = page.asset ? page.asset->name + " · " + kind : kind, .icon = Icon::Asset});
  lines.push_back({.words = page.customer.name, .icon = Icon::Customer});
  if (page.site) lines.push_back({.words = address_words(*page.site), .icon = Icon::Place});
  if (!page.technician_name.empty()) lines.push_back({.words = page.technician_name, .icon = Icon::Work});
  draw_lines_card(scroll, {}, lines);
}

void draw_photos(const Stage& stage, ui::Scroll& scroll, const shown::VisitPage& page) {
  const auto& photos = page.file.photos;
  if (photos.empty()) return;
  const float gap = dp(10);
  const auto columns = static_cast<std::size_t>(std::max(2.0f, scroll.width() / dp(170)));
  const float side = (scroll.width() - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  ui::group_label(scroll.next(ui::line_height(Face::SmallBold), dp(6)),
                  stage.in.tr("count.photos", {{"count", photos.size()}}));
  for (std::size_t i = 0; i < photos.size(); i += columns) {
    const bool is_seen = scroll.is_visible(side * 0.75f);
    auto row = scroll.next(side * 0.75f, gap);
    if (!is_seen) continue;
    for (std::size_t j = i; j < std::min(i + columns, photos.size()); ++j) {
      const auto place = row.cut_left(side, gap);
      ui::picture(place, stage.pictures.photo(photos[j].blob.sha256, static_cast<int>(side)),
                  /*is_filling=*/true);
    }
  }
  scroll.space(dp(6));
}

void draw_code(const Stage& stage, ui::Scroll& scroll, const shown::VisitPage& page) {
  if (page.link.empty()) return;
  const float side = std::min(dp(280), scroll.width() - dp(40));
  const auto note = stage.in.tr("record.code");
  const float height = dp(40) + side + dp(10) + ui::text_height(note, Face::Small, scroll.width() - dp(40));
  const auto rect = scroll.next(height, dp(14));
  ui::card(rect);
  auto inner = rect.inset(dp(20));
  ui::qr(inner.cut_top(side, dp(10)).centred(side, side), page.link);
  (void)ui::text(inner, note,
                 {.face = Face::Small, .role = Role::Soft, .align = ui::Align::Centre, .fit = ui::Fit::Wrap});
}

void draw_sealed_text(const Stage& stage, ui::Scroll& scroll, const shown::VisitPage& page) {
  if (page.summary.empty()) {
    draw_lines_card(scroll, {},
                    {{.words = stage.in.tr("record.no_summary"), .icon = Icon::Info, .role = Role::Soft}});
    return;
  }
  draw_whole_summary(scroll, stage.in.tr("record.summary"), page.summary);
}

}  // namespace

Wish draw_record(Stage stage, const RecordView& view) {
  const auto title = view.page != nullptr
                         ? stage.in.tr("summary.visit", {{"number", view.page->file.visit.number}})
                         : stage.in.tr("work.read_record");
  auto wish = draw_header(stage, {.title = title, .has_back = true}).wish;
  if (view.page == nullptr) {
    draw_loading_page(stage);
    return wish;
  }
  auto page = stage.page.inset(dp(is_wide(stage.page) ? 24 : 16), 0);
  if (is_wide(stage.page)) {
    const auto right = page.cut_right(page.w * 0.52f, dp(24));
    {
      ui::Scroll scroll{"record.text", right};
      scroll.space(dp(20));
      draw_sealed_text(stage, scroll, *view.page);
    }
    ui::Scroll scroll{"record", page};
    scroll.space(dp(20));
    draw_facts(stage, scroll, *view.page);
    draw_two_values(stage, scroll, view.page->two_values, view.page);
    draw_photos(stage, scroll, *view.page);
    draw_code(stage, scroll, *view.page);
    return wish;
  }
  ui::Scroll scroll{"record", page};
  scroll.space(dp(16));
  draw_facts(stage, scroll, *view.page);
  draw_two_values(stage, scroll, view.page->two_values, view.page);
  draw_sealed_text(stage, scroll, *view.page);
  draw_photos(stage, scroll, *view.page);
  draw_code(stage, scroll, *view.page);
  return wish;
}

}  // namespace aftercare::screens
