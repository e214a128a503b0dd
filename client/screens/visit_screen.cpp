#include "client/screens/visit_screen.h"

#include "client/screens/frame.h"
#include "client/screens/photo_viewer.h"
#include "client/screens/question.h"
#include "client/screens/summary_cards.h"
#include "client/screens/visit_asset.h"
#include "client/screens/visit_clock.h"
#include "client/screens/visit_outline.h"
#include "client/screens/visit_sections.h"
#include "client/ui/widgets.h"

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr float kColumnMaxPx = 940;
constexpr float kReadyPx = 60;

using Outline = std::vector<OutlinePart>;

/// Null where the list of sections is shown: nothing is chosen and there is no room beside it.
const OutlinePart* chosen_part(const Outline& outline, const std::string& section, bool has_list_beside) {
  const auto found = std::ranges::find(outline, section, &OutlinePart::key);
  if (found != outline.end()) return &*found;
  return section.empty() && !has_list_beside ? nullptr : &outline.front();
}

struct SavedWords {
  std::string words;
  std::string shorter;  // where there is no room for them
  Icon icon = Icon::Device;
};

SavedWords saved_words(const Stage& stage, const VisitView& view) {
  const auto saving = stage.in.tr("state.saving");
  if (view.is_typing) return {saving, saving, Icon::Edit};
  return {stage.in.tr("state.saved"), stage.in.tr("state.saved_short"), Icon::Device};
}

// ---- header

Wish draw_wide_header(Stage& stage, const VisitView& view, const OutlinePart& part) {
  const auto saved = saved_words(stage, view);
  const auto clock = clock_chip(stage, view.page->file);
  const float clock_width = ui::chip_width(clock.words, clock.icon);
  const float half = (stage.page.w - dp(94)) / 2;  // of the header, beside "back"; the title has the other
  const bool has_room = ui::chip_width(saved.words, saved.icon) + dp(14) + clock_width <= half;
  const auto& saved_shown = has_room ? saved.words : saved.shorter;
  const float saved_width = ui::chip_width(saved_shown, saved.icon);
  const auto subtitle = subject_words(stage, *view.page) + ", " + view.page->customer.name;
  auto room = draw_header(stage, {.title = part.title, .subtitle = subtitle, .has_back = true},
                          saved_width + dp(14) + clock_width);
  ui::chip(room.aside.cut_right(clock_width, dp(14)), clock.words, clock.icon, clock.tone, ui::Align::Right);
  ui::chip(room.aside, saved_shown, saved.icon, ui::Tone::Quiet, ui::Align::Right);
  return room.wish;
}

/// As much of it as has room beside the title of a narrow page.
const std::string& chip_words(const ClockChip& clock, float page_width) {
  if (page_width >= dp(560)) return clock.words;
  const bool has_room = ui::chip_width(clock.duration, clock.icon) <= (page_width - dp(94)) / 2;
  return has_room ? clock.duration : clock.digits;
}

Wish draw_narrow_header(Stage& stage, const VisitView& view) {
  const auto clock = clock_chip(stage, view.page->file);
  const auto words = chip_words(clock, stage.page.w);
  auto room = draw_header(
      stage,
      {.title = subject_words(stage, *view.page), .subtitle = view.page->customer.name, .has_back = true},
      words.empty() ? 0 : ui::chip_width(words, clock.icon));
  if (!words.empty()) ui::chip(room.aside, words, clock.icon, clock.tone, ui::Align::Right);
  return room.wish;
}

// ---- outline

struct Mark {
  Icon icon;
  Role role;
};

/// What is asked for has a circle until it is done; the others are welcome, not asked for.
Mark mark_of(const OutlinePart& part) {
  if (part.key == kPhotosKey) return {Icon::Photo, Role::Soft};
  if (part.key == kNotesKey) return {Icon::Note, Role::Soft};
  if (part.key == kAssetKey && !part.is_done) return {Icon::Asset, Role::Soft};
  return part.is_done ? Mark{Icon::CheckCircle, Role::Done} : Mark{Icon::Circle, Role::Soft};
}

constexpr float kMarkPx = 28;
constexpr float kMarkGapPx = 12;

float aside_width(const OutlinePart& part) {
  return part.aside.empty() ? 0 : ui::text_width(part.aside, Face::BodyBold) + dp(12);
}

/// How one line of the outline is laid out: titles of forms may be long, so two lines; what is said aside
/// goes under the title where it would break its words.
struct OutlineRow {
  OutlineRow(const OutlinePart& part, float width) {
    const float room = width - dp(24) - dp(kMarkPx) - dp(kMarkGapPx);
    const float beside = room - aside_width(part);
    is_aside_under = !part.aside.empty() && (longest_word(part.title) > beside ||
                                             ui::text_height(part.title, Face::BodyBold, beside) >
                                                 ui::text_height(part.title, Face::BodyBold, beside, 2));
    title = ui::text_height(part.title, Face::BodyBold, is_aside_under ? room : beside, 2);
    height = std::max(ui::row_height(), words() + dp(12));
  }
  [[nodiscard]] float words() const { return title + (is_aside_under ? ui::line_height(Face::Small) : 0); }

  static float longest_word(std::string_view words) {
    float longest = 0;
    while (!words.empty()) {
      const auto end = std::min(words.find(' '), words.size());
      longest = std::max(longest, ui::text_width(words.substr(0, end), Face::BodyBold));
      words.remove_prefix(std::min(end + 1, words.size()));
    }
    return longest;
  }

  float title = 0, height = 0;
  bool is_aside_under = false;
};

Wish draw_outline_row(const Rect& rect, const OutlinePart& part, const OutlineRow& row, bool is_chosen) {
  const auto touched = ui::touch("visit.section." + part.key, rect);
  if (is_chosen || touched.is_pressed) ui::fill(rect, is_chosen ? Role::AccentSoft : Role::Press, dp(10));
  if (is_chosen && ui::glass().theme().line_px > 1) ui::outline(rect, Role::Accent, dp(10));
  auto inner = rect.inset(dp(12), 0);
  const auto mark = mark_of(part);
  const auto face = is_chosen ? Face::BodyBold : Face::Body;
  const auto quiet = is_chosen ? Role::Accent : Role::Soft;
  ui::icon(inner.cut_left(dp(kMarkPx), dp(kMarkGapPx)), mark.icon, is_chosen ? Role::Accent : mark.role);
  if (!row.is_aside_under)
    ui::text_in_middle(inner.cut_right(aside_width(part)), part.aside,
                       {.face = face, .role = quiet, .align = ui::Align::Right});
  const float title = ui::text_height(part.title, face, inner.w, 2);
  auto lines = inner.centred(inner.w, title + (row.is_aside_under ? ui::line_height(Face::Small) : 0));
  (void)ui::text(
      lines.cut_top(title), part.title,
      {.face = face, .role = is_chosen ? Role::Accent : Role::Ink, .fit = ui::Fit::Wrap, .lines_max = 2});
  if (row.is_aside_under) (void)ui::text(lines, part.aside, {.face = Face::Small, .role = quiet});
  if (touched.is_tapped) return intent::OpenSection{part.key};
  return std::nullopt;
}

Wish draw_outline(const Rect& rect, const Outline& outline, const OutlinePart* chosen) {
  Wish wish;
  ui::Scroll scroll{"visit.outline", rect};
  scroll.space(dp(12));
  for (const auto& part : outline) {
    const OutlineRow row{part, scroll.width() - dp(32)};
    const auto at = scroll.next(row.height, dp(4)).inset(dp(16), 0);
    keep(wish, draw_outline_row(at, part, row, &part == chosen));
  }
  scroll.space(dp(8));
  return wish;
}

/// Where the list has no room: which section this is and how far it is; a tap leads to the others.
Wish draw_section_bar(const Rect& rect, const OutlinePart& part) {
  const auto touched = ui::touch("visit.sections", rect);
  ui::fill(rect, touched.is_pressed ? Role::Press : Role::Card, dp(10));
  ui::outline(rect, Role::Line, dp(10));
  auto inner = rect.inset(dp(14), 0);
  const auto mark = mark_of(part);
  ui::icon(inner.cut_left(dp(26), dp(12)), mark.icon, mark.role);
  ui::icon(inner.cut_right(dp(26), dp(8)), Icon::ArrowDown, Role::Ink);
  ui::text_in_middle(inner.cut_right(aside_width(part)), part.aside,
                     {.role = Role::Soft, .align = ui::Align::Right});
  ui::text_in_middle(inner, part.title, {.face = Face::BodyBold, .fit = ui::Fit::Label});
  if (touched.is_tapped) return intent::OpenSection{};
  return std::nullopt;
}

/// On a low page each line counts: the section takes the place of the title.
bool is_low(const Stage& stage) { return stage.page.h < dp(560) && stage.page.w > stage.page.h; }

Wish draw_low_header(Stage& stage, const VisitView& view, const OutlinePart& part) {
  const auto clock = clock_chip(stage, view.page->file);
  auto room = draw_header(stage, {.title = "", .has_back = true}, stage.page.w);
  auto line = room.aside.centred(room.aside.w, ui::button_height());
  if (!clock.digits.empty()) {
    const auto at = line.cut_right(ui::chip_width(clock.digits, clock.icon), dp(14));
    ui::chip(at, clock.digits, clock.icon, clock.tone, ui::Align::Right);
  }
  keep(room.wish, draw_section_bar(line, part));
  return room.wish;
}

// ---- what is always in reach: the clock, and leaving

Wish draw_ready_button(const Stage& stage, const Rect& rect) {
  if (ui::button("visit.ready", rect, stage.in.tr("button.ready_to_leave"),
                 {.kind = ui::ButtonKind::Primary, .is_large = true}))
    return intent::AskReady{};
  return std::nullopt;
}

void draw_clock_line(const Rect& rect, const ClockLine& line) {
  auto rest = rect;
  const auto time = rest.cut_right(ui::text_width(line.time, Face::Small), dp(8));
  ui::text_in_middle(time, line.time, {.face = Face::Small, .role = Role::Soft, .align = ui::Align::Right});
  ui::text_in_middle(rest, line.words, {.face = Face::Small, .role = Role::Soft});
}

/// Cuts itself off the bottom of the column.
Wish draw_column_foot(const Stage& stage, Rect& column, const domain::VisitFile& file) {
  const std::size_t line_count = column.h >= dp(560) ? 3 : 1;
  const auto lines = clock_lines(stage, file, line_count);
  const float line_height = ui::line_height(Face::Small) + dp(2);
  const ClockButtons clock{stage, file, column.w - dp(32), /*is_page_low=*/column.h < dp(560)};
  const float buttons = clock.height();
  const float height = dp(12) + line_height * static_cast<float>(lines.size()) + (lines.empty() ? 0 : dp(8)) +
                       buttons + (buttons > 0 ? dp(10) : dp(4)) + dp(kReadyPx) + dp(16);
  auto foot = column.cut_bottom(height);
  ui::hairline(foot.x, foot.y, foot.w);
  foot = foot.inset(dp(16), 0);
  foot.cut_top(dp(12));
  for (const auto& line : lines) draw_clock_line(foot.cut_top(line_height).inset(dp(4), 0), line);
  if (!lines.empty()) foot.cut_top(dp(8));
  auto wish = clock.draw(foot.cut_top(buttons, dp(buttons > 0 ? 10 : 4)));
  keep(wish, draw_ready_button(stage, foot.cut_top(dp(kReadyPx))));
  return wish;
}

/// Where it is saved and what the clock said last: on one line where both have room.
class StateLines {
 public:
  StateLines(const Stage& stage, const VisitView& view, float width) : saved_(saved_words(stage, view)) {
    const auto lines = clock_lines(stage, view.page->file, 1);
    clock_ = lines.empty() ? ClockLine{stage.in.tr("state.not_started"), {}} : lines.front();
    clock_width_ =
        ui::text_width(clock_.words, Face::Small) + ui::text_width(clock_.time, Face::Small) + dp(8);
    is_one_ = dp(kIconPx) + ui::text_width(saved_.words, Face::Small) + dp(16) + clock_width_ <= width;
  }
  [[nodiscard]] float height() const { return line_height() * (is_one_ ? 1 : 2); }
  void draw(Rect rect) const {
    auto line = rect.cut_top(line_height());
    draw_clock_line(is_one_ ? line.cut_right(clock_width_, dp(16)) : rect, clock_);
    ui::icon(line.cut_left(dp(19), dp(7)), saved_.icon, Role::Soft, Face::IconSmall);
    ui::text_in_middle(line, saved_.words, {.face = Face::Small, .role = Role::Soft});
  }

 private:
  static constexpr float kIconPx = 26;
  static float line_height() { return ui::line_height(Face::Small) + dp(4); }
  SavedWords saved_;
  ClockLine clock_;
  float clock_width_ = 0;
  bool is_one_ = true;
};

/// Beside each other where the page is low, else over each other.
Wish draw_page_foot(const Stage& stage, Rect& page, const VisitView& view, bool has_states) {
  const bool is_beside = page.w > page.h || page.w >= dp(700);
  const ClockButtons clock{stage, view.page->file, page.w - dp(32), /*is_page_low=*/is_beside};
  const StateLines states{stage, view, page.w - dp(32)};
  const float buttons = clock.height();
  const float keys = is_beside ? std::max(buttons, ui::button_height())
                               : buttons + (buttons > 0 ? dp(10) : 0) + dp(kReadyPx);
  auto foot = page.cut_bottom((has_states ? dp(14) + states.height() : dp(12)) + keys + dp(14));
  ui::fill(foot, Role::Card);
  ui::hairline(foot.x, foot.y, foot.w);
  foot = foot.inset(dp(16), 0);
  foot.cut_top(dp(has_states ? 8 : 12));
  if (has_states) states.draw(foot.cut_top(states.height(), dp(6)));

  foot = foot.cut_top(keys);
  if (buttons == 0) return draw_ready_button(stage, foot);
  if (!is_beside) {
    auto wish = clock.draw(foot.cut_top(buttons, dp(10)));
    keep(wish, draw_ready_button(stage, foot));
    return wish;
  }
  auto ready = foot.cut_right((foot.w - dp(12)) * 0.45f, dp(12));
  auto wish = clock.draw(foot);
  keep(wish, draw_ready_button(stage, ready.cut_bottom(std::min(ready.h, dp(kReadyPx)))));
  return wish;
}

// ---- the section that is open

Wish draw_questions(const Stage& stage, Column& column, const VisitView& view,
                    const domain::Section& section) {
  Wish wish;
  for (const auto& question : section.questions) {
    const auto top = column.next(0);
    keep(wish, draw_question(stage, column, {*view.page, *view.draft, view.refused_fields, question}));
    const auto bottom = column.next(0);
    if (question.key == view.focus_question) column.show({top.x, top.y, top.w, bottom.y - top.y});
  }
  return wish;
}

Wish draw_next(const Stage& stage, Column& column, const Outline& outline, const OutlinePart& part) {
  const auto next = static_cast<std::size_t>(&part - outline.data()) + 1;
  if (next >= outline.size()) return std::nullopt;
  const auto label = stage.in.tr("visit.next_section", {{"section", outline[next].title}});
  const ui::ButtonStyle style{.icon = Icon::ArrowForward, .is_icon_behind = true};
  column.space(dp(4));
  const auto line = column.next(ui::button_height());
  const Rect at{line.x, line.y, std::min(line.w, ui::button_width(label, style)), line.h};
  if (ui::button("visit.next", at, label, style)) return intent::OpenSection{outline[next].key};
  return std::nullopt;
}

Wish draw_part(const Stage& stage, const Rect& rect, const VisitView& view, const Outline& outline,
               const OutlinePart& part) {
  ui::Scroll scroll{"visit.part." + part.key, rect};
  const bool is_roomy = rect.w >= dp(560);
  Column column{scroll, dp(is_roomy ? 32 : 16), dp(kColumnMaxPx)};
  column.space(dp(is_roomy ? 24 : 16));
  Wish wish;
  if (part.section != nullptr) {
    wish = draw_questions(stage, column, view, *part.section);
  } else if (part.key == kAssetKey) {
    wish = draw_asset_section(stage, column, view);
  } else if (part.key == kPhotosKey) {
    wish = draw_photos_section(stage, column, view);
    column.space(dp(26));
  } else if (part.key == kNotesKey) {
    wish = draw_notes_section(stage, column, view);
    column.space(dp(16));
  } else {
    wish = draw_outcome_section(stage, column, view);
  }
  keep(wish, draw_next(stage, column, outline, part));
  column.space(dp(24));
  return wish;
}

// ---- pages

Wish draw_wide(Stage& stage, const VisitView& view, const Outline& outline) {
  const auto* part = chosen_part(outline, view.section, /*has_list_beside=*/true);
  auto wish = draw_wide_header(stage, view, *part);
  auto page = stage.page;
  auto column = page.cut_left(std::clamp(page.w * 0.25f, dp(300), dp(360)));
  ui::hairline_down(column.right() - 1, column.y, column.h);
  keep(wish, draw_column_foot(stage, column, view.page->file));
  keep(wish, draw_outline(column, outline, part));
  keep(wish, draw_part(stage, page, view, outline, *part));
  return wish;
}

Wish draw_narrow(Stage& stage, const VisitView& view, const Outline& outline) {
  const auto* part = chosen_part(outline, view.section, /*has_list_beside=*/false);
  const bool has_low_header = part != nullptr && is_low(stage);
  auto wish = has_low_header ? draw_low_header(stage, view, *part) : draw_narrow_header(stage, view);
  auto page = stage.page;
  keep(wish, draw_page_foot(stage, page, view, /*has_states=*/!has_low_header));
  if (part == nullptr) {
    keep(wish, draw_outline(page, outline, nullptr));
    return wish;
  }
  if (!has_low_header) {
    const auto bar = page.cut_top(ui::button_height() + dp(16));
    ui::hairline(bar.x, bar.bottom() - 1, bar.w);
    keep(wish, draw_section_bar(bar.inset(dp(16), dp(8)), *part));
  }
  keep(wish, draw_part(stage, page, view, outline, *part));
  return wish;
}

Wish draw_loading(Stage& stage) {
  auto room = draw_header(stage, {.title = stage.in.tr("work.this_visit"), .has_back = true});
  draw_loading_page(stage);
  return room.wish;
}

}  // namespace

Wish draw_visit(Stage stage, const VisitView& view) {
  if (view.page == nullptr || view.draft == nullptr) return draw_loading(stage);
  if (view.open_photo) return draw_photo_viewer(stage, *view.page, *view.draft, *view.open_photo);
  const auto outline = outline_of(stage, *view.page, view.section);
  return is_wide(stage.page) ? draw_wide(stage, view, outline) : draw_narrow(stage, view, outline);
}

}  // namespace aftercare::screens
