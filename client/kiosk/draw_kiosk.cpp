#include "client/kiosk/draw_kiosk.h"

#include "client/app/kiosk_update.h"
#include "client/screens/kiosk/check_screens.h"
#include "client/screens/kiosk/rate_screens.h"
#include "client/screens/kiosk/staff_screen.h"
#include "client/screens/kiosk/welcome_screens.h"
#include "client/ui/glass.h"

#include <algorithm>

namespace aftercare::kiosk {
namespace {

using app::KioskPlace;
using app::KioskState;
using screens::KioskWish;
using screens::Stage;

// Of the glass that look.md's kiosk was drawn for; upright there is room for larger words.
constexpr int kShortSidePx = 800;
constexpr int kUprightWidthPx = 720;

/// A kiosk shows no photos yet.
class NoPictures final : public screens::Pictures {
 public:
  ui::PictureSource photo(const Hash&, int) override { return {}; }
  ui::PictureSource camera() override { return {}; }
};

screens::KioskFrameView frame_of(const KioskState& state) {
  return {.organisation_name = state.house.organisation_name,
          .language = state.customer.language,
          .desk = state.house.desk ? &*state.house.desk : nullptr,
          .seconds_left = shown::is_of_customer(state.place) ? state.customer.seconds_left : std::nullopt,
          .is_closing = shown::is_of_customer(state.place) && app::is_closing(state)};
}

screens::StaffView staff_of(const KioskState& state, const app::Now& now) {
  screens::StaffView view;
  view.step = static_cast<screens::StaffView::Step>(state.pin.stage);
  view.digit_count = state.pin.digits.size();
  view.is_checking = state.pin.is_checking;
  view.is_wrong = state.pin.is_wrong;
  view.is_unequal = state.pin.is_unequal;
  if (state.pin.blocked_until_ms)
    view.wait = std::chrono::milliseconds{std::max<std::int64_t>(0, *state.pin.blocked_until_ms - now.ms)};
  return view;
}

KioskWish draw_page(const Stage& stage, KioskState& state, const screens::KioskFrameView& frame,
                    const Surroundings& around) {
  auto& customer = state.customer;
  switch (state.place) {
    case KioskPlace::Opening: return screens::draw_closed(stage, {.is_opening = true});
    case KioskPlace::Closed:
      return screens::draw_closed(stage, {.problem = state.problem, .detail = state.problem_detail});
    case KioskPlace::Attract: return screens::draw_attract(stage, frame, {around.catalogue, state.greeting});
    case KioskPlace::Home: return screens::draw_home(stage, frame);
    case KioskPlace::Check: return screens::draw_check(stage, frame, {&customer.serial});
    case KioskPlace::Unit:
      return screens::draw_unit(stage, frame,
                                {customer.found.value ? &*customer.found.value : nullptr, customer.code});
    case KioskPlace::Elsewhere: return screens::draw_elsewhere(stage, frame, customer.door);
    case KioskPlace::Rate: return screens::draw_rate(stage, frame, customer.rating.stars);
    case KioskPlace::Question: return screens::draw_rate_question(stage, frame, customer.rating.answer);
    case KioskPlace::Comment: return screens::draw_comment(stage, frame, {&customer.comment});
    case KioskPlace::Thanks: return screens::draw_thanks(stage, frame);
    case KioskPlace::ChoosePin:
    case KioskPlace::StaffPin: return screens::draw_staff(stage, frame, staff_of(state, around.now));
  }
  return std::nullopt;
}

}  // namespace

KioskWish draw_kiosk(KioskState& state, const Surroundings& around) {
  NoPictures pictures;
  const Stage stage{around.catalogue.in(state.customer.language), ui::page(), around.now.at, around.zone,
                    pictures};
  const auto frame = frame_of(state);
  if (!frame.is_closing) return draw_page(stage, state, frame, around);
  {
    const ui::Inert beneath;
    (void)draw_page(stage, state, frame, around);
  }
  return screens::draw_closing_sheet(stage, frame);
}

int text_percent_of(const KioskState& state, int width_px, int height_px) {
  const int fitting =
      std::max(100, width_px < height_px ? width_px * 100 / kUprightWidthPx : height_px * 100 / kShortSidePx);
  return fitting * state.customer.text_percent / 100;
}

}  // namespace aftercare::kiosk
