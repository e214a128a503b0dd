#include "client/screens/sync_cards.h"

#include "client/ui/widgets.h"

#include <algorithm>
#include <chrono>
#include <ranges>

namespace aftercare::screens {
namespace {

using shown::Standing;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;
using ui::Tone;

constexpr std::chrono::milliseconds kClockOffMin = std::chrono::minutes{5};
constexpr std::uint64_t kFewVisits = 20;  // room for fewer is worth a warning

float gap() { return dp(16); }

/// An icon, a title, and a few lines under it: what every card begins with.
struct Head {
  Icon icon = Icon::None;
  Role icon_role = Role::Soft;
  std::string title;
  std::vector<std::string> lines;
};

float words_width(float card_width) { return card_width - dp(40) - dp(48); }

float height_of(const Head& head, float width) {
  float height = ui::text_height(head.title, Face::Heading, width);
  for (const auto& line : head.lines) height += ui::text_height(line, Face::Body, width);
  return height;
}

void draw_head(Rect rect, const Head& head) {
  auto mark = rect.cut_left(dp(34), dp(14));
  ui::icon(mark.cut_top(std::min(mark.h, 2 * ui::line_height(Face::Body))), head.icon, head.icon_role);
  rect.cut_top(ui::text(rect, head.title, {.face = Face::Heading, .fit = ui::Fit::Wrap}));
  for (const auto& line : head.lines)
    rect.cut_top(ui::text(rect, line, {.role = Role::Soft, .fit = ui::Fit::Wrap}));
}

/// A card with a head alone, `more` higher; what it holds below is drawn by the caller into what is left.
Rect draw_card(ui::Scroll& scroll, const Head& head, float more = 0, Role line = Role::Line) {
  const float height = std::max(height_of(head, words_width(scroll.width())), dp(34));
  const auto rect = scroll.next(dp(40) + height + more, gap());
  ui::card(rect);
  if (line != Role::Line) ui::outline(rect, line, dp(12), std::max(2.0f, dp(2)));
  auto inner = rect.inset(dp(20), dp(20));
  draw_head(inner.cut_top(height), head);
  return inner;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string words;
  for (const auto& part : parts) words += (words.empty() ? "" : " · ") + part;
  return words;
}

/// The time alone today, with its day otherwise.
std::string moment_words(const Stage& stage, Instant at) {
  auto time = clock_words(stage, at, stage.zone);
  if (is_same_day(stage, at, stage.now)) return time;
  const auto day = stage.in.date(language::Moment{at, stage.zone}, language::DateStyle::Short);
  return stage.in.tr("format.date_time", {{"date", day}, {"time", time}});
}

// ---- Only here

std::string counted_words(const Stage& stage, const shown::SyncPage& page) {
  std::vector<std::string> parts;
  const auto add = [&](const char* key, std::size_t count) {
    if (count > 0) parts.push_back(stage.in.tr(key, {{"count", count}}));
  };
  add("count.visits", page.unsent_visit_count);
  add("count.photos", page.unsent_photo_count);
  add("count.signatures", page.unsent_signature_count);
  if (parts.empty()) add("count.changes", page.unsent_change_count);
  return parts.empty() ? stage.in.tr("sync.only_here.nothing") : joined(parts);
}

std::string standing_words(const Stage& stage, const shown::UnsentVisit& visit) {
  const auto say = [&](const char* key) { return stage.in.tr(key, {{"at", moment_words(stage, visit.at)}}); };
  switch (visit.standing) {
    case Standing::Signed: return say("sync.unsent.signed");
    case Standing::Refused: return say("sync.unsent.refused");
    case Standing::Absent: return say("sync.unsent.absent");
    default: return say("sync.unsent.in_progress");
  }
}

std::string title_words(const shown::UnsentVisit& visit) {
  return visit.asset_name.empty() ? visit.customer_name : visit.asset_name + " · " + visit.customer_name;
}

/// Whether one line holds them, by the first few: all lines of a list look alike.
bool is_one_line(const Stage& stage, const std::vector<shown::UnsentVisit>& visits, float width) {
  const float room = width - dp(40);
  return std::ranges::all_of(visits | std::views::take(8), [&](const auto& visit) {
    return ui::text_width(title_words(visit), Face::Body) +
               ui::text_width(standing_words(stage, visit), Face::Body) <=
           room;
  });
}

float visit_height(bool is_one_line) {
  return is_one_line ? ui::row_height() : dp(20) + ui::line_height(Face::Body) + ui::line_height(Face::Small);
}

bool draw_visit(const Stage& stage, Rect rect, const shown::UnsentVisit& visit, std::size_t index,
                bool is_one_line) {
  const auto touched = ui::touch("sync.visit." + std::to_string(index), rect);
  if (touched.is_pressed) ui::fill(rect.inset(-dp(8), 1), Role::Press, dp(10));
  ui::hairline(rect.x, rect.y, rect.w);
  ui::icon(rect.cut_right(dp(24), dp(4)), Icon::ChevronRight, Role::Soft);
  const auto words = standing_words(stage, visit);
  if (!is_one_line) {
    auto lines = rect.centred(rect.w, ui::line_height(Face::Body) + ui::line_height(Face::Small));
    lines.cut_top(ui::text(lines, title_words(visit)));
    (void)ui::text(lines, words, {.face = Face::Small, .role = Role::Soft});
    return touched.is_tapped;
  }
  ui::text_in_middle(rect.cut_right(ui::text_width(words, Face::Body), dp(12)), words,
                     {.role = Role::Soft, .align = ui::Align::Right});
  ui::text_in_middle(rect, title_words(visit));
  return touched.is_tapped;
}

// ---- On its way

const char* key_of(shown::SyncProgress::Stage stage) {
  using Step = shown::SyncProgress::Stage;
  switch (stage) {
    case Step::SigningIn: return "sync.stage.signing_in";
    case Step::Sending: return "sync.stage.sending";
    case Step::Receiving: return "sync.stage.receiving";
    case Step::SendingPhotos: return "sync.stage.sending_photos";
    case Step::FetchingPhotos: return "sync.stage.fetching_photos";
    case Step::Resting: break;
  }
  return "sync.on_its_way.nothing";
}

bool is_running(const shown::SyncProgress& progress) {
  return progress.stage != shown::SyncProgress::Stage::Resting;
}

std::string way_words(const Stage& stage, const shown::SyncProgress& progress) {
  const bool has_no_network = progress.problem == "sync.problem.network" && progress.problem_since;
  if (!is_running(progress) && has_no_network)
    return stage.in.tr("sync.on_its_way.no_network",
                       {{"time", moment_words(stage, *progress.problem_since)}});
  return stage.in.tr(key_of(progress.stage));
}

/// "3 of 7 visits · photo 12 of 40"; nothing while nothing of ours moves.
std::string moved_words(const Stage& stage, const shown::SyncProgress& progress) {
  std::vector<std::string> parts;
  if (progress.visit_total_count > 0)
    parts.push_back(stage.in.tr(
        "sync.moved.visits", {{"done", progress.visit_done_count}, {"count", progress.visit_total_count}}));
  const bool is_photo = progress.stage == shown::SyncProgress::Stage::SendingPhotos &&
                        progress.photo_done_count < progress.photo_total_count;
  if (is_photo)
    parts.push_back(stage.in.tr("sync.moved.photo", {{"number", progress.photo_done_count + 1},
                                                     {"total", progress.photo_total_count}}));
  return joined(parts);
}

// ---- Problems

/// Somebody must act before it goes on; the others mend themselves.
bool is_grave(const std::string& problem) {
  return problem == "sync.problem.wrong_certificate" || problem == "sync.problem.revoked" ||
         problem == "sync.problem.sign_in" || problem == "sync.problem.copy" || problem == "error.corrupt";
}

void draw_banner(ui::Scroll& scroll, const std::string& words, Icon icon, Tone tone) {
  ui::banner(scroll.next(ui::banner_height(words, scroll.width()), gap()), words, icon, tone);
}

std::uint64_t visits_that_fit(const shown::SyncPage& page) {
  return page.free_byte_count / std::max<std::uint64_t>(page.visit_byte_count, 1);
}

}  // namespace

void draw_sync_problems(const Stage& stage, ui::Scroll& scroll, const SyncView& view) {
  const auto& problem = view.progress.problem;
  const auto since =
      view.progress.problem_since ? moment_words(stage, *view.progress.problem_since) : std::string{};
  const bool is_revoked = view.page != nullptr && view.page->is_revoked;
  if (is_revoked) draw_banner(scroll, stage.in.tr("sync.problem.revoked"), Icon::Error, Tone::Danger);
  if (!problem.empty() && !(is_revoked && problem == "sync.problem.revoked")) {
    const bool is_offline = problem == "sync.problem.network";
    draw_banner(scroll, stage.in.tr(problem, {{"time", since}}), is_offline ? Icon::CloudOff : Icon::Alert,
                is_offline          ? Tone::Quiet
                : is_grave(problem) ? Tone::Danger
                                    : Tone::Waiting);
  }
  if (view.page == nullptr || !view.page->server_offset_ms) return;
  const std::chrono::milliseconds offset{std::abs(*view.page->server_offset_ms)};
  if (offset <= kClockOffMin) return;
  draw_banner(scroll, stage.in.tr("sync.problem.clock_wrong", {{"duration", stage.in.duration(offset)}}),
              Icon::Time, Tone::Waiting);
}

Wish draw_only_here(const Stage& stage, ui::Scroll& scroll, const shown::SyncPage& page) {
  Wish wish;
  const bool is_all_held = page.unsent_visit_count + page.unsent_photo_count + page.unsent_signature_count +
                               page.unsent_change_count ==
                           0;
  const Head head{is_all_held ? Icon::CheckCircle : Icon::Storage,
                  is_all_held ? Role::Done : Role::Waiting,
                  stage.in.tr("sync.only_here"),
                  {counted_words(stage, page)}};
  const bool has_one_line = is_one_line(stage, page.unsent, scroll.width() - dp(40));
  const float row = visit_height(has_one_line);
  const std::size_t more_count =
      page.unsent_visit_count - std::min(page.unsent_visit_count, page.unsent.size());
  const float more = page.unsent.empty() ? 0
                                         : dp(14) + row * static_cast<float>(page.unsent.size()) - dp(8) +
                                               (more_count > 0 ? dp(40) : 0);
  auto rest = draw_card(scroll, head, more, is_all_held ? Role::Line : Role::Waiting);
  if (page.unsent.empty()) return wish;
  rest.cut_top(dp(14));
  rest.h += dp(8);  // the last row needs no air below its words
  for (std::size_t i = 0; i < page.unsent.size(); ++i) {
    const auto line = rest.cut_top(row);
    if (line.bottom() < stage.page.y || line.y > stage.page.bottom()) continue;
    if (draw_visit(stage, line, page.unsent[i], i, has_one_line)) wish = intent::OpenVisit{page.unsent[i].id};
  }
  if (more_count > 0)
    ui::text_in_middle(rest.cut_top(dp(40)), stage.in.tr("sync.unsent.more", {{"count", more_count}}),
                       {.role = Role::Soft});
  return wish;
}

// ---- What needs somebody

namespace {

/// What may be done about an entry: leave it to the office, or look at what it is about and repair it there.
struct Choice {
  std::string target;
  std::string label;
  ui::ButtonKind kind;
  Wish wish;
};

std::vector<Choice> choices_of(const Stage& stage, const shown::Attention& one, std::size_t i) {
  std::vector<Choice> choices;
  const auto number = std::to_string(i);
  if (!one.dseqs.empty() && !one.is_left_to_office)
    choices.push_back({"sync.leave." + number, stage.in.tr("sync.needs_you.leave_to_office"),
                       ui::ButtonKind::Outlined, intent::LeaveToOffice{i}});
  if (one.visit_id || one.customer_id)
    choices.push_back({"sync.attention." + number, stage.in.tr("button.show"), ui::ButtonKind::Outlined,
                       intent::OpenAttention{i}});
  return choices;
}

float choice_width(const Choice& choice) { return std::max(dp(120), ui::button_width(choice.label)); }

bool has_one_line(const std::vector<Choice>& choices, float width) {
  float wanted = -dp(12);
  for (const auto& choice : choices) wanted += choice_width(choice) + dp(12);
  return wanted <= width;
}

float choices_height(const std::vector<Choice>& choices, float width) {
  if (choices.empty()) return 0;
  const auto lines = has_one_line(choices, width) ? 1 : choices.size();
  return dp(14) + static_cast<float>(lines) * ui::button_height() + static_cast<float>(lines - 1) * dp(12);
}

Wish draw_choices(Rect rect, const std::vector<Choice>& choices) {
  Wish wish;
  const bool is_line = has_one_line(choices, rect.w);
  auto line = rect.cut_top(is_line ? ui::button_height() : rect.h);
  for (auto choice = choices.rbegin(); choice != choices.rend(); ++choice) {
    const auto button =
        is_line ? line.cut_right(choice_width(*choice), dp(12)) : line.cut_top(ui::button_height(), dp(12));
    if (ui::button(choice->target, button, choice->label, {.kind = choice->kind})) wish = choice->wish;
  }
  return wish;
}

}  // namespace

Wish draw_needs_you(const Stage& stage, ui::Scroll& scroll, const shown::SyncPage& page) {
  Wish wish;
  if (page.attention.empty()) {
    (void)draw_card(scroll, {Icon::CheckCircle,
                             Role::Done,
                             stage.in.tr("sync.needs_you"),
                             {stage.in.tr("sync.needs_you.nothing")}});
    return wish;
  }
  for (std::size_t i = 0; i < page.attention.size(); ++i) {
    const auto& one = page.attention[i];
    const bool is_left = one.is_left_to_office;
    Head head{is_left ? Icon::Info : Icon::Alert,
              is_left ? Role::Soft : Role::Danger,
              stage.in.tr(is_left ? "sync.at_office" : "sync.needs_you"),
              {stage.in.tr(one.code, {{"record", one.record}})}};
    if (!one.record.empty()) head.title += " · " + one.record;
    if (one.dseqs.size() > 1)
      head.lines.push_back(stage.in.tr("sync.needs_you.waits_with_it", {{"count", one.dseqs.size() - 1}}));
    if (is_left) head.lines.push_back(stage.in.tr("sync.needs_you.left_to_office"));
    const auto choices = choices_of(stage, one, i);
    auto rest = draw_card(scroll, head, choices_height(choices, scroll.width() - dp(40)),
                          is_left ? Role::Line : Role::Danger);
    if (choices.empty()) continue;
    rest.cut_top(dp(14));
    keep(wish, draw_choices(rest, choices));
  }
  return wish;
}

void draw_on_its_way(const Stage& stage, ui::Scroll& scroll, const shown::SyncProgress& progress) {
  const bool runs = is_running(progress);
  const bool has_bar = runs && progress.total_count > 0;
  Head head{runs                       ? Icon::CloudUpload
            : progress.problem.empty() ? Icon::CloudUpload
                                       : Icon::CloudOff,
            runs ? Role::Accent : Role::Soft,
            stage.in.tr("sync.on_its_way"),
            {way_words(stage, progress)}};
  if (auto moved = runs ? moved_words(stage, progress) : std::string{}; !moved.empty())
    head.lines.push_back(std::move(moved));
  auto rest = draw_card(scroll, head, has_bar ? dp(12) + ui::line_height(Face::Body) : 0);
  if (runs) ui::draw_again_in_ms(500);
  if (!has_bar) return;
  auto line = rest.cut_bottom(ui::line_height(Face::Body));
  const auto counted =
      stage.in.tr("format.progress", {{"done", progress.done_count}, {"total", progress.total_count}});
  ui::text_in_middle(line.cut_right(ui::text_width(counted, Face::Body), dp(14)), counted,
                     {.role = Role::Soft, .align = ui::Align::Right});
  ui::progress_bar(line.centred(line.w, dp(10)),
                   static_cast<float>(progress.done_count) / static_cast<float>(progress.total_count));
}

void draw_held(const Stage& stage, ui::Scroll& scroll, const shown::SyncPage& page) {
  Head head{Icon::CloudDone, Role::Done, stage.in.tr("sync.held"), {}};
  if (!page.synced_at) {
    head.icon_role = Role::Soft;
    head.lines.push_back(stage.in.tr("sync.never"));
  } else if (page.held_visit_count > 0 && is_same_day(stage, *page.synced_at, stage.now)) {
    head.lines.push_back(stage.in.tr(
        "sync.held.last",
        {{"count", page.held_visit_count}, {"time", clock_words(stage, *page.synced_at, stage.zone)}}));
  } else {
    head.lines.push_back(stage.in.tr("count.visits", {{"count", page.held_visit_count}}));
    head.lines.push_back(stage.in.tr("sync.last_contact", {{"at", moment_words(stage, *page.synced_at)}}));
  }
  (void)draw_card(scroll, head);
}

void draw_room(const Stage& stage, ui::Scroll& scroll, const shown::SyncPage& page) {
  if (page.disk_byte_count == 0) return;
  const auto visit_count = visits_that_fit(page);
  const bool is_low = visit_count < kFewVisits;
  const float used = 1 - static_cast<float>(page.free_byte_count) / static_cast<float>(page.disk_byte_count);
  Head head{is_low ? Icon::Alert : Icon::Storage,
            is_low ? Role::Waiting : Role::Soft,
            stage.in.tr("sync.room"),
            {stage.in.tr(is_low ? "sync.room.low" : "sync.room.visits", {{"count", visit_count}})}};
  if (page.photo_waiting_count > 0)
    head.lines.push_back(stage.in.tr("sync.room.photos_wait", {{"count", page.photo_waiting_count}}));
  auto rest =
      draw_card(scroll, head, dp(18) + ui::line_height(Face::Small), is_low ? Role::Waiting : Role::Line);
  auto line = rest.cut_bottom(ui::line_height(Face::Small));
  const auto words = stage.in.tr("sync.room.used", {{"share", static_cast<int>(used * 100)}});
  ui::text_in_middle(line.cut_right(ui::text_width(words, Face::Small), dp(14)), words,
                     {.face = Face::Small, .role = Role::Soft, .align = ui::Align::Right});
  ui::progress_bar(line.centred(line.w, dp(10)), used);
}

}  // namespace aftercare::screens
