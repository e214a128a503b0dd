#include "sync/engine/compare.h"

#include "sync/engine/pull.h"
#include "sync/engine/sign_in.h"
#include "sync/engine/snapshot.h"

#include <iterator>

namespace aftercare::sync {
namespace {

/// Every row of one range; nothing when the server went over to another epoch meanwhile.
Result<std::optional<std::vector<protocol::RecordRow>>> rows_of(Attempt& attempt, const EpochId& epoch,
                                                                const protocol::RecordRange& range) {
  std::vector<protocol::RecordRow> rows;
  SnapshotQuery query{epoch, {}, range};
  for (;;) {
    auto answer = signed_in(attempt, [&] { return attempt.server.snapshot(query); });
    if (!answer) return answer.error();
    if (std::holds_alternative<OtherEpoch>(answer.value()))
      return std::optional<std::vector<protocol::RecordRow>>{};
    auto& page = std::get<protocol::SnapshotAnswer>(answer.value());
    for (const auto& row : page.rows) {
      if (row.type != static_cast<std::uint32_t>(range.type) || protocol::range_of(row.id) != range.number)
        return Error{ErrorKind::Invalid, "the server's records are not those that were asked for"};
    }
    std::ranges::move(page.rows, std::back_inserter(rows));
    if (page.next.empty()) return std::optional{std::move(rows)};
    if (page.next == query.place.after) return Error{ErrorKind::Invalid, "the server's records never end"};
    query.place.after = page.next;
  }
}

Outcome repair(Attempt& attempt, const Bookmark& mark, const protocol::RecordRange& range) {
  const auto rows = rows_of(attempt, mark.epoch, range);
  if (!rows) return server_failure(attempt, rows.error());
  if (!rows.value()) return {};
  const auto repaired = attempt.store.repair(range, *rows.value(), mark.feed_seq);
  if (!repaired) return device_failure(repaired.error());
  attempt.report.record_repaired_count += repaired.value();
  return {};
}

}  // namespace

Outcome compare(Attempt& attempt) {
  constexpr int kTryCountMax = 3;  // on a busy day the feed moves on while we count
  for (int n = 0; n < kTryCountMax; ++n) {
    const auto& report = attempt.report;
    if (attempt.session.is_revoked || attempt.is_stopped() || report.failure || report.has_more_to_pull)
      return {};
    const auto here = attempt.store.checksums_to_compare(attempt.options.compares_now);
    if (!here) return device_failure(here.error());
    if (!here.value()) return {};
    const auto mark = attempt.store.bookmark();
    if (!mark) return device_failure(mark.error());
    const ChecksumQuery query{mark.value().epoch, mark.value().feed_seq, mark.value().scope_seq};
    const auto there = signed_in(attempt, [&] { return attempt.server.checksums(query); });
    if (!there && there.error().kind == ErrorKind::Conflict) {
      if (auto failure = pull(attempt)) return failure;
      continue;
    }
    if (!there && there.error().kind != ErrorKind::NotFound) return server_failure(attempt, there.error());
    if (there) {
      const auto* sums = std::get_if<protocol::Checksums>(&there.value());
      if (sums == nullptr) return {};  // the next run goes over to the new epoch
      for (const auto& range : protocol::differences(*here.value(), *sums)) {
        if (attempt.is_stopped()) return {};
        if (auto failure = repair(attempt, mark.value(), range)) return failure;
      }
      attempt.report.is_compared = true;
      if (auto failure = index(attempt)) return failure;
    }
    const auto noted = attempt.store.note_compared();
    return noted ? Outcome{} : device_failure(noted.error());
  }
  return {};
}

}  // namespace aftercare::sync
