#include "client/screens/kiosk/kiosk_frame.h"

#include "client/ui/sheet.h"
#include "client/ui/text_field.h"
#include "shared/language/language.h"

#include <cmath>

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr float kBarPx = 64;

bool is_low(const Rect& page) { return page.h < dp(600); }

float edge(const Rect& page) { return is_low(page) ? dp(12) : dp(24); }

/// The glass that the on-screen keyboard leaves.
Rect glass_above_keyboard(const Stage& stage) {
  auto page = stage.page;
  const auto keyboard = ui::glass().keyboard();
  if (!keyboard.is_empty()) page.h = std::min(page.h, keyboard.y - page.y);
  return page;
}

void draw_name(const Rect& rect, const std::string& name) {
  ui::text_in_middle(rect, name, {.face = Face::Title, .fit = ui::Fit::Cut});
}

/// Where staff knock five times: over the name, at the very corner, with nothing to be seen.
KioskWish draw_corner(const Rect& page) {
  const float side = dp(88);
  if (ui::tapped("staff.corner", {page.x, page.y, side, side})) return kiosk_intent::KnockCorner{};
  return std::nullopt;
}

bool language_button(std::string_view key, const Rect& rect, std::string_view name, bool is_chosen) {
  const auto touched = ui::touch(key, rect);
  const bool is_lit = is_chosen || touched.is_pressed;
  ui::fill(rect, is_lit ? Role::AccentSoft : Role::Card, dp(10));
  ui::outline(rect, is_lit ? Role::Accent : Role::Line, dp(10), is_chosen ? dp(2) : 0);
  ui::text_in_middle(rect.inset(dp(6), 0), name,
                     {.face = Face::BodyBold,
                      .role = is_lit ? Role::Accent : Role::Ink,
                      .align = ui::Align::Centre,
                      .fit = ui::Fit::Label});
  return touched.is_tapped;
}

float language_width(std::string_view name) { return ui::text_width(name, Face::BodyBold) + dp(32); }

/// In one row where there is room, else three in a row.
KioskWish draw_languages(Rect rect, const std::string& chosen, bool is_in_one_row) {
  KioskWish wish;
  const auto languages = language::languages();
  const float gap = dp(10);
  if (is_in_one_row) {
    for (auto language = languages.rbegin(); language != languages.rend(); ++language) {
      const auto at = rect.cut_right(language_width(language->own_name), gap);
      if (language_button("language." + std::string(language->code), at, language->own_name,
                          language->code == chosen))
        wish = kiosk_intent::SetLanguage{std::string(language->code)};
    }
    return wish;
  }
  const float width = std::floor((rect.w - 2 * gap) / 3);
  const float height = std::floor((rect.h - gap) / 2);
  for (std::size_t i = 0; i < languages.size(); ++i) {
    const Rect at{rect.x + static_cast<float>(i % 3) * (width + gap),
                  rect.y + static_cast<float>(i / 3) * (height + gap), width, height};
    const auto& language = languages[i];
    if (language_button("language." + std::string(language.code), at, language.own_name,
                        language.code == chosen))
      wish = kiosk_intent::SetLanguage{std::string(language.code)};
  }
  return wish;
}

float languages_width() {
  float width = -dp(10);
  for (const auto& language : language::languages()) width += language_width(language.own_name) + dp(10);
  return width;
}

bool look_button(std::string_view key, const Rect& rect, Icon icon, std::string_view words) {
  const auto touched = ui::touch(key, rect);
  ui::fill(rect, touched.is_pressed ? Role::AccentSoft : Role::Card, dp(10));
  ui::outline(rect, touched.is_pressed ? Role::Accent : Role::Line, dp(10));
  const float width = words.empty() ? dp(26) : dp(26) + dp(10) + ui::text_width(words, Face::BodyBold);
  auto inner = rect.centred(width, rect.h);
  ui::icon(inner.cut_left(dp(26), dp(10)), icon, Role::Ink);
  if (!words.empty()) ui::text_in_middle(inner, words, {.face = Face::BodyBold});
  return touched.is_tapped;
}

KioskWish draw_looks(Rect& foot) {
  KioskWish wish;
  if (look_button("kiosk.larger", foot.cut_left(dp(105), dp(12)), Icon::TextSize, "A+"))
    wish = kiosk_intent::LargerText{};
  if (look_button("kiosk.theme", foot.cut_left(dp(72), dp(16)), Icon::Light, {}))
    wish = kiosk_intent::NextTheme{};
  return wish;
}

/// Number and hours in one line, else in two, as much of them as can be read as a whole.
std::vector<std::string> service_lines(const Stage& stage, const shown::ServiceDesk& desk, float width) {
  std::string hours;
  for (const auto& row : hours_words(stage.in, desk.hours)) hours += (hours.empty() ? "" : " · ") + row;
  if (desk.phone_text.empty() || hours.empty()) return {desk.phone_text.empty() ? hours : desk.phone_text};
  auto both = desk.phone_text + " · " + hours;
  if (ui::text_width(both, Face::Body) <= width) return {std::move(both)};
  if (ui::text_width(hours, Face::Small) <= width) return {desk.phone_text, std::move(hours)};
  return {desk.phone_text};
}

void draw_service(const Stage& stage, const Rect& rect, const shown::ServiceDesk* desk) {
  if (desk == nullptr) return;
  const float mark = dp(36);
  const auto lines = service_lines(stage, *desk, rect.w - mark);
  if (lines.front().empty() || ui::text_width(lines.front(), Face::Body) > rect.w - mark) return;
  const auto face_of = [&](std::size_t i) { return i == 0 ? Face::Body : Face::Small; };
  float width = 0, height = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    width = std::max(width, ui::text_width(lines[i], face_of(i)));
    height += ui::line_height(face_of(i));
  }
  Rect block{rect.right() - width, rect.middle_y() - height / 2, width, height};
  ui::icon({block.x - mark, rect.y, dp(26), rect.h}, Icon::Phone, Role::Soft);
  for (std::size_t i = 0; i < lines.size(); ++i)
    (void)ui::text(block.cut_top(ui::line_height(face_of(i))), lines[i],
                   {.face = face_of(i), .role = Role::Soft});
}

KioskWish draw_countdown(const Stage& stage, Rect rect, std::int64_t seconds_left) {
  KioskWish wish;
  const auto label = stage.in.tr("kiosk.more_time");
  const float width = std::min(ui::button_width(label), rect.w * 0.5f);
  if (ui::button("kiosk.more_time", rect.cut_right(width, dp(16)), label)) wish = kiosk_intent::MoreTime{};
  const auto words = stage.in.tr("kiosk.closes_in", {{"count", seconds_left}});
  const auto face = fitting_face(words, rect.w, rect.h, {Face::Body, Face::Small});
  ui::text_in_middle(rect, words,
                     {.face = face, .role = Role::Soft, .align = ui::Align::Right, .fit = ui::Fit::Wrap});
  return wish;
}

/// The foot, cut off the page; none where the keyboard leaves no room for it.
KioskWish draw_foot(const Stage& stage, Rect& page, const KioskFrameView& frame) {
  const bool is_typing = !ui::glass().keyboard().is_empty();
  if (is_typing && page.h < dp(420)) {
    page.cut_bottom(dp(12));
    return std::nullopt;
  }
  const float height = dp(54);
  auto foot = page.cut_bottom(height + edge(page)).inset(kiosk_margin(), 0);
  foot.h = height;
  page.cut_bottom(is_low(page) ? dp(12) : dp(24));
  auto wish = draw_looks(foot);
  if (frame.seconds_left) {
    keep(wish, draw_countdown(stage, foot, *frame.seconds_left));
  } else {
    draw_service(stage, foot, frame.desk);
  }
  return wish;
}

Rect cut_head(Rect& page, float height) {
  page.cut_top(edge(page));
  return page.cut_top(height, is_low(page) ? dp(12) : dp(28)).inset(kiosk_margin(), 0);
}

}  // namespace

KioskRoom draw_attract_frame(const Stage& stage, const KioskFrameView& frame) {
  KioskRoom room{glass_above_keyboard(stage)};
  room.wish = draw_foot(stage, room.rect, frame);
  draw_name(cut_head(room.rect, dp(kBarPx)), frame.organisation_name);
  keep(room.wish, draw_corner(stage.page));
  room.rect = room.rect.inset(kiosk_margin(), 0);
  return room;
}

KioskRoom draw_home_frame(const Stage& stage, const KioskFrameView& frame) {
  KioskRoom room{glass_above_keyboard(stage)};
  room.wish = draw_foot(stage, room.rect, frame);
  const float languages = languages_width();
  const float name_min = dp(200);
  const bool is_in_one_row = room.rect.w - 2 * kiosk_margin() >= languages + name_min;
  if (is_low(room.rect)) {
    // No room for more: the languages are needed, the name is not.
    auto head = cut_head(room.rect, dp(54));
    const float width = std::min(languages, head.w);
    keep(room.wish, draw_languages(head.cut_left(width), frame.language, true));
    room.rect = room.rect.inset(kiosk_margin(), 0);
    return room;
  }
  if (is_in_one_row) {
    auto head = cut_head(room.rect, dp(kBarPx));
    keep(room.wish,
         draw_languages(head.cut_right(languages, dp(24)).centred(languages, dp(54)), frame.language, true));
    draw_name(head, frame.organisation_name);
  } else {
    auto head = cut_head(room.rect, dp(kBarPx) + dp(8) + 2 * dp(54) + dp(10));
    draw_name(head.cut_top(dp(kBarPx), dp(8)), frame.organisation_name);
    keep(room.wish, draw_languages(head, frame.language, false));
  }
  keep(room.wish, draw_corner(stage.page));
  room.rect = room.rect.inset(kiosk_margin(), 0);
  return room;
}

KioskRoom draw_page_frame(const Stage& stage, const KioskFrameView& frame) {
  KioskRoom room{glass_above_keyboard(stage)};
  room.wish = draw_foot(stage, room.rect, frame);
  auto head = cut_head(room.rect, dp(kBarPx));
  const auto back = stage.in.tr("button.back");
  const auto again = stage.in.tr("kiosk.start_again");
  const ui::ButtonStyle back_style{.icon = Icon::ArrowBack};
  const ui::ButtonStyle again_style{.icon = Icon::Site};
  const float half = (head.w - dp(16)) / 2;
  if (ui::button("kiosk.back", head.cut_left(std::min(ui::button_width(back, back_style), half)), back,
                 back_style))
    room.wish = kiosk_intent::GoBack{};
  if (ui::button("kiosk.start_again", head.cut_right(std::min(ui::button_width(again, again_style), half)),
                 again, again_style))
    room.wish = kiosk_intent::StartAgain{};
  room.rect = room.rect.inset(kiosk_margin(), 0);
  return room;
}

KioskWish draw_closing_sheet(const Stage& stage, const KioskFrameView& frame) {
  if (!frame.is_closing || !frame.seconds_left) return std::nullopt;
  ui::leave_fields();
  const auto title = stage.in.tr("kiosk.still_here");
  const auto words =
      stage.in.tr("kiosk.closes_in", {{"count", *frame.seconds_left}}) + " " + stage.in.tr("kiosk.forgets");
  const float width = std::min(stage.page.w - 2 * dp(24), dp(640));
  const float inner_width = width - 2 * dp(32);
  const float title_height = kiosk_title_height(title, inner_width);
  const float words_height = ui::text_height(words, Face::Body, inner_width);
  const bool is_wide = inner_width >= dp(460);
  const float buttons = is_wide ? kiosk_button_height() : 2 * kiosk_button_height() + dp(12);
  const float height = 2 * dp(28) + title_height + dp(8) + words_height + dp(20) + buttons;
  const auto sheet = ui::glass().bounds().centred(width, height);
  const ui::Sheet over{sheet};
  ui::fill(sheet, Role::Card, dp(16));
  ui::outline(sheet, Role::Accent, dp(16), dp(3));
  auto inner = sheet.inset(dp(32), dp(28));
  inner.cut_top(draw_kiosk_title(inner, title), dp(8));
  inner.cut_top(ui::text(inner, words, {.role = Role::Soft, .fit = ui::Fit::Wrap}), dp(20));

  KioskWish wish;
  const auto more = is_wide ? inner.cut_left((inner_width - dp(12)) / 2, dp(12))
                            : inner.cut_top(kiosk_button_height(), dp(12));
  if (kiosk_button("closing.more_time", more, stage.in.tr("kiosk.more_time"),
                   {.icon = Icon::Time, .is_primary = true}))
    wish = kiosk_intent::MoreTime{};
  if (kiosk_button("closing.start_again", inner, stage.in.tr("kiosk.start_again"), {.icon = Icon::Site}))
    wish = kiosk_intent::StartAgain{};
  // Whoever touches the page beneath is here, too.
  for (const auto& sample : ui::pointer_samples()) {
    if (sample.what == ui::PointerSample::What::Up && !sheet.contains(sample.x, sample.y))
      wish = kiosk_intent::MoreTime{};
  }
  return wish;
}

}  // namespace aftercare::screens
