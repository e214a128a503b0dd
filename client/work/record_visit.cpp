#include "client/work/record_visit.h"

#include "client/work/first_met.h"
#include "client/work/photo_steps.h"
#include "client/work/signatures.h"
#include "shared/storage/data_folder.h"
#include "shared/storage/records.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::work {
namespace {

constexpr std::size_t kRecordByteCountMax = 16 << 20;

Error refused(std::string what) { return {ErrorKind::Refused, std::move(what)}; }

Result<domain::Photo> keep_named_photo(sync::DeviceStore& store, const std::filesystem::path& folder,
                                       const VisitRecord::PhotoFile& wanted) {
  const std::filesystem::path relative{wanted.file};
  if (relative.is_absolute() || std::ranges::find(relative, std::filesystem::path{".."}) != relative.end()) {
    return refused(fmt::format("photo {}: it must lie beside the record file or below it", wanted.file));
  }
  auto kept = keep_photo_of(store, folder / relative);
  if (!kept) return Error{kept.error().kind, fmt::format("photo {}: {}", wanted.file, kept.error().detail)};
  auto photo = std::move(kept).value();
  photo.question = wanted.question;
  photo.moment = wanted.moment;
  photo.caption = wanted.caption;
  return photo;
}

Result<std::vector<domain::Photo>> keep_photos(sync::DeviceStore& store, const std::filesystem::path& folder,
                                               const VisitRecord& record) {
  std::vector<domain::Photo> photos;
  for (const auto& wanted : record.photos) {
    auto photo = keep_named_photo(store, folder, wanted);
    if (!photo) return photo.error();
    photos.push_back(std::move(photo).value());
  }
  return photos;
}

Result<std::optional<protocol::StrokeFacts>> keep_strokes_of(sync::DeviceStore& store,
                                                             const VisitRecord& record) {
  if (!record.sign_off || !record.sign_off->strokes) return std::optional<protocol::StrokeFacts>{};
  auto kept = keep_strokes(store, *record.sign_off->strokes);
  if (!kept) return kept.error();
  return std::optional{std::move(kept).value()};
}

/// The one record that a name means; Refused when there is none, or more than one.
template <class Record, class... Args>
Result<Record> the_one(Journal& journal, std::string_view what, std::string_view name,
                       std::string_view condition, const Args&... args) {
  auto found = storage::where<Record>(journal.db(), condition, args...);
  if (!found) return found.error();
  if (found.value().empty())
    return refused(
        fmt::format("there is no {} \"{}\" on this device: check the spelling, or sync first", what, name));
  if (found.value().size() > 1)
    return refused(
        fmt::format("there are {} {}s \"{}\": use the number instead", found.value().size(), what, name));
  return std::move(found.value().front());
}

Result<domain::WorkOrder> find_order(Journal& journal, const std::variant<Named, WorkOrderOf>& wanted) {
  if (const auto* number = std::get_if<Named>(&wanted)) {
    return the_one<domain::WorkOrder>(journal, "work order", *number, "number = ?", *number);
  }
  const auto& of = std::get<WorkOrderOf>(wanted);
  auto found = storage::where<domain::WorkOrder>(
      journal.db(),
      "customer_id IN (SELECT id FROM customer WHERE name = ?) AND kind = ? AND state NOT IN ('done', 'closed', 'cancelled', 'declined') "
      "ORDER BY window_start_ms, number LIMIT 1",
      of.customer_name, of.kind);
  if (!found) return found.error();
  if (found.value().empty()) {
    return refused(fmt::format("there is no open work order ({}) for \"{}\" on this device: sync first",
                               domain::name_of(of.kind), of.customer_name));
  }
  return std::move(found.value().front());
}

Result<domain::CustomerId> find_or_make_customer(Journal& journal,
                                                 const std::variant<Named, NewCustomer>& wanted) {
  if (const auto* name = std::get_if<Named>(&wanted)) {
    const auto found =
        the_one<domain::Customer>(journal, "customer", *name, "number = ?1 OR name = ?1", *name);
    if (!found) return found.error();
    return found.value().id;
  }
  return make_customer(journal, std::get<NewCustomer>(wanted));
}

Result<std::optional<domain::SiteId>> find_or_make_site(Journal& journal, const VisitRecord& record,
                                                        const domain::CustomerId& customer_id) {
  if (!record.site) return std::optional<domain::SiteId>{};
  if (const auto* name = std::get_if<Named>(&*record.site)) {
    const auto found =
        the_one<domain::Site>(journal, "site", *name, "customer_id = ? AND name = ?", customer_id, *name);
    if (!found) return found.error();
    return std::optional{found.value().id};
  }
  const auto made = make_site(journal, customer_id, std::get<NewSite>(*record.site));
  if (!made) return made.error();
  return std::optional{made.value()};
}

Result<std::optional<domain::AssetId>> find_or_make_asset(Journal& journal, const VisitRecord& record,
                                                          const domain::CustomerId& customer_id,
                                                          const std::optional<domain::SiteId>& site_id) {
  if (!record.asset) return std::optional<domain::AssetId>{};
  if (const auto* name = std::get_if<Named>(&*record.asset)) {
    const auto found = the_one<domain::Asset>(
        journal, "asset", *name, "customer_id = ?1 AND (serial = ?2 OR name = ?2)", customer_id, *name);
    if (!found) return found.error();
    return std::optional{found.value().id};
  }
  const auto& made = std::get<NewAsset>(*record.asset);
  std::optional<domain::ProductId> product_id;
  if (!made.product_key.empty()) {
    const auto product =
        the_one<domain::Product>(journal, "product", made.product_key, "key = ?", made.product_key);
    if (!product) return product.error();
    product_id = product.value().id;
  }
  const auto asset_id = make_asset(journal, customer_id, site_id, product_id, made);
  if (!asset_id) return asset_id.error();
  return std::optional{asset_id.value()};
}

Result<domain::UserId> find_technician(Journal& journal, const VisitRecord& record) {
  if (!record.technician.empty()) {
    const auto found = the_one<domain::User>(journal, "technician", record.technician,
                                             "name = ? AND is_active", record.technician);
    if (!found) return found.error();
    return found.value().id;
  }
  return journal.by();
}

Result<std::optional<domain::Form>> find_form(Journal& journal, const VisitRecord& record) {
  if (record.form.empty()) return std::optional<domain::Form>{};
  auto found =
      storage::where<domain::Form>(journal.db(), "key = ? ORDER BY version DESC LIMIT 1", record.form);
  if (!found) return found.error();
  if (found.value().empty())
    return refused(fmt::format("there is no form \"{}\" on this device: sync first", record.form));
  return std::optional{std::move(found.value().front())};
}

/// Who and what the visit is about; makes what the technician met for the first time.
Result<VisitStart> start_of(Journal& journal, const VisitRecord& record,
                            const std::optional<domain::Form>& form) {
  VisitStart start;
  if (record.work_order) {
    auto order = find_order(journal, *record.work_order);
    if (!order) return order.error();
    start.work_order = std::move(order).value();
    start.customer_id = start.work_order->customer_id;
  }
  if (record.customer) {
    const auto customer = find_or_make_customer(journal, *record.customer);
    if (!customer) return customer.error();
    if (start.work_order && customer.value() != start.work_order->customer_id)
      return refused("the work order is another customer's");
    start.customer_id = customer.value();
  }
  const auto site = find_or_make_site(journal, record, start.customer_id);
  if (!site) return site.error();
  start.site_id = site.value();
  const auto asset = find_or_make_asset(journal, record, start.customer_id, start.site_id);
  if (!asset) return asset.error();
  start.asset_id = asset.value();
  const auto technician = find_technician(journal, record);
  if (!technician) return technician.error();
  start.technician_id = technician.value();
  if (form) start.form_id = form->id;
  start.kind = record.kind;
  start.language = record.language;
  start.reason = record.reason;
  start.started_at = record.events.empty() ? journal.clock().now() : record.events.front().at;
  start.zone = record.events.empty() ? journal.clock().zone() : record.events.front().zone;
  return start;
}

Done add_answers(Journal& journal, const domain::VisitId& visit_id, const VisitRecord& record,
                 const std::optional<domain::Form>& form) {
  if (record.answers.empty()) return done();
  if (!form) return refused("there are answers but no \"form\" that asks");
  const auto definition = domain::read_form(form->definition);
  if (!definition) return definition.error();
  for (const auto& [question, value] : record.answers) {
    if (const auto set = set_answer(journal, visit_id, definition.value(), question, value); !set) return set;
  }
  return done();
}

Done add_parts(Journal& journal, domain::Visit& visit, const VisitRecord& record,
               const std::optional<domain::Form>& form, const std::vector<domain::Photo>& photos,
               const std::optional<std::int64_t>& server_offset_ms) {
  for (const auto& event : record.events) {
    domain::VisitEvent moment;
    moment.kind = event.kind;
    moment.at = event.at;
    moment.zone = event.zone;
    moment.server_offset_ms = server_offset_ms;
    if (const auto added = add_event(journal, visit.id, moment); !added) return added;
  }
  if (const auto added = add_answers(journal, visit.id, record, form); !added) return added;
  for (auto photo : photos) {
    photo.visit_id = visit.id;
    if (const auto added = add_photo(journal, photo); !added) return added;
  }
  for (const auto& note : record.notes) {
    if (const auto added = add_note(journal, visit.id, note); !added) return added;
  }
  visit.result = record.result;
  visit.promised = record.promised;
  if (record.price) {
    visit.price_minor = record.price->minor;
    visit.currency = record.price->currency;
  }
  return change_visit(journal, visit);
}

Result<std::optional<domain::Visit>> recorded_before(sync::DeviceStore& store, const Hash& sha256) {
  domain::VisitId id;
  {
    auto query = store.db().query("SELECT visit_id FROM recorded_file WHERE sha256 = ?", sha256);
    if (!query.next()) {
      if (const auto read = query.done(); !read) return read.error();
      return std::optional<domain::Visit>{};
    }
    id = query.id<domain::VisitId>(0);
  }
  return storage::find<domain::Visit>(store.db(), id);
}

}  // namespace

Result<Recorded> record_visit(sync::DeviceStore& store, const language::Catalogue& catalogue,
                              const std::filesystem::path& file) {
  const auto identity = store.identity();
  if (!identity) return identity.error();
  if (!identity.value())
    return Error{ErrorKind::SignIn, "this device is not enrolled: ask the office for an enrolment line"};
  const auto bytes = storage::read_file(file, kRecordByteCountMax);
  if (!bytes) return bytes.error();
  const auto file_sha256 = sha256(bytes.value());
  auto before = recorded_before(store, file_sha256);
  if (!before) return before.error();
  if (before.value()) return Recorded{std::move(*before.value()), std::nullopt, /*was_recorded_before=*/true};

  const auto read = read_visit_record(bytes.value());
  if (!read)
    return Error{read.error().kind, fmt::format("{}: {}", file.filename().string(), read.error().detail)};
  const auto& record = read.value();
  const auto by = identity.value()->user_id ? *identity.value()->user_id : domain::UserId{};

  const auto photos = keep_photos(store, file.parent_path(), record);
  if (!photos) return photos.error();
  const auto strokes = keep_strokes_of(store, record);
  if (!strokes) return strokes.error();
  const auto root = store.root_statement();
  if (!root) return root.error();
  const auto offset = store.server_offset_ms();
  if (!offset) return offset.error();

  Recorded recorded;
  const auto written = store.write(by, [&](Journal& journal) -> Done {
    const auto form = find_form(journal, record);
    if (!form) return form.error();
    const auto start = start_of(journal, record, form.value());
    if (!start) return start.error();
    auto visit = start_visit(journal, start.value());
    if (!visit) return visit.error();
    recorded.visit = std::move(visit).value();
    if (const auto added =
            add_parts(journal, recorded.visit, record, form.value(), photos.value(), offset.value());
        !added)
      return added;
    if (record.sign_off) {
      const SignOffWish wish{record.sign_off->outcome, record.sign_off->reason, record.sign_off->words,
                             record.sign_off->name,    record.sign_off->role,   strokes.value()};
      auto sealed = sign_off(journal, recorded.visit.id, wish, catalogue, root.value(), offset.value());
      if (!sealed) return sealed.error();
      recorded.sealed = std::move(sealed).value();
    }
    return journal.db().run("INSERT OR REPLACE INTO recorded_file (sha256, visit_id) VALUES (?, ?)",
                            file_sha256, recorded.visit.id);
  });
  if (!written) return written.error();
  return recorded;
}

}  // namespace aftercare::work
