#include "client/screens/kiosk/rate_screens.h"

#include "client/ui/scroll.h"
#include "client/ui/text_field.h"

#include <cmath>

namespace aftercare::screens {
namespace {

using domain::RatingAnswer;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

constexpr const char* kField = "comment.text";
constexpr std::size_t kCommentMax = 500;

struct Stars {
  const char* key;
  const char* words;
  Icon face;
  Role role;
};
constexpr std::array kStars{Stars{"rate.1", "kiosk.rate.very_bad", Icon::FaceVeryBad, Role::Danger},
                            Stars{"rate.2", "kiosk.rate.bad", Icon::FaceBad, Role::Danger},
                            Stars{"rate.3", "kiosk.rate.neither", Icon::FaceNeither, Role::Waiting},
                            Stars{"rate.4", "kiosk.rate.good", Icon::FaceGood, Role::Done},
                            Stars{"rate.5", "kiosk.rate.very_good", Icon::FaceVeryGood, Role::Done}};

/// A face over its word, or beside it where five do not stand beside each other.
bool star_button(const Rect& rect, const Stars& stars, std::string_view words, bool is_chosen,
                 bool is_beside) {
  const auto touched = ui::touch(stars.key, rect);
  const bool is_lit = is_chosen || touched.is_pressed;
  ui::fill(rect, is_lit ? Role::AccentSoft : Role::Card, dp(12));
  ui::outline(rect, is_lit ? Role::Accent : Role::Line, dp(12), is_lit ? dp(2) : 0);
  if (is_beside) {
    auto inner = rect.inset(dp(24), 0);
    ui::icon(inner.cut_left(dp(52), dp(20)), stars.face, stars.role, Face::IconLarge);
    const auto face = fitting_face(words, inner.w, inner.h, {Face::Title, Face::BodyBold, Face::SmallBold});
    ui::text_in_middle(inner, words, {.face = face, .fit = ui::Fit::Wrap});
    return touched.is_tapped;
  }
  auto inner = rect.inset(dp(8), dp(8))
                   .centred(rect.w - dp(16), dp(56) + dp(12) + 2 * ui::line_height(Face::BodyBold));
  ui::icon(inner.cut_top(dp(56), dp(12)), stars.face, stars.role, Face::IconLarge);
  const auto face = fitting_face(words, inner.w, inner.h, {Face::BodyBold, Face::SmallBold, Face::Tiny});
  (void)ui::text(inner, words, {.face = face, .align = ui::Align::Centre, .fit = ui::Fit::Wrap});
  return touched.is_tapped;
}

float draw_intro(const Stage& stage, const Rect& rect, const char* title_key, const char* hint_key) {
  auto rest = rect;
  rest.cut_top(draw_kiosk_title(rest, stage.in.tr(title_key)), dp(8));
  if (hint_key != nullptr)
    rest.cut_top(ui::text(rest, stage.in.tr(hint_key), {.role = Role::Soft, .fit = ui::Fit::Wrap}));
  return rest.y - rect.y;
}

}  // namespace

KioskWish draw_rate(const Stage& stage, const KioskFrameView& frame, std::int64_t stars) {
  auto room = draw_page_frame(stage, frame);
  auto rect = room.rect;
  rect.cut_top(draw_intro(stage, rect, "kiosk.rate.title", "kiosk.rate.hint"),
               rect.h < dp(420) ? dp(12) : dp(28));
  const float gap = dp(12);
  const float width = std::floor((rect.w - 4 * gap) / 5);
  const bool is_beside = width < dp(112);
  const float row = std::min(kiosk_button_height(), std::floor((rect.h - 4 * gap) / 5));
  for (std::size_t i = 0; i < kStars.size(); ++i) {
    const auto n = static_cast<float>(i);
    // Upright, what is best stands first: one does not read down to praise.
    const auto& one = is_beside ? kStars[kStars.size() - 1 - i] : kStars[i];
    const Rect at = is_beside ? Rect{rect.x, rect.y + n * (row + gap), rect.w, row}
                              : Rect{rect.x + n * (width + gap), rect.y, width, std::min(rect.h, dp(200))};
    const auto count = static_cast<std::int64_t>(is_beside ? kStars.size() - i : i + 1);
    if (star_button(at, one, stage.in.tr(one.words), stars == count, is_beside))
      room.wish = kiosk_intent::Rate{count};
  }
  return room.wish;
}

KioskWish draw_rate_question(const Stage& stage, const KioskFrameView& frame, RatingAnswer answer) {
  auto room = draw_page_frame(stage, frame);
  auto rect = room.rect;
  rect.cut_top(draw_intro(stage, rect, "rating.question.got_help", nullptr),
               rect.h < dp(420) ? dp(12) : dp(28));
  const float gap = dp(16);
  auto line = rect.cut_top(std::min(dp(120), rect.h - kiosk_button_height() - gap), gap);
  line.w = std::min(line.w, dp(860));
  const auto yes = line.cut_left((line.w - gap) / 2, gap);
  if (kiosk_button("question.yes", yes, stage.in.tr("answer.yes"),
                   {.icon = Icon::Check, .is_primary = answer != RatingAnswer::No, .is_centred = true}))
    room.wish = kiosk_intent::Answer{RatingAnswer::Yes};
  if (kiosk_button("question.no", line, stage.in.tr("answer.no"),
                   {.icon = Icon::Clear, .is_primary = answer == RatingAnswer::No, .is_centred = true}))
    room.wish = kiosk_intent::Answer{RatingAnswer::No};
  auto skip = rect.cut_top(kiosk_button_height());
  skip.w = std::min(skip.w, dp(860));
  if (kiosk_button("question.skip", skip, stage.in.tr("kiosk.question.skip"), {.is_centred = true}))
    room.wish = kiosk_intent::Answer{RatingAnswer::None};
  return room.wish;
}

KioskWish draw_comment(const Stage& stage, const KioskFrameView& frame, const CommentView& view) {
  auto room = draw_page_frame(stage, frame);
  ui::Scroll scroll{"comment", room.rect};
  const float width = scroll.width();
  const bool is_low = room.rect.h < dp(360);
  const auto title = stage.in.tr("kiosk.comment.title");
  const auto hint = stage.in.tr("kiosk.comment.hint");
  if (!is_low) (void)draw_kiosk_title(scroll.next(kiosk_title_height(title, width), dp(8)), title);
  KioskWish wish;
  const float column = std::min(width, dp(860));
  auto at = scroll.next(ui::text_height(hint, Face::Body, column), dp(16));
  at.w = column;
  (void)ui::text(at, hint, {.role = Role::Soft, .fit = ui::Fit::Wrap});
  at = scroll.next(ui::field_height(*view.comment, column, is_low ? 2 : 4, 8), dp(16));
  at.w = column;
  const auto edit = ui::text_field(kField, at, *view.comment,
                                   {.placeholder = stage.in.tr("kiosk.comment.placeholder"),
                                    .has_lines = true,
                                    .character_max = kCommentMax});
  if (edit.is_changed) wish = kiosk_intent::EditComment{};
  const auto send = stage.in.tr("kiosk.comment.send");
  const auto skip = stage.in.tr("kiosk.comment.skip");
  const bool has_words = view.comment->find_first_not_of(" \n") != std::string::npos;
  at = scroll.next(kiosk_button_height(), dp(8));
  at.w = std::min(at.w, dp(520));
  if (kiosk_button("comment.send", at, has_words ? send : skip,
                   {.icon = has_words ? Icon::Message : Icon::Check, .is_primary = true}))
    keep(wish, kiosk_intent::SendComment{});
  keep(wish, std::move(room.wish));
  return wish;
}

KioskWish draw_thanks(const Stage& stage, const KioskFrameView& frame) {
  auto room = draw_page_frame(stage, frame);
  auto rect = room.rect;
  const auto title = stage.in.tr("kiosk.thanks.title");
  const auto hint = stage.in.tr("kiosk.thanks.hint");
  auto ring = rect.cut_top(dp(72), dp(16)).cut_left(dp(72));
  ui::fill(ring, Role::DoneSoft, ring.h / 2);
  ui::icon(ring, Icon::CheckCircle, Role::Done, Face::IconLarge);
  rect.cut_top(draw_kiosk_title(rect, title), dp(8));
  rect.cut_top(ui::text(rect, hint, {.role = Role::Soft, .fit = ui::Fit::Wrap}), dp(24));
  auto at = rect.cut_top(kiosk_button_height());
  at.w = std::min(at.w, dp(520));
  if (kiosk_button("thanks.done", at, stage.in.tr("kiosk.thanks.done"),
                   {.icon = Icon::Check, .is_primary = true}))
    room.wish = kiosk_intent::StartAgain{};
  return room.wish;
}

}  // namespace aftercare::screens
