#include "sync/engine/blobs.h"

#include "sync/engine/push.h"
#include "sync/engine/sign_in.h"
#include "sync/protocol/letting_go.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::sync {
namespace {

enum class Lane { Small, All };

bool is_in_trouble(const RunReport& report, const Hash& sha256) {
  return std::ranges::any_of(report.blob_troubles,
                             [&](const auto& trouble) { return trouble.sha256 == sha256; });
}

/// Keeps a blob that cannot be moved from holding up the others.
void leave_out(Attempt& attempt, const Hash& sha256, Error error) {
  if (!attempt.report.failure) attempt.report.failure = Failure{FailureClass::Operation, error};
  attempt.report.blob_troubles.push_back({sha256, std::move(error)});
}

/// The next blobs of a lane. As many more are asked for as are in trouble, so that these cannot fill
/// the page for ever.
Result<std::vector<BlobTask>> next_to_send(Attempt& attempt, Lane lane) {
  const auto count_max = attempt.options.limits.blob_question_count_max;
  auto tasks = attempt.store.blobs_to_send(count_max + attempt.report.blob_troubles.size());
  if (!tasks) return tasks;
  auto& list = tasks.value();
  std::erase_if(list, [&](const auto& task) {
    return (lane == Lane::Small && !task.is_small) || is_in_trouble(attempt.report, task.sha256);
  });
  if (list.size() > count_max) list.resize(count_max);
  return tasks;
}

/// Takes off the list what the server already has.
Outcome ask_what_is_missing(Attempt& attempt, std::vector<BlobTask>& tasks) {
  std::vector<Hash> hashes;
  hashes.reserve(tasks.size());
  for (const auto& task : tasks) hashes.push_back(task.sha256);
  const auto missing = signed_in(attempt, [&] { return attempt.server.missing_blobs(hashes); });
  if (!missing) return server_failure(attempt, missing.error());

  std::vector<BlobTask> left;
  for (const auto& task : tasks) {
    if (std::ranges::find(missing.value(), task.sha256) != missing.value().end()) {
      left.push_back(task);
      continue;
    }
    if (const auto noted = attempt.store.note_blob_held(task.sha256); !noted)
      return device_failure(noted.error());
    ++attempt.report.blob_known_count;
    if (!task.is_small) ++attempt.photo_done_count;
  }
  tasks = std::move(left);
  return {};
}

/// Nothing when the blob is there, or was left out with a reason; a failure that ends the run
/// otherwise.
Outcome send_one(Attempt& attempt, const BlobTask& task) {
  const auto& limits = attempt.options.limits;
  const auto part_size = limits.blob_part_byte_count_max;
  if (task.byte_count == 0 || task.byte_count > limits.blob_byte_count_max) {
    leave_out(attempt, task.sha256,
              {ErrorKind::Refused, fmt::format("a blob of {} bytes cannot be sent", task.byte_count)});
    return {};
  }

  std::uint64_t offset = 0;
  if (task.byte_count > part_size) {  // else the whole of it costs less than the question
    const auto known = signed_in(attempt, [&] { return attempt.server.blob_offset(task.sha256); });
    if (!known) return server_failure(attempt, known.error());
    offset = known.value();
  }

  std::size_t resume_count = 0;
  for (;;) {
    if (attempt.is_stopped()) return {};
    // A server that has all of it, unchecked, gets an empty last part: only then does it check.
    const auto from = std::min(offset, task.byte_count);
    const auto bytes = from < task.byte_count ? attempt.store.read_blob(task.sha256, from, part_size)
                                              : Result<Bytes>{Bytes{}};
    if (!bytes || (bytes.value().empty() && from < task.byte_count)) {
      leave_out(attempt, task.sha256,
                bytes ? Error{ErrorKind::Corrupt, "a photo here is shorter than it was"} : bytes.error());
      return {};
    }
    const auto next = from + bytes.value().size();
    const auto is_last = next >= task.byte_count;

    const auto answer = signed_in(
        attempt, [&] { return attempt.server.send_blob_part(task.sha256, from, bytes.value(), is_last); });
    const auto must_begin_again = !answer && answer.error().kind == ErrorKind::Conflict;
    if (!answer && !must_begin_again) {
      auto failure = server_failure(attempt, answer.error());
      if (failure.what != FailureClass::Operation) return failure;
      leave_out(attempt, task.sha256, failure.error);
      return {};
    }
    if (answer && is_last && answer.value() == task.byte_count) break;

    const auto told = must_begin_again ? 0 : answer.value();
    if (told != next && ++resume_count > limits.blob_resume_count_max) {
      leave_out(
          attempt, task.sha256,
          answer ? Error{ErrorKind::Invalid, "the server never gets on with this blob"} : answer.error());
      return {};
    }
    offset = told;
    if (!task.is_small) {
      if (auto failure = let_urgent_go_first(attempt)) return failure;
    }
  }

  if (const auto noted = attempt.store.note_blob_held(task.sha256); !noted)
    return device_failure(noted.error());
  ++attempt.report.blob_sent_count;
  attempt.report.blob_sent_byte_count += task.byte_count;
  if (!task.is_small) ++attempt.photo_done_count;
  return {};
}

Outcome send(Attempt& attempt, Lane lane) {
  const auto& report = attempt.report;
  const auto count_max = attempt.options.limits.blob_send_count_max;
  while (report.blob_sent_count + report.blob_known_count < count_max && !attempt.is_stopped()) {
    auto tasks = next_to_send(attempt, lane);
    if (!tasks) return device_failure(tasks.error());
    if (tasks.value().empty()) return {};
    if (auto failure = ask_what_is_missing(attempt, tasks.value())) return failure;

    std::uint64_t done = 0;
    for (const auto& task : tasks.value()) {
      if (attempt.is_stopped() || report.blob_sent_count >= count_max) return {};
      attempt.tell({Progress::Stage::SendingBlobs, done++, tasks.value().size()});
      if (auto failure = send_one(attempt, task)) return failure;
      if (lane == Lane::Small) continue;
      if (auto failure = let_urgent_go_first(attempt)) return failure;
    }
  }
  return {};
}

/// Asks again about what the server once said to have: a file of its own may have been damaged since, and
/// ours may be the copy that brings it back.
Outcome ask_again(Attempt& attempt) {
  const auto& limits = attempt.options.limits;
  std::size_t asked_count = 0;
  while (asked_count < limits.blob_ask_again_count_max && !attempt.is_stopped()) {
    const auto hashes = attempt.store.blobs_to_ask_about(limits.blob_question_count_max);
    if (!hashes) return device_failure(hashes.error());
    if (hashes.value().empty()) return {};
    const auto missing = signed_in(attempt, [&] { return attempt.server.missing_blobs(hashes.value()); });
    if (!missing) return server_failure(attempt, missing.error());
    if (const auto noted = attempt.store.note_blobs_asked(hashes.value(), missing.value()); !noted)
      return device_failure(noted.error());
    asked_count += hashes.value().size();
    attempt.report.blob_asked_back_count += missing.value().size();
  }
  return {};
}

/// It stands on the disk under its name, or it is not what its name promises and nothing of it is left.
Outcome note_fetched(Attempt& attempt, const Hash& sha256, const Done& kept) {
  if (kept) {
    ++attempt.report.blob_fetched_count;
    return {};
  }
  const auto kind = kept.error().kind;
  if (kind != ErrorKind::Invalid && kind != ErrorKind::Corrupt) return device_failure(kept.error());
  leave_out(attempt, sha256,
            {ErrorKind::Corrupt, "the server sent other bytes than the record names; not stored"});
  return {};
}

Outcome drop_part(Attempt& attempt, const Hash& sha256) {
  const auto dropped = attempt.store.drop_blob_part(sha256);
  return dropped ? Outcome{} : device_failure(dropped.error());
}

/// The server does not have it, or will not give it: nothing that ends the run, unless it is about more than
/// this blob.
Outcome note_not_fetched(Attempt& attempt, const Hash& sha256, const Error& error,
                         std::vector<Hash>& absent) {
  if (error.kind == ErrorKind::NotFound) {
    // The record came before its photo: whoever took it has not handed it in yet.
    absent.push_back(sha256);
    ++attempt.report.blob_absent_count;
    const auto noted = attempt.store.note_blob_absent(sha256);
    return noted ? Outcome{} : device_failure(noted.error());
  }
  if (attempt.session.is_revoked) return {};
  auto failure = server_failure(attempt, error);
  if (failure.what != FailureClass::Operation) return failure;
  leave_out(attempt, sha256, failure.error);
  return {};
}

/// Nothing when the blob is here, or was left out with a reason. What has come stays, whatever ends it, and
/// is where the next run goes on.
Outcome fetch_one(Attempt& attempt, const BlobTask& task, std::vector<Hash>& absent) {
  const auto& limits = attempt.options.limits;
  const auto refuse = [&](std::uint64_t byte_count) -> Outcome {
    leave_out(attempt, task.sha256,
              {ErrorKind::Refused, fmt::format("a blob of {} bytes is not fetched", byte_count)});
    return drop_part(attempt, task.sha256);
  };
  if (task.byte_count > limits.blob_byte_count_max) return refuse(task.byte_count);
  const auto stands = attempt.store.blob_part_offset(task.sha256);
  if (!stands) return device_failure(stands.error());

  auto offset = stands.value();
  while (!attempt.is_stopped() && !attempt.session.is_revoked) {
    const auto part = signed_in(attempt, [&] {
      return attempt.server.fetch_blob_part(task.sha256, offset, limits.blob_fetch_part_byte_count_max);
    });
    if (!part && part.error().kind == ErrorKind::Conflict && offset > 0) {
      if (auto failure = drop_part(attempt, task.sha256)) return failure;  // it was longer than it can be
      offset = 0;
      continue;
    }
    if (!part) return note_not_fetched(attempt, task.sha256, part.error(), absent);
    const auto& [bytes, byte_count, is_cut] = part.value();
    if (byte_count > limits.blob_byte_count_max || bytes.size() > byte_count - std::min(byte_count, offset))
      return refuse(byte_count);
    attempt.report.blob_fetched_byte_count += bytes.size();
    if (offset == 0 && bytes.size() == byte_count)
      return note_fetched(attempt, task.sha256, attempt.store.save_blob(task.sha256, bytes));

    if (!bytes.empty()) {
      const auto added = attempt.store.add_blob_part(task.sha256, offset, bytes);
      if (!added) return device_failure(added.error());
      offset = added.value();
    }
    if (offset == byte_count)
      return note_fetched(attempt, task.sha256, attempt.store.finish_blob(task.sha256));
    if (is_cut || bytes.empty())
      return Failure{FailureClass::Network,
                     {ErrorKind::Offline, "the connection ended in the middle of a photo"}};
    if (auto failure = let_urgent_go_first(attempt)) return failure;
  }
  return {};
}

}  // namespace

Outcome send_signatures(Attempt& attempt) { return send(attempt, Lane::Small); }

Outcome send_photos(Attempt& attempt) {
  if (auto failure = ask_again(attempt)) return failure;
  return send(attempt, Lane::All);
}

Outcome let_urgent_go_first(Attempt& attempt) {
  const auto sent = attempt.report.operation_sent_count;
  if (auto failure = push(attempt)) return failure;
  return attempt.report.operation_sent_count == sent ? Outcome{} : send_signatures(attempt);
}

Outcome fetch_blobs(Attempt& attempt) {
  const auto& limits = attempt.options.limits;
  std::vector<Hash> absent;
  while (attempt.report.blob_fetched_count < limits.blob_fetch_count_max) {
    auto tasks = attempt.store.blobs_to_fetch(limits.blob_question_count_max + absent.size() +
                                              attempt.report.blob_troubles.size());
    if (!tasks) return device_failure(tasks.error());
    auto& list = tasks.value();
    std::erase_if(list, [&](const auto& task) {
      return is_in_trouble(attempt.report, task.sha256) ||
             std::ranges::find(absent, task.sha256) != absent.end();
    });
    if (list.empty()) return {};

    std::uint64_t done = 0;
    for (const auto& task : list) {
      if (attempt.session.is_revoked || attempt.is_stopped()) return {};
      const auto room = attempt.store.free_byte_count();
      if (!room) return device_failure(room.error());
      attempt.report.is_room_low = !protocol::may_fetch(task.is_small, room.value());
      if (attempt.report.is_room_low) return {};  // those that are left need at least as much
      attempt.tell({Progress::Stage::FetchingBlobs, done++, list.size()});
      if (auto failure = fetch_one(attempt, task, absent)) return failure;
    }
  }
  return {};
}

}  // namespace aftercare::sync
