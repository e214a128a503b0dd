#include "client/screens/kiosk/welcome_screens.h"

#include "client/ui/scroll.h"
#include "shared/language/language.h"

#include <cmath>

namespace aftercare::screens {
namespace {

using shown::Door;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

struct DoorLook {
  Door door;
  const char* key;    // of the target
  const char* words;  // of the catalogue
  Icon icon;
};
constexpr std::array kDoors{
    DoorLook{Door::SomethingWrong, "door.wrong", "kiosk.door.wrong", Icon::Asset},
    DoorLook{Door::CheckProduct, "door.check", "kiosk.door.check", Icon::Verified},
    DoorLook{Door::ReturnOrExchange, "door.return", "kiosk.door.return", Icon::Swap},
    DoorLook{Door::BookVisit, "door.book", "kiosk.door.book", Icon::Calendar},
    DoorLook{Door::Help, "door.help", "kiosk.door.help", Icon::Help},
    DoorLook{Door::TalkToUs, "door.talk", "kiosk.door.talk", Icon::Message},
};

/// So many cards in a grid of columns, filling the rectangle.
Rect cell(const Rect& rect, std::size_t index, std::size_t columns, std::size_t rows, float gap) {
  const float width =
      std::floor((rect.w - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns));
  const float height = std::floor((rect.h - gap * static_cast<float>(rows - 1)) / static_cast<float>(rows));
  return {rect.x + static_cast<float>(index % columns) * (width + gap),
          rect.y + static_cast<float>(index / columns) * (height + gap), width, height};
}

bool invitation(const Rect& rect, const language::Language& language, const language::Formatter& in) {
  const auto touched = ui::touch("attract." + std::string(language.code), rect);
  ui::fill(rect, touched.is_pressed ? Role::AccentSoft : Role::Card, dp(12));
  ui::outline(rect, touched.is_pressed ? Role::Accent : Role::Line, dp(12));
  auto inner = rect.inset(dp(24), dp(10));
  const auto words = in.tr("kiosk.touch");
  const float name_height = ui::line_height(Face::Title);
  const auto face = fitting_face(words, inner.w, inner.h - name_height, {Face::Body, Face::Small});
  const float height = name_height + dp(4) + ui::text_height(words, face, inner.w);
  inner = inner.centred(inner.w, height);
  const auto name_face = fitting_face(language.own_name, inner.w, name_height, {Face::Title, Face::BodyBold});
  (void)ui::text(inner.cut_top(name_height, dp(4)), language.own_name,
                 {.face = name_face, .role = Role::Accent});
  (void)ui::text(inner, words, {.face = face, .role = Role::Ink, .fit = ui::Fit::Wrap});
  return touched.is_tapped;
}

/// The number as large as it is read from afar, whether somebody is there, and when.
struct ServiceWords {
  std::string title, phone, open;
  std::vector<std::string> hours;
};
ServiceWords service_words(const Stage& stage, const shown::ServiceDesk& desk) {
  ServiceWords words;
  words.title = stage.in.tr("kiosk.service.call");
  words.phone = desk.phone_text;
  words.open = stage.in.tr(desk.is_open ? "kiosk.service.open" : "kiosk.service.closed");
  words.hours = hours_words(stage.in, desk.hours);
  return words;
}

}  // namespace

KioskWish draw_attract(const Stage& stage, const KioskFrameView& frame, const AttractView& view) {
  auto room = draw_attract_frame(stage, frame);
  auto rect = room.rect;
  const auto languages = language::languages();
  const auto& greeter = languages[view.greeting % languages.size()];
  const auto title = view.catalogue.in(greeter.code).tr("kiosk.greeting");
  const bool is_wide = stage.page.w > stage.page.h;
  const std::size_t columns = is_wide ? 3 : 2;
  const std::size_t rows = languages.size() / columns;
  const float gap = dp(16);
  const float card = std::min(dp(150), std::max(dp(92), (rect.h * 0.55f - gap) / static_cast<float>(rows)));
  const float cards = card * static_cast<float>(rows) + gap * static_cast<float>(rows - 1);
  auto grid = rect.cut_bottom(std::min(cards, rect.h - dp(100)), dp(24));
  // The greeting is a target, too: whoever touches it begins in the language of the house.
  if (ui::tapped("attract.begin", rect)) room.wish = kiosk_intent::Begin{};
  const float title_height = kiosk_title_height(title, rect.w);
  auto middle = rect.centred(rect.w, std::min(rect.h, title_height + dp(8) + dp(72)));
  if (middle.h >= title_height + dp(72)) {
    const auto ring = middle.cut_top(dp(72), dp(8)).cut_left(dp(72));
    ui::fill(ring, Role::Accent, ring.h / 2);
    ui::icon(ring, Icon::Verified, Role::OnAccent, Face::IconLarge);
  }
  (void)draw_kiosk_title(middle, title);
  for (std::size_t i = 0; i < languages.size(); ++i) {
    if (invitation(cell(grid, i, columns, rows, gap), languages[i], view.catalogue.in(languages[i].code)))
      room.wish = kiosk_intent::Begin{std::string(languages[i].code)};
  }
  return room.wish;
}

KioskWish draw_home(const Stage& stage, const KioskFrameView& frame) {
  auto room = draw_home_frame(stage, frame);
  auto rect = room.rect;
  const auto title = stage.in.tr("kiosk.greeting");
  rect.cut_top(draw_kiosk_title(rect, title), rect.h < dp(420) ? dp(12) : dp(24));
  const bool is_wide = stage.page.w > stage.page.h;
  const std::size_t columns = is_wide ? 3 : 2;
  const std::size_t rows = kDoors.size() / columns;
  const float gap = stage.page.h < dp(600) ? dp(12) : dp(20);
  // Not higher than a door that one still sees as a whole.
  rect.h = std::min(rect.h, static_cast<float>(rows) * dp(300) + static_cast<float>(rows - 1) * gap);
  DoorForm form;
  for (const bool is_upright : {true, false}) {
    if (form.is_upright != is_upright) form.face = Face::Title;
    for (std::size_t i = 0; i < kDoors.size(); ++i)
      form = door_form(cell(rect, i, columns, rows, gap), stage.in.tr(kDoors[i].words), form);
    if (form.is_upright) break;
  }
  for (std::size_t i = 0; i < kDoors.size(); ++i) {
    const auto& door = kDoors[i];
    const KioskButton style{.icon = door.icon, .is_primary = i == 0, .face = form.face};
    if (kiosk_door(door.key, cell(rect, i, columns, rows, gap), stage.in.tr(door.words), style,
                   form.is_upright))
      room.wish = kiosk_intent::OpenDoor{door.door};
  }
  return room.wish;
}

float service_card_height(const Stage& stage, float width, const shown::ServiceDesk* desk) {
  if (desk == nullptr) return 0;
  const auto words = service_words(stage, *desk);
  return 2 * dp(24) + ui::text_height(words.title, Face::Body, width - 2 * dp(28)) +
         ui::line_height(Face::Page) + dp(8) + (words.hours.empty() ? 0 : dp(24) + dp(32)) +
         static_cast<float>(words.hours.size()) * (ui::line_height(Face::Body) + dp(4));
}

void draw_service_card(const Stage& stage, const Rect& rect, const shown::ServiceDesk* desk) {
  if (desk == nullptr) return;
  const auto words = service_words(stage, *desk);
  ui::card(rect);
  auto inner = rect.inset(dp(28), dp(24));
  inner.cut_top(ui::text(inner, words.title, {.role = Role::Soft, .fit = ui::Fit::Wrap}));
  auto line = inner.cut_top(ui::line_height(Face::Page), dp(8));
  ui::icon(line.cut_left(dp(34), dp(12)), Icon::Phone, Role::Accent);
  const auto face = fitting_face(words.phone, line.w, line.h, {Face::Page, Face::Title, Face::BodyBold});
  ui::text_in_middle(line, words.phone, {.face = face});
  if (words.hours.empty()) return;
  inner.cut_top(dp(12));
  ui::hairline(inner.x, inner.y, inner.w);
  inner.cut_top(dp(12));
  (void)ui::chip(inner.cut_top(dp(32)), words.open, desk->is_open ? Icon::Check : Icon::Time,
                 desk->is_open ? ui::Tone::Done : ui::Tone::Waiting);
  for (const auto& row : words.hours) {
    inner.cut_top(dp(4));
    (void)ui::text(inner.cut_top(ui::line_height(Face::Body)), row);
  }
}

KioskWish draw_elsewhere(const Stage& stage, const KioskFrameView& frame, Door door) {
  auto room = draw_page_frame(stage, frame);
  ui::Scroll scroll{"elsewhere", room.rect};
  const float width = scroll.width();
  const auto look = *std::ranges::find(kDoors, door, &DoorLook::door);
  const auto name = stage.in.tr(look.words);
  auto over = scroll.next(std::max(dp(34), ui::line_height(Face::Title)), dp(12));
  ui::icon(over.cut_left(dp(34), dp(12)), look.icon, Role::Accent);
  ui::text_in_middle(over, name, {.face = Face::Title, .role = Role::Accent, .fit = ui::Fit::Label});
  const auto title = stage.in.tr("kiosk.elsewhere.title");
  (void)draw_kiosk_title(scroll.next(kiosk_title_height(title, width), dp(12)), title);
  const auto hint = stage.in.tr("kiosk.elsewhere.hint");
  const float column = std::min(width, dp(760));
  auto at = scroll.next(ui::text_height(hint, Face::Body, column), dp(24));
  at.w = column;
  (void)ui::text(at, hint, {.fit = ui::Fit::Wrap});
  if (frame.desk != nullptr) {
    at = scroll.next(service_card_height(stage, column, frame.desk), dp(24));
    at.w = column;
    draw_service_card(stage, at, frame.desk);
  }
  at = scroll.next(kiosk_button_height(), dp(8));
  at.w = std::min(width, dp(520));
  if (kiosk_button("elsewhere.back", at, stage.in.tr("kiosk.elsewhere.back"),
                   {.icon = Icon::ArrowBack, .is_primary = true}))
    room.wish = kiosk_intent::GoBack{};
  return room.wish;
}

KioskWish draw_closed(const Stage& stage, const ClosedView& view) {
  auto column = stage.page.inset(kiosk_margin(), dp(48));
  column = column.centred(std::min(column.w, dp(760)), column.h);
  if (view.is_opening) {
    ui::spinner(column.centred(dp(48), dp(48)));
    return std::nullopt;
  }
  const auto again = column.cut_bottom(kiosk_button_height(), dp(24));
  const auto title = stage.in.tr("kiosk.closed.title");
  column.cut_top(dp(64));
  column.cut_top(draw_kiosk_title(column, title), dp(12));
  column.cut_top(ui::text(column, stage.in.tr("kiosk.closed.hint"), {.fit = ui::Fit::Wrap}), dp(24));
  const auto problem = stage.in.tr(view.problem);
  const float height = ui::banner_height(problem, column.w);
  ui::banner(column.cut_top(height, dp(12)), problem, Icon::Error, ui::Tone::Danger);
  if (!view.detail.empty())
    (void)ui::text(column, stage.in.tr("start.for_office", {{"detail", view.detail}}),
                   {.face = Face::Small, .role = Role::Soft, .fit = ui::Fit::Wrap});
  if (kiosk_button("closed.try_again", again, stage.in.tr("button.try_again"),
                   {.icon = Icon::Sync, .is_primary = true}))
    return kiosk_intent::TryAgain{};
  return std::nullopt;
}

}  // namespace aftercare::screens
