#pragma once

#include "client/app/state.h"

/// What a tap, a worker's answer and the passing of time mean. Pure: no disk, no network, no clock, no Dear
/// ImGui.
namespace aftercare::app {

/// The first wishes of the program.
[[nodiscard]] Step begin(AppState state);
[[nodiscard]] Step update(AppState state, const intent::Any& intent, const Now& now);
[[nodiscard]] Step receive(AppState state, Message message, const Now& now);
/// What became due: a draft that is to be saved, a PIN that may be tried again.
[[nodiscard]] Step pass_time(AppState state, const Now& now);
/// Whether something typed is not saved yet.
[[nodiscard]] inline bool is_saving(const AppState& state) {
  return state.visit.draft_due_ms || state.new_visit_due_ms;
}
/// When `pass_time` wants to be called next; nothing when nothing is due.
[[nodiscard]] std::optional<std::int64_t> next_due_ms(const AppState& state);

/// The program is about to end: what is typed and not yet saved.
[[nodiscard]] std::vector<Effect> last_effects(AppState& state);

/// How long after a keystroke or a stroke its draft is saved, at most.
inline constexpr std::int64_t kDraftSaveMs = 300;
inline constexpr std::size_t kPinLength = 6;

}  // namespace aftercare::app
