#include "client/screens/two_values.h"

#include "client/screens/summary_cards.h"
#include "client/screens/visit_outline.h"
#include "client/ui/widgets.h"

namespace aftercare::screens {
namespace {

using shown::TwoValues;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Role;

/// Fields that the office's page has words for; a customer's own fields among them.
std::string field_words(const Stage& stage, const TwoValues& value, const shown::VisitPage* page) {
  if (page != nullptr && !value.question.empty()) {
    if (const auto* question = find_question(*page, value.question)) return in_words(stage, question->label);
  }
  if (!value.question.empty()) return value.question;
  const auto key = "office.field." + value.field;
  return stage.in.has(key) ? stage.in.tr(key) : value.field;
}

std::string value_words(const Stage& stage, const TwoValues& value, const std::string& text) {
  if (text.empty()) return stage.in.tr("office.empty_value");
  if (value.field == "price_minor" && !value.currency.empty())
    return stage.in.money({std::stoll(text), value.currency});
  const auto key = value.record == "work_order" && value.field == "state" ? "work_order.state." + text
                                                                          : "visit.kind." + text;
  const bool is_word = value.field == "state" || (value.field == "kind" && value.record != "answer");
  return is_word && stage.in.has(key) ? stage.in.tr(key) : text;
}

std::vector<std::string> lines_for(const Stage& stage, const std::vector<TwoValues>& values,
                                   const shown::VisitPage* page) {
  std::vector<std::string> lines;
  for (const auto& value : values) {
    lines.push_back(stage.in.tr(value.is_ours ? "visit.two_values.ours_lost" : "visit.two_values.theirs_lost",
                                {{"field", field_words(stage, value, page)},
                                 {"stands", value_words(stage, value, value.stands)},
                                 {"lost", value_words(stage, value, value.lost)},
                                 {"at", stage.in.date_time({value.at, stage.zone})}}));
  }
  return lines;
}

}  // namespace

void draw_two_values(const Stage& stage, ui::Scroll& scroll, const std::vector<TwoValues>& values,
                     const shown::VisitPage* page) {
  if (values.empty()) return;
  std::vector<CardLine> lines;
  for (auto& words : lines_for(stage, values, page))
    lines.push_back({.words = std::move(words), .icon = Icon::Info, .icon_role = Role::Waiting});
  draw_lines_card(scroll, stage.in.tr("visit.two_values"), lines);
}

void draw_two_values(const Stage& stage, Column& column, const shown::VisitPage& page) {
  for (const auto& words : lines_for(stage, page.two_values, &page))
    ui::banner(column.next(ui::banner_height(words, column.width()), dp(12)), words, Icon::Info,
               ui::Tone::Waiting);
}

}  // namespace aftercare::screens
