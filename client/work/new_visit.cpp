#include "client/work/new_visit.h"

#include "client/work/amounts.h"
#include "client/work/first_met.h"
#include "client/work/new_visit_draft.h"
#include "client/work/typed_texts.h"
#include "shared/storage/records.h"

namespace aftercare::work {
namespace {

Error refused(std::string what) { return {ErrorKind::Refused, std::move(what)}; }

Result<std::optional<domain::Form>> newest_form(Result<std::vector<domain::Form>> found) {
  if (!found) return found.error();
  if (found.value().empty()) return std::optional<domain::Form>{};
  return std::optional{std::move(found.value().front())};
}

Result<std::string> category_of(storage::Database& db, const std::optional<domain::AssetId>& asset_id) {
  if (!asset_id) return std::string{};
  auto query = db.query("SELECT p.category FROM asset a JOIN product p ON p.id = a.product_id WHERE a.id = ?",
                        *asset_id);
  std::string category;
  if (query.next()) category = query.text(0);
  if (const auto read = query.done(); !read) return read.error();
  return category;
}

Result<std::optional<domain::VisitId>> open_visit_of(storage::Database& db, const domain::UserId& by,
                                                     const domain::WorkOrderId& order_id) {
  auto query = db.query(
      "SELECT v.id FROM visit v JOIN open_visit o ON o.visit_id = v.id WHERE v.work_order_id = ? AND v.technician_id = ? "
      "ORDER BY v.started_at_ms LIMIT 1",
      order_id, by);
  std::optional<domain::VisitId> found;
  if (query.next()) found = query.id<domain::VisitId>(0);
  if (const auto read = query.done(); !read) return read.error();
  return found;
}

Result<domain::CustomerId> customer_of(Journal& journal, const shown::NewVisitDraft& draft,
                                       TypedTexts& texts) {
  if (draft.customer_id) return *draft.customer_id;
  NewCustomer made;
  made.name = texts.take("customer");
  if (made.name.empty()) made.name = trimmed(draft.customer_name);
  if (made.name.empty()) return refused("say who the customer is: choose one, or write a name");
  made.is_company = draft.is_company;
  made.language = draft.language;
  made.phone = texts.take("phone");
  return make_customer(journal, made);
}

/// Where the asset stands; else what was typed; else the one place that the customer has.
Result<std::optional<domain::SiteId>> site_of(Journal& journal, const shown::NewVisitDraft& draft,
                                              TypedTexts& texts, const domain::CustomerId& customer_id) {
  if (draft.asset_id) {
    const auto asset = storage::find<domain::Asset>(journal.db(), *draft.asset_id);
    if (!asset) return asset.error();
    if (asset.value() && asset.value()->site_id) return asset.value()->site_id;
  }
  NewSite made;
  made.street = texts.take("street");
  made.city = texts.take("city");
  made.postcode = texts.take("postcode");
  if (!made.street.empty() || !made.city.empty()) {
    made.country = country_of_zone(journal.clock().zone());
    const auto site = make_site(journal, customer_id, made);
    if (!site) return site.error();
    return std::optional{site.value()};
  }
  const auto known =
      storage::where<domain::Site>(journal.db(), "customer_id = ? ORDER BY rowid LIMIT 2", customer_id);
  if (!known) return known.error();
  if (known.value().size() != 1) return std::optional<domain::SiteId>{};
  return std::optional{known.value().front().id};
}

Result<std::optional<domain::AssetId>> asset_of(Journal& journal, const shown::NewVisitDraft& draft,
                                                TypedTexts& texts, const domain::CustomerId& customer_id,
                                                const std::optional<domain::SiteId>& site_id) {
  if (draft.asset_id) return draft.asset_id;
  NewAsset made;
  made.name = texts.take("asset");
  made.serial = texts.take("serial");
  made.place = texts.take("place");
  made.product_key = texts.take("product");
  if (made.name.empty() && made.serial.empty() && made.place.empty() && made.product_key.empty())
    return std::optional<domain::AssetId>{};
  const auto asset = make_typed_asset(journal, customer_id, site_id, std::move(made));
  if (!asset) return asset.error();
  return std::optional{asset.value()};
}

Result<VisitStart> start_of(Journal& journal, const shown::NewVisitDraft& draft) {
  TypedTexts texts{draft.texts};
  VisitStart start;
  start.kind = draft.kind;
  start.language = draft.language;
  start.reason = texts.take("reason");
  const auto customer = customer_of(journal, draft, texts);
  if (!customer) return customer.error();
  start.customer_id = customer.value();
  const auto site = site_of(journal, draft, texts, start.customer_id);
  if (!site) return site.error();
  start.site_id = site.value();
  const auto asset = asset_of(journal, draft, texts, start.customer_id, start.site_id);
  if (!asset) return asset.error();
  start.asset_id = asset.value();
  if (!texts.is_clean()) return Error{ErrorKind::Invalid, "a text has letters that cannot be read"};
  return start;
}

/// What is the same for every visit that begins here and now.
Result<domain::VisitId> begin(Journal& journal, const domain::UserId& by, VisitStart start,
                              const std::string& form_key) {
  const auto form = find_form(journal.db(), form_key, start.kind, start.asset_id);
  if (!form) return form.error();
  if (form.value()) start.form_id = form.value()->id;
  start.technician_id = by;
  start.started_at = journal.clock().now();
  start.zone = journal.clock().zone();
  const auto visit = start_visit(journal, start);
  if (!visit) return visit.error();
  return visit.value().id;
}

/// Runs the making in a transaction and hands out the id that it ends with.
template <class Make>
Result<domain::VisitId> in_one_write(sync::DeviceStore& store, const domain::UserId& by, const Make& make) {
  domain::VisitId id;
  const auto written = store.write(by, [&](Journal& journal) -> Done {
    const auto made = make(journal);
    if (!made) return made.error();
    id = made.value();
    return done();
  });
  if (!written) return written.error();
  return id;
}

}  // namespace

Result<std::optional<domain::Form>> find_form(storage::Database& db, const std::string& key,
                                              domain::VisitKind kind,
                                              const std::optional<domain::AssetId>& asset_id) {
  if (!key.empty()) {
    auto named = newest_form(storage::where<domain::Form>(db, "key = ? ORDER BY version DESC LIMIT 1", key));
    if (!named || named.value()) return named;
  }
  const auto category = category_of(db, asset_id);
  if (!category) return category.error();
  for (const auto& wanted : {category.value(), std::string{}}) {
    auto fitting = newest_form(storage::where<domain::Form>(
        db, "kind = ? AND category = ? ORDER BY version DESC, rowid DESC LIMIT 1", kind, wanted));
    if (!fitting || fitting.value()) return fitting;
  }
  return std::optional<domain::Form>{};
}

Result<domain::VisitId> make_visit(sync::DeviceStore& store, const domain::UserId& by,
                                   const domain::WorkOrderId& work_order_id) {
  return in_one_write(store, by, [&](Journal& journal) -> Result<domain::VisitId> {
    const auto known = open_visit_of(journal.db(), by, work_order_id);
    if (!known) return known.error();
    if (known.value()) return *known.value();
    auto order = storage::find<domain::WorkOrder>(journal.db(), work_order_id);
    if (!order) return order.error();
    if (!order.value()) return Error{ErrorKind::NotFound, "the work order is not on this device any more"};
    VisitStart start;
    start.customer_id = order.value()->customer_id;
    start.site_id = order.value()->site_id;
    start.asset_id = order.value()->asset_id;
    start.kind = order.value()->kind;
    start.reason = order.value()->summary;
    const auto form_key = order.value()->form_key;
    start.work_order = std::move(order).value();
    return begin(journal, by, std::move(start), form_key);
  });
}

Result<domain::VisitId> make_new_visit(sync::DeviceStore& store, const domain::UserId& by,
                                       const shown::NewVisitDraft& draft) {
  return in_one_write(store, by, [&](Journal& journal) -> Result<domain::VisitId> {
    auto start = start_of(journal, draft);
    if (!start) return start.error();
    if (const auto dropped = drop_new_visit_draft(journal.db(), by); !dropped) return dropped.error();
    return begin(journal, by, std::move(start).value(), {});
  });
}

}  // namespace aftercare::work
