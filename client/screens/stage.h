#pragma once

#include "client/shown/intent.h"
#include "client/ui/canvas.h"
#include "shared/language/formatter.h"

/// What every screen is given beside its own values.
namespace aftercare::screens {

/// Photos as textures. Asking for one that is not there yet has it loaded; the screen is drawn again then.
class Pictures {
 public:
  virtual ~Pictures() = default;
  /// `side_px_max`: about how large it is drawn.
  virtual ui::PictureSource photo(const Hash& sha256, int side_px_max) = 0;
  /// What the camera sees.
  virtual ui::PictureSource camera() = 0;
};

struct Stage {
  const language::Formatter& in;  // the technician's language; on the customer's screens the customer's
  ui::Rect page;                  // where to draw
  Instant now{};
  std::string zone;  // of the tablet
  Pictures& pictures;
};

using Wish = std::optional<intent::Any>;

/// Keeps what was tapped. That a text was edited goes before a tap in the same frame: a tap can be repeated,
/// an edit that nobody hears of is lost.
inline void keep(Wish& wish, Wish tapped) {
  if (!tapped || (wish && std::holds_alternative<intent::EditField>(*wish))) return;
  wish = std::move(tapped);
}

/// List and detail side by side, or one after the other.
[[nodiscard]] bool is_wide(const ui::Rect& page);

/// A moment by the clock of its own place, "14:05".
[[nodiscard]] std::string clock_words(const Stage& stage, Instant at, const std::string& zone);
/// "10:00–12:00", or empty.
[[nodiscard]] std::string window_words(const Stage& stage, const shown::WorkRow& row);
/// "Thursday 12 March 2026"; "Thu 12 Mar" on a narrow page.
[[nodiscard]] std::string day_words(const Stage& stage, Instant at);
/// "Boiler · installation", or the kind alone.
[[nodiscard]] std::string work_words(const Stage& stage, const shown::WorkRow& row);
/// "Lípová 1284/7a, 251 01 Říčany"
[[nodiscard]] std::string address_words(const domain::Site& site);
/// Two letters for a round badge.
[[nodiscard]] std::string initials(std::string_view name);
/// Whether both moments lie on one day by the clock of that place.
[[nodiscard]] bool is_same_day(const Stage& stage, Instant one, Instant other);

}  // namespace aftercare::screens
