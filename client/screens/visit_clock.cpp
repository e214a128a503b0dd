#include "client/screens/visit_clock.h"

#include "shared/language/words.h"

#include <array>

namespace aftercare::screens {
namespace {

using domain::VisitEventKind;
using ui::dp;
using ui::Icon;
using ui::Rect;
using ui::Tone;

constexpr std::int64_t kRedrawMs = 30'000;  // a clock of minutes
constexpr float kGapPx = 10;

struct ClockStep {
  VisitEventKind kind;
  const char* key;
  const char* label;
  Icon icon;
};
constexpr std::array kSteps{
    ClockStep{VisitEventKind::Travelling, "visit.clock.travelling", "button.set_off", Icon::Travel},
    ClockStep{VisitEventKind::Arrived, "visit.clock.arrived", "button.arrive", Icon::Place},
    ClockStep{VisitEventKind::Working, "visit.clock.working", "button.start_work", Icon::Play},
    ClockStep{VisitEventKind::Paused, "visit.clock.paused", "button.pause", Icon::Pause},
    ClockStep{VisitEventKind::Left, "visit.clock.left", "button.leave", Icon::Travel}};

bool has_worked(const domain::VisitFile& file) {
  return std::ranges::find(file.events, VisitEventKind::Working, &domain::VisitEvent::kind) !=
         file.events.end();
}

/// What can follow, without the ways that no later tap leads back from: working before one arrived where
/// one has to arrive, leaving before one worked. Ready-to-leave would ask for what cannot be told any more.
bool is_offered(const domain::VisitFile& file, VisitEventKind next) {
  if (!domain::can_follow(file.events, next)) return false;
  const bool is_remote = file.visit.kind == domain::VisitKind::RemoteHelp;
  if (next == VisitEventKind::Left) return has_worked(file);
  if (file.events.empty()) return is_remote == (next == VisitEventKind::Working);
  return true;
}

std::chrono::milliseconds worked(const Stage& stage, const domain::VisitFile& file) {
  domain::VisitEvent until;
  until.at = stage.now;
  return std::chrono::milliseconds{domain::worked_ms(file.events, until)};
}

std::string digits(std::chrono::milliseconds lasted) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(lasted).count();
  return std::to_string(minutes / 60) + (minutes % 60 < 10 ? ":0" : ":") + std::to_string(minutes % 60);
}

}  // namespace

ClockChip clock_chip(const Stage& stage, const domain::VisitFile& file) {
  if (file.events.empty()) return {stage.in.tr("state.not_started"), {}, {}, Icon::Time, Tone::Quiet};
  const auto& last = file.events.back();
  const auto since = std::max(stage.now - last.at, std::chrono::milliseconds{0});
  const auto chip = [&](const char* key, std::chrono::milliseconds lasted, Icon icon, Tone tone) {
    const auto duration = stage.in.duration(lasted);
    return ClockChip{stage.in.tr(key, {{"duration", duration}}), duration, digits(lasted), icon, tone};
  };
  if (last.kind != VisitEventKind::Left) ui::draw_again_in_ms(kRedrawMs);
  switch (last.kind) {
    case VisitEventKind::Travelling: return chip("day.chip.travelling", since, Icon::Travel, Tone::Accent);
    case VisitEventKind::Arrived: return chip("day.chip.on_site", since, Icon::Place, Tone::Accent);
    case VisitEventKind::Working:
      return chip("day.chip.working", worked(stage, file), Icon::Time, Tone::Accent);
    case VisitEventKind::Paused: return chip("day.chip.paused", since, Icon::Pause, Tone::Waiting);
    case VisitEventKind::Left: break;
  }
  return chip("visit.standing.left", worked(stage, file), Icon::Check, Tone::Done);
}

std::vector<ClockLine> clock_lines(const Stage& stage, const domain::VisitFile& file, std::size_t count_max) {
  std::vector<ClockLine> lines;
  const std::size_t from = file.events.size() > count_max ? file.events.size() - count_max : 0;
  for (std::size_t i = from; i < file.events.size(); ++i) {
    const auto& event = file.events[i];
    lines.push_back({language::words(stage.in, event.kind), clock_words(stage, event.at, event.zone)});
  }
  return lines;
}

ClockButtons::ClockButtons(const Stage& stage, const domain::VisitFile& file, float width, bool is_page_low) {
  for (const auto& step : kSteps) {
    if (!is_offered(file, step.kind)) continue;
    const bool is_again = step.kind == VisitEventKind::Working && has_worked(file);
    buttons_.push_back(
        {step.kind, step.key, stage.in.tr(is_again ? "button.work_again" : step.label), step.icon});
  }
  if (is_page_low) return;
  const float half = (width - dp(kGapPx)) / 2;
  is_stacked_ = std::ranges::any_of(
      buttons_, [&](const auto& button) { return ui::button_width(button.label) > half + dp(16); });
}

std::size_t ClockButtons::row_count() const {
  return is_stacked_ ? buttons_.size() : (buttons_.size() + 1) / 2;
}

float ClockButtons::height() const {
  if (buttons_.empty()) return 0;
  const auto rows = static_cast<float>(row_count());
  return rows * ui::button_height() + (rows - 1) * dp(kGapPx);
}

Wish ClockButtons::draw(const Rect& rect) const {
  Wish wish;
  const float half = (rect.w - dp(kGapPx)) / 2;
  auto rest = rect;
  Rect row;
  for (std::size_t i = 0; i < buttons_.size(); ++i) {
    const auto& button = buttons_[i];
    // Of an odd number the first, the likeliest, has a row of its own.
    const bool is_alone = is_stacked_ || (buttons_.size() % 2 == 1 && i == 0);
    const bool begins_row = is_alone || i % 2 == buttons_.size() % 2;
    if (begins_row) row = rest.cut_top(ui::button_height(), dp(kGapPx));
    const auto at = is_alone ? row : row.cut_left(half, dp(kGapPx));
    // The icon goes before the words do.
    const ui::ButtonStyle with_icon{.icon = button.icon};
    const bool has_room = ui::button_width(button.label, with_icon) <= at.w + dp(16);
    if (ui::button(button.key, at, button.label, has_room ? with_icon : ui::ButtonStyle{}))
      wish = intent::TapClock{button.kind};
  }
  return wish;
}

}  // namespace aftercare::screens
