#include "sync/office/visit_log.h"

#include "shared/storage/records.h"
#include "sync/office/matching.h"
#include "sync/server/seal_check.h"

namespace aftercare::office {
namespace {

using Json = nlohmann::json;
using server::OrganisationStore;
using storage::Database;

/// The outcome of the newest sign-off: an amendment replaces what it names.
constexpr std::string_view kStateOf =
    "(SELECT x.outcome FROM sign_off x WHERE x.visit_id = v.id ORDER BY x.rowid DESC LIMIT 1)";

Result<Condition> condition_of(Database& db, const VisitFilter& filter) {
  Condition condition;
  if (filter.from) condition.add("v.started_at_ms >= ?", *filter.from);
  if (filter.until) condition.add("v.started_at_ms < ?", *filter.until);
  if (filter.technician) condition.add("v.technician_id = ?", *filter.technician);
  if (filter.kind) condition.add("v.kind = ?", *filter.kind);
  if (filter.customer) condition.add("v.customer_id = ?", *filter.customer);
  if (filter.id) condition.add("v.id = ?", *filter.id);
  if (filter.state == "open") {
    condition.add(std::string(kStateOf) + " IS NULL");
  } else if (!filter.state.empty()) {
    condition.add(std::string(kStateOf) + " = ?", filter.state);
  }
  if (const auto added = add_words(db, "v", "", filter.words, condition); !added) return added.error();
  return condition;
}

Result<std::int64_t> count_visits(Database& db, const Condition& condition) {
  auto query = condition.query(db, "SELECT count(*) FROM visit v WHERE " + condition.text());
  const auto count = query.next() ? query.integer(0) : 0;
  if (const auto read = query.done(); !read) return read.error();
  return count;
}

VisitLine read_line(const storage::Query& query) {
  VisitLine line;
  line.id = query.id<domain::VisitId>(0);
  line.number = query.text(1);
  line.kind = query.text(2);
  line.customer_id = query.id<domain::CustomerId>(3);
  line.customer = query.text(4);
  line.customer_number = query.text(5);
  line.site = query.text(6);
  line.asset = query.text(7);
  line.technician_id = query.id<domain::UserId>(8);
  line.technician = query.text(9);
  line.started_at = from_ms(query.integer(10));
  line.zone = query.text(11);
  line.price_minor = query.integer(12);
  line.currency = query.text(13);
  line.photo_count = query.integer(14);
  line.lost_count = query.integer(15);
  if (!query.is_null(16)) line.stars = query.integer(16);
  return line;
}

Done add_missing_blobs(Database& db, const storage::BlobFiles& blobs, VisitLine& line) {
  auto query = db.query(
      "SELECT sha256 FROM photo WHERE visit_id = ?1 UNION SELECT strokes_sha256 FROM sign_off WHERE visit_id = ?1 AND strokes_sha256 IS NOT NULL",
      line.id);
  while (query.next()) {
    const auto name = query.hash(0);
    if (name != Hash{} && !blobs.has(name)) line.missing_blobs.push_back(name);  // zero: erased by law
  }
  return query.done();
}

/// When the server got the newest part: the customer's word where there is one, else the visit.
Done add_receipt(Database& db, const AnyId& newest, VisitLine& line) {
  auto query = db.query("SELECT received_ms FROM feed WHERE entity_id = ? ORDER BY seq DESC LIMIT 1", newest);
  if (query.next()) line.received_at = from_ms(query.integer(0));
  return query.done();
}

Done complete(OrganisationStore& store, const storage::BlobFiles& blobs, VisitLine& line) {
  auto found =
      storage::where<domain::SignOff>(store.db(), "visit_id = ? ORDER BY rowid DESC LIMIT 1", line.id);
  if (!found) return found.error();
  line.state = "open";
  auto newest = id_cast<AnyId>(line.id);
  if (!found.value().empty()) {
    const auto& sign_off = found.value().front();
    newest = id_cast<AnyId>(sign_off.id);
    line.state = domain::name_of(sign_off.outcome);
    const auto check = server::check_seal_of(store, sign_off);
    if (!check) return check.error();
    line.seal = domain::name_of(check.value().state);
  }
  if (const auto added = add_receipt(store.db(), newest, line); !added) return added;
  return add_missing_blobs(store.db(), blobs, line);
}

}  // namespace

Result<VisitPage> list_visits(OrganisationStore& store, const storage::BlobFiles& blobs,
                              const VisitFilter& filter, const std::optional<domain::VisitId>& after,
                              std::size_t count_max) {
  auto& db = store.db();
  count_max = std::clamp<std::size_t>(count_max, 1, kVisitPageMax);
  auto condition = condition_of(db, filter);
  if (!condition) return condition.error();

  VisitPage page;
  if (after) {
    const auto last = storage::find<domain::Visit>(db, *after);
    if (!last) return last.error();
    if (!last.value()) return Error{ErrorKind::NotFound, "there is no visit of this id to go on after"};
    condition.value().add("(v.started_at_ms, v.id) < (?, ?)", last.value()->started_at, *after);
  } else {
    const auto count = count_visits(db, condition.value());
    if (!count) return count.error();
    page.count = count.value();
  }
  {
    auto query = condition.value().query(
        db,
        "SELECT v.id, v.number, v.kind, c.id, c.name, c.number, s.name, a.name, u.id, u.name, v.started_at_ms, v.zone, "
        "v.price_minor, v.currency, (SELECT count(*) FROM photo p WHERE p.visit_id = v.id), "
        "(SELECT count(*) FROM feed f WHERE f.entity_id IN (v.id, v.work_order_id) AND f.ruling = 2), "
        "(SELECT r.stars FROM rating r WHERE r.visit_id = v.id ORDER BY r.rowid DESC LIMIT 1) "
        "FROM visit v JOIN customer c ON c.id = v.customer_id LEFT JOIN site s ON s.id = v.site_id "
        "LEFT JOIN asset a ON a.id = v.asset_id LEFT JOIN user u ON u.id = v.technician_id WHERE " +
            condition.value().text() + " ORDER BY v.started_at_ms DESC, v.id DESC LIMIT ?",
        static_cast<std::int64_t>(count_max + 1));
    while (query.next()) {
      if (page.visits.size() == count_max) {
        page.next = page.visits.back().id;
        break;
      }
      page.visits.push_back(read_line(query));
    }
    if (const auto read = query.done(); !read) return read.error();
  }
  for (auto& line : page.visits) {
    if (const auto completed = complete(store, blobs, line); !completed) return completed.error();
  }
  return page;
}

Json to_json(const VisitLine& line) {
  Json missing = Json::array();
  for (const auto& name : line.missing_blobs) missing.push_back(to_hex(name));
  return {{"id", to_text(line.id)},
          {"number", line.number},
          {"kind", line.kind},
          {"customer",
           {{"id", to_text(line.customer_id)}, {"number", line.customer_number}, {"name", line.customer}}},
          {"site", line.site},
          {"asset", line.asset},
          {"technician", line.technician.empty()
                             ? Json(nullptr)
                             : Json{{"id", to_text(*line.technician_id)}, {"name", line.technician}}},
          {"started_at", to_rfc3339(line.started_at)},
          {"zone", line.zone},
          {"state", line.state},
          {"seal", line.seal.empty() ? Json(nullptr) : Json(line.seal)},
          {"photo_count", line.photo_count},
          {"missing_blobs", std::move(missing)},
          {"received_at", line.received_at ? Json(to_rfc3339(*line.received_at)) : Json(nullptr)},
          {"rating", line.stars ? Json(*line.stars) : Json(nullptr)},
          {"price", line.currency.empty() ? Json(nullptr)
                                          : Json{{"minor", line.price_minor}, {"currency", line.currency}}},
          {"lost_count", line.lost_count}};
}

Json to_json(const VisitPage& page) {
  Json visits = Json::array();
  for (const auto& line : page.visits) visits.push_back(to_json(line));
  return {{"visits", std::move(visits)},
          {"next", page.next ? Json(to_text(*page.next)) : Json(nullptr)},
          {"count", page.count ? Json(*page.count) : Json(nullptr)}};
}

}  // namespace aftercare::office
