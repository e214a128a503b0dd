#pragma once

#include "client/screens/stage.h"

/// The open visit: clock, sections of the checklist with their progress, one question after another. The
/// technician lives here, in gloves; it has no rail.
namespace aftercare::screens {

struct VisitView {
  const shown::VisitPage* page = nullptr;  // null: still loading
  shown::VisitDraft* draft = nullptr;      // half-typed texts: the one thing that this screen writes
  std::string section;  // of the form, or "asset", "photos", "notes", "outcome"; empty: the list of sections
                        // in narrow pages
  const std::map<std::string, std::string>* refused_fields = nullptr;  // field → why it did not fit, plainly
  std::optional<Instant> saved_at;
  std::optional<domain::PhotoId> open_photo;               // shown large
  std::string focus_question;                              // to be brought into sight
  bool is_typing = false;                                  // an edit is not saved yet
  const std::vector<domain::Product>* products = nullptr;  // of the catalogue; null: on their way
};
[[nodiscard]] Wish draw_visit(Stage stage, const VisitView& view);

}  // namespace aftercare::screens
