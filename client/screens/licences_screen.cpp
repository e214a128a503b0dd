#include "client/screens/licences_screen.h"

#include "client/ui/scroll.h"
#include "client/ui/widgets.h"

#include <array>

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Rect;
using ui::Role;

struct Part {
  const char* name;
  const char* licence;  // its SPDX name; empty: public domain, which each language says itself
};
constexpr std::array kParts{Part{"CLI11", "BSD-3-Clause"},
                            Part{"Dear ImGui", "MIT"},
                            Part{"{fmt}", "MIT"},
                            Part{"fontconfig", "MIT"},
                            Part{"FreeType", "FTL"},
                            Part{"GStreamer", "LGPL-2.1-or-later"},
                            Part{"ICU", "Unicode-3.0"},
                            Part{"libcurl", "curl"},
                            Part{"libexif", "LGPL-2.1-or-later"},
                            Part{"libjpeg-turbo", "IJG, BSD-3-Clause, Zlib"},
                            Part{"libpng", "libpng-2.0"},
                            Part{"libqrencode", "LGPL-2.1-or-later"},
                            Part{"libsodium", "ISC"},
                            Part{"Material Icons", "Apache-2.0"},
                            Part{"nlohmann/json", "MIT"},
                            Part{"Noto Sans, Noto Sans Georgian", "OFL-1.1"},
                            Part{"OpenSSL", "Apache-2.0"},
                            Part{"SDL2", "Zlib"},
                            Part{"spdlog", "MIT"},
                            Part{"SQLCipher", "BSD-3-Clause"},
                            Part{"SQLite", ""},
                            Part{"stb", ""},
                            Part{"zlib", "Zlib"},
                            Part{"zstd", "BSD-3-Clause"}};

float row_height() { return dp(20) + ui::line_height(Face::Body); }

std::string licence_words(const Stage& stage, const Part& part) {
  return *part.licence == '\0' ? stage.in.tr("licences.public_domain") : std::string(part.licence);
}

void draw_part(const Stage& stage, Rect rect, const Part& part) {
  const auto licence = licence_words(stage, part);
  const float width = std::min(ui::text_width(licence, Face::Body), rect.w * 0.55f);
  ui::text_in_middle(rect.cut_right(width, dp(16)), licence,
                     {.role = Role::Soft, .align = ui::Align::Right, .fit = ui::Fit::Label});
  ui::text_in_middle(rect, part.name, {.fit = ui::Fit::Label});
}

void draw_own(const Stage& stage, ui::Scroll& scroll) {
  const auto words = stage.in.tr("licences.own");
  const float width = scroll.width() - dp(40);
  const auto rect = scroll.next(
      dp(36) + ui::line_height(Face::Heading) + dp(4) + ui::text_height(words, Face::Body, width), dp(24));
  ui::card(rect);
  auto inner = rect.inset(dp(20), dp(18));
  auto title = inner.cut_top(ui::line_height(Face::Heading), dp(4));
  ui::text_in_middle(title.cut_right(ui::text_width("Apache-2.0", Face::Body), dp(16)), "Apache-2.0",
                     {.role = Role::Soft, .align = ui::Align::Right});
  ui::text_in_middle(title, "Aftercare", {.face = Face::Heading});
  (void)ui::text(inner, words, {.fit = ui::Fit::Wrap});
}

void draw_parts(const Stage& stage, ui::Scroll& scroll) {
  const auto title = stage.in.tr("licences.parts");
  (void)ui::text(scroll.next(ui::text_height(title, Face::SmallBold, scroll.width()), dp(8)), title,
                 {.face = Face::SmallBold, .role = Role::Soft, .fit = ui::Fit::Wrap});
  auto rect = scroll.next(dp(12) + row_height() * static_cast<float>(kParts.size()), dp(16));
  ui::card(rect);
  rect = rect.inset(dp(20), dp(6));
  for (const auto& part : kParts) {
    if (&part != kParts.data()) ui::hairline(rect.x, rect.y, rect.w);
    draw_part(stage, rect.cut_top(row_height()), part);
  }
}

}  // namespace

Wish draw_licences(Stage stage, const FrameView& /*frame*/) {
  const auto room = draw_header(stage, {.title = stage.in.tr("licences.title"), .has_back = true});
  const auto column = stage.page.centred(std::min(stage.page.w - dp(32), dp(760)), stage.page.h);
  ui::Scroll scroll{"licences.page", column};
  scroll.space(dp(20));
  draw_own(stage, scroll);
  draw_parts(stage, scroll);
  return room.wish;
}

}  // namespace aftercare::screens
