#include "client/screens/photo_files_screen.h"

#include "client/screens/frame.h"
#include "client/screens/photo_strip.h"
#include "client/screens/visit_column.h"
#include "client/ui/widgets.h"

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

/// "1.4 MB": one digit behind the point, never 0.
std::string size_words(const Stage& stage, std::uint64_t byte_count) {
  constexpr std::uint64_t kTenthOfMegabyte = 100'000;
  const auto tenths = std::max<std::uint64_t>(1, (byte_count + kTenthOfMegabyte / 2) / kTenthOfMegabyte);
  return stage.in.tr("photo_files.size", {{"size", Decimal{static_cast<std::int64_t>(tenths), 1}}});
}

float row_height_of() { return dp(20) + ui::line_height(Face::BodyBold) + ui::line_height(Face::Small); }

Wish draw_row(const Stage& stage, const Rect& rect, const shown::PhotoFile& file, std::size_t index) {
  const auto changed = stage.in.date_time({file.changed_at, stage.zone});
  const auto size = size_words(stage, file.byte_count);
  const bool is_tapped =
      ui::list_row("photo_file." + std::to_string(index), rect, file.name,
                   {.subtitle = changed, .aside = size, .icon = Icon::Photo, .is_bold = true});
  ui::hairline(rect.x + dp(12), rect.bottom() - 1, rect.w - dp(24));
  if (is_tapped) return intent::ChoosePhotoFile{file.path};
  return std::nullopt;
}

Wish draw_rows(const Stage& stage, const Rect& rect, const std::vector<shown::PhotoFile>& files) {
  Wish wish;
  ui::Scroll scroll{"photo_files", rect};
  Column column{scroll, dp(16), dp(940)};
  for (std::size_t i = 0; i < files.size(); ++i) {
    const bool is_seen = scroll.is_visible(row_height_of());
    const auto row = column.next(row_height_of(), dp(2));
    if (is_seen) keep(wish, draw_row(stage, row, files[i], i));
  }
  scroll.space(dp(16));
  return wish;
}

/// Where the tablet looks, so that somebody can put a picture there.
void draw_nothing(const Stage& stage, const Rect& rect) {
  const auto title = stage.in.tr("photo_files.empty");
  const auto hint = stage.in.tr("photo_files.empty.hint");
  const float width = std::min(rect.w - dp(32), dp(420));
  const float wanted =
      dp(96) + ui::text_height(title, Face::Heading, width) + ui::text_height(hint, Face::Body, width);
  ui::Scroll scroll{"photo_files.empty", rect};
  ui::empty_state(scroll.next(std::max(rect.h, wanted)), Icon::Folder, title, hint);
}

Wish draw_moment(const Stage& stage, Rect& page, domain::PhotoMoment moment) {
  page.cut_top(dp(12));
  auto rect = page.cut_top(dp(28) + moment_chips_height(), dp(12)).inset(dp(16), 0);
  rect.w = std::min(rect.w, std::max(dp(420), moment_chips_width(stage)));
  ui::group_label(rect.cut_top(dp(28)), stage.in.tr("camera.moment"));
  return draw_moment_chips(stage, rect, moment);
}

}  // namespace

Wish draw_photo_files(Stage stage, const PhotoFilesView& view) {
  auto wish = draw_header(stage, {.title = stage.in.tr("photo_files.title"), .has_back = true}).wish;
  auto page = stage.page;
  if (view.files == nullptr) {
    ui::spinner(page.centred(dp(48), dp(48)));
    (void)ui::text({page.x, page.middle_y() + dp(32), page.w, dp(26)}, stage.in.tr("state.loading"),
                   {.role = Role::Soft, .align = ui::Align::Centre});
  } else if (view.files->empty()) {
    draw_nothing(stage, page);
  } else {
    keep(wish, draw_moment(stage, page, view.moment));
    keep(wish, draw_rows(stage, page, *view.files));
  }
  return wish;
}

}  // namespace aftercare::screens
