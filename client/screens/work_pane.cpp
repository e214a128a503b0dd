#include "client/screens/work_pane.h"

#include "client/screens/past_visits.h"
#include "client/ui/scroll.h"
#include "shared/language/words.h"

namespace aftercare::screens {
namespace {

using shown::Standing;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;
using ui::Tone;

std::chrono::milliseconds since(Instant from, Instant to) {
  return std::max(to - from, std::chrono::milliseconds{0});
}

std::string promised_words(const Stage& stage, const shown::WorkDetail& detail) {
  std::string words = detail.row.number;
  const auto window = window_words(stage, detail.row);
  if (window.empty()) return words;
  return stage.in.tr("work.promised", {{"number", words}, {"window", window}});
}

Wish draw_title(const Stage& stage, ui::Scroll& scroll, const shown::WorkDetail& detail) {
  Wish wish;
  const auto title = work_words(stage, detail.row);
  const bool has_phone = !detail.customer.phone.empty();
  const float side = has_phone ? dp(70) : 0;
  const float width = scroll.width() - side;
  const auto address = detail.site ? address_words(*detail.site) : std::string{};
  const float height = ui::line_height(Face::Small) + ui::text_height(title, Face::Page, width) + dp(2) +
                       ui::text_height(detail.customer.name, Face::Body, width) +
                       (address.empty() ? 0 : ui::text_height(address, Face::Body, width)) +
                       (detail.site && !detail.site->access_note.empty()
                            ? ui::text_height(detail.site->access_note, Face::Body, width)
                            : 0);
  auto rect = scroll.next(height, dp(18));
  auto words = rect;
  words.w = width;
  words.cut_top(ui::text(words, promised_words(stage, detail), {.face = Face::Small, .role = Role::Soft}));
  words.cut_top(ui::text(words, title, {.face = Face::Page, .fit = ui::Fit::Wrap}), dp(2));
  words.cut_top(ui::text(words, detail.customer.name, {.fit = ui::Fit::Wrap}));
  if (!address.empty()) words.cut_top(ui::text(words, address, {.role = Role::Soft, .fit = ui::Fit::Wrap}));
  if (detail.site && !detail.site->access_note.empty())
    words.cut_top(ui::text(words, detail.site->access_note, {.role = Role::Soft, .fit = ui::Fit::Wrap}));
  if (has_phone) {
    const auto call = Rect{rect.right() - dp(54), rect.y + dp(4), dp(54), dp(54)};
    if (ui::icon_button("work.call", call, Icon::Call)) wish = intent::OpenCustomer{detail.customer.id};
  }
  return wish;
}

struct FactCard {
  const char* key;
  std::string label, title, line;
  Role role = Role::Ink;
};

Wish draw_facts(const Stage& stage, ui::Scroll& scroll, const shown::WorkDetail& detail) {
  Wish wish;
  FactCard asset{"work.asset", stage.in.tr("work.asset"), stage.in.tr("work.no_asset"), ""};
  if (detail.asset) {
    asset.title = detail.asset->name;
    asset.line = detail.asset->serial.empty()
                     ? stage.in.tr("summary.no_serial")
                     : stage.in.tr("summary.serial", {{"serial", detail.asset->serial}});
  }
  FactCard customer{"work.customer", stage.in.tr("work.customer"), detail.customer.name,
                    detail.customer.phone};
  const bool is_beside = scroll.width() >= dp(560);
  const float width = is_beside ? (scroll.width() - dp(16)) / 2 : scroll.width();
  const auto height_of = [&](const FactCard& card) {
    return dp(20) + ui::line_height(Face::SmallBold) + dp(4) +
           ui::text_height(card.title, Face::BodyBold, width - dp(40), 2) + ui::line_height(Face::Small) +
           dp(18);
  };
  const auto draw = [&](const Rect& rect, const FactCard& card, bool is_enabled) {
    const auto touched = ui::touch(card.key, rect, is_enabled);
    ui::card(rect, touched.is_pressed ? Role::Press : Role::Card);
    auto inner = rect.inset(dp(20), dp(18));
    if (is_enabled)
      ui::icon(Rect{rect.right() - dp(40), rect.y + dp(14), dp(30), dp(30)}, Icon::ChevronRight, Role::Soft);
    inner.cut_top(ui::text(inner, card.label, {.face = Face::SmallBold, .role = Role::Soft}), dp(4));
    inner.cut_top(
        ui::text(inner, card.title,
                 {.face = Face::BodyBold, .role = card.role, .fit = ui::Fit::Wrap, .lines_max = 2}));
    (void)ui::text(inner, card.line, {.face = Face::Small, .role = Role::Soft});
    return touched.is_tapped;
  };
  const float height = std::max(height_of(asset), height_of(customer));
  auto line = scroll.next(is_beside ? height : height_of(asset), dp(16));
  if (draw(is_beside ? line.cut_left(width, dp(16)) : line, asset, detail.asset.has_value()))
    wish = intent::OpenAsset{detail.asset->id};
  if (draw(is_beside ? line : scroll.next(height_of(customer), dp(16)), customer, true))
    wish = intent::OpenCustomer{detail.customer.id};
  return wish;
}

void draw_reason(const Stage& stage, ui::Scroll& scroll, const shown::WorkDetail& detail) {
  const auto& bring = detail.row.bring;
  if (detail.reason.empty() && bring.empty()) return;
  const float width = scroll.width() - dp(40);
  const auto part_height = [&](const std::string& words) {
    return words.empty()
               ? 0
               : ui::line_height(Face::SmallBold) + dp(2) + ui::text_height(words, Face::Body, width);
  };
  const float height = dp(36) + part_height(detail.reason) + part_height(bring) +
                       (detail.reason.empty() || bring.empty() ? 0 : dp(12));
  const auto rect = scroll.next(height, dp(16));
  ui::card(rect);
  auto inner = rect.inset(dp(20), dp(18));
  const auto part = [&](const char* label, const std::string& words) {
    if (words.empty()) return;
    inner.cut_top(ui::text(inner, stage.in.tr(label), {.face = Face::SmallBold, .role = Role::Soft}), dp(2));
    inner.cut_top(ui::text(inner, words, {.fit = ui::Fit::Wrap}), dp(12));
  };
  part("work.reason", detail.reason);
  part("work.bring", bring);
}

void draw_progress(const Stage& stage, ui::Scroll& scroll, const shown::WorkDetail& detail) {
  if (!detail.row.visit_id || detail.sections.empty()) return;
  std::size_t done = 0, total = 0;
  for (const auto& section : detail.sections) {
    done += section.done_count;
    total += section.total_count;
  }
  const float row = dp(50);
  const auto rect = scroll.next(dp(98) + row * static_cast<float>(detail.sections.size()), dp(16));
  ui::card(rect);
  auto inner = rect.inset(dp(20), dp(20));
  auto title = inner.cut_top(ui::line_height(Face::Heading), dp(10));
  const auto counted = stage.in.tr("format.progress", {{"done", done}, {"total", total}});
  ui::text_in_middle(title.cut_right(ui::text_width(counted, Face::Body)), counted,
                     {.role = Role::Soft, .align = ui::Align::Right});
  ui::text_in_middle(title, stage.in.tr("work.this_visit"), {.face = Face::Heading});
  ui::progress_bar(inner.cut_top(dp(8), dp(14)),
                   total == 0 ? 1 : static_cast<float>(done) / static_cast<float>(total));
  for (std::size_t i = 0; i < detail.sections.size(); ++i) {
    const auto& section = detail.sections[i];
    auto line = inner.cut_top(row);
    if (i > 0) ui::hairline(line.x, line.y, line.w);
    const bool is_done = section.done_count >= section.total_count;
    const bool is_begun = section.done_count > 0;
    ui::icon(line.cut_left(dp(26), dp(14)), is_done ? Icon::CheckCircle : Icon::Circle,
             is_done    ? Role::Done
             : is_begun ? Role::Waiting
                        : Role::Soft);
    const auto aside =
        !is_begun && !is_done
            ? stage.in.tr("state.not_started")
            : stage.in.tr("format.progress", {{"done", section.done_count}, {"total", section.total_count}});
    ui::text_in_middle(line.cut_right(ui::text_width(aside, Face::Body), dp(12)), aside,
                       {.role = Role::Soft, .align = ui::Align::Right});
    ui::text_in_middle(line, domain::in_language(section.title, std::string(stage.in.code())));
  }
}

Wish draw_next_step(const Stage& stage, Rect bar, const shown::WorkDetail& detail, bool is_making_visit) {
  const auto& row = detail.row;
  ui::ButtonStyle primary{
      .kind = ui::ButtonKind::Primary, .icon = Icon::ArrowForward, .is_icon_behind = true, .is_large = true};
  if (shown::is_sealed(row.standing) && row.visit_id) {
    if (ui::button("work.read", bar, stage.in.tr("work.read_record"),
                   {.icon = Icon::Verified, .is_large = true}))
      return intent::OpenVisit{*row.visit_id};
    return std::nullopt;
  }
  if (row.visit_id) {
    if (row.standing == Standing::Working && bar.w > dp(420)) {
      if (ui::button("work.pause", bar.cut_left(bar.w * 0.35f, dp(14)), stage.in.tr("button.pause"),
                     {.icon = Icon::Pause, .is_large = true}))
        return intent::PauseWork{*row.visit_id};
    }
    if (ui::button("work.continue", bar, stage.in.tr("work.continue"), primary))
      return intent::OpenVisit{*row.visit_id};
    return std::nullopt;
  }
  primary.is_enabled = !is_making_visit;
  if (row.work_order_id && ui::button("work.start", bar, stage.in.tr("work.start"), primary))
    return intent::StartVisit{*row.work_order_id};
  return std::nullopt;
}

}  // namespace

StandingChip standing_chip(const Stage& stage, const shown::WorkRow& row) {
  const auto with_time = [&](const char* key) {
    ui::draw_again_in_ms(60'000);
    const auto lasted = row.since ? since(*row.since, stage.now) : std::chrono::milliseconds{0};
    return stage.in.tr(key, {{"duration", stage.in.duration(lasted)}});
  };
  switch (row.standing) {
    case Standing::Travelling: return {with_time("day.chip.travelling"), Icon::Travel, Tone::Accent};
    case Standing::Arrived: return {with_time("day.chip.on_site"), Icon::Place, Tone::Accent};
    case Standing::Working: return {with_time("day.chip.working"), Icon::Place, Tone::Accent};
    case Standing::Paused: return {with_time("day.chip.paused"), Icon::Pause, Tone::Waiting};
    case Standing::Left: return {stage.in.tr("day.chip.unsigned"), Icon::Edit, Tone::Waiting};
    case Standing::Signed: return {stage.in.tr("sign_off.outcome.signed"), Icon::Check, Tone::Done};
    case Standing::Refused: return {stage.in.tr("sign_off.outcome.refused"), Icon::Alert, Tone::Danger};
    case Standing::Absent: return {stage.in.tr("sign_off.outcome.absent"), Icon::Customer, Tone::Waiting};
    case Standing::Cancelled: return {stage.in.tr("work_order.state.cancelled"), Icon::Clear, Tone::Quiet};
    case Standing::Planned: break;
  }
  if (row.window_end && stage.now > *row.window_end)
    return {stage.in.tr("state.late", {{"duration", stage.in.duration(since(*row.window_end, stage.now))}}),
            Icon::Time, Tone::Danger};
  if (!row.bring.empty()) return {stage.in.tr("day.chip.bring"), Icon::Parts, Tone::Quiet};
  return {};
}

Wish draw_work_pane(const Stage& stage, Rect rect, const shown::WorkDetail& detail, bool is_making_visit) {
  Wish wish;
  rect = rect.inset(dp(24), 0);
  auto bar = rect.cut_bottom(dp(64) + dp(40)).inset(0, dp(20));
  keep(wish, draw_next_step(stage, bar, detail, is_making_visit));
  ui::Scroll scroll{"work." + detail.row.number, rect};
  scroll.space(dp(24));
  keep(wish, draw_title(stage, scroll, detail));
  keep(wish, draw_facts(stage, scroll, detail));
  draw_reason(stage, scroll, detail);
  draw_progress(stage, scroll, detail);
  if (!detail.before.empty()) {
    ui::group_label(scroll.next(dp(32), dp(4)), stage.in.tr("work.before"));
    keep(wish, draw_past_visits(stage, scroll, detail.before));
  }
  return wish;
}

}  // namespace aftercare::screens
