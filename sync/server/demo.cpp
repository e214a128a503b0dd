#include "sync/server/demo.h"

#include "shared/base/json.h"
#include "shared/base/text.h"
#include "shared/domain/coverage.h"
#include "shared/domain/entity.h"
#include "shared/storage/data_folder.h"
#include "sync/server/office.h"

#include <fmt/format.h>
#include <unicode/calendar.h>
#include <unicode/gregocal.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <map>
#include <vector>

namespace aftercare::server {
namespace {

using nlohmann::json;

constexpr std::size_t kFileMax = 4 << 20;
constexpr const char* kAuditAction = "demo.filled";

/// What an entry lacks is empty; what is of another kind is empty too and refused by the rules below.
std::string text_in(const json& entry, const char* name) {
  const auto found = entry.find(name);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::int64_t version_in(const json& entry) {
  const auto version = entry.find("version");
  return version != entry.end() && version->is_number_integer() ? version->get<std::int64_t>() : 1;
}

/// A point of local time in a zone, so many days from today. ICU knows about summer time.
Result<Instant> local_time(Instant today, int day, const std::string& time, const std::string& zone) {
  int hour = 0;
  int minute = 0;
  if (std::sscanf(time.c_str(), "%2d:%2d", &hour, &minute) != 2 || hour > 23 || minute > 59) {
    return Error{ErrorKind::Invalid, fmt::format("{} is no time of day", time)};
  }
  UErrorCode failed = U_ZERO_ERROR;
  icu::GregorianCalendar calendar(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(zone)), failed);
  calendar.setTime(static_cast<UDate>(to_ms(today)), failed);
  calendar.add(UCAL_DATE, day, failed);
  calendar.set(UCAL_HOUR_OF_DAY, hour);
  calendar.set(UCAL_MINUTE, minute);
  calendar.set(UCAL_SECOND, 0);
  calendar.set(UCAL_MILLISECOND, 0);
  const auto ms = calendar.getTime(failed);
  if (U_FAILURE(failed) != 0) return Error{ErrorKind::Invalid, fmt::format("{} is no zone", zone)};
  return from_ms(static_cast<std::int64_t>(ms));
}

/// Reads the file and writes its records, kind after kind, remembering under which id each key stands.
class Filling {
 public:
  Filling(OrganisationStore& store, const json& demo, DemoReport& report)
      : store_(store), demo_(demo), report_(report) {}

  Done run(const std::vector<json>& forms, const std::vector<json>& terms) {
    fill_forms(forms);
    fill_terms(terms);
    each("users", [&](const json& entry) { fill_user(entry); });
    each("products", [&](const json& entry) { fill_product(entry); });
    each("customers", [&](const json& entry) { fill_customer(entry); });
    each("assets", [&](const json& entry) { fill_asset(entry); });
    each("warranties", [&](const json& entry) { fill_warranty(entry); });
    each("service_points", [&](const json& entry) { fill_service_point(entry); });
    each("work_orders", [&](const json& entry) { fill_work_order(entry); });
    return result_;
  }

 private:
  void each(const char* kind, const std::function<void(const json&)>& fill) {
    const auto found = demo_.find(kind);
    if (found == demo_.end() || !found->is_array()) return refuse(fmt::format("{} is missing", kind));
    for (const auto& entry : *found) {
      if (!result_) return;
      if (!entry.is_object()) return refuse(fmt::format("an entry of {} is no object", kind));
      fill(entry);
    }
  }

  template <class Record>
  void create(Record& record) {
    record.id = make_id<decltype(record.id)>(store_.clock(), store_.random());
    if (!result_) return;
    domain::each_field(record, [&](auto, auto, auto& member, const auto&) {
      if constexpr (std::same_as<std::remove_cvref_t<decltype(member)>, std::string>) {
        auto composed = to_nfc(member);
        if (composed) member = std::move(composed).value();
      }
    });
    result_ = office_create(store_, UserId{}, record);
  }

  template <class Meant>
  std::optional<Meant> meant(const std::map<std::string, Meant, std::less<>>& by_key, const json& entry,
                             const char* name) {
    const auto key = text_in(entry, name);
    if (key.empty()) return std::nullopt;
    const auto found = by_key.find(key);
    if (found == by_key.end()) {
      refuse(fmt::format("{} \"{}\" is not in the file", name, key));
      return std::nullopt;
    }
    return found->second;
  }

  template <domain::Named Enum>
  Enum word_in(const json& entry, const char* name) {
    const auto known = domain::value_of<Enum>(text_in(entry, name));
    if (!known) refuse(fmt::format("{} \"{}\" is unknown", name, text_in(entry, name)));
    return known.value_or(Enum{});
  }

  std::string next_number(char kind) {
    auto number = store_.next_number(kind);
    if (number) return std::move(number).value();
    if (result_) result_ = number.error();
    return {};
  }

  void refuse(std::string what) {
    if (result_) result_ = Error{ErrorKind::Invalid, "the demo cannot be read: " + std::move(what)};
  }

  void fill_forms(const std::vector<json>& forms) {
    for (const auto& entry : forms) {
      domain::Form form;
      form.key = text_in(entry, "key");
      form.version = version_in(entry);
      form.kind = word_in<domain::VisitKind>(entry, "kind");
      form.category = text_in(entry, "category");
      form.definition = entry.value("definition", json::object()).dump();
      if (const auto read = domain::read_form(form.definition); !read)
        return refuse(form.key + ": " + read.error().detail);
      create(form);
      ++report_.form_count;
    }
  }

  void fill_terms(const std::vector<json>& entries) {
    for (const auto& entry : entries) {
      domain::WarrantyTerms terms;
      terms.key = text_in(entry, "key");
      terms.version = version_in(entry);
      terms.category = text_in(entry, "category");
      terms.definition = entry.value("definition", json::object()).dump();
      if (const auto read = domain::read_terms(terms.definition); !read)
        return refuse(terms.key + ": " + read.error().detail);
      create(terms);
      terms_[terms.key] = terms.version;
      ++report_.terms_count;
    }
  }

  void fill_user(const json& entry) {
    domain::User user;
    user.name = text_in(entry, "name");
    user.role = word_in<Role>(entry, "role");
    user.language = text_in(entry, "language");
    create(user);
    users_[text_in(entry, "key")] = user.id;
    ++report_.user_count;
  }

  void fill_product(const json& entry) {
    domain::Product product;
    product.key = text_in(entry, "key");
    product.name = text_in(entry, "name");
    product.brand = text_in(entry, "brand");
    product.category = text_in(entry, "category");
    product.gtin = text_in(entry, "gtin");
    create(product);
    products_[product.key] = product.id;
  }

  void fill_customer(const json& entry) {
    domain::Customer customer;
    customer.number = next_number('C');
    customer.name = text_in(entry, "name");
    customer.is_company = entry.value("is_company", json(false)) == json(true);
    customer.language = text_in(entry, "language");
    customer.phone = text_in(entry, "phone");
    customer.email = text_in(entry, "email");
    customer.note = text_in(entry, "note");
    create(customer);
    customers_[text_in(entry, "key")] = customer.id;
    ++report_.customer_count;
    for (const auto& site : entry.value("sites", json::array())) fill_site(customer.id, site);
    for (const auto& contact : entry.value("contacts", json::array())) fill_contact(customer.id, contact);
  }

  void fill_site(const domain::CustomerId& customer_id, const json& entry) {
    domain::Site site;
    site.customer_id = customer_id;
    site.name = text_in(entry, "name");
    site.street = text_in(entry, "street");
    site.city = text_in(entry, "city");
    site.postcode = text_in(entry, "postcode");
    site.country = text_in(entry, "country");
    site.access_note = text_in(entry, "access_note");
    create(site);
    sites_[text_in(entry, "key")] = site.id;
  }

  void fill_contact(const domain::CustomerId& customer_id, const json& entry) {
    domain::Contact contact;
    contact.customer_id = customer_id;
    contact.site_id = meant(sites_, entry, "site");
    contact.name = text_in(entry, "name");
    contact.role = text_in(entry, "role");
    contact.phone = text_in(entry, "phone");
    contact.email = text_in(entry, "email");
    contact.language = text_in(entry, "language");
    create(contact);
  }

  void fill_asset(const json& entry) {
    domain::Asset asset;
    asset.customer_id = meant(customers_, entry, "customer").value_or(domain::CustomerId{});
    asset.site_id = meant(sites_, entry, "site");
    asset.product_id = meant(products_, entry, "product");
    if (const auto parent = meant(assets_, entry, "parent")) asset.parent_id = parent->id;
    asset.name = text_in(entry, "name");
    asset.serial = text_in(entry, "serial");
    asset.place = text_in(entry, "place");
    asset.installed_on = text_in(entry, "installed_on");
    if (const auto checked = domain::check_asset(asset); !checked)
      return refuse(asset.name + ": " + checked.error().detail);
    create(asset);
    assets_[text_in(entry, "key")] = asset;
    ++report_.asset_count;
  }

  /// Of one of the assets, whose product, serial and day of installation it has, or of a unit that the shop
  /// sold to somebody whom nobody knows.
  void fill_warranty(const json& entry) {
    domain::Warranty warranty;
    warranty.product_id = meant(products_, entry, "product").value_or(domain::ProductId{});
    warranty.serial = text_in(entry, "serial");
    if (const auto asset = meant(assets_, entry, "asset")) {
      warranty.asset_id = asset->id;
      warranty.product_id = asset->product_id.value_or(domain::ProductId{});
      warranty.serial = asset->serial;
      warranty.installed_on = asset->installed_on;
    }
    warranty.sold_on = text_in(entry, "sold_on");
    warranty.plan = text_in(entry, "plan");
    warranty.terms_key = text_in(entry, "terms");
    if (!warranty.terms_key.empty()) {
      const auto terms = terms_.find(warranty.terms_key);
      if (terms == terms_.end()) return refuse(fmt::format("there are no terms \"{}\"", warranty.terms_key));
      warranty.terms_version = terms->second;
    }
    create(warranty);
    ++report_.warranty_count;
  }

  void fill_service_point(const json& entry) {
    domain::ServicePoint point;
    point.key = text_in(entry, "key");
    point.name = text_in(entry, "name");
    point.phone = text_in(entry, "phone");
    point.phone_text = text_in(entry, "phone_text");
    point.email = text_in(entry, "email");
    point.zone = text_in(entry, "zone");
    point.hours = entry.value("hours", json::object()).dump();
    if (const auto read = domain::read_hours(point.hours); !read) return refuse(read.error().detail);
    create(point);
  }

  void fill_work_order(const json& entry) {
    domain::WorkOrder order;
    order.number = next_number('W');
    order.customer_id = meant(customers_, entry, "customer").value_or(domain::CustomerId{});
    order.site_id = meant(sites_, entry, "site");
    if (const auto asset = meant(assets_, entry, "asset")) order.asset_id = asset->id;
    order.kind = word_in<domain::VisitKind>(entry, "kind");
    order.technician_id = meant(users_, entry, "technician");
    order.state = order.technician_id ? domain::WorkOrderState::Assigned : domain::WorkOrderState::Planned;
    order.zone = text_in(entry, "zone");
    order.summary = text_in(entry, "summary");
    order.bring = text_in(entry, "bring");
    order.form_key = text_in(entry, "form");
    const auto day = entry.find("day");
    const int days = day != entry.end() && day->is_number_integer() ? day->get<int>() : 0;
    const auto start = local_time(store_.clock().now(), days, text_in(entry, "from"), order.zone);
    const auto end = local_time(store_.clock().now(), days, text_in(entry, "to"), order.zone);
    if (!start || !end) return refuse(start ? end.error().detail : start.error().detail);
    order.window_start = start.value();
    order.window_end = end.value();
    create(order);
    ++report_.work_order_count;
  }

  OrganisationStore& store_;
  const json& demo_;
  DemoReport& report_;
  Done result_ = done();
  std::map<std::string, UserId, std::less<>> users_;
  std::map<std::string, domain::ProductId, std::less<>> products_;
  std::map<std::string, domain::CustomerId, std::less<>> customers_;
  std::map<std::string, domain::SiteId, std::less<>> sites_;
  std::map<std::string, domain::Asset, std::less<>> assets_;
  std::map<std::string, std::int64_t, std::less<>> terms_;  // the version by key
};

Result<json> read_json(const std::filesystem::path& file) {
  const auto bytes = storage::read_file(file, kFileMax);
  if (!bytes) return bytes.error();
  auto parsed = parse_json(bytes.value(), {.byte_count_max = kFileMax});
  if (!parsed) return Error{ErrorKind::Invalid, fmt::format("{}: {}", file.string(), parsed.error().detail)};
  if (!parsed.value().is_object())
    return Error{ErrorKind::Invalid, fmt::format("{} is no object", file.string())};
  return parsed;
}

Result<std::vector<json>> read_folder(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (failed)
    return Error{ErrorKind::NotFound, fmt::format("cannot read {}: {}", folder.string(), failed.message())};
  std::ranges::sort(files);
  std::vector<json> entries;
  for (const auto& file : files) {
    auto entry = read_json(file);
    if (!entry) return entry.error();
    entries.push_back(std::move(entry).value());
  }
  return entries;
}

Result<bool> is_filled(OrganisationStore& store) {
  auto query = store.db().query("SELECT 1 FROM audit WHERE action = ? LIMIT 1", kAuditAction);
  const bool is_there = query.next();
  if (const auto read = query.done(); !read) return read.error();
  return is_there;
}

}  // namespace

Result<DemoReport> fill_with_demo(House& house, const OrganisationId& organisation_id,
                                  const std::filesystem::path& assets) {
  const auto demo = read_json(assets / "demo" / "organisation.json");
  if (!demo) return demo.error();
  const auto forms = read_folder(assets / "forms");
  if (!forms) return forms.error();
  const auto terms = read_folder(assets / "terms");
  if (!terms) return terms.error();

  DemoReport report;
  const auto written = house.write(organisation_id, [&](OrganisationStore& store) -> Done {
    report = {};
    const auto filled = is_filled(store);
    if (!filled) return filled.error();
    report.was_there = filled.value();
    if (report.was_there) return done();
    if (const auto done_filling = Filling{store, demo.value(), report}.run(forms.value(), terms.value());
        !done_filling)
      return done_filling;
    return store.note_audit("command line", kAuditAction, to_text(organisation_id), "");
  });
  if (!written) return written.error();
  return report;
}

}  // namespace aftercare::server
