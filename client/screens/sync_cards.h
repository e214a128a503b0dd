#pragma once

#include "client/screens/sync_screen.h"
#include "client/ui/scroll.h"

/// The cards of the sync screen, each one sentence of "what is where" with what belongs to it.
namespace aftercare::screens {

/// What is wrong with the connection, the clock or the access, in full sentences; nothing when all is well.
void draw_sync_problems(const Stage& stage, ui::Scroll& scroll, const SyncView& view);

/// "Only on this tablet": the visits that the server does not hold yet, each a tap away.
[[nodiscard]] Wish draw_only_here(const Stage& stage, ui::Scroll& scroll, const shown::SyncPage& page);
/// What somebody has to put right.
[[nodiscard]] Wish draw_needs_you(const Stage& stage, ui::Scroll& scroll, const shown::SyncPage& page);
void draw_on_its_way(const Stage& stage, ui::Scroll& scroll, const shown::SyncProgress& progress);
void draw_held(const Stage& stage, ui::Scroll& scroll, const shown::SyncPage& page);
void draw_room(const Stage& stage, ui::Scroll& scroll, const shown::SyncPage& page);

}  // namespace aftercare::screens
