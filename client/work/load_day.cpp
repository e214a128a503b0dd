#include "client/work/standing_row.h"
#include "client/work/work_rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::work {
namespace {

using shown::WorkRow;

// The tablet's own midnight needs a calendar; a working day is shorter than this, and the night before
// longer.
constexpr auto kToday = std::chrono::hours{18};
constexpr auto kOverdue = std::chrono::days{30};
constexpr auto kAhead = std::chrono::days{14};
constexpr std::size_t kRowCountMax =
    2'000;  // of each kind; nobody has more, and a broken import must not hang us

constexpr std::string_view kRowColumns =
    "o.id, v.id, coalesce(o.number, v.number), coalesce(v.kind, o.kind), c.name, a.name, s.city, o.bring, "
    "o.window_start_ms, o.window_end_ms, coalesce(o.zone, v.zone), o.state, v.started_at_ms";
constexpr int kStandingAt = 13;
constexpr std::string_view kRowJoins =
    "LEFT JOIN customer c ON c.id = coalesce(v.customer_id, o.customer_id) "
    "LEFT JOIN asset a ON a.id = coalesce(v.asset_id, o.asset_id) "
    "LEFT JOIN site s ON s.id = coalesce(v.site_id, o.site_id) ";

/// Work orders with the newest visit that was made for each.
std::string orders_where(std::string_view condition) {
  return fmt::format(
      "SELECT {}, {} FROM work_order o LEFT JOIN visit v ON v.rowid = "
      "(SELECT rowid FROM visit WHERE work_order_id = o.id ORDER BY started_at_ms DESC LIMIT 1) {}{}WHERE {}",
      kRowColumns, kStandingColumns, kRowJoins, kStandingJoins, condition);
}

/// Visits with the order that each was made for.
std::string visits_where(std::string_view from, std::string_view condition) {
  return fmt::format("SELECT {}, {} FROM {} LEFT JOIN work_order o ON o.id = v.work_order_id {}{}WHERE {}",
                     kRowColumns, kStandingColumns, from, kRowJoins, kStandingJoins, condition);
}

/// A row, and when it belongs.
struct Found {
  WorkRow row;
  std::int64_t when_ms = 0;
};

Found read_found(const storage::Query& query) {
  constexpr auto kSomeDay = std::numeric_limits<std::int64_t>::max();
  Found found;
  auto& row = found.row;
  storage::read_column(query, 0, row.work_order_id);
  storage::read_column(query, 1, row.visit_id);
  row.number = query.text(2);
  storage::read_column(query, 3, row.kind);
  row.customer_name = query.text(4);
  row.asset_name = query.text(5);
  row.city = query.text(6);
  row.bring = query.text(7);
  storage::read_column(query, 8, row.window_start);
  storage::read_column(query, 9, row.window_end);
  row.zone = query.text(10);
  const auto [standing, since] = read_standing(query, kStandingAt);
  row.standing = standing;
  row.since = since;
  if (!row.visit_id && !query.is_null(11)) {
    domain::WorkOrderState state{};
    storage::read_column(query, 11, state);
    row.standing = standing_of(state);
  }
  found.when_ms = row.window_start    ? to_ms(*row.window_start)
                  : query.is_null(12) ? kSomeDay
                                      : query.integer(12);
  return found;
}

/// The rows of several questions, each piece of work once.
class Collection {
 public:
  Done add(storage::Query query) {
    while (query.next()) add(read_found(query));
    return query.done();
  }
  [[nodiscard]] shown::Day day(std::size_t row_count_max, const std::set<domain::VisitId>& unsent) {
    std::ranges::stable_sort(found_, {}, &Found::when_ms);
    shown::Day day;
    day.row_count = found_.size();
    for (auto& one : found_) {
      if (day.rows.size() == row_count_max) break;
      one.row.is_only_here = one.row.visit_id && unsent.contains(*one.row.visit_id);
      day.rows.push_back(std::move(one.row));
    }
    return day;
  }

 private:
  void add(Found found) {
    const auto& row = found.row;
    if (row.work_order_id && !orders_.insert(*row.work_order_id).second) return;
    if (row.visit_id && !visits_.insert(*row.visit_id).second) return;
    found_.push_back(std::move(found));
  }

  std::vector<Found> found_;
  std::set<domain::WorkOrderId> orders_;
  std::set<domain::VisitId> visits_;
};

Result<std::optional<WorkRow>> one_row(storage::Query query) {
  std::optional<WorkRow> row;
  if (query.next()) row = read_found(query).row;
  if (const auto read = query.done(); !read) return read.error();
  return row;
}

}  // namespace

Result<shown::Day> load_day(sync::DeviceStore& store, const domain::UserId& technician,
                            std::size_t row_count_max) {
  // CROSS JOIN: the few come first. To spare itself a sort, SQLite would go through all visits by their
  // start.
  static const auto kOpenVisits =
      visits_where("open_visit x CROSS JOIN visit v ON v.id = x.visit_id",
                   "v.technician_id = ?1 AND f.rowid IS NULL ORDER BY v.started_at_ms LIMIT ?2");
  static const auto kOrders = orders_where(
      "o.technician_id = ?1 AND o.window_start_ms >= ?2 AND o.window_start_ms < ?3 AND "
      "(o.state IN ('planned', 'assigned', 'accepted', 'travelling', 'on_site') OR "
      "(o.state = 'done' AND o.window_start_ms >= ?4)) ORDER BY o.window_start_ms LIMIT ?5");
  static const auto kOrdersWithoutWindow = orders_where(
      "o.technician_id = ?1 AND o.window_start_ms IS NULL AND "
      "o.state NOT IN ('done', 'closed', 'cancelled', 'declined') LIMIT ?2");
  static const auto kSealedToday =
      visits_where("sign_off y CROSS JOIN visit v ON v.id = y.visit_id",
                   "y.signed_at_ms >= ?2 AND v.technician_id = ?1 ORDER BY y.signed_at_ms LIMIT ?3");

  auto& db = store.db();
  const auto now = store.clock().now();
  Collection collection;
  if (const auto added = collection.add(db.query(kOpenVisits, technician, kRowCountMax)); !added)
    return added.error();
  if (const auto added = collection.add(db.query(kOrders, technician, Instant{now - kOverdue},
                                                 Instant{now + kAhead}, Instant{now - kToday}, kRowCountMax));
      !added)
    return added.error();
  if (const auto added = collection.add(db.query(kOrdersWithoutWindow, technician, kRowCountMax)); !added)
    return added.error();
  if (const auto added =
          collection.add(db.query(kSealedToday, technician, Instant{now - kToday}, kRowCountMax));
      !added)
    return added.error();
  const auto unsent = unsent_visits(db);
  if (!unsent) return unsent.error();
  return collection.day(row_count_max, unsent.value());
}

Result<std::optional<WorkRow>> row_of_order(storage::Database& db, const domain::WorkOrderId& id) {
  static const auto kText = orders_where("o.id = ?");
  return one_row(db.query(kText, id));
}

Result<std::optional<WorkRow>> row_of_visit(storage::Database& db, const domain::VisitId& id) {
  static const auto kText = visits_where("visit v", "v.id = ?");
  return one_row(db.query(kText, id));
}

}  // namespace aftercare::work
