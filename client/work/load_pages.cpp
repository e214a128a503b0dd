#include "client/work/amounts.h"
#include "client/work/past_visits.h"
#include "client/work/summary.h"
#include "client/work/two_values.h"
#include "client/work/work_rows.h"
#include "shared/base/text.h"
#include "shared/storage/records.h"
#include "shared/storage/visit_file.h"
#include "sync/protocol/sealed_visit.h"

#include <algorithm>
#include <map>

namespace aftercare::work {
namespace {

constexpr std::size_t kBeforeMax = 20;
constexpr std::size_t kVisitsMax = 100;
constexpr std::size_t kPartsMax = 500;  // sites, contacts and assets of one customer that are shown

Error gone(std::string_view what) {
  return {ErrorKind::NotFound, std::string("this ") + std::string(what) + " is not on this device any more"};
}

template <class Record, class IdType>
Result<std::optional<Record>> find_where(storage::Database& db, const std::optional<IdType>& id) {
  if (!id) return std::optional<Record>{};
  return storage::find<Record>(db, *id);
}

/// Takes a value that was found, or leaves with the error that stood in its way.
template <class T>
Done take(T& into, Result<T> found) {
  if (!found) return found.error();
  into = std::move(found).value();
  return done();
}

Done all_of(std::initializer_list<Done> steps) {
  for (const auto& step : steps) {
    if (!step) return step;
  }
  return done();
}

/// The visit, its order, and what may be changed of its parts.
std::vector<std::pair<domain::EntityType, AnyId>> parts_of(const domain::VisitFile& file) {
  std::vector<std::pair<domain::EntityType, AnyId>> parts{
      {domain::EntityType::Visit, id_cast<AnyId>(file.visit.id)}};
  if (file.visit.work_order_id)
    parts.emplace_back(domain::EntityType::WorkOrder, id_cast<AnyId>(*file.visit.work_order_id));
  for (const auto& answer : file.answers)
    parts.emplace_back(domain::EntityType::Answer, id_cast<AnyId>(answer.id));
  return parts;
}

Result<domain::Customer> customer_of(storage::Database& db, const domain::CustomerId& id) {
  auto found = storage::find<domain::Customer>(db, id);
  if (!found) return found.error();
  if (!found.value()) return gone("customer");
  return std::move(*found.value());
}

Result<std::optional<domain::Product>> product_of(storage::Database& db,
                                                  const std::optional<domain::Asset>& asset) {
  if (!asset) return std::optional<domain::Product>{};
  return find_where<domain::Product>(db, asset->product_id);
}

Result<std::vector<domain::Contact>> contacts_of(storage::Database& db, const domain::CustomerId& id) {
  return storage::where<domain::Contact>(db, "customer_id = ? ORDER BY rowid LIMIT ?", id, kPartsMax);
}

bool is_answered(const domain::VisitFile& file, const domain::Answers& answers,
                 const domain::Question& question) {
  if (question.kind == domain::AnswerKind::Photo) {
    const auto count = std::ranges::count(file.photos, question.key, &domain::Photo::question);
    return static_cast<std::size_t>(count) >= question.photo_count_min;
  }
  const auto found = answers.find(question.key);
  return found != answers.end() && !trimmed(found->second).empty();
}

std::vector<shown::SectionProgress> progress_of(const domain::VisitFile& file) {
  std::vector<shown::SectionProgress> sections;
  if (!file.form) return sections;
  const auto form = domain::read_form(file.form->definition);
  if (!form) return sections;
  domain::Answers answers;
  for (const auto& answer : file.answers) answers[answer.question] = answer.value;
  for (const auto& section : form.value().sections) {
    if (!domain::is_shown(section, answers)) continue;
    shown::SectionProgress progress{section.key, section.title};
    for (const auto& question : section.questions) {
      if (!question.is_required) continue;
      ++progress.total_count;
      if (is_answered(file, answers, question)) ++progress.done_count;
    }
    sections.push_back(std::move(progress));
  }
  return sections;
}

Result<shown::WorkRow> fresh_row(storage::Database& db, const shown::WorkRow& row) {
  auto found = row.work_order_id ? row_of_order(db, *row.work_order_id)
               : row.visit_id    ? row_of_visit(db, *row.visit_id)
                                 : Result<std::optional<shown::WorkRow>>{std::optional<shown::WorkRow>{}};
  if (!found) return found.error();
  if (!found.value()) return gone("work");
  auto fresh = std::move(*found.value());
  if (fresh.visit_id) {
    const auto unsent = unsent_visits(db);
    if (!unsent) return unsent.error();
    fresh.is_only_here = unsent.value().contains(*fresh.visit_id);
  }
  return fresh;
}

/// Whom and what the work is about: the visit knows best, then the order.
struct About {
  domain::CustomerId customer_id;
  std::optional<domain::SiteId> site_id;
  std::optional<domain::AssetId> asset_id;
};

Done load_about(storage::Database& db, const About& about, shown::WorkDetail& detail) {
  if (const auto taken = all_of({take(detail.customer, customer_of(db, about.customer_id)),
                                 take(detail.site, find_where<domain::Site>(db, about.site_id)),
                                 take(detail.asset, find_where<domain::Asset>(db, about.asset_id)),
                                 take(detail.contacts, contacts_of(db, about.customer_id))});
      !taken)
    return taken;
  if (const auto taken = take(detail.product, product_of(db, detail.asset)); !taken) return taken;
  auto before = about.asset_id ? past_visits(db, *about.asset_id, kBeforeMax + 1)
                               : past_visits(db, about.customer_id, kBeforeMax + 1);
  if (const auto taken = take(detail.before, std::move(before)); !taken) return taken;
  if (detail.row.visit_id)
    std::erase_if(detail.before, [&](const auto& past) { return past.id == *detail.row.visit_id; });
  if (detail.before.size() > kBeforeMax) detail.before.resize(kBeforeMax);
  return done();
}

/// The summary exactly as it was shown and sealed; empty where it was erased by law.
Result<std::string> sealed_summary(storage::Database& db, const domain::SignOff& sign_off) {
  const auto records = storage::where<domain::SealedGroup>(db, "sign_off_id = ? ORDER BY rowid", sign_off.id);
  if (!records) return records.error();
  std::vector<protocol::Group> groups;
  for (const auto& record : records.value()) {
    if (!record.salt.bytes.empty()) groups.push_back({record.name, record.salt.bytes, record.content.bytes});
  }
  return protocol::facts_of(groups).summary;
}

Result<std::string> link_of(storage::Database& db, const domain::VisitId& id) {
  auto query = db.query("SELECT link FROM sealed_link WHERE visit_id = ?", id);
  std::string link;
  if (query.next()) link = query.text(0);
  if (const auto read = query.done(); !read) return read.error();
  return link;
}

Result<std::optional<domain::SignOff>> newest_sign_off(storage::Database& db, const domain::VisitId& id) {
  auto found = storage::where<domain::SignOff>(db, "visit_id = ? ORDER BY rowid DESC LIMIT 1", id);
  if (!found) return found.error();
  if (found.value().empty()) return std::optional<domain::SignOff>{};
  return std::optional{std::move(found.value().front())};
}

Done load_around(storage::Database& db, shown::VisitPage& page) {
  const auto& visit = page.file.visit;
  if (const auto taken = all_of({take(page.customer, customer_of(db, visit.customer_id)),
                                 take(page.site, find_where<domain::Site>(db, visit.site_id)),
                                 take(page.asset, find_where<domain::Asset>(db, visit.asset_id)),
                                 take(page.order, find_where<domain::WorkOrder>(db, visit.work_order_id)),
                                 take(page.sign_off, newest_sign_off(db, visit.id))});
      !taken)
    return taken;
  if (const auto taken = take(page.product, product_of(db, page.asset)); !taken) return taken;
  auto technician = storage::find<domain::User>(db, visit.technician_id);
  if (!technician) return technician.error();
  if (technician.value()) page.technician_name = technician.value()->name;
  return done();
}

}  // namespace

Result<shown::WorkDetail> load_work(sync::DeviceStore& store, const shown::WorkRow& row) {
  auto& db = store.db();
  shown::WorkDetail detail;
  if (const auto taken = take(detail.row, fresh_row(db, row)); !taken) return taken.error();
  if (const auto taken = take(detail.order, find_where<domain::WorkOrder>(db, detail.row.work_order_id));
      !taken)
    return taken.error();

  About about;
  if (detail.order) {
    detail.reason = detail.order->summary;
    about = {detail.order->customer_id, detail.order->site_id, detail.order->asset_id};
  }
  if (detail.row.visit_id) {
    auto file = storage::load_visit_file(db, *detail.row.visit_id);
    if (!file) return file.error();
    if (!file.value()) return gone("visit");
    const auto& visit = file.value()->visit;
    detail.reason = visit.reason;
    about = {visit.customer_id, visit.site_id, visit.asset_id};
    detail.sections = progress_of(*file.value());
  }
  if (const auto loaded = load_about(db, about, detail); !loaded) return loaded.error();
  return detail;
}

Result<shown::CustomerPage> load_customer(sync::DeviceStore& store, const domain::CustomerId& id) {
  auto& db = store.db();
  shown::CustomerPage page;
  if (const auto taken = all_of(
          {take(page.customer, customer_of(db, id)),
           take(page.sites,
                storage::where<domain::Site>(db, "customer_id = ? ORDER BY rowid LIMIT ?", id, kPartsMax)),
           take(page.contacts, contacts_of(db, id)), take(page.visits, past_visits(db, id, kVisitsMax)),
           take(page.visit_count, visit_count(db, id)),
           take(page.two_values, two_values_of(db, {{domain::EntityType::Customer, id_cast<AnyId>(id)}}))});
      !taken)
    return taken.error();

  auto assets = storage::where<domain::Asset>(db, "customer_id = ? ORDER BY rowid LIMIT ?", id, kPartsMax);
  if (!assets) return assets.error();
  for (auto& asset : assets.value()) {
    shown::AssetLine line;
    line.asset = std::move(asset);
    const auto product = find_where<domain::Product>(db, line.asset.product_id);
    if (!product) return product.error();
    if (product.value()) line.product_name = product.value()->name;
    const auto site = std::ranges::find_if(
        page.sites, [&](const auto& one) { return line.asset.site_id && one.id == *line.asset.site_id; });
    if (site != page.sites.end()) line.site_name = site->name.empty() ? site->city : site->name;
    page.assets.push_back(std::move(line));
  }
  return page;
}

Result<shown::AssetPage> load_asset(sync::DeviceStore& store, const domain::AssetId& id) {
  auto& db = store.db();
  auto asset = storage::find<domain::Asset>(db, id);
  if (!asset) return asset.error();
  if (!asset.value()) return gone("asset");
  shown::AssetPage page;
  page.asset = *asset.value();
  if (const auto taken = all_of(
          {take(page.product, product_of(db, asset.value())),
           take(page.customer, customer_of(db, page.asset.customer_id)),
           take(page.site, find_where<domain::Site>(db, page.asset.site_id)),
           take(page.parent, find_where<domain::Asset>(db, page.asset.parent_id)),
           take(page.parts,
                storage::where<domain::Asset>(db, "parent_id = ? ORDER BY rowid LIMIT ?", id, kPartsMax)),
           take(page.visits, past_visits(db, id, kVisitsMax)), take(page.visit_count, visit_count(db, id))});
      !taken)
    return taken.error();
  return page;
}

Result<std::vector<domain::Product>> load_products(sync::DeviceStore& store, std::size_t count_max) {
  auto found = storage::where<domain::Product>(store.db(), "1 ORDER BY name, key LIMIT ?", count_max);
  if (!found) return found;
  // SQLite's own order puts all accented letters behind z.
  std::multimap<std::string, domain::Product> by_name;
  for (auto& product : found.value()) by_name.emplace(fold_for_search(product.name), std::move(product));
  std::vector<domain::Product> products;
  for (auto& [name, product] : by_name) products.push_back(std::move(product));
  return products;
}

Result<shown::VisitPage> load_visit(sync::DeviceStore& store, const language::Catalogue& catalogue,
                                    const domain::VisitId& id) {
  auto& db = store.db();
  auto file = storage::load_visit_file(db, id);
  if (!file) return file.error();
  if (!file.value()) return gone("visit");
  shown::VisitPage page;
  page.file = std::move(*file.value());
  if (const auto loaded = load_around(db, page); !loaded) return loaded.error();
  if (const auto taken = take(page.two_values, two_values_of(db, parts_of(page.file))); !taken)
    return taken.error();
  if (page.file.form) {
    auto form = domain::read_form(page.file.form->definition);
    if (form) page.form = std::move(form).value();  // else ready-to-leave says that it cannot be read
  }
  page.missing = domain::missing_before_leaving(page.file);
  page.currency = page.file.visit.currency.empty()
                      ? currency_of_place(page.site ? page.site->country : "", page.file.visit.zone)
                      : page.file.visit.currency;
  const auto identity = store.identity();
  if (!identity) return identity.error();
  if (identity.value()) page.organisation_name = identity.value()->organisation_name;

  if (!page.sign_off) {
    page.summary = summary_text(
        catalogue.in(page.file.visit.language),
        {page.file, domain::SignOff{}, page.customer, page.site, page.asset, page.technician_name});
    return page;
  }
  if (const auto taken =
          all_of({take(page.summary, sealed_summary(db, *page.sign_off)), take(page.link, link_of(db, id))});
      !taken)
    return taken.error();
  return page;
}

}  // namespace aftercare::work
