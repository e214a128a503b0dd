#include "sync/office/customers.h"

#include "shared/base/text.h"
#include "shared/storage/records.h"
#include "sync/office/matching.h"
#include "sync/office/rules.h"
#include "sync/server/office.h"

namespace aftercare::office {
namespace {

using Json = nlohmann::json;
using server::OrganisationStore;

constexpr std::size_t kLineMax = 200;

Json site_json(const domain::Site& site) {
  return {{"id", to_text(site.id)},         {"name", site.name},
          {"street", site.street},          {"city", site.city},
          {"postcode", site.postcode},      {"country", site.country},
          {"access_note", site.access_note}};
}

Result<Json> asset_json(storage::Database& db, const domain::Asset& asset) {
  Json value{{"id", to_text(asset.id)},
             {"name", asset.name},
             {"serial", asset.serial},
             {"place", asset.place},
             {"product", ""},
             {"category", ""},
             {"site_id", asset.site_id ? Json(to_text(*asset.site_id)) : Json(nullptr)}};
  if (!asset.product_id) return value;
  const auto product = storage::find<domain::Product>(db, *asset.product_id);
  if (!product) return product.error();
  if (product.value()) {
    value["product"] = product.value()->name;
    value["category"] = product.value()->category;
  }
  return value;
}

/// Each text one readable line.
template <class Record>
Done keep_lines(Record& record) {
  auto kept = done();
  domain::each_field(record, [&](auto, auto, auto& member, const auto&) {
    if constexpr (std::same_as<std::remove_cvref_t<decltype(member)>, std::string>) {
      if (kept) kept = keep_line(member, kLineMax);
    }
  });
  return kept;
}

Done check_customer(NewCustomer& wanted) {
  if (const auto kept = keep_lines(wanted.customer); !kept) return kept;
  if (wanted.customer.name.empty()) return broken_rule("name_missing", "a customer needs a name");
  if (const auto checked = check_language(wanted.customer.language); !checked) return checked;
  if (wanted.site) {
    if (const auto kept = keep_lines(*wanted.site); !kept) return kept;
  }
  if (!wanted.asset) return done();
  if (const auto kept = keep_lines(*wanted.asset); !kept) return kept;
  if (!domain::check_asset(*wanted.asset))
    return broken_rule("serial_or_place_needed",
                       "a product needs a serial, or a place where it is found again");
  return done();
}

}  // namespace

Result<Json> find_customers(OrganisationStore& store, std::string_view text, std::size_t count_max) {
  auto& db = store.db();
  const auto words = search_words(text);
  auto list = Json::array();
  auto query = db.query(
      "SELECT c.id, c.number, c.name, c.is_company, c.phone, "
      "(SELECT group_concat(s.city || ' ' || s.street, ', ') FROM site s WHERE s.customer_id = c.id), "
      "(SELECT s.city FROM site s WHERE s.customer_id = c.id ORDER BY s.rowid LIMIT 1) "
      "FROM customer c ORDER BY c.rowid DESC");
  while (list.size() < count_max && query.next()) {
    const auto known = query.text(1) + ' ' + query.text(2) + ' ' + query.text(4) + ' ' + query.text(5);
    if (!holds_all(known, words)) continue;
    list.push_back({{"id", to_text(query.id<AnyId>(0))},
                    {"number", query.text(1)},
                    {"name", query.text(2)},
                    {"is_company", query.integer(3) != 0},
                    {"phone", query.text(4)},
                    {"city", query.text(6)}});
  }
  if (const auto read = query.done(); !read) return read.error();
  return list;
}

Result<std::optional<Json>> customer_json(OrganisationStore& store, const domain::CustomerId& id) {
  auto& db = store.db();
  const auto found = storage::find<domain::Customer>(db, id);
  if (!found) return found.error();
  if (!found.value()) return std::optional<Json>{};
  const auto& customer = *found.value();
  Json value{{"id", to_text(customer.id)},    {"number", customer.number},
             {"name", customer.name},         {"is_company", customer.is_company},
             {"language", customer.language}, {"phone", customer.phone},
             {"email", customer.email},       {"note", customer.note},
             {"sites", Json::array()},        {"assets", Json::array()}};
  const auto sites = storage::where<domain::Site>(db, "customer_id = ? ORDER BY rowid", id);
  if (!sites) return sites.error();
  for (const auto& site : sites.value()) value["sites"].push_back(site_json(site));
  const auto assets = storage::where<domain::Asset>(db, "customer_id = ? ORDER BY rowid", id);
  if (!assets) return assets.error();
  for (const auto& asset : assets.value()) {
    auto entry = asset_json(db, asset);
    if (!entry) return entry.error();
    value["assets"].push_back(std::move(entry).value());
  }
  return std::optional{std::move(value)};
}

Result<domain::CustomerId> add_customer(OrganisationStore& store, const domain::UserId& by,
                                        NewCustomer wanted) {
  auto& customer = wanted.customer;
  if (customer.id == domain::CustomerId{})
    customer.id = make_id<domain::CustomerId>(store.clock(), store.random());
  const auto there = storage::find<domain::Customer>(store.db(), customer.id);
  if (!there) return there.error();
  if (const auto checked = check_customer(wanted); !checked) return checked.error();
  if (there.value()) {
    // The answer to the first try was lost, or the id was taken for somebody else meanwhile.
    customer.number = there.value()->number;
    if (domain::changes_of(*there.value(), customer).empty()) return customer.id;
    return Error{ErrorKind::Conflict, "a customer of this id is there already, with other words"};
  }
  auto number = store.next_number('C');
  if (!number) return number.error();
  customer.number = std::move(number).value();
  if (const auto created = server::office_create(store, by, customer); !created) return created.error();
  if (wanted.site) {
    auto& site = *wanted.site;
    site.id = make_id<domain::SiteId>(store.clock(), store.random());
    site.customer_id = customer.id;
    if (const auto created = server::office_create(store, by, site); !created) return created.error();
  }
  if (wanted.asset) {
    auto& asset = *wanted.asset;
    asset.id = make_id<domain::AssetId>(store.clock(), store.random());
    asset.customer_id = customer.id;
    if (wanted.site) asset.site_id = wanted.site->id;
    if (const auto created = server::office_create(store, by, asset); !created) return created.error();
  }
  if (const auto noted = store.note_audit(to_text(by), "customer.added", customer.number, ""); !noted)
    return noted.error();
  return customer.id;
}

}  // namespace aftercare::office
