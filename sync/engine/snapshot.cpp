#include "sync/engine/snapshot.h"

#include "sync/engine/push.h"
#include "sync/engine/sign_in.h"
#include "sync/protocol/tags.h"

#include <fmt/format.h>

namespace aftercare::sync {
namespace {

using protocol::RootStatement;
using protocol::SnapshotAnswer;

/// The organisation's word on where the feed goes on, when it is its word, in our epoch, and the same for
/// every page.
Result<RootStatement> checked(const Attempt& attempt, const SnapshotQuery& query,
                              const SnapshotAnswer& page) {
  const auto not_our_servers_word = [](const char* why) {
    return Error{ErrorKind::Corrupt, fmt::format("the server's records {}; nothing of them was stored", why)};
  };
  if (!protocol::is_signed_by(attempt.identity.organisation_key, protocol::kStatementTag, page.statement))
    return not_our_servers_word("are not signed for by the organisation");
  auto statement = protocol::decode_root_statement(page.statement.statement);
  if (!statement) return not_our_servers_word("come with a statement that cannot be read");
  const auto& word = statement.value();
  if (word.organisation_id != attempt.identity.organisation_id || word.epoch != query.epoch)
    return not_our_servers_word("are of another organisation or epoch");
  if (query.place.at && word.seq != *query.place.at)
    return not_our_servers_word("come with a statement about another place");
  if (!page.next.empty() && page.next == query.place.after) return not_our_servers_word("never end");
  return statement;
}

}  // namespace

Outcome take_in(Attempt& attempt) {
  const bool had_more = attempt.report.has_more_to_pull;
  for (;;) {
    if (attempt.session.is_revoked || attempt.is_stopped()) return {};
    const auto place = attempt.store.to_take_in();
    if (!place) return device_failure(place.error());
    if (!place.value()) {
      attempt.report.has_more_to_pull = had_more;
      return {};
    }
    const auto mark = attempt.store.bookmark();
    if (!mark) return device_failure(mark.error());
    attempt.report.has_more_to_pull = true;
    attempt.tell({.stage = Progress::Stage::Receiving, .done_count = attempt.report.record_taken_in_count});

    const SnapshotQuery query{mark.value().epoch, *place.value()};
    const auto answer = signed_in(attempt, [&] { return attempt.server.snapshot(query); });
    if (!answer) {
      if (attempt.session.is_revoked) return {};
      if (answer.error().kind != ErrorKind::NotFound || query.place.customer_id)
        return server_failure(attempt, answer.error());
      if (const auto noted = attempt.store.note_no_snapshot(); !noted) return device_failure(noted.error());
      continue;
    }
    if (const auto* other = std::get_if<OtherEpoch>(&answer.value())) {
      if (auto failure = enter_epoch(attempt, other->epoch)) return failure;
      if (auto failure = push(attempt)) return failure;
      continue;
    }
    const auto& page = std::get<SnapshotAnswer>(answer.value());
    const auto statement = checked(attempt, query, page);
    if (!statement) return Failure{FailureClass::Operation, statement.error()};
    if (const auto stored = attempt.store.take_in(query.place, page, statement.value()); !stored) {
      const auto is_refused =
          stored.error().kind == ErrorKind::Corrupt || stored.error().kind == ErrorKind::Invalid;
      return Failure{is_refused ? FailureClass::Operation : FailureClass::Device, stored.error()};
    }
    attempt.report.record_taken_in_count += page.rows.size();
  }
}

Outcome index(Attempt& attempt) {
  while (!attempt.is_stopped()) {
    const auto has_more = attempt.store.index_some();
    if (!has_more) return device_failure(has_more.error());
    if (!has_more.value()) return {};
  }
  return {};
}

}  // namespace aftercare::sync
