#include "sync/engine/pull.h"

#include "sync/engine/push.h"
#include "sync/engine/sign_in.h"
#include "sync/engine/snapshot.h"
#include "sync/protocol/tags.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::sync {
namespace {

using protocol::PullAnswer;
using protocol::RootStatement;

/// What the organisation says about the page, when it is its word, about this page, and in our epoch.
Result<RootStatement> checked(const Attempt& attempt, const Bookmark& mark, const PullAnswer& page) {
  const auto not_our_servers_word = [](const char* why) {
    return Error{ErrorKind::Corrupt, fmt::format("the server's page {}; nothing of it was stored", why)};
  };

  if (!protocol::is_signed_by(attempt.identity.organisation_key, protocol::kStatementTag, page.statement)) {
    return not_our_servers_word("is not signed by the organisation");
  }
  auto statement = protocol::decode_root_statement(page.statement.statement);
  if (!statement) return not_our_servers_word("comes with a statement that cannot be read");
  if (statement.value().organisation_id != attempt.identity.organisation_id ||
      statement.value().epoch != mark.epoch) {
    return not_our_servers_word("is of another organisation or epoch");
  }

  auto seq = mark.feed_seq;
  for (const auto& item : page.items) {
    if (item.seq != ++seq) return not_our_servers_word("leaves something out");
  }
  if (statement.value().seq != seq) return not_our_servers_word("comes with a statement about another place");
  if (page.scope_seq < mark.scope_seq)
    return not_our_servers_word("goes back behind what we know of our scope");
  const bool is_empty = page.items.empty() && page.scope_changes.empty();
  if (page.has_more && is_empty) return not_our_servers_word("is empty and says that more follows");
  return statement;
}

void count(RunReport& report, const PullAnswer& page) {
  report.feed_item_count += page.items.size();
  report.operation_received_count += static_cast<std::uint64_t>(
      std::ranges::count_if(page.items, [](const auto& item) { return item.content.has_value(); }));
}

}  // namespace

Outcome pull(Attempt& attempt) {
  auto wait = attempt.options.wait;
  if (wait.count() > 0) {
    const auto photos = attempt.store.blobs_to_send(1);
    if (!photos) return device_failure(photos.error());
    if (!photos.value().empty()) wait = std::chrono::seconds{0};  // they come after us
  }
  attempt.report.has_more_to_pull = true;
  bool wants_own_too = false;  // our disk was restored: the feed has operations of ours that we lack
  for (std::size_t page = 0; page < attempt.options.limits.pull_page_count_max; ++page) {
    if (auto failure = take_in(attempt)) return failure;
    if (attempt.session.is_revoked || attempt.is_stopped()) return {};
    const auto mark = attempt.store.bookmark();
    if (!mark) return device_failure(mark.error());
    attempt.tell({.stage = Progress::Stage::Receiving, .done_count = attempt.report.feed_item_count});

    const auto lineage = wants_own_too ? Hash{} : mark.value().lineage;
    const PullQuery query{mark.value().epoch, lineage, mark.value().feed_seq, wait, mark.value().scope_seq};
    const auto answer = signed_in(attempt, [&] { return attempt.server.pull(query); });
    wait = std::chrono::seconds{0};
    if (!answer) {
      if (attempt.session.is_revoked) return {};  // we learned it just now
      return server_failure(attempt, answer.error());
    }

    if (const auto* other = std::get_if<OtherEpoch>(&answer.value())) {
      if (auto failure = enter_epoch(attempt, other->epoch)) return failure;
      // Before its feed is read, the restored server gets back what it lost.
      if (auto failure = push(attempt)) return failure;
      continue;
    }

    const auto& items = std::get<PullAnswer>(answer.value());
    const auto statement = checked(attempt, mark.value(), items);
    // Our photos and signatures need no feed to be safe: only this step ends.
    if (!statement) return Failure{FailureClass::Operation, statement.error()};
    if (const auto stored = attempt.store.apply_page(items, statement.value()); !stored) {
      if (stored.error().kind == ErrorKind::Conflict && !wants_own_too) {
        wants_own_too = true;
        continue;
      }
      const auto is_refused =
          stored.error().kind == ErrorKind::Corrupt || stored.error().kind == ErrorKind::Invalid;
      return Failure{is_refused ? FailureClass::Operation : FailureClass::Device, stored.error()};
    }
    count(attempt.report, items);
    attempt.report.has_more_to_pull = items.has_more;
    if (!items.has_more) return take_in(attempt);
  }
  return {};
}

}  // namespace aftercare::sync
