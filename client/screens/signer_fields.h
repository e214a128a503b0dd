#pragma once

#include "client/screens/stage.h"

/// Who signs or refuses: a name, and in which role. The list of roles opens in place; which list is open lies
/// beside the typed texts of the draft but is none of them: nobody says that it was edited, so it is never
/// saved.
namespace aftercare::screens {

[[nodiscard]] bool is_list_open(const shown::VisitDraft& draft, std::string_view list);
void toggle_list(shown::VisitDraft& draft, const std::string& list);
void close_lists(shown::VisitDraft& draft);

inline constexpr const char* kRoleList = "role";

/// Name and role in one row. Keys: `place`.name and `place`.role.
[[nodiscard]] Wish draw_signer(const Stage& stage, ui::Rect rect, const std::string& place,
                               shown::VisitDraft& draft);
/// The roles as buttons of that width; nothing is drawn where the rectangle is empty.
[[nodiscard]] float roles_height(float width);
[[nodiscard]] Wish draw_roles(const Stage& stage, const ui::Rect& rect, const std::string& place,
                              shown::VisitDraft& draft);

/// What is still missing, or that nothing is, in one small line with its icon.
struct Hint {
  std::string words;
  bool is_ready = false;
};
/// Wrapped; or, where its height is given (`is_tight`), as small as it must be.
void draw_hint(ui::Rect rect, const Hint& hint, bool is_tight = false);
/// As high as the longest of these texts, so that nothing moves when one gives way to the other.
[[nodiscard]] float hint_height(const Stage& stage, float width, std::initializer_list<const char*> keys);

}  // namespace aftercare::screens
