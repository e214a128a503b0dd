#pragma once

#include "client/screens/visit_column.h"
#include "client/ui/widgets.h"

/// The clock of the visit: how long it runs, what happened when, and what can follow.
namespace aftercare::screens {

struct ClockChip {
  std::string words;     // "24 min working"
  std::string duration;  // "24 min", where there is no room for words; empty before it started
  std::string digits;    // "0:24", where there is none for that either
  ui::Icon icon = ui::Icon::Time;
  ui::Tone tone = ui::Tone::Quiet;
};
/// Asks for another frame while it runs.
[[nodiscard]] ClockChip clock_chip(const Stage& stage, const domain::VisitFile& file);

/// The last event in words, and when it was by the clock of its place; empty before the first.
struct ClockLine {
  std::string words;
  std::string time;
};
[[nodiscard]] std::vector<ClockLine> clock_lines(const Stage& stage, const domain::VisitFile& file,
                                                 std::size_t count_max);

/// The buttons of what can follow, in rows of two; where their words are too long for that and the page is
/// high enough, one under the other.
class ClockButtons {
 public:
  ClockButtons(const Stage& stage, const domain::VisitFile& file, float width, bool is_page_low);
  [[nodiscard]] float height() const;  // 0 once the clock has ended
  [[nodiscard]] Wish draw(const ui::Rect& rect) const;

 private:
  struct Button {
    domain::VisitEventKind kind;
    const char* key;
    std::string label;
    ui::Icon icon;
  };
  [[nodiscard]] std::size_t row_count() const;
  std::vector<Button> buttons_;
  bool is_stacked_ = false;
};

}  // namespace aftercare::screens
