#include "client/work/attention.h"
#include "client/work/reading.h"
#include "client/work/standing_row.h"
#include "sync/protocol/letting_go.h"
#include "sync/store/unsent.h"

#include <fmt/format.h>

namespace aftercare::work {
namespace {

constexpr std::size_t kUnsentMax = 200;
constexpr std::uint64_t kVisitByteCountMin = 2 << 20;

Result<std::vector<shown::UnsentVisit>> unsent_rows(storage::Database& db,
                                                    const std::set<domain::VisitId>& ids) {
  static const auto kText = fmt::format(
      "SELECT v.id, c.name, a.name, v.kind, v.started_at_ms, {} FROM visit v LEFT JOIN customer c ON c.id = v.customer_id "
      "LEFT JOIN asset a ON a.id = v.asset_id {}WHERE v.id = ?",
      kStandingColumns, kStandingJoins);
  std::vector<shown::UnsentVisit> rows;
  // Ids begin with their time, so the newest stand last.
  for (auto id = ids.rbegin(); id != ids.rend() && rows.size() < kUnsentMax; ++id) {
    auto query = db.query(kText, *id);
    if (query.next()) {
      shown::UnsentVisit row;
      row.id = *id;
      row.customer_name = query.text(1);
      row.asset_name = query.text(2);
      storage::read_column(query, 3, row.kind);
      const auto [standing, since] = read_standing(query, 5);
      row.standing = standing;
      row.at = since.value_or(from_ms(query.integer(4)));
      rows.push_back(std::move(row));
    }
    if (const auto read = query.done(); !read) return read.error();
  }
  return rows;
}

Result<std::int64_t> number_of(storage::Database& db, std::string_view sql) {
  auto query = db.query(sql);
  std::int64_t number = 0;
  if (query.next()) number = query.integer(0);
  if (const auto read = query.done(); !read) return read.error();
  return number;
}

Done count_blobs(storage::Database& db, shown::SyncPage& page) {
  auto query = db.query(  // a thumbnail is part of its photo and not counted
      "SELECT is_small, count(*) FROM blob x WHERE is_here AND NOT is_held AND "
      "(EXISTS (SELECT 1 FROM photo p WHERE p.sha256 = x.sha256) OR "
      "EXISTS (SELECT 1 FROM sign_off s WHERE s.strokes_sha256 = x.sha256)) GROUP BY is_small");
  while (query.next()) {
    auto& count = query.integer(0) != 0 ? page.unsent_signature_count : page.unsent_photo_count;
    count = static_cast<std::size_t>(query.integer(1));
  }
  return query.done();
}

/// What a visit with photos takes, by the newest thousand photos.
Result<std::uint64_t> visit_byte_count(storage::Database& db) {
  const auto mean = number_of(db,
                              "SELECT sum(byte_count) / count(DISTINCT visit_id) FROM "
                              "(SELECT byte_count, visit_id FROM photo ORDER BY rowid DESC LIMIT 1000)");
  if (!mean) return mean.error();
  return std::max(static_cast<std::uint64_t>(std::max<std::int64_t>(mean.value(), 0)), kVisitByteCountMin);
}

}  // namespace

Result<std::set<domain::VisitId>> unsent_visits(storage::Database& db) { return sync::unsent_visits(db); }

Result<shown::SyncPage> load_sync(sync::DeviceStore& store, const std::filesystem::path& folder) {
  auto& db = store.db();
  const auto standing = store.standing();
  if (!standing) return standing.error();
  const auto unsent = unsent_visits(db);
  if (!unsent) return unsent.error();
  auto rows = unsent_rows(db, unsent.value());
  if (!rows) return rows.error();
  auto attention = attention_of(db, standing.value());
  if (!attention) return attention.error();
  const auto visit_count = number_of(db, "SELECT count(*) FROM visit");
  if (!visit_count) return visit_count.error();
  const auto byte_count = visit_byte_count(db);
  if (!byte_count) return byte_count.error();

  shown::SyncPage page;
  page.unsent = std::move(rows).value();
  page.unsent_visit_count = unsent.value().size();
  page.unsent_change_count = standing.value().unsent_count;
  if (const auto counted = count_blobs(db, page); !counted) return counted.error();
  const auto all = static_cast<std::size_t>(visit_count.value());
  page.held_visit_count = all - std::min(all, page.unsent_visit_count);
  page.synced_at = standing.value().synced_at;
  page.server_offset_ms = standing.value().server_offset_ms;
  page.attention = std::move(attention).value();
  page.is_revoked = standing.value().is_revoked;
  std::error_code unknown;
  const auto space = std::filesystem::space(folder, unknown);
  const auto room = store.free_byte_count();
  if (!room) return room.error();
  if (!unknown) {
    page.free_byte_count = room.value();
    page.disk_byte_count = space.capacity;
  }
  if (!protocol::may_fetch(/*is_small=*/false, room.value())) {
    const auto waiting = store.photo_to_fetch_count();
    if (!waiting) return waiting.error();
    page.photo_waiting_count = waiting.value();
  }
  page.visit_byte_count = byte_count.value();
  return page;
}

}  // namespace aftercare::work
