#include "client/screens/pin_screen.h"

#include "client/screens/pin_pad.h"
#include "client/ui/scroll.h"
#include "client/ui/widgets.h"

#include <cmath>

namespace aftercare::screens {
namespace {

using ui::Align;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;
using ui::Tone;
using Step = PinView::Step;

std::string house_words(const PinView& view) {
  if (view.organisation_name.empty() || view.device_name.empty())
    return view.organisation_name + view.device_name;
  return view.organisation_name + " · " + view.device_name;
}

void draw_words(ui::Scroll& scroll, const std::string& words, ui::TextStyle style, float gap) {
  if (words.empty()) return;
  style.fit = ui::Fit::Wrap;
  (void)ui::text(scroll.next(ui::text_height(words, style.face, scroll.width()), gap), words, style);
}

void draw_badge(const Rect& rect, const std::string& name) {
  ui::fill(rect, Role::AccentSoft, rect.h / 2);
  if (ui::glass().theme().line_px > 1) ui::outline(rect, Role::Accent, rect.h / 2);
  ui::text_in_middle(rect, initials(name),
                     {.face = Face::BodyBold, .role = Role::Accent, .align = Align::Centre});
}

// ---- Who are you?

std::string aside_of(const Stage& stage, const shown::Technician& technician) {
  if (!technician.has_pin) return stage.in.tr("pin.no_pin");
  return technician.is_carrier ? stage.in.tr("pin.carrier") : std::string{};
}

float name_width(float card_width) { return card_width - dp(32) - dp(64) - dp(34); }

/// Nobody's name is cut: it is how they find themselves.
float technician_height(const shown::Technician& technician, float width) {
  const float name = ui::text_height(technician.name, Face::BodyBold, name_width(width));
  return std::max(dp(84), dp(28) + name + ui::line_height(Face::Small));
}

bool draw_technician(const Stage& stage, const Rect& rect, const shown::Technician& technician,
                     std::size_t index) {
  const auto touched = ui::touch("pin.technician." + std::to_string(index), rect);
  ui::card(rect, touched.is_pressed ? Role::Press : Role::Card);
  auto inner = rect.inset(dp(16), 0);
  draw_badge(inner.cut_left(dp(48), dp(16)).centred(dp(48), dp(48)), technician.name);
  ui::icon(inner.cut_right(dp(26), dp(8)), Icon::ChevronRight, Role::Soft);
  const auto aside = aside_of(stage, technician);
  const float name_height = ui::text_height(technician.name, Face::BodyBold, inner.w);
  auto lines = inner.centred(inner.w, name_height + (aside.empty() ? 0 : ui::line_height(Face::Small)));
  lines.cut_top(ui::text(lines, technician.name, {.face = Face::BodyBold, .fit = ui::Fit::Wrap}));
  (void)ui::text(lines, aside, {.face = Face::Small, .role = Role::Soft});
  return touched.is_tapped;
}

Wish draw_technicians(const Stage& stage, ui::Scroll& scroll,
                      const std::vector<shown::Technician>& technicians) {
  Wish wish;
  const std::size_t column_count = technicians.size() > 3 && scroll.width() >= dp(600) ? 2 : 1;
  const float gap = dp(12);
  const float width = std::floor((scroll.width() - gap * static_cast<float>(column_count - 1)) /
                                 static_cast<float>(column_count));
  for (std::size_t i = 0; i < technicians.size(); i += column_count) {
    const auto end = std::min(i + column_count, technicians.size());
    float height = 0;
    for (std::size_t j = i; j < end; ++j) height = std::max(height, technician_height(technicians[j], width));
    auto line = scroll.next(height, gap);
    for (std::size_t j = i; j < end; ++j) {
      if (draw_technician(stage, line.cut_left(width, gap), technicians[j], j))
        wish = intent::ChooseTechnician{technicians[j].id};
    }
  }
  return wish;
}

Wish draw_who(const Stage& stage, const PinView& view) {
  auto column = stage.page.centred(std::min(stage.page.w - dp(48), dp(760)), stage.page.h);
  const bool is_empty = view.technicians == nullptr || view.technicians->empty();
  if (view.unsent_visit_count > 0) {
    const auto words = stage.in.tr("pin.unsent", {{"count", view.unsent_visit_count}});
    ui::text_in_middle(column.cut_bottom(dp(48)), words,
                       {.face = Face::Small, .role = Role::Soft, .fit = ui::Fit::Wrap});
  }
  ui::Scroll scroll{"pin.list", column};
  scroll.space(stage.page.h > dp(560) ? stage.page.h * 0.1f : dp(20));
  draw_words(scroll, house_words(view), {.face = Face::Small, .role = Role::Soft}, dp(2));
  draw_words(scroll, stage.in.tr("pin.who"), {.face = Face::Page}, dp(4));
  if (is_empty) {
    const float height = std::max(dp(240), column.bottom() - scroll.next(0).y);
    ui::empty_state(scroll.next(height), Icon::People, stage.in.tr("pin.nobody"),
                    stage.in.tr("pin.nobody.hint"));
    return std::nullopt;
  }
  draw_words(scroll, stage.in.tr("pin.who.hint"), {.role = Role::Soft}, dp(20));
  auto wish = draw_technicians(stage, scroll, *view.technicians);
  scroll.space(dp(8));
  return wish;
}

// ---- The PIN

std::string title_of(const Stage& stage, const PinView& view) {
  if (view.is_taking_back) return stage.in.tr("pin.take_back");
  switch (view.step) {
    case Step::ChooseNew: return stage.in.tr("pin.choose");
    case Step::RepeatNew: return stage.in.tr("pin.repeat");
    case Step::Enter: break;
  }
  return stage.in.tr("pin.enter");
}

std::string hint_of(const Stage& stage, const PinView& view) {
  if (view.is_taking_back) return stage.in.tr("pin.take_back.hint");
  if (view.step != Step::Enter) return stage.in.tr("pin.choose.hint");
  if (view.unsent_visit_count > 0) return stage.in.tr("pin.unsent", {{"count", view.unsent_visit_count}});
  return {};
}

/// The one thing that has to be said about the digits.
struct Message {
  std::string words;
  Icon icon = Icon::None;  // none: said quietly
  Tone tone = Tone::Quiet;
  bool is_turning = false;
};
Message message_of(const Stage& stage, const PinView& view) {
  if (view.is_checking) return {.words = stage.in.tr("pin.checking"), .is_turning = true};
  if (view.wait) return {pin_wait_words(stage, *view.wait), Icon::Time, Tone::Waiting};
  if (view.is_unequal) return {stage.in.tr("pin.unequal"), Icon::Alert, Tone::Danger};
  if (view.is_wrong) return {stage.in.tr("pin.wrong"), Icon::Alert, Tone::Danger};
  return {hint_of(stage, view)};
}

/// Where there is little room its words stand without a ground, in their colour.
float height_of(const Message& message, float width, bool is_roomy) {
  if (message.is_turning) return dp(44);
  if (message.icon != Icon::None && is_roomy) return ui::banner_height(message.words, width);
  return ui::text_height(message.words, message.icon == Icon::None ? Face::Small : Face::SmallBold, width);
}

void draw_message(Rect rect, const Message& message, Align align, bool is_roomy) {
  if (message.is_turning) {
    if (align == Align::Centre)
      rect = rect.centred(dp(44) + ui::text_width(message.words, Face::Body), rect.h);
    ui::spinner(rect.cut_left(dp(32), dp(12)));
    ui::text_in_middle(rect, message.words, {.role = Role::Soft});
  } else if (message.icon != Icon::None && is_roomy) {
    ui::banner(rect, message.words, message.icon, message.tone);
  } else {
    (void)ui::text(rect, message.words,
                   {.face = message.icon == Icon::None ? Face::Small : Face::SmallBold,
                    .role = ui::ink_of(message.tone),
                    .align = align,
                    .fit = ui::Fit::Wrap});
  }
}

/// Who, what is asked, how far it is typed, and what was wrong. The badge gives way first.
void draw_question(const Stage& stage, const Rect& rect, const PinView& view, Align align) {
  const auto name = view.chosen->name, house = house_words(view), title = title_of(stage, view);
  const auto message = message_of(stage, view);
  const float needed =
      ui::text_height(house, Face::Small, rect.w) + ui::text_height(name, Face::Body, rect.w) +
      ui::text_height(title, Face::Title, rect.w) + height_of(message, rect.w, true) + dp(24 + 58);
  const float badge = dp(56) + dp(12);
  const bool is_roomy = needed <= rect.h;
  ui::Scroll scroll{"pin.question", rect};
  if (is_roomy) draw_words(scroll, house, {.face = Face::Small, .role = Role::Soft, .align = align}, dp(16));
  if (needed + badge <= rect.h) {
    auto line = scroll.next(dp(56), dp(12));
    draw_badge(align == Align::Centre ? line.centred(dp(56), dp(56)) : line.cut_left(dp(56)), name);
  }
  draw_words(scroll, name, {.role = Role::Soft, .align = align}, dp(2));
  draw_words(scroll, title, {.face = is_roomy ? Face::Title : Face::Heading, .align = align},
             dp(is_roomy ? 20 : 10));
  draw_pin_dots(scroll.next(dp(24), dp(is_roomy ? 20 : 10)), view.digit_count,
                view.is_wrong || view.is_unequal, align);
  draw_message(scroll.next(height_of(message, rect.w, is_roomy)), message, align, is_roomy);
  if (view.wait) ui::draw_again_in_ms(view.wait->count() % 1000 + 1);
}

/// The way to somebody else, or back to the customer. Nothing when there is nobody else.
Wish draw_way_out(const Stage& stage, const Rect& rect, const PinView& view) {
  if (view.is_taking_back) {
    if (ui::button("pin.back", rect, stage.in.tr("pin.back"), {.icon = Icon::ArrowBack}))
      return intent::ChooseNobody{};
    return std::nullopt;
  }
  if (view.technicians == nullptr || view.technicians->size() < 2) return std::nullopt;
  if (ui::button("pin.other", rect, stage.in.tr("pin.other"), {.icon = Icon::People}))
    return intent::ChooseNobody{};
  return std::nullopt;
}

Wish draw_beside(const Stage& stage, const PinView& view, bool is_enabled) {
  Wish wish;
  auto whole = stage.page.centred(std::min(stage.page.w - dp(48), dp(900)),
                                  std::min(stage.page.h - dp(40), pin_pad_height_max()));
  const auto pad = whole.cut_right(std::floor(std::min(whole.w * 0.48f, dp(400))),
                                   std::floor(std::min(dp(72), whole.w * 0.05f)));
  keep(wish, draw_pin_pad(stage, pad, is_enabled));
  const auto way_out = whole.cut_bottom(ui::button_height(), dp(12));
  keep(wish, draw_way_out(stage, {way_out.x, way_out.y, std::min(way_out.w, dp(320)), way_out.h}, view));
  draw_question(stage, whole, view, Align::Left);
  return wish;
}

Wish draw_below(const Stage& stage, const PinView& view, bool is_enabled) {
  Wish wish;
  auto whole =
      stage.page.centred(std::min(stage.page.w - dp(32), dp(440)), std::min(stage.page.h - dp(32), dp(840)));
  keep(wish, draw_way_out(stage, whole.cut_bottom(ui::button_height(), dp(16)), view));
  const float pad_height = std::min(pin_pad_height_max(), whole.h * 0.58f);
  keep(wish, draw_pin_pad(stage, whole.cut_bottom(pad_height, dp(16)), is_enabled));
  draw_question(stage, whole, view, Align::Centre);
  return wish;
}

}  // namespace

Wish draw_pin(Stage stage, const PinView& view) {
  if (view.chosen == nullptr) return draw_who(stage, view);
  const bool is_enabled = !view.is_checking && !view.wait;
  return stage.page.w > stage.page.h ? draw_beside(stage, view, is_enabled)
                                     : draw_below(stage, view, is_enabled);
}

}  // namespace aftercare::screens
