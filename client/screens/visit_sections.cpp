#include "client/screens/visit_sections.h"

#include "client/screens/photo_strip.h"
#include "client/screens/question.h"
#include "client/screens/two_values.h"
#include "client/screens/visit_outline.h"
#include "client/ui/widgets.h"
#include "shared/base/text.h"

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr float kAfterFieldPx = 26;

bool is_refused(const VisitView& view, const std::string& field) {
  return view.refused_fields != nullptr && view.refused_fields->contains(field);
}

/// Photos of the visit as a whole first, with the tiles that add one; then those that answer a question.
std::vector<const domain::Question*> questions_with_photos(const shown::VisitPage& page) {
  std::vector<const domain::Question*> questions;
  if (!page.form) return questions;
  for (const auto& section : page.form->sections) {
    for (const auto& question : section.questions) {
      if (question.kind == domain::AnswerKind::Photo && !photos_of(page, question.key).empty())
        questions.push_back(&question);
    }
  }
  return questions;
}

void draw_note(const Stage& stage, Column& column, const domain::Note& note, const std::string& zone) {
  const float width = column.width() - dp(40);
  const float height =
      dp(32) + ui::line_height(Face::Small) + dp(4) + ui::text_height(note.text, Face::Body, width);
  const auto rect = column.next(height, dp(10));
  ui::card(rect);
  auto inner = rect.inset(dp(20), dp(16));
  const auto at = is_same_day(stage, note.at, stage.now)
                      ? clock_words(stage, note.at, zone)
                      : stage.in.date_time({note.at, zone.empty() ? stage.zone : zone});
  inner.cut_top(ui::text(inner, at, {.face = Face::Small, .role = Role::Soft}), dp(4));
  (void)ui::text(inner, note.text, {.fit = ui::Fit::Wrap});
}

/// One of the texts of the visit itself, with what it is for.
struct Words {
  const char* field;
  const char* label;
  const char* hint;
};

Wish draw_words(const Stage& stage, Column& column, const VisitView& view, const Words& words,
                const std::string& recorded, std::string_view aside) {
  draw_label(column, stage.in.tr(words.label), aside);
  const auto hint = stage.in.tr(words.hint);
  const bool is_wrong = is_refused(view, words.field);
  auto wish =
      draw_lines(column, *view.draft, words.field, recorded, {.placeholder = hint, .is_wrong = is_wrong});
  if (is_wrong) draw_refusal(column, stage.in.tr("answer.shape.text"));
  column.space(dp(kAfterFieldPx));
  return wish;
}

Wish draw_price(const Stage& stage, Column& column, const VisitView& view) {
  const auto& visit = view.page->file.visit;
  const Decimal amount{visit.price_minor, minor_digits(visit.currency)};
  const auto recorded = visit.price_minor == 0 ? std::string{} : to_text(amount);
  draw_label(column, stage.in.tr("visit.price"));
  auto line = column.next(ui::button_height());
  const bool is_wrong = is_refused(view, "price");
  const auto nothing = stage.in.number(Decimal{0, 0});
  auto wish = draw_field(line.cut_left(std::min(dp(240), line.w), dp(16)), *view.draft, "price", recorded,
                         {.placeholder = nothing,
                          .unit = view.page->currency,
                          .pad = ui::Pad::Number,
                          .is_wrong = is_wrong,
                          .character_max = 30});
  if (is_wrong) {
    draw_refusal(column, stage.in.tr("answer.shape.price"));
    return wish;
  }
  if (view.draft->texts.at("price") != recorded) return wish;  // it is said once it is taken
  const auto words = visit.price_minor == 0 ? stage.in.tr("summary.price.nothing")
                                            : stage.in.money({visit.price_minor, visit.currency});
  if (ui::text_width(words, Face::Body) > line.w) {
    column.space(dp(6));
    line = column.next(ui::line_height(Face::Body));
  }
  ui::text_in_middle(line, words, {.role = Role::Soft});
  return wish;
}

}  // namespace

Wish draw_photos_section(const Stage& stage, Column& column, const VisitView& view) {
  const auto& page = *view.page;
  const auto of_visit = photos_of(page, {});
  if (page.file.photos.empty()) {
    const auto hint = stage.in.tr("visit.photos.hint");
    const auto rect = column.next(ui::text_height(hint, Face::Body, column.width()), dp(16));
    (void)ui::text(rect, hint, {.role = Role::Soft, .fit = ui::Fit::Wrap});
  }
  auto wish =
      draw_photo_strip(stage, column, of_visit,
                       {.camera_key = "photos.camera", .file_key = "photos.file", .has_captions = true});
  for (const auto* question : questions_with_photos(page)) {
    column.space(dp(kAfterFieldPx));
    draw_label(column, in_words(stage, question->label));
    const auto place = "photos." + question->key;
    keep(wish, draw_photo_strip(stage, column, photos_of(page, question->key),
                                {.camera_key = place + ".photo",
                                 .file_key = place + ".file",
                                 .question = question->key,
                                 .has_captions = true}));
  }
  return wish;
}

Wish draw_notes_section(const Stage& stage, Column& column, const VisitView& view) {
  const auto hint = stage.in.tr("visit.note.hint");
  auto wish = draw_lines(column, *view.draft, "note", {}, {.placeholder = hint});
  const bool has_words = !trimmed(view.draft->texts.at("note")).empty();
  column.space(dp(10));
  const auto add = stage.in.tr("button.add_note");
  const ui::ButtonStyle style{.icon = Icon::Add, .is_enabled = has_words};
  const auto line = column.next(ui::button_height(), dp(24));
  const Rect at{line.x, line.y, std::min(line.w, ui::button_width(add, style)), line.h};
  if (ui::button("visit.add_note", at, add, style)) keep(wish, intent::AddNote{});
  const auto& notes = view.page->file.notes;
  for (auto note = notes.rbegin(); note != notes.rend(); ++note)
    draw_note(stage, column, *note, view.page->file.visit.zone);
  if (notes.empty()) {
    const auto rect = column.next(dp(180));
    ui::empty_state(rect, Icon::Note, stage.in.tr("visit.notes.empty"));
  }
  return wish;
}

Wish draw_outcome_section(const Stage& stage, Column& column, const VisitView& view) {
  const auto& visit = view.page->file.visit;
  if (view.page->file.form && !view.page->form) {
    const auto words = stage.in.tr("ready.missing.form_unreadable");
    ui::banner(column.next(ui::banner_height(words, column.width()), dp(20)), words, Icon::Alert,
               ui::Tone::Waiting);
  }
  draw_two_values(stage, column, *view.page);
  const auto required = trimmed(visit.result).empty() ? stage.in.tr("state.required") : std::string{};
  auto wish = draw_words(stage, column, view, {"result", "visit.result", "visit.result.hint"}, visit.result,
                         required);
  keep(wish, draw_words(stage, column, view, {"promised", "visit.promised", "visit.promised.hint"},
                        visit.promised, {}));
  keep(wish, draw_price(stage, column, view));
  return wish;
}

}  // namespace aftercare::screens
