#include "client/screens/visit_asset.h"

#include "client/screens/product_chooser.h"
#include "client/screens/question.h"
#include "client/ui/widgets.h"
#include "shared/base/text.h"

namespace aftercare::screens {
namespace {

using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr float kAfterFieldPx = 18;

std::string typed_in(const shown::VisitDraft& draft, const std::string& field) {
  const auto found = draft.texts.find(field);
  return found == draft.texts.end() ? std::string{} : trimmed(found->second);
}

/// Something to call it by, and something by which somebody could find it again.
bool is_complete(const shown::VisitDraft& draft) {
  const auto has = [&](const char* field) { return !typed_in(draft, field).empty(); };
  return (has("asset.name") || has("asset.product")) && (has("asset.serial") || has("asset.place"));
}

void draw_quietly(Column& column, const std::string& words, Face face, float gap) {
  const auto rect = column.next(ui::text_height(words, face, column.width()), gap);
  (void)ui::text(rect, words, {.face = face, .role = Role::Soft, .fit = ui::Fit::Wrap});
}

Wish draw_labelled(const Stage& stage, Column& column, const VisitView& view, const char* label,
                   const char* field, const ui::FieldStyle& style = {}) {
  draw_label(column, stage.in.tr(label));
  auto wish = draw_field(column.next(ui::button_height()), *view.draft, field, {}, style);
  column.space(dp(kAfterFieldPx));
  return wish;
}

/// Why it was not taken, as a key of the catalogue; empty when nothing was refused.
std::string refusal_of(const VisitView& view) {
  if (view.refused_fields == nullptr) return {};
  const auto refused = view.refused_fields->find("asset.name");
  return refused == view.refused_fields->end() ? std::string{} : refused->second;
}

Wish draw_add(const Stage& stage, Column& column, const VisitView& view) {
  const auto refusal = refusal_of(view);
  const bool is_ready = is_complete(*view.draft);
  if (!refusal.empty()) {
    draw_refusal(column, stage.in.tr(refusal));
    column.space(dp(12));
  } else if (!is_ready) {
    draw_quietly(column, stage.in.tr("new_visit.missing.asset"), Face::Small, dp(12));
  }
  const auto words = stage.in.tr("visit.asset.add");
  const ui::ButtonStyle style{.icon = Icon::Check, .is_enabled = is_ready};
  const auto line = column.next(ui::button_height(), dp(16));
  const Rect at{line.x, line.y, std::min(line.w, ui::button_width(words, style)), line.h};
  if (ui::button("visit.name_asset", at, words, style)) return intent::NameAsset{};
  return std::nullopt;
}

Wish draw_naming(const Stage& stage, Column& column, const VisitView& view) {
  draw_quietly(column, stage.in.tr("visit.asset.hint"), Face::Body, dp(16));
  const ProductChooser chooser{"asset.product", "asset.product", view.products};
  auto wish = draw_product_chooser(stage, column, chooser, view.draft->texts);
  const auto* product = chosen_product(chooser, view.draft->texts);
  const auto name = product != nullptr ? product->name : std::string{};  // it is called so, if nothing else
  column.space(dp(8));
  keep(wish, draw_labelled(stage, column, view, "new_visit.asset", "asset.name", {.placeholder = name}));
  keep(wish, draw_labelled(stage, column, view, "new_visit.serial", "asset.serial", {.icon = Icon::Scanner}));
  keep(wish, draw_labelled(stage, column, view, "new_visit.place", "asset.place"));
  keep(wish, draw_add(stage, column, view));
  return wish;
}

void draw_fact(const Stage& stage, Column& column, const char* label, const std::string& words) {
  if (words.empty()) return;
  ui::group_label(column.next(ui::line_height(Face::SmallBold), dp(2)), stage.in.tr(label));
  (void)ui::text(column.next(ui::text_height(words, Face::Body, column.width()), dp(kAfterFieldPx)), words,
                 {.fit = ui::Fit::Wrap});
}

void draw_named(const Stage& stage, Column& column, const shown::VisitPage& page) {
  const auto& asset = *page.asset;
  const auto title = column.next(ui::text_height(asset.name, Face::Heading, column.width()), dp(4));
  (void)ui::text(title, asset.name, {.face = Face::Heading, .fit = ui::Fit::Wrap});
  if (page.product) {
    const auto& name = page.product->name;
    draw_quietly(column, name.empty() ? page.product->key : name + " · " + page.product->key, Face::Body, 0);
  }
  column.space(dp(kAfterFieldPx));
  draw_fact(stage, column, "new_visit.serial", asset.serial);
  draw_fact(stage, column, "new_visit.place", asset.place);
}

}  // namespace

Wish draw_asset_section(const Stage& stage, Column& column, const VisitView& view) {
  if (!view.page->asset) return draw_naming(stage, column, view);
  draw_named(stage, column, *view.page);
  return std::nullopt;
}

}  // namespace aftercare::screens
