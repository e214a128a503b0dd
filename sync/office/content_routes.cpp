#include "shared/domain/form.h"
#include "shared/storage/records.h"
#include "sync/office/office_routes.h"
#include "sync/office/schemas.h"

/// What a dispatcher chooses from when planning, and the journal of who did what.
namespace aftercare::office {
namespace {

using Json = nlohmann::json;
using server::Method;

constexpr std::size_t kAuditPageMax = 200;

Reply list_technicians(const Office& office, const Request&, const PersonCaller& caller) {
  const auto store = office.service.house.read(caller.organisation_id);
  if (!store) return server::refusal_of(store.error());
  auto list = Json::array();
  auto query = store.value()->db().query(
      "SELECT u.id, u.name, u.language, (SELECT group_concat(d.prefix, ' ') FROM device_access d "
      "WHERE d.user_id = u.id AND d.revoked_ms IS NULL) FROM user u WHERE u.role = 'technician' AND u.is_active = 1 "
      "ORDER BY u.name");
  while (query.next()) {
    auto prefixes = Json::array();
    const auto text = query.text(3);
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find(' ', at), text.size());
      prefixes.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    list.push_back({{"id", to_text(query.id<AnyId>(0))},
                    {"name", query.text(1)},
                    {"language", query.text(2)},
                    {"device_prefixes", std::move(prefixes)}});
  }
  if (const auto read = query.done(); !read) return server::refusal_of(read.error());
  return server::json({{"technicians", std::move(list)}});
}

Reply list_forms(const Office& office, const Request& request, const PersonCaller& caller) {
  const auto store = office.service.house.read(caller.organisation_id);
  if (!store) return server::refusal_of(store.error());
  const auto forms = storage::where<domain::Form>(
      store.value()->db(),
      "version = (SELECT max(o.version) FROM form o WHERE o.key = form.key) ORDER BY key");
  if (!forms) return server::refusal_of(forms.error());
  const std::string language{language_of(office, request).code()};
  auto list = Json::array();
  for (const auto& form : forms.value()) {
    const auto read = domain::read_form(form.definition);
    list.push_back({{"key", form.key},
                    {"version", form.version},
                    {"kind", domain::name_of(form.kind)},
                    {"category", form.category},
                    {"title", read ? domain::in_language(read.value().title, language) : form.key}});
  }
  return server::json({{"forms", std::move(list)}});
}

Reply list_products(const Office& office, const Request&, const PersonCaller& caller) {
  const auto store = office.service.house.read(caller.organisation_id);
  if (!store) return server::refusal_of(store.error());
  const auto products = storage::where<domain::Product>(store.value()->db(), "1 ORDER BY name");
  if (!products) return server::refusal_of(products.error());
  auto list = Json::array();
  for (const auto& product : products.value()) {
    list.push_back({{"id", to_text(product.id)},
                    {"key", product.key},
                    {"name", product.name},
                    {"brand", product.brand},
                    {"category", product.category}});
  }
  return server::json({{"products", std::move(list)}});
}

/// Whom or what an id of the journal means: a person, a device, or the one at the server's own shell.
std::string named(server::OrganisationStore& store, const std::string& text) {
  const auto id = id_of_text<AnyId>(text);
  if (!id) return text;
  if (id.value() == AnyId{}) return "aftercare-server";
  auto query = store.db().query(
      "SELECT name FROM user WHERE id = ?1 UNION ALL SELECT name || ' (' || prefix || ')' FROM device WHERE id = ?1 LIMIT 1",
      id.value());
  return query.next() ? query.text(0) : text;
}

Reply list_audit(const Office& office, const Request& request, const PersonCaller& caller) {
  ListQuery query{request};
  const auto limit = query.limit(50, kAuditPageMax);
  const auto after = request.query_value("after");
  const auto before = after ? natural_of(*after) : std::optional<std::uint64_t>{1ULL << 53};
  if (!before) query.complain("after", "`next` of the page before");
  if (auto refusal = query.refusal()) return std::move(*refusal);
  const auto store = office.service.house.read(caller.organisation_id);
  if (!store) return server::refusal_of(store.error());
  auto entries = Json::array();
  Json next = nullptr;
  std::int64_t last = 0;
  auto rows = store.value()->db().query(
      "SELECT rowid, at_ms, actor, action, subject, detail FROM audit WHERE rowid < ? ORDER BY rowid DESC LIMIT ?",
      *before, static_cast<std::int64_t>(limit + 1));
  while (rows.next()) {
    if (entries.size() == limit) {
      next = last;
      break;
    }
    last = rows.integer(0);
    entries.push_back({{"at", to_rfc3339(from_ms(rows.integer(1)))},
                       {"actor", named(*store.value(), rows.text(2))},
                       {"action", rows.text(3)},
                       {"subject", named(*store.value(), rows.text(4))},
                       {"detail", rows.text(5)}});
  }
  if (const auto read = rows.done(); !read) return server::refusal_of(read.error());
  return server::json({{"entries", std::move(entries)}, {"next", std::move(next)}});
}

}  // namespace

std::vector<Route> content_routes(const Office& office) {
  std::vector<Route> routes;
  routes.push_back({.method = Method::Get,
                    .pattern = "/v1/technicians",
                    .id = "technicians",
                    .summary = "Who can be sent, and by which prefix their tablets number",
                    .who = server::kOfficePeople,
                    .answers = {{200, "application/json", "technicians by name", schema::technicians()}},
                    .handler = as_person(office, list_technicians)});
  routes.push_back({.method = Method::Get,
                    .pattern = "/v1/forms",
                    .id = "forms",
                    .summary = "The newest version of each form",
                    .who = server::kOfficePeople,
                    .parameters = {{"language", "en, cs, ka, sl, ru or vi: of the titles"}},
                    .answers = {{200, "application/json", "forms", schema::forms()}},
                    .handler = as_person(office, list_forms)});
  routes.push_back({.method = Method::Get,
                    .pattern = "/v1/products",
                    .id = "products",
                    .summary = "The models that are sold and serviced",
                    .who = server::kOfficePeople,
                    .answers = {{200, "application/json", "products by name", schema::products()}},
                    .handler = as_person(office, list_products)});
  routes.push_back(
      {.method = Method::Get,
       .pattern = "/v1/audit",
       .id = "audit",
       .summary = "Who did what, newest first",
       .who = {server::Who::Administrator},
       .parameters = {{"after", "`next` of the page before"}, {"limit", "how many, 50 unless told"}},
       .answers = {{200, "application/json", "entries", schema::audit_page()}},
       .limits = {{"entry_count_max", kAuditPageMax}},
       .handler = as_person(office, list_audit)});
  return routes;
}

}  // namespace aftercare::office
