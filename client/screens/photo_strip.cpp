#include "client/screens/photo_strip.h"

#include "client/ui/widgets.h"
#include "shared/language/words.h"

#include <array>
#include <cmath>

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr float kTileMinPx = 150;
constexpr float kTileMaxPx = 220;
constexpr float kTileHeightPx = 120;
constexpr float kGapPx = 12;
constexpr float kChipPx = 58;  // what a chosen chip needs beside its words
constexpr float kChipGapPx = 8;
constexpr std::array kMoments{domain::PhotoMoment::Before, domain::PhotoMoment::During,
                              domain::PhotoMoment::After};

/// Tiles of one size in rows.
struct Tiles {
  Tiles(float whole, float tile_height) : height(tile_height) {
    const float fitting = std::floor((whole + dp(kGapPx)) / (dp(kTileMinPx) + dp(kGapPx)));
    // Where less than two of them fit, two smaller ones do.
    column_count = std::max<std::size_t>(2, static_cast<std::size_t>(std::max(0.0f, fitting)));
    const auto columns = static_cast<float>(column_count);
    width = std::min(dp(kTileMaxPx), (whole - dp(kGapPx) * (columns - 1)) / columns);
  }
  [[nodiscard]] float total(std::size_t count) const {
    const auto rows = static_cast<float>((count + column_count - 1) / column_count);
    return rows * height + std::max(0.0f, rows - 1) * dp(kGapPx);
  }
  [[nodiscard]] Rect at(const Rect& whole, std::size_t index) const {
    const auto column = static_cast<float>(index % column_count);
    const auto row = static_cast<float>(index / column_count);
    return {whole.x + column * (width + dp(kGapPx)), whole.y + row * (height + dp(kGapPx)), width, height};
  }
  float width = 0, height = 0;
  std::size_t column_count = 2;
};

Wish draw_photo(const Stage& stage, Rect tile, const domain::Photo& photo, bool has_caption) {
  const auto touched = ui::touch("photo." + to_text(photo.id), tile);
  auto picture = tile;
  if (has_caption) {
    auto line = picture.cut_bottom(ui::line_height(Face::Small), dp(4));
    const auto words = photo.caption.empty() ? language::words(stage.in, photo.moment) : photo.caption;
    const auto time = clock_words(stage, photo.taken_at, {});
    const float time_width = ui::text_width(time, Face::Small);
    // Where both have no room the viewer says when it was.
    if (ui::text_width(words, Face::Small) + dp(8) + time_width <= line.w)
      ui::text_in_middle(line.cut_right(time_width, dp(8)), time,
                         {.face = Face::Small, .role = Role::Soft, .align = ui::Align::Right});
    ui::text_in_middle(line, words, {.face = Face::Small});
  }
  ui::picture(picture, stage.pictures.photo(photo.blob.sha256, static_cast<int>(dp(kTileMaxPx))),
              /*is_filling=*/true);
  if (touched.is_pressed || ui::glass().theme().line_px > 1)
    ui::outline(picture, touched.is_pressed ? Role::Accent : Role::Line, dp(10),
                touched.is_pressed ? dp(2) : 0);
  if (touched.is_tapped) return intent::ShowPhoto{photo.id};
  return std::nullopt;
}

/// A tile to tap: an icon over its words.
bool draw_add(const std::string& key, const Rect& tile, Icon icon, std::string_view label) {
  const auto touched = ui::touch(key, tile);
  ui::fill(tile, touched.is_pressed ? Role::Press : Role::Card, dp(10));
  ui::outline(tile, Role::Line, dp(10));
  const auto inner = tile.inset(dp(10), dp(8));
  const bool is_one_line = ui::text_width(label, Face::BodyBold) <= inner.w;
  const float words = is_one_line ? ui::line_height(Face::BodyBold) : 2 * ui::line_height(Face::SmallBold);
  auto middle = inner.centred(inner.w, dp(30) + dp(8) + words);
  ui::icon(middle.cut_top(dp(30), dp(8)), icon, Role::Ink);
  ui::text_in_middle(middle, label,
                     {.face = Face::BodyBold, .align = ui::Align::Centre, .fit = ui::Fit::Label});
  return touched.is_tapped;
}

}  // namespace

Wish draw_photo_strip(const Stage& stage, Column& column, const std::vector<const domain::Photo*>& photos,
                      const PhotoStrip& strip) {
  Wish wish;
  const float caption = strip.has_captions ? ui::line_height(Face::Small) + dp(4) : 0;
  const Tiles tiles{column.width(), dp(kTileHeightPx) + caption};
  const auto whole = column.next(tiles.total(photos.size() + 2));
  for (std::size_t i = 0; i < photos.size(); ++i)
    keep(wish, draw_photo(stage, tiles.at(whole, i), *photos[i], strip.has_captions));
  const auto add = [&](std::size_t index) {
    auto tile = tiles.at(whole, index);
    tile.h = dp(kTileHeightPx);
    return tile;
  };
  if (draw_add(strip.camera_key, add(photos.size()), Icon::PhotoAdd, stage.in.tr("button.take_photo")))
    wish = intent::OpenCamera{strip.question};
  if (draw_add(strip.file_key, add(photos.size() + 1), Icon::Folder, stage.in.tr("button.photo_file")))
    wish = intent::OpenPhotoFiles{strip.question};
  return wish;
}

float moment_chips_height() { return std::max(dp(50), ui::button_height() - dp(4)); }

float moment_chips_width(const Stage& stage) {
  float words = 0;
  for (const auto moment : kMoments)
    words = std::max(words, ui::text_width(language::words(stage.in, moment), Face::SmallBold));
  return 3 * (words + dp(kChipPx)) + 2 * dp(kChipGapPx);
}

Wish draw_moment_chips(const Stage& stage, const Rect& rect, domain::PhotoMoment chosen) {
  Wish wish;
  auto line = rect;
  const float width = (rect.w - 2 * dp(kChipGapPx)) / 3;
  const bool has_room = rect.w >= moment_chips_width(stage);  // else the outline alone says which one it is
  for (const auto moment : kMoments) {
    const auto key = "photo.moment." + std::string(domain::name_of(moment));
    const auto at = line.cut_left(width, dp(kChipGapPx));
    const auto mark = moment == chosen && has_room ? Icon::Check : Icon::None;
    if (ui::chip_button(key, at, language::words(stage.in, moment), mark, moment == chosen))
      wish = intent::SetPhotoMoment{moment};
  }
  return wish;
}

}  // namespace aftercare::screens
