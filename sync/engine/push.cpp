#include "sync/engine/push.h"

#include "sync/engine/sign_in.h"
#include "sync/protocol/tags.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::sync {
namespace {

using protocol::PushAnswer;
using protocol::Receipt;

/// One batch of our journal.
struct Offer {
  std::vector<Operation> operations;
  std::uint64_t last_dseq = 0;
};

Failure not_our_servers_word(const char* why) {
  return {FailureClass::Server,
          {ErrorKind::Corrupt, fmt::format("the server's receipt {}; nothing was noted", why)}};
}

/// Whether our own journal passes through this point. A journal of nothing is part of every journal.
Result<bool> is_ours(Attempt& attempt, const Bookmark& mark, const Head& head) {
  if (head.dseq == 0) return true;
  if (head.dseq > mark.head.dseq) return false;
  const auto hash = attempt.store.hash_at(head.dseq);
  if (!hash) return hash.error();
  return hash.value() == head.hash;
}

/// What comes next: after what is held, or after what the server has seen without signing for it.
Result<Offer> next_offer(Attempt& attempt, const Bookmark& mark) {
  const auto& limits = attempt.options.limits;
  const auto after = std::max(mark.held_dseq, attempt.elsewhere ? attempt.elsewhere->offered_dseq : 0);
  auto operations =
      attempt.store.operations_after(after, limits.push_operation_count_max, limits.push_byte_count_max);
  if (!operations) return operations.error();
  const auto last_dseq = after + operations.value().size();
  return Offer{std::move(operations).value(), last_dseq};
}

protocol::PushRequest request_for(const Attempt& attempt, const Bookmark& mark,
                                  std::vector<Operation> operations) {
  const auto head = protocol::operation_hash(operations.back().header);
  const auto text = protocol::head_text(attempt.identity.organisation_id, head);
  return {.lineage = attempt.lineage.value_or(mark.lineage),
          .operations = std::move(operations),
          .head_signature = sign(attempt.identity.key, protocol::kHeadTag, text),
          .epoch = mark.epoch};
}

/// From now on the server knows us by another name. What it sent us so far left out what the other copy
/// wrote, as if it were ours: the feed is read once more from its start.
Outcome enter_lineage(Attempt& attempt, const Receipt& receipt) {
  attempt.report.is_copy = true;
  if (const auto noted = attempt.store.note_epoch(receipt.epoch); !noted)
    return device_failure(noted.error());
  const auto noted = attempt.store.note_held(receipt.head.dseq);  // it has just signed for these
  return noted ? Outcome{} : device_failure(noted.error());
}

Outcome take(Attempt& attempt, const Bookmark& mark, const Offer& offer, const PushAnswer& answer) {
  const auto& identity = attempt.identity;
  if (!protocol::is_signed_by(identity.organisation_key, protocol::kReceiptTag, answer.receipt)) {
    return not_our_servers_word("is not signed by the organisation");
  }
  const auto decoded = protocol::decode_receipt(answer.receipt.statement);
  if (!decoded) return not_our_servers_word("cannot be read");
  const auto& receipt = decoded.value();
  if (receipt.organisation_id != identity.organisation_id || receipt.device_id != identity.device_id) {
    return not_our_servers_word("is for another device");
  }

  const auto ours = is_ours(attempt, mark, receipt.head);
  if (!ours) return device_failure(ours.error());
  if (!ours.value()) {
    // Either another copy of this folder has written, and all that we offered so far is common to both;
    // then the two part further on, or where our journal ends. Or this is nonsense: `nothing_left`.
    attempt.elsewhere = {offer.last_dseq, receipt.head};
    return {};
  }
  attempt.elsewhere.reset();

  // What it holds in another epoch it has to say again once we read that epoch's feed.
  if (receipt.epoch != mark.epoch) return enter_epoch(attempt, receipt.epoch);

  if (receipt.head.dseq <= mark.held_dseq) {
    return Failure{FailureClass::Server, {ErrorKind::Refused, "the server took nothing of what was sent"}};
  }
  if (const auto noted = attempt.store.note_receipt(receipt, answer.receipt, answer.set_aside); !noted) {
    return device_failure(noted.error());
  }
  attempt.lineage.reset();
  attempt.has_receipt = true;
  auto& report = attempt.report;
  report.operation_sent_count += receipt.head.dseq - mark.held_dseq;
  report.set_aside.insert(report.set_aside.end(), answer.set_aside.begin(), answer.set_aside.end());
  return receipt.lineage == mark.lineage ? Outcome{} : enter_lineage(attempt, receipt);
}

/// All that is here was offered. Says whether that was the end of it.
Outcome nothing_left(Attempt& attempt, const Bookmark& mark) {
  if (!attempt.elsewhere) return {};
  // This folder is an older copy of the device that the server knows. What is recorded here next will
  // differ from what the server has, and the server will then open a lineage for it.
  attempt.report.is_copy = attempt.elsewhere->head.dseq > mark.head.dseq;
  attempt.is_push_over = true;
  return attempt.report.is_copy ? Outcome{}
                                : not_our_servers_word("is for operations that were never made here");
}

Outcome take(Attempt& attempt, const Bookmark& mark, const Offer& /*offer*/, const Behind& behind) {
  if (++attempt.behind_count > attempt.options.limits.behind_count_max) {
    return Failure{FailureClass::Operation,
                   {ErrorKind::Conflict,
                    "the server and this device do not find where they agree; everything stays here"}};
  }
  attempt.report.behind = behind;
  if (behind.epoch != mark.epoch) {
    if (auto failure = enter_epoch(attempt, behind.epoch)) return failure;
  }

  const auto ours = is_ours(attempt, mark, behind.head);
  if (!ours) return device_failure(ours.error());
  if (!ours.value()) attempt.report.is_copy = true;
  attempt.elsewhere.reset();
  attempt.lineage = behind.lineage;  // it may have forgotten ours

  // Where its head is ours, it was restored and lost what came later: go on from there. Where not,
  // another copy of this device wrote it. Nobody knows where the two parted, so all of ours is offered
  // again: the server skips what it has and opens a lineage at the first difference.
  const auto noted = attempt.store.note_held(ours.value() ? behind.head.dseq : 0);
  return noted ? Outcome{} : device_failure(noted.error());
}

Outcome take(Attempt& attempt, const Bookmark& /*mark*/, const Offer& /*offer*/, const OtherEpoch& other) {
  return enter_epoch(attempt, other.epoch);
}

Outcome push_all(Attempt& attempt) {
  for (std::size_t round = 0; round < attempt.options.limits.push_round_count_max; ++round) {
    if (attempt.is_push_over || attempt.is_stopped()) return {};
    const auto mark = attempt.store.bookmark();
    if (!mark) return device_failure(mark.error());
    auto offer = next_offer(attempt, mark.value());
    if (!offer) return device_failure(offer.error());
    if (offer.value().operations.empty()) return nothing_left(attempt, mark.value());

    const auto sent = attempt.report.operation_sent_count;
    const auto waiting = mark.value().head.dseq - std::min(mark.value().held_dseq, mark.value().head.dseq);
    attempt.tell({.stage = Progress::Stage::Sending, .done_count = sent, .total_count = sent + waiting});

    const auto request = request_for(attempt, mark.value(), std::move(offer.value().operations));
    const auto answer = signed_in(attempt, [&] { return attempt.server.push(request); });
    if (!answer) return server_failure(attempt, answer.error());

    // Read again: somebody may have recorded something while we waited.
    const auto now = attempt.store.bookmark();
    if (!now) return device_failure(now.error());
    auto failure = std::visit(
        [&](const auto& word) { return take(attempt, now.value(), offer.value(), word); }, answer.value());
    if (failure) return failure;
  }
  return {};
}

/// A revoked device is about to erase itself on the server's word, and reads no feed that would tell of a
/// restore: it asks once more for a receipt of its last operation. The server gives the same answer again,
/// or says what it lost.
Outcome ask_again(Attempt& attempt) {
  const auto mark = attempt.store.bookmark();
  if (!mark) return device_failure(mark.error());
  const auto head = mark.value().head.dseq;
  if (head == 0 || mark.value().held_dseq < head) return {};
  const auto noted = attempt.store.note_held(head - 1);
  return noted ? Outcome{} : device_failure(noted.error());
}

}  // namespace

Outcome push(Attempt& attempt) {
  if (attempt.session.is_revoked && !attempt.has_receipt) {
    if (auto failure = ask_again(attempt)) return failure;
  }
  auto failure = push_all(attempt);
  // Asked again in this run, it would fail again, and take the photos with it.
  if (failure) attempt.is_push_over = true;
  return failure;
}

}  // namespace aftercare::sync
