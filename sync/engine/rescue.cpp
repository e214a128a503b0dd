#include "sync/engine/rescue.h"

#include "sync/engine/blobs.h"
#include "sync/engine/sign_in.h"

#include <algorithm>

namespace aftercare::sync {
namespace {

using protocol::RescueAnswer;
using protocol::RescueWord;

/// One file on its way.
struct Delivery {
  CarriedRescue rescue;
  Bytes head;
  std::uint64_t number = 1;                               // of the piece that comes next
  std::optional<std::uint64_t> behind_at = std::nullopt;  // the first that followed on something not there
  std::size_t resume_count = 0;
  RescueAnswer last = {};
};

/// What the file brought beyond what it brought before, by the server's word.
void count(Attempt& attempt, Delivery& delivery, const RescueAnswer& answer) {
  const auto grown = [](std::uint64_t now, std::uint64_t before) { return now > before ? now - before : 0; };
  attempt.report.rescue_operation_count +=
      grown(answer.new_operation_count, delivery.last.new_operation_count);
  attempt.report.rescue_blob_count += grown(answer.new_blob_count, delivery.last.new_blob_count);
  delivery.last = answer;
}

/// Keeps the file for another day and lets the others go on.
Outcome keep_for_later(Attempt& attempt, Delivery& delivery, Error why) {
  const auto mark = attempt.store.bookmark();
  if (!mark) return device_failure(mark.error());
  delivery.rescue.waits_since_seq = mark.value().feed_seq;
  if (const auto noted = attempt.store.note_rescue(delivery.rescue); !noted)
    return device_failure(noted.error());
  attempt.report.rescue_troubles.push_back({delivery.rescue.id, why});
  return Failure{FailureClass::Operation, std::move(why)};
}

Outcome finish(Attempt& attempt, const Delivery& delivery) {
  attempt.report.rescue_damaged_count += delivery.rescue.damaged_count;
  ++attempt.report.rescue_delivered_count;
  const auto dropped = attempt.store.drop_rescue(delivery.rescue.id);
  return dropped ? Outcome{} : device_failure(dropped.error());
}

/// Nothing behind the last one.
Result<std::optional<Bytes>> next_piece(Attempt& attempt, const Delivery& delivery) {
  if (delivery.number > delivery.rescue.piece_count) return std::optional<Bytes>{};
  auto piece = attempt.store.rescue_piece(delivery.rescue.id, delivery.number);
  if (!piece) return piece.error();
  return std::optional{std::move(piece).value()};
}

/// Where to go on: the server skips what it has, or asks for the parts of a blob once more. A blob that never
/// becomes whole is left behind, so that it does not hold up the others.
void go_to(const Attempt& attempt, Delivery& delivery, std::uint64_t next) {
  const bool is_stuck =
      next <= delivery.number &&
      (next == 0 || ++delivery.resume_count > attempt.options.limits.rescue_resume_count_max);
  if (is_stuck) ++delivery.rescue.damaged_count;
  delivery.number = is_stuck ? delivery.number + 1 : std::min(next, delivery.rescue.piece_count + 1);
}

Outcome take(Attempt& attempt, Delivery& delivery, const RescueAnswer& answer) {
  if (answer.word == RescueWord::Damaged) ++delivery.rescue.damaged_count;
  if (answer.word == RescueWord::Behind && !delivery.behind_at) delivery.behind_at = delivery.number;
  go_to(attempt, delivery, answer.next);
  delivery.rescue.next_piece = delivery.behind_at.value_or(delivery.number);
  const auto noted = attempt.store.note_rescue(delivery.rescue);
  return noted ? Outcome{} : device_failure(noted.error());
}

Outcome hand_in(Attempt& attempt, Delivery& delivery) {
  while (!attempt.is_stopped()) {
    const auto count_all = delivery.rescue.piece_count;
    attempt.tell({Progress::Stage::CarryingRescue, std::min(delivery.number - 1, count_all), count_all});
    if (delivery.number > count_all && delivery.behind_at) {
      return keep_for_later(
          attempt, delivery,
          {ErrorKind::Conflict,
           "the server lacks what this device wrote before: the rescue file is kept here and tried again when the "
           "server knows more; connect the first device to a network if it still works"});
    }
    auto piece = next_piece(attempt, delivery);
    if (!piece) return keep_for_later(attempt, delivery, piece.error());

    const protocol::RescueRequest request{delivery.head, delivery.number, std::move(piece).value()};
    const auto answer = signed_in(attempt, [&] { return attempt.server.hand_in_rescue(request); });
    if (!answer) {
      auto failure = server_failure(attempt, answer.error());
      if (failure.what != FailureClass::Operation) return failure;
      return keep_for_later(attempt, delivery, failure.error);
    }
    count(attempt, delivery, answer.value());
    if (answer.value().word == RescueWord::Closed) return finish(attempt, delivery);
    if (auto failure = take(attempt, delivery, answer.value())) return failure;
    if (auto failure = let_urgent_go_first(attempt)) return failure;
  }
  return {};
}

}  // namespace

Outcome hand_in_rescues(Attempt& attempt) {
  const auto rescues = attempt.store.rescues();
  if (!rescues) return device_failure(rescues.error());
  if (rescues.value().empty()) return {};
  const auto mark = attempt.store.bookmark();
  if (!mark) return device_failure(mark.error());

  Outcome first_failure;
  for (const auto& rescue : rescues.value()) {
    if (rescue.waits_since_seq == mark.value().feed_seq || attempt.is_stopped()) continue;
    auto head = attempt.store.rescue_head(rescue.id);
    Delivery delivery{.rescue = rescue,
                      .head = head ? std::move(head).value() : Bytes{},
                      .number = std::max<std::uint64_t>(rescue.next_piece, 1)};
    delivery.rescue.waits_since_seq.reset();
    auto failure = head ? hand_in(attempt, delivery) : keep_for_later(attempt, delivery, head.error());
    if (failure && failure->what != FailureClass::Operation) return failure;
    if (failure && !first_failure) first_failure = std::move(failure);
  }
  return first_failure;
}

}  // namespace aftercare::sync
