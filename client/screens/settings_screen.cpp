#include "client/screens/settings_screen.h"

#include "client/screens/settings_about.h"
#include "client/ui/widgets.h"
#include "shared/language/language.h"

#include <array>
#include <cmath>

namespace aftercare::screens {
namespace {

using intent::ThemeChoice;
using ui::dp;
using ui::Face;
using ui::Rect;
using ui::Role;

float gap() { return dp(16); }
float choice_gap() { return dp(10); }

/// One of several, in a card of its own under a title.
struct Choices {
  std::string title;
  std::vector<std::string> keys, labels;
  std::size_t chosen = 0;
};

/// As wide as the widest needs, and as many in each row: no answer stands alone in the last one.
float choice_width(const Choices& choices, float room) {
  float widest = dp(96);
  for (const auto& label : choices.labels)
    widest =
        std::clamp(ui::text_width(label, Face::BodyBold) + dp(56), widest, dp(240));  // longer: two lines
  const ui::ChoiceGrid grid{{0, 0, room, 0}, std::min(widest, room), choices.labels.size(), choice_gap()};
  const auto row_count = (choices.labels.size() + grid.column_count - 1) / grid.column_count;
  const auto column_count = static_cast<float>((choices.labels.size() + row_count - 1) / row_count);
  return std::floor((room - choice_gap() * (column_count - 1)) / column_count);
}

std::optional<std::size_t> draw_choices(ui::Scroll& scroll, const Choices& choices) {
  std::optional<std::size_t> tapped;
  const float width = scroll.width() - dp(40);
  const float each = choice_width(choices, width);
  const float title_height = ui::line_height(Face::Heading) + dp(12);
  const ui::ChoiceGrid measure{{0, 0, width, 0}, each, choices.labels.size(), choice_gap()};
  const auto rect = scroll.next(dp(38) + title_height + measure.height(), gap());
  ui::card(rect);
  auto inner = rect.inset(dp(20), dp(18));
  (void)ui::text(inner.cut_top(title_height), choices.title, {.face = Face::Heading});
  const ui::ChoiceGrid grid{inner, each, choices.labels.size(), choice_gap()};
  for (std::size_t i = 0; i < choices.labels.size(); ++i) {
    if (ui::choice(choices.keys[i], grid.at(i), choices.labels[i], i == choices.chosen)) tapped = i;
  }
  return tapped;
}

Wish draw_language(const Stage& stage, ui::Scroll& scroll, const SettingsView& view) {
  Choices choices{stage.in.tr("settings.language"), {}, {}, 0};
  const auto languages = language::languages();
  for (std::size_t i = 0; i < languages.size(); ++i) {
    choices.keys.push_back("settings.language." + std::string(languages[i].code));
    choices.labels.emplace_back(languages[i].own_name);
    if (languages[i].code == view.language) choices.chosen = i;
  }
  if (const auto tapped = draw_choices(scroll, choices))
    return intent::SetLanguage{std::string(languages[*tapped].code)};
  return std::nullopt;
}

Wish draw_theme(const Stage& stage, ui::Scroll& scroll, const SettingsView& view) {
  struct Offer {
    ThemeChoice theme;
    const char* key;
  };
  constexpr std::array kOffers{Offer{ThemeChoice::Light, "settings.theme.light"},
                               Offer{ThemeChoice::Dark, "settings.theme.dark"},
                               Offer{ThemeChoice::Contrast, "settings.theme.contrast"},
                               Offer{ThemeChoice::System, "settings.theme.system"}};
  Choices choices{stage.in.tr("settings.theme"), {}, {}, 0};
  for (std::size_t i = 0; i < kOffers.size(); ++i) {
    choices.keys.emplace_back(kOffers[i].key);
    choices.labels.push_back(stage.in.tr(kOffers[i].key));
    if (kOffers[i].theme == view.theme) choices.chosen = i;
  }
  if (const auto tapped = draw_choices(scroll, choices)) return intent::SetTheme{kOffers[*tapped].theme};
  return std::nullopt;
}

Wish draw_text_size(const Stage& stage, ui::Scroll& scroll, const SettingsView& view) {
  constexpr std::array kPercents{100, 125, 150, 175, 200};
  Choices choices{stage.in.tr("settings.text_size"), {}, {}, kPercents.size()};
  for (std::size_t i = 0; i < kPercents.size(); ++i) {
    choices.keys.push_back("settings.text_size." + std::to_string(kPercents[i]));
    choices.labels.push_back(
        stage.in.tr("answer.measured", {{"value", kPercents[i]}, {"unit", stage.in.tr("unit.percent")}}));
    if (kPercents[i] == view.text_percent) choices.chosen = i;
  }
  if (const auto tapped = draw_choices(scroll, choices)) return intent::SetTextSize{kPercents[*tapped]};
  return std::nullopt;
}

// ---- On or off

float switch_width() { return dp(56); }
float switch_room(const Stage& stage) {
  return switch_width() + dp(12) +
         std::max(ui::text_width(stage.in.tr("settings.on"), Face::Body),
                  ui::text_width(stage.in.tr("settings.off"), Face::Body));
}

void draw_switch(const Rect& rect, bool is_on) {
  const auto pill = rect.centred(switch_width(), dp(32));
  ui::fill(pill, is_on ? Role::Accent : Role::Press, dp(16));
  ui::outline(pill, is_on ? Role::Accent : Role::Soft, dp(16), std::max(2.0f, dp(2)));
  const float side = dp(20);
  const Rect knob{is_on ? pill.right() - side - dp(6) : pill.x + dp(6), pill.y + (pill.h - side) / 2, side,
                  side};
  ui::fill(knob, is_on ? Role::OnAccent : Role::Soft, side / 2);
}

struct Toggle {
  const char* key;
  std::string title, hint;
  bool is_on = false;
};

float height_of(const Toggle& toggle, float width) {
  return std::max(ui::row_height(), dp(24) + ui::text_height(toggle.title, Face::BodyBold, width) +
                                        ui::text_height(toggle.hint, Face::Small, width));
}

bool draw_toggle(const Stage& stage, Rect rect, const Toggle& toggle) {
  const auto touched = ui::touch(toggle.key, rect);
  if (touched.is_pressed) ui::fill(rect.inset(-dp(8), 0), Role::Press, dp(10));
  auto side = rect.cut_right(switch_room(stage), dp(16));
  draw_switch(side.cut_right(switch_width(), dp(12)), toggle.is_on);
  ui::text_in_middle(side, stage.in.tr(toggle.is_on ? "settings.on" : "settings.off"),
                     {.role = Role::Soft, .align = ui::Align::Right});
  const float title_height = ui::text_height(toggle.title, Face::BodyBold, rect.w);
  auto lines = rect.centred(rect.w, title_height + ui::text_height(toggle.hint, Face::Small, rect.w));
  lines.cut_top(ui::text(lines, toggle.title, {.face = Face::BodyBold, .fit = ui::Fit::Wrap}));
  (void)ui::text(lines, toggle.hint, {.face = Face::Small, .role = Role::Soft, .fit = ui::Fit::Wrap});
  return touched.is_tapped;
}

Wish draw_toggles(const Stage& stage, ui::Scroll& scroll, const SettingsView& view) {
  Wish wish;
  const Toggle gloves{"settings.gloves", stage.in.tr("settings.gloves"), stage.in.tr("settings.gloves.hint"),
                      view.has_gloves};
  const Toggle motion{"settings.motion", stage.in.tr("settings.motion"), stage.in.tr("settings.motion.hint"),
                      view.has_motion};
  const float words_width = scroll.width() - dp(40) - switch_room(stage) - dp(16);
  const float gloves_height = height_of(gloves, words_width), motion_height = height_of(motion, words_width);
  const auto rect =
      scroll.next(dp(36) + ui::line_height(Face::Heading) + gloves_height + motion_height, gap());
  ui::card(rect);
  auto inner = rect.inset(dp(20), dp(18));
  (void)ui::text(inner.cut_top(ui::line_height(Face::Heading)), stage.in.tr("settings.hands"),
                 {.face = Face::Heading});
  if (draw_toggle(stage, inner.cut_top(gloves_height), gloves)) wish = intent::SetGloves{!view.has_gloves};
  ui::hairline(inner.x, inner.y, inner.w);
  if (draw_toggle(stage, inner.cut_top(motion_height), motion)) wish = intent::SetMotion{!view.has_motion};
  return wish;
}

Wish draw_settable(const Stage& stage, ui::Scroll& scroll, const SettingsView& view) {
  auto wish = draw_language(stage, scroll, view);
  keep(wish, draw_theme(stage, scroll, view));
  keep(wish, draw_text_size(stage, scroll, view));
  keep(wish, draw_toggles(stage, scroll, view));
  return wish;
}

}  // namespace

Wish draw_settings(Stage stage, const SettingsView& view, const FrameView& /*frame*/) {
  const bool has_two = is_wide(stage.page);
  (void)draw_header(stage, {.title = stage.in.tr("settings.title"), .subtitle = view.technician_name});
  auto rest = stage.page.inset(dp(has_two ? 24 : 16), 0);
  if (!has_two) {
    ui::Scroll scroll{"settings.page", rest};
    scroll.space(dp(16));
    auto wish = draw_settable(stage, scroll, view);
    keep(wish, draw_about(stage, scroll, view));
    return wish;
  }
  Wish wish;
  const auto left = rest.cut_left(std::floor((rest.w - dp(20)) / 2), dp(20));
  {
    ui::Scroll scroll{"settings.left", left};
    scroll.space(dp(24));
    wish = draw_settable(stage, scroll, view);
  }
  ui::Scroll scroll{"settings.right", rest};
  scroll.space(dp(24));
  keep(wish, draw_about(stage, scroll, view));
  return wish;
}

}  // namespace aftercare::screens
