#include "client/screens/search_screen.h"

#include "client/ui/scroll.h"
#include "client/ui/text_field.h"
#include "client/ui/widgets.h"

#include <array>

namespace aftercare::screens {
namespace {

using domain::EntityType;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr const char* kListKey = "search.list";
constexpr float kColumn = 960;

struct Kind {
  Icon icon = Icon::File;
  const char* key = "";
};
Kind kind_of(EntityType type) {
  switch (type) {
    case EntityType::Customer: return {Icon::Customer, "search.kind.customer"};
    case EntityType::Asset: return {Icon::Asset, "search.kind.asset"};
    case EntityType::WorkOrder: return {Icon::Work, "search.kind.work_order"};
    case EntityType::Visit: return {Icon::Note, "search.kind.visit"};
    default: return {};
  }
}

Rect column_of(const Rect& page) { return page.centred(std::min(page.w - dp(32), dp(kColumn)), page.h); }

bool is_blank(const std::string& text) { return text.find_first_not_of(' ') == std::string::npos; }

/// Over the whole width, where the other screens have their title: the field, and what is on its way.
Wish draw_question(Stage& stage, const SearchView& view) {
  Wish wish;
  auto band = stage.page.cut_top(dp(58) + dp(28));
  ui::fill(band, Role::Card);
  ui::hairline(band.x, band.bottom() - 1, band.w);
  auto line = column_of(band).inset(0, dp(14));
  const bool is_typed = !view.text->empty();
  const auto clear = stage.in.tr("search.clear");
  const float clear_width = std::max(dp(58), std::min(ui::button_width(clear), line.w / 3));
  if (is_typed &&
      ui::button("search.clear", line.cut_right(clear_width, dp(10)), clear, {.icon = Icon::None})) {
    view.text->clear();
    ui::focus_field("search.text");
    wish = intent::ChangeSearch{};
  }
  const auto field = line;
  const auto edit = ui::text_field(
      "search.text", field, *view.text,
      {.placeholder = stage.in.tr("search.placeholder"), .icon = Icon::Search, .character_max = 200});
  if (edit.is_changed) wish = intent::ChangeSearch{};
  if (view.is_loading && is_typed) ui::spinner({field.right() - dp(52), field.y, dp(44), field.h});
  if (wish) ui::scroll_to_top(kListKey);
  return wish;
}

// ---- Before anything was asked

struct Findable {
  Icon icon;
  const char* key;
  const char* by;
};
constexpr std::array kFindable{Findable{Icon::Customer, "search.customers", "search.customers.by"},
                               Findable{Icon::Asset, "search.assets", "search.assets.by"},
                               Findable{Icon::Work, "search.work", "search.work.by"}};

float findable_height(const Stage& stage, const Findable& one, float width) {
  return dp(24) + ui::text_height(stage.in.tr(one.key), Face::BodyBold, width) +
         ui::text_height(stage.in.tr(one.by), Face::Body, width);
}

void draw_findable(const Stage& stage, Rect rect, const Findable& one) {
  auto inner = rect.inset(dp(20), dp(12));
  ui::icon(inner.cut_left(dp(32), dp(16)), one.icon, Role::Accent);
  inner.cut_top(ui::text(inner, stage.in.tr(one.key), {.face = Face::BodyBold, .fit = ui::Fit::Wrap}));
  (void)ui::text(inner, stage.in.tr(one.by), {.role = Role::Soft, .fit = ui::Fit::Wrap});
}

void draw_explanation(const Stage& stage, const Rect& rect) {
  ui::Scroll scroll{"search.about", rect};
  scroll.space(rect.h > dp(480) ? dp(40) : dp(20));
  const auto say = [&](const char* key, ui::TextStyle style, float gap) {
    style.fit = ui::Fit::Wrap;
    const auto words = stage.in.tr(key);
    (void)ui::text(scroll.next(ui::text_height(words, style.face, scroll.width()), gap), words, style);
  };
  say("search.title", {.face = Face::Title}, dp(4));
  say("search.about", {.role = Role::Soft}, dp(20));
  const float words_width = scroll.width() - dp(88);
  float height = 0;
  for (const auto& one : kFindable) height += findable_height(stage, one, words_width);
  auto card = scroll.next(height + dp(16), dp(16));
  ui::card(card);
  card = card.inset(0, dp(8));
  for (const auto& one : kFindable) {
    if (&one != kFindable.data()) ui::hairline(card.x + dp(20), card.y, card.w - dp(40));
    draw_findable(stage, card.cut_top(findable_height(stage, one, words_width)), one);
  }
}

// ---- What was found

float row_height() { return dp(28) + ui::line_height(Face::BodyBold) + ui::line_height(Face::Small); }

std::string when_words(const Stage& stage, const shown::FoundRow& row) {
  if (!row.at) return {};
  return stage.in.date(language::Moment{*row.at, row.zone.empty() ? stage.zone : row.zone},
                       language::DateStyle::Short);
}

bool draw_row(const Stage& stage, const Rect& rect, const shown::FoundRow& row, std::size_t index) {
  const auto touched = ui::touch("search.hit." + std::to_string(index), rect);
  ui::card(rect, touched.is_pressed ? Role::Press : Role::Card);
  auto inner = rect.inset(dp(16), dp(14));
  const auto kind = kind_of(row.type);
  ui::icon(inner.cut_left(dp(32), dp(14)), kind.icon, Role::Accent);
  ui::icon(inner.cut_right(dp(24), dp(8)), Icon::ChevronRight, Role::Soft);
  auto first = inner.cut_top(ui::line_height(Face::BodyBold));
  const auto when = when_words(stage, row);
  if (!when.empty())
    ui::text_in_middle(first.cut_right(ui::text_width(when, Face::Body), dp(12)), when,
                       {.role = Role::Soft, .align = ui::Align::Right});
  ui::text_in_middle(first, row.title, {.face = Face::BodyBold});
  const auto words = *kind.key == '\0' ? std::string{} : stage.in.tr(kind.key);
  if (rect.w >= dp(600)) {
    ui::text_in_middle(inner.cut_right(ui::text_width(words, Face::Small), dp(12)), words,
                       {.face = Face::Small, .role = Role::Soft, .align = ui::Align::Right});
    (void)ui::text(inner, row.subtitle, {.face = Face::Small, .role = Role::Soft});
    return touched.is_tapped;
  }
  const auto line =
      row.subtitle.empty() || words.empty() ? words + row.subtitle : words + " · " + row.subtitle;
  (void)ui::text(inner, line, {.face = Face::Small, .role = Role::Soft});
  return touched.is_tapped;
}

Wish draw_found(const Stage& stage, const Rect& rect, const SearchView& view) {
  Wish wish;
  ui::Scroll scroll{kListKey, rect};
  scroll.space(dp(16));
  for (std::size_t i = 0; i < view.found->rows.size(); ++i) {
    const auto& row = view.found->rows[i];
    const bool is_seen = scroll.is_visible(row_height());
    const auto piece = scroll.next(row_height(), dp(8));
    if (is_seen && draw_row(stage, piece, row, i)) wish = intent::OpenFound{row.type, row.id};
  }
  if (view.found->is_cut) {
    ui::spinner(scroll.next(dp(56)));
    if (scroll.is_at_end() && !view.is_loading && !wish) wish = intent::LoadMore{};
  }
  scroll.space(dp(16));
  return wish;
}

void draw_loading(const Stage& stage, const Rect& rect) {
  ui::spinner(rect.centred(dp(48), dp(48)));
  (void)ui::text({rect.x, rect.middle_y() + dp(32), rect.w, dp(26)}, stage.in.tr("state.loading"),
                 {.role = Role::Soft, .align = ui::Align::Centre});
}

Wish draw_answer(const Stage& stage, const Rect& rect, const SearchView& view) {
  if (view.found == nullptr) {
    draw_loading(stage, rect);
    return std::nullopt;
  }
  // An older answer stays until the newer one is there; only that one may say that there is nothing.
  if (!view.found->rows.empty()) return draw_found(stage, rect, view);
  if (view.is_loading) return std::nullopt;
  const auto title = stage.in.tr("state.nothing_found", {{"text", *view.text}});
  ui::Scroll scroll{"search.nothing", rect};
  ui::empty_state(scroll.next(std::max(rect.h, dp(220))), Icon::Search, title,
                  stage.in.tr("search.nothing.hint"));
  return std::nullopt;
}

/// The list ends where the keyboard begins, so that its last row can be reached.
Rect above_keyboard(Rect rect) {
  const auto keyboard = ui::glass().keyboard();
  if (!keyboard.is_empty() && keyboard.y < rect.bottom()) rect.h = std::max(0.0f, keyboard.y - rect.y);
  return rect;
}

}  // namespace

Wish draw_search(Stage stage, const SearchView& view, const FrameView& /*frame*/) {
  if (view.text == nullptr) return std::nullopt;
  auto wish = draw_question(stage, view);
  const auto rest = above_keyboard(column_of(stage.page));
  if (rest.is_empty()) return wish;
  if (is_blank(*view.text)) {
    draw_explanation(stage, rest);
    return wish;
  }
  auto tapped = draw_answer(stage, rest, view);
  return wish ? wish : tapped;
}

}  // namespace aftercare::screens
