#include "client/work/kiosk_desk.h"

#include "shared/base/local_time.h"
#include "shared/base/text.h"
#include "shared/domain/product_code.h"
#include "shared/storage/records.h"
#include "sync/protocol/statement.h"

#include <algorithm>

namespace aftercare::work {
namespace {

using shown::FoundUnit;
using shown::UnitAnswer;
using storage::Database;

constexpr std::size_t kMatchCountMax = 20;  // of one serial number; more is a broken import

/// The server's time at the last pull: everything before it is here.
Result<std::optional<Instant>> last_heard(sync::DeviceStore& store) {
  const auto word = store.root_statement();
  if (!word) return word.error();
  if (!word.value()) return std::optional<Instant>{};
  const auto statement = protocol::decode_root_statement(word.value()->statement);
  if (!statement) return std::optional<Instant>{};
  return std::optional{statement.value().server_time};
}

/// A unit that may be meant, with its product.
struct Match {
  domain::Warranty warranty;
  domain::Product product;
};

Result<std::vector<Match>> matches_of(Database& db, const std::string& serial) {
  const auto folded = domain::fold_serial(serial);
  if (folded.empty()) return std::vector<Match>{};
  auto warranties = storage::where<domain::Warranty>(
      db, "folded_serial = ? AND folded_serial <> '' ORDER BY rowid LIMIT ?", folded, kMatchCountMax);
  if (!warranties) return warranties.error();
  std::vector<Match> matches;
  for (auto& warranty : warranties.value()) {
    auto product = storage::find<domain::Product>(db, warranty.product_id);
    if (!product) return product.error();
    if (product.value()) matches.push_back({std::move(warranty), *std::move(product).value()});
  }
  return matches;
}

/// The products with that GTIN, whichever of its lengths the office wrote.
Result<std::vector<domain::Product>> articles_of(Database& db, const std::string& gtin) {
  if (gtin.empty()) return std::vector<domain::Product>{};
  return storage::where<domain::Product>(db, "gtin <> '' AND gtin IN (?, ?, ?, ?) ORDER BY rowid LIMIT ?",
                                         gtin, gtin.starts_with("0") ? gtin.substr(1) : gtin,
                                         gtin.starts_with("00") ? gtin.substr(2) : gtin,
                                         gtin.starts_with("000000") ? gtin.substr(6) : gtin, kMatchCountMax);
}

Result<std::optional<domain::TermsDefinition>> terms_of(Database& db, const domain::Warranty& warranty) {
  if (warranty.terms_key.empty()) return std::optional<domain::TermsDefinition>{};
  const auto found = storage::where<domain::WarrantyTerms>(
      db, "key = ? AND version = ? ORDER BY rowid LIMIT 1", warranty.terms_key, warranty.terms_version);
  if (!found) return found.error();
  if (found.value().empty()) return std::optional<domain::TermsDefinition>{};
  auto terms = domain::read_terms(found.value().front().definition);
  if (!terms) return std::optional<domain::TermsDefinition>{};  // of a newer program: as good as none
  return std::optional{std::move(terms).value()};
}

Result<shown::Unit> unit_of(Database& db, const Match& match, Date today, std::optional<Instant> as_of) {
  const auto terms = terms_of(db, match.warranty);
  if (!terms) return terms.error();
  shown::Unit unit;
  unit.product_id = match.product.id;
  unit.product = match.product.name;
  unit.brand = match.product.brand;
  unit.category = match.product.category;
  unit.serial = match.warranty.serial;
  unit.verdict = domain::verdict_on(match.warranty, terms.value() ? &*terms.value() : nullptr, today, as_of);
  if (terms.value()) {
    unit.terms = terms.value()->title;
    for (const auto& exclusion : terms.value()->exclusions) unit.exclusions.push_back(exclusion.text);
  }
  return unit;
}

/// Leaves those of the named article, when any is; and of several, those whose serial is written exactly so.
void narrow(std::vector<Match>& matches, const std::string& serial,
            const std::optional<domain::ProductId>& product) {
  if (product) std::erase_if(matches, [&](const auto& match) { return match.product.id != *product; });
  const auto is_exact = [&](const auto& match) { return match.warranty.serial == serial; };
  if (matches.size() > 1 && std::ranges::count_if(matches, is_exact) == 1)
    std::erase_if(matches, [&](const auto& match) { return !is_exact(match); });
}

}  // namespace

Result<FoundUnit> find_unit(sync::DeviceStore& store, std::string_view text,
                            const std::optional<domain::ProductId>& product) {
  auto& db = store.db();
  FoundUnit found;
  const auto as_of = last_heard(store);
  if (!as_of) return as_of.error();
  found.as_of = as_of.value();

  const auto today = local_time(store.clock().now(), store.clock().zone()).date;
  const auto code = domain::read_product_code(text, today);
  if (!code) {
    found.answer = UnitAnswer::NotReadable;
    return found;
  }
  found.serial = code.value().serial;
  auto matches = matches_of(db, found.serial);
  if (!matches) return matches.error();
  const bool is_bare = code.value().kind == domain::CodeKind::Serial;
  const auto articles = articles_of(db, is_bare ? domain::gtin14(found.serial) : code.value().gtin);
  if (!articles) return articles.error();

  if (!code.value().gtin.empty()) {
    std::erase_if(matches.value(), [&](const auto& match) {
      return !match.product.gtin.empty() && domain::gtin14(match.product.gtin) != code.value().gtin;
    });
  }
  narrow(matches.value(), found.serial, product);
  if (matches.value().empty()) {
    const bool is_article = found.serial.empty() || (is_bare && !articles.value().empty());
    found.answer = is_article ? UnitAnswer::ArticleOnly : UnitAnswer::NotFound;
    if (is_article) found.products = articles.value();
    return found;
  }
  if (matches.value().size() > 1) {
    found.answer = UnitAnswer::Several;
    for (const auto& match : matches.value()) {
      if (std::ranges::find(found.products, match.product.id, &domain::Product::id) == found.products.end())
        found.products.push_back(match.product);
    }
    if (found.products.size() > 1) return found;
  }
  // Twice the same unit is one unit that was written down twice: what was written last counts.
  auto unit = unit_of(db, matches.value().back(), today, found.as_of);
  if (!unit) return unit.error();
  found.answer = UnitAnswer::Found;
  found.products.clear();
  found.unit = std::move(unit).value();
  return found;
}

Result<std::optional<shown::ServiceDesk>> service_desk(sync::DeviceStore& store) {
  const auto points = storage::where<domain::ServicePoint>(store.db(), "1 ORDER BY rowid LIMIT 1");
  if (!points) return points.error();
  if (points.value().empty()) return std::optional<shown::ServiceDesk>{};
  const auto& point = points.value().front();
  shown::ServiceDesk desk{.name = point.name,
                          .phone = point.phone,
                          .phone_text = point.phone_text.empty() ? point.phone : point.phone_text,
                          .email = point.email,
                          .hours = {}};
  // Hours that a newer program wrote are left out; name and number still help.
  if (auto hours = domain::read_hours(point.hours)) desk.hours = std::move(hours).value();
  const auto here = local_time(store.clock().now(), point.zone);
  desk.is_open = domain::is_open(desk.hours, here.weekday, here.minute);
  return std::optional{std::move(desk)};
}

Result<domain::RatingId> save_rating(sync::DeviceStore& store, const shown::RatingGiven& given,
                                     const std::optional<domain::RatingId>& earlier) {
  const auto comment = to_nfc(given.comment);
  if (!comment) return comment.error();
  domain::Rating rating;
  rating.source = domain::RatingSource::Kiosk;
  rating.stars = given.stars;
  rating.question = given.question;
  rating.answer = given.answer;
  rating.comment = trimmed(comment.value());
  rating.language = given.language;
  if (const auto checked = domain::check_rating(rating); !checked) return checked.error();

  const auto written = store.write(domain::UserId{}, [&](sync::Journal& journal) -> Done {
    rating.at = journal.clock().now();
    if (earlier) {
      const auto before = storage::find<domain::Rating>(journal.db(), *earlier);
      if (!before) return before.error();
      if (before.value()) {
        rating.id = *earlier;
        rating.source = before.value()->source;
        rating.visit_id = before.value()->visit_id;
        rating.extra = before.value()->extra;
        return journal.change(*before.value(), rating);
      }
    }
    rating.id = make_id<domain::RatingId>(journal.clock(), journal.random());
    return journal.create(rating);
  });
  if (!written) return written.error();
  return rating.id;
}

}  // namespace aftercare::work
