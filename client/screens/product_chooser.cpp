#include "client/screens/product_chooser.h"

#include "client/ui/text_field.h"
#include "client/ui/widgets.h"
#include "shared/base/text.h"

#include <array>

namespace aftercare::screens {
namespace {

using domain::Product;
using ui::dp;
using ui::Face;
using ui::Icon;
using ui::Rect;
using ui::Role;

using Texts = std::map<std::string, std::string>;

constexpr std::size_t kShownMax = 8;
constexpr float kGapPx = 12;
constexpr const char* kOpen = "product.open";      // half-typed, never part of a record
constexpr const char* kJustNow = "now";            // its value in the first frame: the list comes into sight
constexpr const char* kSearch = "product.search";  // what is typed to find one

std::string text_in(const Texts& texts, const std::string& field) {
  const auto found = texts.find(field);
  return found == texts.end() ? std::string{} : found->second;
}

const std::string& name_of(const Product& product) {
  return product.name.empty() ? product.key : product.name;
}

/// "Termona · T24-CW"
std::string about(const Product& product) {
  if (product.name.empty()) return product.brand;
  return product.brand.empty() ? product.key : product.brand + " · " + product.key;
}

/// How well it fits, 0 the best; none when a word is missing. Both texts are folded.
std::optional<std::size_t> rank_of(std::string_view words, std::string_view wanted) {
  std::size_t rank = words.starts_with(wanted) ? 0 : 1;
  while (!wanted.empty()) {
    const auto end = std::min(wanted.find(' '), wanted.size());
    const auto at = (' ' + std::string(words)).find(' ' + std::string(wanted.substr(0, end)));
    if (at == std::string::npos) {
      if (words.find(wanted.substr(0, end)) == std::string_view::npos) return std::nullopt;
      rank = 2;
    }
    wanted.remove_prefix(std::min(end + 1, wanted.size()));
  }
  return rank;
}

void close(Texts& texts) {
  texts.erase(kOpen);
  texts.erase(kSearch);
  ui::leave_fields();
  ui::draw_again_in_ms(0);
}

struct Line {
  std::string title;
  std::string subtitle;
  Icon icon = Icon::None;
  bool is_chosen = false;
};

float line_height(const Line& line) {
  const float words = ui::line_height(Face::BodyBold) + ui::line_height(Face::Small) + dp(12);
  return line.subtitle.empty() ? ui::row_height() : std::max(ui::row_height(), words);
}

bool draw_line(Column& column, const std::string& key, const Line& line) {
  const auto rect = column.next(line_height(line), dp(4));
  ui::card(rect);
  if (line.is_chosen) ui::outline(rect, Role::Accent, dp(12), std::max(2.0f, dp(2)));
  return ui::list_row(key, line.is_chosen ? rect.inset(dp(3)) : rect, line.title,
                      {.subtitle = line.subtitle, .icon = line.icon, .is_chosen = line.is_chosen});
}

/// What was chosen, or the question; a tap opens and closes the list.
bool draw_row(const Stage& stage, Column& column, const ProductChooser& chooser, const Texts& texts) {
  const auto* product = chosen_product(chooser, texts);
  const auto key = text_in(texts, chooser.field);
  const bool is_asked = key.empty();
  const auto title = is_asked ? stage.in.tr("product.which") : product != nullptr ? name_of(*product) : key;
  const auto subtitle = product != nullptr ? about(*product) : std::string{};
  const float room = column.width() - dp(28) - 2 * (dp(26) + dp(12));
  const auto face = is_asked ? Face::Body : Face::BodyBold;
  const float title_height = ui::text_height(title, face, room);
  const float words = title_height + (subtitle.empty() ? 0 : ui::line_height(Face::Small));
  const auto rect = column.next(std::max(ui::button_height(), words + dp(16)), dp(kGapPx));
  const auto touched = ui::touch(chooser.key, rect);
  ui::fill(rect, touched.is_pressed ? Role::Press : Role::Card, dp(10));
  ui::outline(rect, Role::Line, dp(10));
  auto inner = rect.inset(dp(14), 0);
  ui::icon(inner.cut_left(dp(26), dp(12)), is_asked ? Icon::Parts : Icon::CheckCircle,
           is_asked ? Role::Soft : Role::Accent);
  ui::icon(inner.cut_right(dp(26), dp(12)), Icon::ArrowDown, Role::Ink);
  auto lines = inner.centred(inner.w, words);
  (void)ui::text(lines.cut_top(title_height), title, {.face = face, .fit = ui::Fit::Wrap});
  if (!subtitle.empty()) (void)ui::text(lines, subtitle, {.face = Face::Small, .role = Role::Soft});
  return touched.is_tapped;
}

void draw_words(Column& column, const std::string& words) {
  const auto rect = column.next(ui::text_height(words, Face::Body, column.width()), dp(kGapPx));
  (void)ui::text(rect, words, {.role = Role::Soft, .fit = ui::Fit::Wrap});
}

/// The article number that was tapped; an empty one for none of them.
std::optional<std::string> draw_list(const Stage& stage, Column& column, const ProductChooser& chooser,
                                     Texts& texts) {
  std::optional<std::string> tapped;
  const auto chosen = text_in(texts, chooser.field);
  if (chooser.products->size() > kShownMax)
    (void)ui::text_field(chooser.key + ".search", column.next(ui::button_height(), dp(8)), texts[kSearch],
                         {.placeholder = stage.in.tr("product.search"), .icon = Icon::Search});
  const auto typed = trimmed(text_in(texts, kSearch));
  const auto found = best_products(*chooser.products, typed, kShownMax);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool is_chosen = !chosen.empty() && found[i]->key == chosen;
    const Line line{name_of(*found[i]), about(*found[i]), is_chosen ? Icon::CheckCircle : Icon::Parts,
                    is_chosen};
    if (draw_line(column, chooser.key + "." + std::to_string(i), line)) tapped = found[i]->key;
  }
  if (found.empty()) draw_words(column, stage.in.tr("state.nothing_found", {{"text", typed}}));
  if (draw_line(column, chooser.key + ".none", {stage.in.tr("product.none"), {}, Icon::Minus, false}))
    tapped = std::string{};
  column.space(dp(kGapPx));
  return tapped;
}

}  // namespace

const Product* chosen_product(const ProductChooser& chooser, const Texts& texts) {
  const auto key = text_in(texts, chooser.field);
  if (key.empty() || chooser.products == nullptr) return nullptr;
  const auto found = std::ranges::find(*chooser.products, key, &Product::key);
  return found == chooser.products->end() ? nullptr : &*found;
}

std::vector<const Product*> best_products(const std::vector<Product>& products, std::string_view typed,
                                          std::size_t count_max) {
  const auto wanted = fold_for_search(typed);
  std::array<std::vector<const Product*>, 3> ranks;
  for (const auto& product : products) {
    // The key is folded with the rest, so that its parts are words, too.
    const auto rank =
        wanted.empty()
            ? std::optional<std::size_t>{0}
            : rank_of(fold_for_search(product.name + " " + product.brand + " " + product.key), wanted);
    if (rank && ranks[*rank].size() < count_max) ranks[*rank].push_back(&product);
    if (ranks[0].size() == count_max) break;
  }
  std::vector<const Product*> best;
  for (const auto& rank : ranks) {
    for (const auto* product : rank) {
      if (best.size() < count_max) best.push_back(product);
    }
  }
  return best;
}

Wish draw_product_chooser(const Stage& stage, Column& column, const ProductChooser& chooser, Texts& texts) {
  if (chooser.products != nullptr && chooser.products->empty()) return std::nullopt;
  const auto top = column.next(0);
  if (draw_row(stage, column, chooser, texts)) {
    const bool was_open = texts.contains(kOpen);
    close(texts);
    if (!was_open) texts[kOpen] = kJustNow;
  }
  if (!texts.contains(kOpen)) return std::nullopt;
  if (chooser.products == nullptr) {
    draw_words(column, stage.in.tr("state.loading"));
    return std::nullopt;
  }
  auto tapped = draw_list(stage, column, chooser, texts);
  if (text_in(texts, kOpen) == kJustNow) {
    column.show({top.x, top.y, top.w, column.next(0).y - top.y});
    texts[kOpen] = "yes";
  }
  if (!tapped) return std::nullopt;
  close(texts);
  return intent::ChooseProduct{std::move(*tapped)};
}

}  // namespace aftercare::screens
