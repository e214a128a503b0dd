#include "client/screens/signer_fields.h"

#include "client/ui/text_field.h"
#include "client/ui/widgets.h"
#include "shared/language/words.h"

namespace aftercare::screens {
namespace {

using domain::SignerRole;
using ui::dp;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr const char* kOpen = "sign.open";
constexpr std::size_t kRoleCount = domain::Names<SignerRole>::values.size();
constexpr float kRolePx = 165, kRoleGapPx = 8;

}  // namespace

bool is_list_open(const shown::VisitDraft& draft, std::string_view list) {
  const auto open = draft.texts.find(kOpen);
  return open != draft.texts.end() && open->second == list;
}

void toggle_list(shown::VisitDraft& draft, const std::string& list) {
  const bool was_open = is_list_open(draft, list);
  draft.texts.erase(kOpen);
  if (!was_open) draft.texts[kOpen] = list;
  ui::leave_fields();
  ui::draw_again_in_ms(0);
}

void close_lists(shown::VisitDraft& draft) { draft.texts.erase(kOpen); }

Wish draw_signer(const Stage& stage, Rect rect, const std::string& place, shown::VisitDraft& draft) {
  const auto role = rect.cut_right(std::min(dp(200), rect.w * (rect.w < dp(320)   ? 0.5f
                                                               : rect.w < dp(360) ? 0.44f
                                                                                  : 0.4f)),
                                   dp(12));
  Wish wish;
  const auto edit = ui::text_field(place + ".name", rect, draft.texts["signer_name"],
                                   {.placeholder = stage.in.tr("sign_off.name")});
  if (edit.is_changed) wish = intent::EditField{"signer_name"};
  if (ui::button(place + ".role", role, language::words(stage.in, draft.signer_role),
                 {.icon = Icon::ArrowDown, .is_icon_behind = true}))
    toggle_list(draft, kRoleList);
  return wish;
}

float roles_height(float width) {
  return ui::ChoiceGrid{{0, 0, width, 0}, dp(kRolePx), kRoleCount, dp(kRoleGapPx)}.height();
}

Wish draw_roles(const Stage& stage, const Rect& rect, const std::string& place, shown::VisitDraft& draft) {
  Wish wish;
  const ui::ChoiceGrid grid{rect, dp(kRolePx), kRoleCount, dp(kRoleGapPx)};
  bool is_small = false;
  for (std::size_t i = 0; i < kRoleCount; ++i)
    is_small |= ui::is_small_choice(language::words(stage.in, static_cast<SignerRole>(i)), grid.width);
  for (std::size_t i = 0; i < kRoleCount; ++i) {
    const auto role = static_cast<SignerRole>(i);
    const auto key = place + ".role." + std::string(domain::name_of(role));
    if (!ui::choice(key, grid.at(i), language::words(stage.in, role), role == draft.signer_role, is_small))
      continue;
    close_lists(draft);
    wish = intent::SetSignerRole{role};
  }
  return wish;
}

void draw_hint(Rect rect, const Hint& hint, bool is_tight) {
  const auto mark = rect.cut_left(dp(22), dp(8));
  const auto role = hint.is_ready ? Role::Done : Role::Soft;
  ui::icon(mark, hint.is_ready ? Icon::Check : Icon::Info, role, ui::Face::IconSmall);
  ui::text_in_middle(
      rect, hint.words,
      {.face = ui::Face::Small, .role = role, .fit = is_tight ? ui::Fit::Label : ui::Fit::Wrap});
}

float hint_height(const Stage& stage, float width, std::initializer_list<const char*> keys) {
  float height = 0;
  for (const auto* key : keys)
    height = std::max(height, ui::text_height(stage.in.tr(key), ui::Face::Small, width - dp(30)));
  return height;
}

}  // namespace aftercare::screens
