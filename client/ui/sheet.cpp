#include "client/ui/sheet.h"

#include <imgui.h>

namespace aftercare::ui {

Sheet::Sheet(const Rect& rect) {
  ImGui::SetNextWindowPos({rect.x, rect.y});
  ImGui::SetNextWindowSize({rect.w, rect.h});
  ImGui::SetNextWindowFocus();
  ImGui::Begin("sheet", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoNav);
}

Sheet::~Sheet() { ImGui::End(); }

}  // namespace aftercare::ui
