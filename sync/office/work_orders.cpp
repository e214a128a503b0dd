#include "sync/office/work_orders.h"

#include "shared/base/text.h"
#include "shared/domain/codec.h"
#include "shared/storage/records.h"
#include "sync/office/matching.h"
#include "sync/office/rules.h"
#include "sync/server/office.h"

#include <set>

namespace aftercare::office {
namespace {

using Json = nlohmann::json;
using domain::WorkOrder;
using domain::WorkOrderState;
using server::OrganisationStore;
using storage::Database;

constexpr std::size_t kTextMax = 2'000;
constexpr std::size_t kKeyMax = 100;
constexpr auto kWindowSpanMax = std::chrono::days{31};
constexpr Instant kWindowFirst{std::chrono::sys_days{std::chrono::year{2000} / 1 / 1}};
constexpr Instant kWindowLast{std::chrono::sys_days{std::chrono::year{2100} / 1 / 1}};
constexpr std::string_view kIsOpen = "w.state NOT IN ('done', 'closed', 'cancelled', 'declined')";

// ---- Finding ---------------------------------------------------------------------------------------

Result<Condition> condition_of(Database& db, const WorkOrderFilter& filter) {
  Condition condition;
  if (filter.from) condition.add("w.window_start_ms >= ?", *filter.from);
  if (filter.until) condition.add("w.window_start_ms < ?", *filter.until);
  if (filter.technician) condition.add("w.technician_id = ?", *filter.technician);
  if (filter.is_unassigned) condition.add("w.technician_id IS NULL");
  if (filter.id) condition.add("w.id = ?", *filter.id);
  if (filter.state == "open") {
    condition.add(kIsOpen);
  } else if (!filter.state.empty()) {
    condition.add("w.state = ?", filter.state);
  }
  if (const auto added = add_words(db, "w", "SELECT id, summary FROM work_order ORDER BY rowid DESC",
                                   filter.words, condition);
      !added)
    return added.error();
  return condition;
}

Json named(const std::string& id, const std::string& name) {
  return name.empty() ? Json(nullptr) : Json{{"id", id}, {"name", name}};
}

Json instant_at(const storage::Query& query, int column) {
  return query.is_null(column) ? Json(nullptr) : Json(to_rfc3339(from_ms(query.integer(column))));
}

std::string id_at(const storage::Query& query, int column) { return to_text(query.id<AnyId>(column)); }

/// The newest visit of an order, and what the customer said at its end.
Result<Json> visit_of(Database& db, const AnyId& order) {
  auto query = db.query(
      "SELECT v.id, v.number, (SELECT x.outcome FROM sign_off x WHERE x.visit_id = v.id ORDER BY x.rowid DESC LIMIT 1), "
      "u.name FROM visit v LEFT JOIN user u ON u.id = v.technician_id WHERE v.work_order_id = ? "
      "ORDER BY v.started_at_ms DESC LIMIT 1",
      order);
  Json visit = nullptr;
  if (query.next()) {
    visit = {{"id", id_at(query, 0)},
             {"number", query.text(1)},
             {"state", query.is_null(2) ? std::string("open") : query.text(2)},
             {"technician", query.text(3)}};
  }
  if (const auto read = query.done(); !read) return read.error();
  return visit;
}

constexpr std::string_view kColumns =
    "SELECT w.id, w.number, w.kind, w.state, c.id, c.number, c.name, s.id, s.name, s.city, a.id, a.name, u.id, u.name, "
    "w.window_start_ms, w.window_end_ms, w.zone, w.summary, w.bring, w.form_key, "
    "(SELECT max(f.seq) FROM feed f WHERE f.entity_id = w.id), "
    "(SELECT count(*) FROM feed f WHERE f.entity_id = w.id AND f.ruling = 2) "
    "FROM work_order w JOIN customer c ON c.id = w.customer_id LEFT JOIN site s ON s.id = w.site_id "
    "LEFT JOIN asset a ON a.id = w.asset_id LEFT JOIN user u ON u.id = w.technician_id WHERE ";

Json read_order(const storage::Query& query) {
  auto site = named(id_at(query, 7), query.text(8) + query.text(9));
  if (!site.is_null()) {
    site["name"] = query.text(8);
    site["city"] = query.text(9);
  }
  return {{"id", id_at(query, 0)},
          {"number", query.text(1)},
          {"kind", query.text(2)},
          {"state", query.text(3)},
          {"customer", {{"id", id_at(query, 4)}, {"number", query.text(5)}, {"name", query.text(6)}}},
          {"site", std::move(site)},
          {"asset", named(id_at(query, 10), query.text(11))},
          {"technician", named(id_at(query, 12), query.text(13))},
          {"window_start", instant_at(query, 14)},
          {"window_end", instant_at(query, 15)},
          {"zone", query.text(16)},
          {"summary", query.text(17)},
          {"bring", query.text(18)},
          {"form_key", query.text(19)},
          {"seq", query.integer(20)},
          {"lost_count", query.integer(21)}};
}

// ---- Writing ---------------------------------------------------------------------------------------

bool is_somebody_to_send(const std::optional<domain::User>& user) {
  return user && user->is_active && user->role == domain::Role::Technician;
}

Done check_window(const WorkOrder& order) {
  if (order.window_start.has_value() != order.window_end.has_value())
    return broken_rule("window_needs_both", "a promised window has a beginning and an end");
  if (!order.window_start) return done();
  const auto span = *order.window_end - *order.window_start;
  const bool is_of_our_days = *order.window_start >= kWindowFirst && *order.window_end <= kWindowLast;
  if (span <= std::chrono::milliseconds{0} || span > kWindowSpanMax || !is_of_our_days)
    return broken_rule("window_ends_first", "the promised window ends after it begins, within a month");
  return done();
}

/// What a dispatcher says must make sense; what stood there before (somebody who has left, say) is not theirs
/// to mend when they change something else.
Done check_order(Database& db, const WorkOrder& before, const WorkOrder& order) {
  if (order.window_start != before.window_start || order.window_end != before.window_end) {
    if (const auto checked = check_window(order); !checked) return checked;
  }
  if (order.summary.empty() && order.summary != before.summary)
    return broken_rule("summary_missing", "say in a few words what is to be done");
  if (order.zone != before.zone) {
    if (const auto checked = check_zone(order.zone); !checked) return checked;
  }
  if (order.form_key != before.form_key && !order.form_key.empty()) {
    auto query = db.query("SELECT 1 FROM form WHERE key = ? LIMIT 1", order.form_key);
    if (!query.next()) return broken_rule("unknown_form", "there is no checklist of this key");
  }
  if (order.technician_id && order.technician_id != before.technician_id) {
    const auto user = storage::find<domain::User>(db, *order.technician_id);
    if (!user) return user.error();
    if (!is_somebody_to_send(user.value()))
      return broken_rule("nobody_works_here", "no technician of this id works here");
  }
  if (order.site_id && order.site_id != before.site_id) {
    const auto site = storage::find<domain::Site>(db, *order.site_id);
    if (!site) return site.error();
    if (!site.value() || site.value()->customer_id != order.customer_id)
      return broken_rule("place_of_another", "this place is not of this customer");
  }
  if (order.asset_id && order.asset_id != before.asset_id) {
    const auto asset = storage::find<domain::Asset>(db, *order.asset_id);
    if (!asset) return asset.error();
    if (!asset.value() || asset.value()->customer_id != order.customer_id)
      return broken_rule("product_of_another", "this product is not of this customer");
  }
  return done();
}

Done keep_texts(WorkOrder& order) {
  for (auto* text : {&order.summary, &order.bring}) {
    if (const auto kept = keep_text(*text, kTextMax); !kept) return kept;
  }
  for (auto* line : {&order.zone, &order.form_key}) {
    if (const auto kept = keep_line(*line, kKeyMax); !kept) return kept;
  }
  return done();
}

bool is_under_way(WorkOrderState state) {
  using enum WorkOrderState;
  return state == Planned || state == Assigned || state == Accepted || state == Travelling || state == OnSite;
}

/// Giving an order to somebody assigns it, taking it away plans it anew; planned with somebody is assigned.
void follow_technician(const WorkOrder& before, WorkOrder& after) {
  if (after.technician_id != before.technician_id && after.state == before.state &&
      is_under_way(before.state))
    after.state = after.technician_id ? WorkOrderState::Assigned : WorkOrderState::Planned;
  if (after.state == WorkOrderState::Planned && after.technician_id) after.state = WorkOrderState::Assigned;
}

bool is_over(WorkOrderState state) {
  return state == WorkOrderState::Done || state == WorkOrderState::Closed;
}

/// The numbers of the fields that somebody's accepted operations changed after `seq`.
Result<std::set<std::uint32_t>> fields_changed_after(Database& db, const domain::WorkOrderId& id,
                                                     std::uint64_t seq) {
  std::set<std::uint32_t> numbers;
  auto query =
      db.query("SELECT body FROM feed WHERE entity_id = ? AND seq > ? AND ruling < 3 ORDER BY seq", id, seq);
  while (query.next()) {
    const auto fields = cbor::decode_fields(query.bytes(0));
    if (!fields) continue;
    for (const auto& [number, value] : fields.value()) numbers.insert(number);
  }
  if (const auto read = query.done(); !read) return read.error();
  return numbers;
}

/// Whether somebody who sends an order again says what is there; what happened to it since counts for
/// nothing.
bool is_same_plan(const WorkOrder& there, const WorkOrder& wanted) {
  auto as_wanted = there;
  as_wanted.state = wanted.state;
  return domain::changes_of(as_wanted, wanted).empty();
}

WorkOrder changed(const WorkOrder& before, const WorkOrderChange& change) {
  auto after = before;
  if (change.technician.is_given) after.technician_id = change.technician.value;
  if (change.site.is_given) after.site_id = change.site.value;
  if (change.asset.is_given) after.asset_id = change.asset.value;
  if (change.window_start.is_given) after.window_start = change.window_start.value;
  if (change.window_end.is_given) after.window_end = change.window_end.value;
  if (change.kind) after.kind = *change.kind;
  if (change.zone) after.zone = *change.zone;
  if (change.summary) after.summary = *change.summary;
  if (change.bring) after.bring = *change.bring;
  if (change.form_key) after.form_key = *change.form_key;
  if (change.state) after.state = *change.state;
  return after;
}

}  // namespace

Result<Json> list_work_orders(OrganisationStore& store, const WorkOrderFilter& filter,
                              const std::optional<domain::WorkOrderId>& after, std::size_t count_max) {
  auto& db = store.db();
  count_max = std::clamp<std::size_t>(count_max, 1, kWorkOrderPageMax);
  auto condition = condition_of(db, filter);
  if (!condition) return condition.error();
  Json page{{"work_orders", Json::array()}, {"next", nullptr}, {"count", nullptr}};
  if (after) {
    const auto last = storage::find<WorkOrder>(db, *after);
    if (!last) return last.error();
    if (!last.value()) return Error{ErrorKind::NotFound, "there is no work order of this id to go on after"};
    condition.value().add("(COALESCE(w.window_start_ms, 0), w.id) > (?, ?)",
                          last.value()->window_start.value_or(Instant{}), *after);
  } else {
    auto query =
        condition.value().query(db, "SELECT count(*) FROM work_order w WHERE " + condition.value().text());
    if (query.next()) page["count"] = query.integer(0);
    if (const auto read = query.done(); !read) return read.error();
  }
  auto& orders = page["work_orders"];
  {
    auto query = condition.value().query(db,
                                         std::string(kColumns) + condition.value().text() +
                                             " ORDER BY COALESCE(w.window_start_ms, 0), w.id LIMIT ?",
                                         static_cast<std::int64_t>(count_max + 1));
    while (query.next()) {
      if (orders.size() == count_max) {
        page["next"] = orders.back()["id"];
        break;
      }
      orders.push_back(read_order(query));
    }
    if (const auto read = query.done(); !read) return read.error();
  }
  for (auto& order : orders) {
    const auto id = id_of_text<AnyId>(order["id"].get<std::string>());
    auto visit = visit_of(db, id.value());
    if (!visit) return visit.error();
    order["visit"] = std::move(visit).value();
  }
  return page;
}

Result<std::optional<Json>> work_order_json(OrganisationStore& store, const domain::WorkOrderId& id) {
  WorkOrderFilter only_this;
  only_this.id = id;
  auto page = list_work_orders(store, only_this, std::nullopt, 1);
  if (!page) return page.error();
  auto& orders = page.value()["work_orders"];
  return orders.empty() ? std::optional<Json>{} : std::optional<Json>{std::move(orders.front())};
}

Result<domain::WorkOrderId> add_work_order(OrganisationStore& store, const domain::UserId& by,
                                           NewWorkOrder wanted) {
  auto& order = wanted.order;
  order.id = wanted.id.value_or(make_id<domain::WorkOrderId>(store.clock(), store.random()));
  const auto there = storage::find<WorkOrder>(store.db(), order.id);
  if (!there) return there.error();
  if (const auto kept = keep_texts(order); !kept) return kept.error();
  order.state = order.technician_id ? WorkOrderState::Assigned : WorkOrderState::Planned;
  if (there.value()) {
    // The answer to the first try was lost, or the id was taken for something else meanwhile.
    order.number = there.value()->number;
    if (is_same_plan(*there.value(), order)) return order.id;
    return Error{ErrorKind::Conflict, "a work order of this id is there already, with other words"};
  }
  const auto customer = storage::find<domain::Customer>(store.db(), order.customer_id);
  if (!customer) return customer.error();
  if (!customer.value()) return broken_rule("unknown_customer", "there is no customer of this id");
  if (order.summary.empty()) return broken_rule("summary_missing", "say in a few words what is to be done");
  WorkOrder nothing;
  nothing.customer_id = order.customer_id;
  if (const auto checked = check_order(store.db(), nothing, order); !checked) return checked.error();
  auto number = store.next_number('W');
  if (!number) return number.error();
  order.number = std::move(number).value();
  if (const auto created = server::office_create(store, by, order); !created) return created.error();
  if (const auto noted = store.note_audit(to_text(by), "work_order.added", order.number, ""); !noted)
    return noted.error();
  return order.id;
}

Done change_work_order(OrganisationStore& store, const domain::UserId& by, const domain::WorkOrderId& id,
                       const WorkOrderChange& change) {
  const auto found = storage::find<WorkOrder>(store.db(), id);
  if (!found) return found.error();
  if (!found.value()) return Error{ErrorKind::NotFound, "there is no work order of this id"};
  const auto& before = *found.value();
  auto after = changed(before, change);
  if (const auto kept = keep_texts(after); !kept) return kept;
  const bool is_asked_to_plan = change.state && *change.state != before.state;
  follow_technician(before, after);
  if (is_over(before.state) && !is_asked_to_plan)
    return broken_rule("work_is_done", "the work is done already: plan it again first");
  if (!is_under_way(before.state) && after.technician_id != before.technician_id && !is_asked_to_plan)
    return broken_rule("order_is_over",
                       "this order was cancelled or declined: plan it again with whoever goes");
  if (const auto checked = check_order(store.db(), before, after); !checked) return checked;
  if (!domain::can_become(before.state, after.state, /*is_office=*/true)) {
    return broken_rule("state_not_possible",
                       fmt::format("an order that is {} cannot become {}", domain::name_of(before.state),
                                   domain::name_of(after.state)));
  }

  const auto ours = domain::changes_of(before, after);
  const auto theirs = fields_changed_after(store.db(), id, change.seen_seq);
  if (!theirs) return theirs.error();
  for (const auto& [number, value] : ours) {
    if (theirs.value().contains(number))
      return Error{ErrorKind::Conflict, "somebody changed this work order after you had read it"};
  }
  if (const auto written = server::office_change(store, by, before, after); !written) return written;
  return store.note_audit(to_text(by), "work_order.changed", before.number, domain::name_of(after.state));
}

}  // namespace aftercare::office
