#pragma once

#include "client/screens/new_visit_screen.h"
#include "client/ui/scroll.h"
#include "client/ui/text_field.h"

/// The two longer steps of a visit without an appointment, and what both are made of.
namespace aftercare::screens {

/// "1  What kind of visit?", with a tick once it is settled.
void draw_step(ui::Scroll& scroll, std::string_view number, std::string_view title, bool is_done);

/// A field with its label over it. Its text lies in the draft under `field`; its key is "new_visit.<field>".
[[nodiscard]] Wish draw_draft_field(const Stage& stage, const ui::Rect& rect, shown::NewVisitDraft& draft,
                                    const std::string& field, ui::FieldStyle style = {});
[[nodiscard]] float draft_field_height();

/// Somebody types a new one: the draft has a text for its name, even an empty one.
[[nodiscard]] bool is_new_customer(const shown::NewVisitDraft& draft);
[[nodiscard]] bool is_new_asset(const shown::NewVisitDraft& draft);
[[nodiscard]] std::string draft_text(const shown::NewVisitDraft& draft, const std::string& field);

/// Found, or made.
[[nodiscard]] Wish draw_customer_step(const Stage& stage, ui::Scroll& scroll, const NewVisitView& view);
/// One of the customer's, a new one, or none.
[[nodiscard]] Wish draw_asset_step(const Stage& stage, ui::Scroll& scroll, const NewVisitView& view);

}  // namespace aftercare::screens
