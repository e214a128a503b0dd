#include "client/screens/question.h"
#include "client/screens/visit_outline.h"
#include "client/ui/widgets.h"
#include "shared/base/text.h"
#include "shared/language/words.h"

#include <array>

#include <fmt/format.h>

/// Dates: typed as the record keeps them, or one of the usual ones with one tap.
namespace aftercare::screens {
namespace {

using std::chrono::year_month_day;
using ui::dp;
using ui::Face;
using ui::Role;

/// Which day it is by the clock of the tablet's place. Only the formatter knows zones: of the days that it
/// can be anywhere on earth, the one that it writes in the same way.
year_month_day today(const Stage& stage) {
  const auto utc = std::chrono::floor<std::chrono::days>(stage.now);
  const auto written = stage.in.date(language::Moment{stage.now, stage.zone}, language::DateStyle::Short);
  for (const int days : {0, 1, -1}) {
    const year_month_day day{utc + std::chrono::days{days}};
    if (stage.in.date(day, language::DateStyle::Short) == written) return day;
  }
  return utc;
}

/// The same day so many months later, or the last of that month.
year_month_day later(const year_month_day& day, int months) {
  const auto moved = day + std::chrono::months{months};
  return moved.ok() ? moved : year_month_day{moved.year() / moved.month() / std::chrono::last};
}

std::string record_text(const year_month_day& day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

struct Quick {
  const char* key;
  const char* label;
  int months;
};
constexpr std::array kQuick{Quick{"today", "answer.date.today", 0},
                            Quick{"half_year", "answer.date.half_year", 6},
                            Quick{"year", "answer.date.year", 12}};

Wish draw_quick(const Stage& stage, Column& column, const QuestionView& view, const std::string& value) {
  Wish wish;
  float words = 0;
  for (const auto& quick : kQuick)
    words = std::max(words, ui::text_width(stage.in.tr(quick.label), Face::BodyBold));
  const float width = choice_width(column, words), gap = dp(kChoiceGapPx);
  const ui::ChoiceGrid measure{{0, 0, column.width(), 0}, width, kQuick.size(), gap};
  const ui::ChoiceGrid grid{column.next(measure.height()), width, kQuick.size(), gap};
  const auto now = today(stage);
  for (std::size_t i = 0; i < kQuick.size(); ++i) {
    const auto text = record_text(later(now, kQuick[i].months));
    const auto key = "answer." + view.question.key + "." + kQuick[i].key;
    if (ui::choice(key, grid.at(i), stage.in.tr(kQuick[i].label), text == value))
      wish = intent::SetAnswer{view.question.key, text};
  }
  return wish;
}

}  // namespace

Wish draw_date(const Stage& stage, Column& column, const QuestionView& view) {
  const auto field = "answer." + view.question.key;
  const auto recorded = answer_to(view.page, view.question.key);
  const bool is_wrong = is_refused(view);
  const auto shape = stage.in.tr("answer.date.shape");
  auto line = column.next(ui::button_height());
  auto wish = draw_field(line.cut_left(std::min(dp(240), line.w), dp(16)), view.draft, field, recorded,
                         {.placeholder = shape,
                          .pad = ui::Pad::Date,
                          .is_wrong = is_wrong,
                          .icon = ui::Icon::Calendar,
                          .character_max = 12});
  const auto value = trimmed(view.draft.texts[field]);
  const auto words = value.empty() ? std::string{} : language::words(stage.in, view.question, value);
  const bool is_date = words != value;  // what is no date is shown as it is
  if (is_date && ui::text_width(words, Face::Body) <= line.w) {
    ui::text_in_middle(line, words, {.role = Role::Soft});
  } else if (is_date) {
    column.space(dp(6));
    ui::text_in_middle(column.next(ui::line_height(Face::Body)), words, {.role = Role::Soft});
  }
  if (is_wrong) draw_refusal(column, stage.in.tr("answer.shape.date"));
  column.space(dp(10));
  keep(wish, draw_quick(stage, column, view, value));
  return wish;
}

}  // namespace aftercare::screens
