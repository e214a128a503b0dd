#include "client/screens/settings_about.h"

#include "client/ui/widgets.h"

#include <array>

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

float gap() { return dp(16); }

struct Fact {
  const char* key;
  const std::string* value;
};

/// What it is and how much, in one line where both have room.
bool is_beside(const std::string& label, float width) {
  return width >= dp(400) && ui::text_width(label, Face::Small) <= width * 0.42f - dp(14);
}

float height_of(const Stage& stage, const Fact& fact, float width) {
  const auto label = stage.in.tr(fact.key);
  if (is_beside(label, width)) return dp(20) + ui::text_height(*fact.value, Face::Body, width * 0.58f);
  return dp(16) + ui::text_height(label, Face::Small, width) +
         ui::text_height(*fact.value, Face::Body, width);
}

void draw_fact(const Stage& stage, Rect rect, const Fact& fact) {
  const auto label = stage.in.tr(fact.key);
  if (is_beside(label, rect.w)) {
    auto inner = rect.inset(0, dp(10));
    const auto words = inner.cut_right(rect.w * 0.58f, dp(12));
    (void)ui::text({inner.x, inner.y, inner.w, ui::line_height(Face::Body)}, label,
                   {.face = Face::Small, .role = Role::Soft, .fit = ui::Fit::Label});
    (void)ui::text(words, *fact.value, {.align = ui::Align::Right, .fit = ui::Fit::Wrap});
    return;
  }
  auto inner = rect.inset(0, dp(8));
  inner.cut_top(ui::text(inner, label, {.face = Face::Small, .role = Role::Soft, .fit = ui::Fit::Wrap}));
  (void)ui::text(inner, *fact.value, {.fit = ui::Fit::Wrap});
}

void draw_device(const Stage& stage, ui::Scroll& scroll, const shown::DeviceFacts& device) {
  const std::array facts{Fact{"settings.organisation", &device.organisation_name},
                         Fact{"settings.number", &device.prefix}, Fact{"settings.server", &device.server},
                         Fact{"settings.version", &device.app_version}};
  const float width = scroll.width() - dp(40);
  float height = 0;
  for (const auto& fact : facts) height += height_of(stage, fact, width);
  auto rect = scroll.next(dp(36) + ui::line_height(Face::Heading) + dp(4) + height, gap());
  ui::card(rect);
  auto inner = rect.inset(dp(20), dp(18));
  (void)ui::text(inner.cut_top(ui::line_height(Face::Heading), dp(4)), stage.in.tr("settings.device"),
                 {.face = Face::Heading});
  for (const auto& fact : facts) {
    if (fact.key != facts.front().key) ui::hairline(inner.x, inner.y, inner.w);
    draw_fact(stage, inner.cut_top(height_of(stage, fact, width)), fact);
  }
}

struct Warning {
  Icon icon;
  const char* key;
};
constexpr std::array kWarnings{Warning{Icon::Key, "settings.stolen.key"},
                               Warning{Icon::Lock, "settings.stolen.pin"},
                               Warning{Icon::Call, "settings.stolen.do"}};

/// Plainly: nobody should learn from a thief what the lock is worth.
void draw_stolen(const Stage& stage, ui::Scroll& scroll) {
  const float side = dp(40);
  const float width = scroll.width() - dp(40) - side;
  const auto title = stage.in.tr("settings.stolen");
  float height = ui::text_height(title, Face::Heading, scroll.width() - dp(40));
  for (const auto& warning : kWarnings)
    height += dp(12) + ui::text_height(stage.in.tr(warning.key), Face::Body, width);
  auto rect = scroll.next(dp(36) + height, gap());
  ui::card(rect);
  auto inner = rect.inset(dp(20), dp(18));
  inner.cut_top(ui::text(inner, title, {.face = Face::Heading, .fit = ui::Fit::Wrap}), dp(12));
  for (const auto& warning : kWarnings) {
    ui::icon({inner.x, inner.y, dp(26), ui::line_height(Face::Body)}, warning.icon, Role::Soft);
    const Rect words{inner.x + side, inner.y, width, inner.h};
    inner.cut_top(ui::text(words, stage.in.tr(warning.key), {.fit = ui::Fit::Wrap}), dp(12));
  }
}

}  // namespace

Wish draw_about(const Stage& stage, ui::Scroll& scroll, const SettingsView& view) {
  draw_device(stage, scroll, view.device);
  draw_stolen(stage, scroll);
  const auto label = stage.in.tr("settings.licences");
  const float width = std::min(scroll.width(), ui::button_width(label, {.icon = Icon::File}));
  const auto line = scroll.next(ui::button_height(), gap());
  if (ui::button("settings.licences", {line.x, line.y, width, line.h}, label, {.icon = Icon::File}))
    return intent::GoTo{intent::Place::Licences};
  return std::nullopt;
}

}  // namespace aftercare::screens
