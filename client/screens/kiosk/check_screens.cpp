#include "client/screens/kiosk/check_screens.h"

#include "client/screens/kiosk/welcome_screens.h"
#include "client/ui/scroll.h"
#include "client/ui/text_field.h"
#include "shared/language/words.h"

#include <algorithm>

namespace aftercare::screens {
namespace {

using domain::Covered;
using domain::CoveredItem;
using shown::UnitAnswer;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr const char* kField = "check.serial";
constexpr std::size_t kSerialMax = 80;

// ---- What is said of a verdict

struct Headline {
  std::string words, hint;
  Icon icon = Icon::Info;
  Role role = Role::Waiting;
};

Headline headline_of(const Stage& stage, const domain::Verdict& verdict) {
  const auto& in = stage.in;
  const auto with_date = [&](const char* key) { return in.tr(key, {{"date", *verdict.until}}); };
  switch (verdict.covered) {
    case Covered::Yes:
      if (!verdict.until) return {in.tr("kiosk.unit.covered_now"), {}, Icon::CheckCircle, Role::Done};
      return {with_date(verdict.is_until_at_least ? "kiosk.unit.covered_at_least" : "kiosk.unit.covered"),
              {},
              Icon::CheckCircle,
              Role::Done};
    case Covered::Partly:
      if (!verdict.until) return {in.tr("kiosk.unit.partly_now"), {}, Icon::Time, Role::Waiting};
      return {with_date("kiosk.unit.partly"), {}, Icon::Time, Role::Waiting};
    case Covered::No:
      if (!verdict.until) return {in.tr("kiosk.unit.not_covered"), {}, Icon::Error, Role::Danger};
      return {with_date("kiosk.unit.ended"), in.tr("kiosk.unit.ended.hint"), Icon::Error, Role::Danger};
    case Covered::Unknown: break;
  }
  return {in.tr("kiosk.unit.unknown"), in.tr("kiosk.unit.unknown.hint"), Icon::Time, Role::Waiting};
}

/// One line of the card: an icon, what it is about, and why.
struct Line {
  Icon icon;
  Role role;
  std::string words, reason;
};

std::vector<Line> lines_of(const Stage& stage, const shown::Unit& unit) {
  std::vector<Line> lines;
  for (std::size_t i = 0; i < domain::kCoveredItemCount; ++i) {
    const auto item = static_cast<CoveredItem>(i);
    const auto& verdict = unit.verdict.of(item);
    const auto words = language::words(stage.in, item);
    const auto reason = language::words(stage.in, verdict.reason);
    switch (verdict.covered) {
      case Covered::Yes: lines.push_back({Icon::Check, Role::Done, words, reason}); break;
      case Covered::No: lines.push_back({Icon::Clear, Role::Danger, words, reason}); break;
      default: lines.push_back({Icon::Time, Role::Waiting, words, reason}); break;
    }
  }
  // What is covered is read first.
  std::ranges::stable_sort(lines, {}, [](const Line& line) {
    return line.role == Role::Done ? 0 : line.role == Role::Waiting ? 1 : 2;
  });
  for (const auto& exclusion : unit.exclusions)
    lines.push_back(
        {Icon::Clear, Role::Danger, domain::in_language(exclusion, std::string(stage.in.code())), {}});
  return lines;
}

float line_height(const Line& line, float width) {
  const float room = width - dp(42);
  return ui::text_height(line.words, Face::Body, room) +
         (line.reason.empty() ? 0 : ui::text_height(line.reason, Face::Small, room)) + 2 * dp(14);
}

float card_height(const std::vector<Line>& lines, float width) {
  float height = 2 * dp(8);
  for (const auto& line : lines) height += line_height(line, width - 2 * dp(28));
  return height;
}

void draw_card(const Rect& rect, const std::vector<Line>& lines) {
  ui::card(rect);
  auto inner = rect.inset(dp(28), dp(8));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& line = lines[i];
    if (i > 0) ui::hairline(inner.x, inner.y, inner.w);
    auto row = inner.cut_top(line_height(line, inner.w)).inset(0, dp(14));
    const auto mark = row.cut_left(dp(26), dp(16));
    ui::icon({mark.x, mark.y, mark.w, ui::line_height(Face::Body)}, line.icon, line.role);
    row.cut_top(ui::text(row, line.words, {.fit = ui::Fit::Wrap}));
    if (!line.reason.empty())
      (void)ui::text(row, line.reason, {.face = Face::Small, .role = Role::Soft, .fit = ui::Fit::Wrap});
  }
}

std::string as_of_words(const Stage& stage, const std::optional<Instant>& as_of) {
  if (!as_of) return stage.in.tr("kiosk.unit.as_of_never");
  const language::Moment moment{*as_of, stage.zone};
  if (is_same_day(stage, *as_of, stage.now))
    return stage.in.tr("kiosk.unit.as_of_today", {{"time", stage.in.time(moment)}});
  return stage.in.tr("kiosk.unit.as_of", {{"when", stage.in.date_time(moment)}});
}

// ---- The two columns of the answer

void draw_words(ui::Scroll& scroll, const std::string& words, Face face, Role role, float gap) {
  if (words.empty()) return;
  (void)ui::text(scroll.next(ui::text_height(words, face, scroll.width()), gap), words,
                 {.face = face, .role = role, .fit = ui::Fit::Wrap});
}

void draw_verdict(const Stage& stage, ui::Scroll& scroll, const shown::FoundUnit& found) {
  const auto& unit = *found.unit;
  const auto name = unit.serial.empty() ? unit.product
                                        : stage.in.tr("kiosk.unit.name",
                                                      {{"product", unit.product}, {"serial", unit.serial}});
  draw_words(scroll, name, Face::Body, Role::Soft, dp(8));
  const auto headline = headline_of(stage, unit.verdict);
  const float mark = dp(52) + dp(16);
  const float height = std::max(dp(52), kiosk_title_height(headline.words, scroll.width() - mark));
  auto title = scroll.next(height, dp(12));
  const auto at = title.cut_left(dp(52), dp(16));
  ui::icon({at.x, at.y, at.w, std::min(at.h, dp(58))}, headline.icon, headline.role, Face::IconLarge);
  (void)draw_kiosk_title(title, headline.words, headline.role);
  draw_words(scroll, headline.hint, Face::Body, Role::Ink, dp(8));
  for (const auto& reason : unit.verdict.reasons) {
    // What stands beside an item is said there.
    const bool is_of_item = std::ranges::any_of(
        unit.verdict.items, [&](const domain::ItemVerdict& item) { return item.reason == reason; });
    if (!is_of_item) draw_words(scroll, language::words(stage.in, reason), Face::Body, Role::Ink, dp(4));
  }
  scroll.space(dp(12));
  const auto lines = lines_of(stage, unit);
  draw_card(scroll.next(card_height(lines, scroll.width()), dp(20)), lines);
  if (unit.verdict.maintenance) {
    const auto& due = *unit.verdict.maintenance;
    const auto words = stage.in.tr(due.is_free ? "coverage.maintenance.due_free" : "coverage.maintenance.due",
                                   {{"date", due.due}});
    auto row = scroll.next(ui::text_height(words, Face::Body, scroll.width() - dp(42)), dp(12));
    const auto icon_at = row.cut_left(dp(26), dp(16));
    ui::icon({icon_at.x, icon_at.y, icon_at.w, ui::line_height(Face::Body)}, Icon::Calendar, Role::Accent);
    (void)ui::text(row, words, {.fit = ui::Fit::Wrap});
  }
  draw_words(scroll, as_of_words(stage, found.as_of), Face::Small, Role::Soft, dp(12));
}

struct Action {
  const char* key;
  const char* words;
  Icon icon;
  kiosk_intent::Any wish;
};

template <class Next>
KioskWish draw_actions(const Stage& stage, const std::vector<Action>& actions, const Next& next) {
  KioskWish wish;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const auto& action = actions[i];
    if (kiosk_button(action.key, next(), stage.in.tr(action.words),
                     {.icon = action.icon, .is_primary = i == 0}))
      wish = action.wish;
  }
  return wish;
}

/// The answer at the left and what can be done at the right; one below the other on upright glass.
template <class Draw>
KioskWish draw_answer(const Stage& stage, const Rect& rect, const std::vector<Action>& actions,
                      const Draw& draw) {
  auto room = rect;
  const bool is_wide = rect.w >= dp(1000) && rect.w > rect.h;
  KioskWish wish;
  if (is_wide) {
    auto column = room.cut_right(std::min(room.w * 0.38f, dp(520)), dp(40));
    wish = draw_actions(stage, actions, [&] { return column.cut_top(kiosk_button_height(), dp(16)); });
  }
  ui::Scroll scroll{"unit", room};
  draw(scroll);
  if (!is_wide) {
    scroll.space(dp(4));
    keep(wish, draw_actions(stage, actions, [&] { return scroll.next(kiosk_button_height(), dp(12)); }));
  }
  return wish;
}

KioskWish draw_found(const Stage& stage, const Rect& rect, const shown::FoundUnit& found) {
  const std::vector<Action> actions{
      {"unit.wrong", "kiosk.unit.wrong", Icon::Asset, kiosk_intent::OpenDoor{shown::Door::SomethingWrong}},
      {"unit.book", "kiosk.door.book", Icon::Calendar, kiosk_intent::OpenDoor{shown::Door::BookVisit}},
      {"unit.another", "kiosk.unit.another", Icon::Search, kiosk_intent::CheckAnother{}}};
  return draw_answer(stage, rect, actions, [&](ui::Scroll& scroll) { draw_verdict(stage, scroll, found); });
}

const char* not_found_key(UnitAnswer answer) {
  switch (answer) {
    case UnitAnswer::NotReadable: return "kiosk.not_readable.title";
    case UnitAnswer::ArticleOnly: return "kiosk.article_only.title";
    default: return "kiosk.not_found.title";
  }
}

/// What to do about a number that says nothing here. Never whose it may be.
KioskWish draw_not_found(const Stage& stage, const Rect& rect, const UnitView& view,
                         const shown::ServiceDesk* desk) {
  const std::vector<Action> actions{
      {"unit.another", "kiosk.not_found.again", Icon::Edit, kiosk_intent::CheckAnother{}}};
  return draw_answer(stage, rect, actions, [&](ui::Scroll& scroll) {
    const auto& serial = view.found->serial.empty() ? view.code : view.found->serial;
    const auto entered = stage.in.tr("kiosk.not_found.code", {{"code", serial}});
    const bool is_article = view.found->answer == UnitAnswer::ArticleOnly && !view.found->products.empty();
    draw_words(scroll, is_article ? view.found->products.front().name : entered, Face::Body, Role::Soft,
               dp(8));
    const auto title = stage.in.tr(not_found_key(view.found->answer));
    (void)draw_kiosk_title(scroll.next(kiosk_title_height(title, scroll.width()), dp(12)), title);
    draw_words(scroll, stage.in.tr("kiosk.not_found.hint"), Face::Body, Role::Ink, dp(8));
    draw_words(scroll, stage.in.tr("kiosk.not_found.staff"), Face::Body, Role::Ink, dp(20));
    if (desk != nullptr)
      draw_service_card(stage, scroll.next(service_card_height(stage, scroll.width(), desk), dp(16)), desk);
  });
}

KioskWish draw_several(const Stage& stage, const Rect& rect, const shown::FoundUnit& found) {
  ui::Scroll scroll{"several", rect};
  const auto title = stage.in.tr("kiosk.several.title");
  (void)draw_kiosk_title(scroll.next(kiosk_title_height(title, scroll.width()), dp(12)), title);
  draw_words(scroll, stage.in.tr("kiosk.several.hint"), Face::Body, Role::Ink, dp(20));
  KioskWish wish;
  for (std::size_t i = 0; i < found.products.size(); ++i) {
    auto at = scroll.next(kiosk_button_height(), dp(12));
    at.w = std::min(at.w, dp(760));
    if (kiosk_button("several." + std::to_string(i), at, found.products[i].name, {.icon = Icon::Asset}))
      wish = kiosk_intent::ChooseProduct{found.products[i].id};
  }
  return wish;
}

void draw_looking(const Stage& stage, const Rect& rect) {
  ui::spinner(rect.centred(dp(48), dp(48)));
  (void)ui::text({rect.x, rect.middle_y() + dp(40), rect.w, ui::line_height(Face::Body)},
                 stage.in.tr("kiosk.unit.looking"), {.role = Role::Soft, .align = ui::Align::Centre});
}

}  // namespace

KioskWish draw_check(const Stage& stage, const KioskFrameView& frame, const CheckView& view) {
  auto room = draw_page_frame(stage, frame);
  ui::Scroll scroll{"check", room.rect};
  const float column = std::min(scroll.width(), dp(860));
  const auto title = stage.in.tr("kiosk.check.title");
  const auto hint = stage.in.tr("kiosk.check.hint");
  const bool is_low = room.rect.h < dp(330);
  if (!is_low) (void)draw_kiosk_title(scroll.next(kiosk_title_height(title, scroll.width()), dp(12)), title);
  KioskWish wish;
  auto line = scroll.next(kiosk_button_height(), dp(16));
  line.w = column;
  const auto label = stage.in.tr("kiosk.check.button");
  const float width =
      std::max(dp(140), std::min(ui::text_width(label, Face::Title) + dp(56), line.w * 0.42f));
  const bool has_serial = view.serial->find_first_not_of(' ') != std::string::npos;
  if (kiosk_button("check.button", line.cut_right(width, dp(12)), label,
                   {.is_primary = true, .is_enabled = has_serial, .is_centred = true}))
    wish = kiosk_intent::CheckSerial{};
  const auto edit = ui::text_field(kField, line, *view.serial,
                                   {.placeholder = stage.in.tr("kiosk.check.serial"),
                                    .pad = ui::Pad::Code,
                                    .icon = Icon::Scanner,
                                    .character_max = kSerialMax});
  if (edit.is_entered && has_serial) wish = kiosk_intent::CheckSerial{};
  if (edit.is_changed) wish = kiosk_intent::EditSerial{};
  auto at = scroll.next(ui::text_height(hint, Face::Body, column), dp(8));
  at.w = column;
  (void)ui::text(at, hint, {.role = Role::Soft, .fit = ui::Fit::Wrap});
  keep(wish, std::move(room.wish));
  return wish;
}

KioskWish draw_unit(const Stage& stage, const KioskFrameView& frame, const UnitView& view) {
  auto room = draw_page_frame(stage, frame);
  if (view.found == nullptr) {
    ui::scroll_to_top("unit");
    draw_looking(stage, room.rect);
    return room.wish;
  }
  switch (view.found->answer) {
    case UnitAnswer::Found:
      if (view.found->unit) keep(room.wish, draw_found(stage, room.rect, *view.found));
      break;
    case UnitAnswer::Several: keep(room.wish, draw_several(stage, room.rect, *view.found)); break;
    case UnitAnswer::NotFound:
    case UnitAnswer::ArticleOnly:
    case UnitAnswer::NotReadable: keep(room.wish, draw_not_found(stage, room.rect, view, frame.desk)); break;
  }
  return room.wish;
}

}  // namespace aftercare::screens
