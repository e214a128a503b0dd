#include "client/screens/kiosk/staff_screen.h"

#include "client/screens/pin_pad.h"

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Rect;
using ui::Role;

std::string problem_words(const Stage& stage, const StaffView& view) {
  if (view.wait && view.wait->count() > 0) return pin_wait_words(stage, *view.wait);
  if (view.is_checking) return stage.in.tr("pin.checking");
  if (view.is_wrong) return stage.in.tr("pin.wrong");
  if (view.is_unequal) return stage.in.tr("pin.unequal");
  return {};
}

struct Words {
  const char* title;
  const char* hint;
};
Words words_of(StaffView::Step step) {
  switch (step) {
    case StaffView::Step::ChooseNew: return {"kiosk.staff.choose", "kiosk.staff.choose.hint"};
    case StaffView::Step::RepeatNew: return {"pin.repeat", "kiosk.staff.choose.hint"};
    case StaffView::Step::Enter: break;
  }
  return {"kiosk.staff.enter", "kiosk.staff.enter.hint"};
}

/// The keys as the tablet has them; a kiosk's wish of what was tapped.
KioskWish draw_keys(const Stage& stage, const Rect& rect, bool is_enabled) {
  const auto wish = draw_pin_pad(stage, rect, is_enabled);
  if (!wish) return std::nullopt;
  if (const auto* digit = std::get_if<intent::TypePin>(&*wish)) return *digit;
  return intent::ErasePinDigit{};
}

}  // namespace

KioskWish draw_staff(const Stage& stage, const KioskFrameView& frame, const StaffView& view) {
  auto room =
      view.step == StaffView::Step::Enter ? draw_page_frame(stage, frame) : draw_attract_frame(stage, frame);
  if (view.step != StaffView::Step::Enter) room.wish.reset();  // nobody knocks before there is a PIN
  if (view.wait) ui::draw_again_in_ms(view.wait->count() % 1000 + 1);
  auto rect = room.rect;
  const bool is_wide = rect.w > rect.h && rect.w >= dp(720);
  const auto words = words_of(view.step);
  auto column = is_wide ? rect.cut_left(rect.w * 0.5f - dp(24), dp(48)) : rect;
  const float top = column.y;
  column.cut_top(draw_kiosk_title(column, stage.in.tr(words.title)), dp(8));
  column.cut_top(ui::text(column, stage.in.tr(words.hint), {.role = Role::Soft, .fit = ui::Fit::Wrap}),
                 dp(20));
  draw_pin_dots(column.cut_top(dp(24), dp(12)), view.digit_count, view.is_wrong, ui::Align::Left);
  const auto problem = problem_words(stage, view);
  const float problem_height =
      std::max(ui::line_height(Face::Body), ui::text_height(problem, Face::Body, column.w));
  if (!problem.empty())
    (void)ui::text(column, problem,
                   {.role = view.is_checking ? Role::Soft : Role::Danger, .fit = ui::Fit::Wrap});
  column.cut_top(problem_height, dp(16));
  if (!is_wide) rect.cut_top(column.y - top);
  auto pad = rect;
  pad.w = std::min(pad.w, dp(460));
  pad.h = std::min(pad.h, pin_pad_height_max());
  const bool is_enabled = !view.is_checking && !(view.wait && view.wait->count() > 0);
  keep(room.wish, draw_keys(stage, pad, is_enabled));
  return room.wish;
}

}  // namespace aftercare::screens
