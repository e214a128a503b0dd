#include "client/ui/touch.h"

#include "client/ui/state.h"

namespace aftercare::ui {

Touch touch(std::string_view key, const Rect& rect, bool is_enabled) {
  auto& s = state();
  if (s.ghost_depth > 0 || rect.is_empty()) return {};
  const auto min = brush().GetClipRectMin();
  const auto max = brush().GetClipRectMax();
  const auto visible = rect.intersection({min.x, min.y, max.x - min.x, max.y - min.y});
  if (visible.is_empty()) return {};  // scrolled away: nobody can touch it
  glass().note_target({std::string(key), rect, visible, is_enabled});

  ImGui::SetCursorScreenPos({rect.x, rect.y});
  ImGui::PushID(key.data(), key.data() + key.size());
  const bool is_lifted = ImGui::InvisibleButton("", {rect.w, rect.h});
  const bool is_held = ImGui::IsItemActive();
  ImGui::PopID();
  if (!is_enabled || s.is_scrolling) return {};
  return {is_lifted, is_held};
}

Inert::Inert() { ++state().ghost_depth; }
Inert::~Inert() { --state().ghost_depth; }

}  // namespace aftercare::ui
