#include "client/work/past_visits.h"

#include "client/work/standing_row.h"

#include <fmt/format.h>

namespace aftercare::work {
namespace {

std::string text_where(std::string_view column) {
  return fmt::format(
      "SELECT v.id, v.number, v.kind, v.started_at_ms, v.zone, u.name, a.name, v.result, {} FROM visit v "
      "LEFT JOIN user u ON u.id = v.technician_id LEFT JOIN asset a ON a.id = v.asset_id {}"
      "WHERE v.{} = ? ORDER BY v.started_at_ms DESC LIMIT ?",
      kStandingColumns, kStandingJoins, column);
}

Result<std::vector<shown::PastVisit>> read_all(storage::Query query) {
  std::vector<shown::PastVisit> visits;
  while (query.next()) {
    shown::PastVisit visit;
    visit.id = query.id<domain::VisitId>(0);
    visit.number = query.text(1);
    storage::read_column(query, 2, visit.kind);
    visit.at = from_ms(query.integer(3));
    visit.zone = query.text(4);
    visit.technician_name = query.text(5);
    visit.asset_name = query.text(6);
    visit.result = query.text(7);
    visit.standing = read_standing(query, 8).standing;
    visits.push_back(std::move(visit));
  }
  if (const auto read = query.done(); !read) return read.error();
  return visits;
}

Result<std::size_t> read_count(storage::Query query) {
  std::size_t count = 0;
  if (query.next()) count = static_cast<std::size_t>(query.integer(0));
  if (const auto read = query.done(); !read) return read.error();
  return count;
}

}  // namespace

Result<std::vector<shown::PastVisit>> past_visits(storage::Database& db, const domain::CustomerId& id,
                                                  std::size_t count_max) {
  static const auto kText = text_where("customer_id");
  return read_all(db.query(kText, id, count_max));
}

Result<std::vector<shown::PastVisit>> past_visits(storage::Database& db, const domain::AssetId& id,
                                                  std::size_t count_max) {
  static const auto kText = text_where("asset_id");
  return read_all(db.query(kText, id, count_max));
}

Result<std::size_t> visit_count(storage::Database& db, const domain::CustomerId& id) {
  return read_count(db.query("SELECT count(*) FROM visit WHERE customer_id = ?", id));
}

Result<std::size_t> visit_count(storage::Database& db, const domain::AssetId& id) {
  return read_count(db.query("SELECT count(*) FROM visit WHERE asset_id = ?", id));
}

}  // namespace aftercare::work
