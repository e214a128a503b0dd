#include "client/work/reading.h"
#include "shared/storage/records.h"
#include "shared/storage/search.h"

#include <map>

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

/// Rows as they are found. A customer stands there once, though each of their places was found as well by
/// their name: where the first of them was, in the customer's own words.
class Rows {
 public:
  void add(EntityType found, shown::FoundRow row) {
    if (found != EntityType::Customer && found != EntityType::Site) return rows.push_back(std::move(row));
    const auto known = customers_.find(row.id);
    if (known == customers_.end()) {
      customers_.emplace(row.id, rows.size());
      rows.push_back(std::move(row));
    } else if (found == EntityType::Customer) {
      rows[known->second] = std::move(row);
    }
  }
  std::vector<shown::FoundRow> rows;

 private:
  std::map<AnyId, std::size_t> customers_;
};

}  // namespace

Result<shown::Found> load_search(sync::DeviceStore& store, const std::string& text, std::size_t count_max) {
  constexpr std::size_t kHitsForARow = 3;  // a name finds its customer and each of their places
  const auto hits = storage::search(store.db(), text, kHitsForARow * count_max + 1);
  if (!hits) return hits.error();
  Rows found;
  for (const auto& hit : hits.value()) {
    auto row = load_row(store.db(), hit);
    if (!row) return row.error();
    if (row.value()) found.add(hit.type, *std::move(row).value());
    if (found.rows.size() > count_max) break;
  }
  const bool is_cut = found.rows.size() > count_max || hits.value().size() > kHitsForARow * count_max;
  if (found.rows.size() > count_max) found.rows.resize(count_max);
  return shown::Found{text, std::move(found.rows), is_cut};
}

}  // namespace aftercare::work
