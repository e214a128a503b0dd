#include "client/work/reading.h"
#include "shared/storage/records.h"
#include "shared/storage/search.h"

#include <set>

namespace aftercare::work {
namespace {

using domain::EntityType;

std::string joined(std::initializer_list<std::string> parts, std::string_view between = " · ") {
  std::string line;
  for (const auto& part : parts) {
    if (!part.empty()) line.append(line.empty() ? "" : between).append(part);
  }
  return line;
}

/// Each text selects: the record that a tap opens, title, three parts of the subtitle, moment, zone.
struct Shape {
  EntityType opens;
  std::string_view text;
};

/// Empty for what has no page of its own.
Shape shape_of(EntityType type) {
  switch (type) {
    case EntityType::Customer:
      return {EntityType::Customer,
              "SELECT c.id, c.name, c.number, CASE WHEN c.phone <> '' THEN c.phone ELSE "
              "(SELECT city FROM site WHERE customer_id = c.id ORDER BY rowid LIMIT 1) END, NULL, NULL, NULL "
              "FROM customer c WHERE c.id = ?"};
    case EntityType::Site:
      return {
          EntityType::Customer,
          "SELECT s.customer_id, CASE WHEN s.name <> '' THEN s.name ELSE c.name END, s.street, s.postcode, s.city, "
          "NULL, NULL FROM site s JOIN customer c ON c.id = s.customer_id WHERE s.id = ?"};
    case EntityType::Contact:
      return {EntityType::Customer,
              "SELECT x.customer_id, x.name, x.role, x.phone, c.name, NULL, NULL FROM contact x "
              "JOIN customer c ON c.id = x.customer_id WHERE x.id = ?"};
    case EntityType::Asset:
      return {
          EntityType::Asset,
          "SELECT a.id, a.name, CASE WHEN a.serial <> '' THEN a.serial ELSE a.place END, c.name, NULL, NULL, NULL "
          "FROM asset a JOIN customer c ON c.id = a.customer_id WHERE a.id = ?"};
    case EntityType::WorkOrder:
      return {EntityType::WorkOrder,
              "SELECT o.id, o.number, c.name, NULL, NULL, o.window_start_ms, o.zone FROM work_order o "
              "JOIN customer c ON c.id = o.customer_id WHERE o.id = ?"};
    case EntityType::Visit:
      return {EntityType::Visit,
              "SELECT v.id, v.number, c.name, NULL, NULL, v.started_at_ms, v.zone FROM visit v "
              "JOIN customer c ON c.id = v.customer_id WHERE v.id = ?"};
    default: return {type, {}};
  }
}

Result<std::optional<shown::FoundRow>> load_row(storage::Database& db, const storage::SearchHit& hit) {
  const auto shape = shape_of(hit.type);
  if (shape.text.empty()) return std::optional<shown::FoundRow>{};
  auto query = db.query(shape.text, hit.id);
  if (!query.next()) {
    if (const auto read = query.done(); !read) return read.error();
    return std::optional<shown::FoundRow>{};
  }
  shown::FoundRow row;
  row.type = shape.opens;
  row.id = query.id<AnyId>(0);
  row.title = query.text(1);
  row.subtitle = joined({query.text(2), query.text(3), query.text(4)});
  storage::read_column(query, 5, row.at);
  row.zone = query.text(6);
  return std::optional{std::move(row)};
}

std::set<AnyId> customers_of(const std::vector<storage::SearchHit>& hits) {
  std::set<AnyId> customers;
  for (const auto& hit : hits) {
    if (hit.type == EntityType::Customer) customers.insert(hit.id);
  }
  return customers;
}

}  // namespace

Result<shown::Found> load_search(sync::DeviceStore& store, const std::string& text, std::size_t count_max) {
  auto hits = storage::search(store.db(), text, count_max + 1);
  if (!hits) return hits.error();
  shown::Found found;
  found.text = text;
  found.is_cut = hits.value().size() > count_max;
  if (found.is_cut) hits.value().resize(count_max);
  const auto customers = customers_of(hits.value());
  for (const auto& hit : hits.value()) {
    auto row = load_row(store.db(), hit);
    if (!row) return row.error();
    if (!row.value()) continue;
    // Who was found by name needs not be found again by where they live.
    if (hit.type == EntityType::Site && customers.contains(row.value()->id)) continue;
    found.rows.push_back(*std::move(row).value());
  }
  return found;
}

}  // namespace aftercare::work
