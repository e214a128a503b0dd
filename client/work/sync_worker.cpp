#include "client/work/sync_worker.h"

#include "client/work/problem_words.h"
#include "client/work/visit_steps.h"
#include "sync/engine/enrol.h"
#include "sync/engine/run.h"
#include "sync/engine/schedule.h"

#include <fmt/format.h>

namespace aftercare::work {
namespace {

constexpr const char* kDeviceName = "tablet";  // until the office gives it another

sync::HttpsOptions https_options(const std::stop_token& stop) {
  return {.limits = {}, .proxy = {}, .user_agent = fmt::format("Aftercare/{}", kAppVersion), .stop = stop};
}

shown::SyncProgress shown_progress(const sync::Progress& progress) {
  using From = sync::Progress::Stage;
  using To = shown::SyncProgress::Stage;
  shown::SyncProgress shown;
  shown.done_count = static_cast<std::size_t>(progress.done_count);
  shown.total_count = static_cast<std::size_t>(progress.total_count);
  shown.visit_done_count = static_cast<std::size_t>(progress.visit_done_count);
  shown.visit_total_count = static_cast<std::size_t>(progress.visit_total_count);
  shown.photo_done_count = static_cast<std::size_t>(progress.photo_done_count);
  shown.photo_total_count = static_cast<std::size_t>(progress.photo_total_count);
  switch (progress.stage) {
    case From::SigningIn: shown.stage = To::SigningIn; break;
    case From::Sending: shown.stage = To::Sending; break;
    case From::Receiving: shown.stage = To::Receiving; break;
    case From::SendingBlobs:
    case From::CarryingRescue: shown.stage = To::SendingPhotos; break;
    case From::FetchingBlobs: shown.stage = To::FetchingPhotos; break;
  }
  return shown;
}

bool has_news(const sync::RunReport& report) {
  return report.operation_sent_count + report.operation_received_count + report.feed_item_count +
                 report.record_taken_in_count + report.record_repaired_count + report.blob_sent_count +
                 report.blob_fetched_count + report.rescue_delivered_count + report.set_aside.size() >
             0 ||
         report.new_epoch || report.is_revoked;
}

std::uint64_t any_number(Random& random) {
  std::uint64_t number = 0;
  for (const char byte : random.bytes(8)) number = number << 8 | static_cast<std::uint8_t>(byte);
  return number;
}

}  // namespace

SyncWorker::SyncWorker(StoreProxy& store, Outbox& outbox, bool is_by_itself)
    : store_(store),
      outbox_(outbox),
      is_by_itself_(is_by_itself),
      thread_([this](const std::stop_token& stop) { live(stop); }) {}

void SyncWorker::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void SyncWorker::begin() {
  {
    const std::lock_guard lock{mutex_};
    is_begun_ = true;
    is_woken_ = true;
  }
  changed_.notify_one();
}

void SyncWorker::wake(bool is_asked_for) {
  {
    const std::lock_guard lock{mutex_};
    is_woken_ = true;
    is_asked_for_ = is_asked_for_ || is_asked_for;
  }
  changed_.notify_one();
}

void SyncWorker::enrol(std::string line) {
  {
    const std::lock_guard lock{mutex_};
    enrolment_line_ = std::move(line);
  }
  changed_.notify_one();
}

/// Under the lock. What somebody asked for goes at once; what was saved does not wait out a pause of ours,
/// but one that the server asked for.
bool SyncWorker::is_due() const {
  if (enrolment_line_) return true;
  if (!is_begun_) return false;
  if (is_asked_for_) return true;
  if (!is_by_itself_) return false;
  return is_woken_ && !is_told_to_wait_;
}

std::optional<SyncWorker::Call> SyncWorker::next(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  const auto is_ready = [this] { return is_due(); };
  if (is_begun_ && is_by_itself_ && next_run_) {
    changed_.wait_until(lock, stop, *next_run_, is_ready);
  } else {
    changed_.wait(lock, stop, is_ready);
  }
  if (stop.stop_requested()) return std::nullopt;
  is_woken_ = false;
  is_asked_for_ = false;
  is_told_to_wait_ = false;
  next_run_.reset();
  return Call{std::exchange(enrolment_line_, std::nullopt)};
}

void SyncWorker::live(const std::stop_token& stop) {
  while (const auto call = next(stop)) {
    if (call->enrolment_line) {
      enrol_device(stop, *call->enrolment_line);
    } else {
      run_once(stop);
    }
  }
}

// ---- Enrolling --------------------------------------------------------------------------------------

Done SyncWorker::enrol_at(const std::stop_token& stop, const std::string& line_text, bool& is_stranger) {
  const auto line = protocol::enrolment_line_of_text(line_text);
  if (!line) return line.error();
  const auto pending =
      store_.ask([&](sync::DeviceStore& store) { return store.pending_enrolment(line.value()); });
  if (!pending) return pending.error();
  sync::HttpsServer server{line.value(), https_options(stop)};
  const sync::Enrolment wish{line.value(), pending.value().device_id, pending.value().key, kDeviceName,
                             std::string(kAppVersion)};
  const auto identity = sync::enrol(store_, server, clock_, wish);
  is_stranger = server.is_stranger();
  if (!identity) return identity.error();
  return done();
}

/// The first run belongs to it: without technicians nobody could unlock the tablet.
void SyncWorker::enrol_device(const std::stop_token& stop, const std::string& line) {
  bool is_stranger = false;
  const auto enrolled = enrol_at(stop, line, is_stranger);
  if (stop.stop_requested()) return;
  if (!enrolled) {
    const bool is_line_wrong = enrolled.error().kind == ErrorKind::Invalid;
    outbox_.post(app::EnrolFailed{
        is_line_wrong ? error_key(ErrorKind::Invalid) : enrolment_key(enrolled.error(), is_stranger),
        enrolled.error().detail});
    return;
  }
  {
    const std::lock_guard lock{mutex_};
    is_begun_ = true;
  }
  run_once(stop);
  store_.tell([](Desk& desk) {
    if (desk.store() != nullptr) desk.post_enrolled();
  });
}

// ---- Running ----------------------------------------------------------------------------------------

/// One connection from run to run; a new one when the device belongs somewhere else now.
bool SyncWorker::connect(const std::stop_token& stop) {
  if (server_) return true;
  const auto identity = store_.identity();
  if (!identity || !identity.value()) return false;
  server_ = std::make_unique<sync::HttpsServer>(identity.value()->line, https_options(stop));
  return true;
}

void SyncWorker::run_once(const std::stop_token& stop) {
  if (!connect(stop)) return;
  sync::RunOptions options;
  options.stop = stop;
  options.on_progress = [this](const sync::Progress& progress) {
    auto shown = shown_progress(progress);
    shown.problem_since = problem_since_;
    outbox_.post(app::SyncMoved{std::move(shown)});
  };
  const auto report = sync::run(store_, *server_, clock_, session_, options);
  if (stop.stop_requested()) return;
  note_outcome(report);
  plan(report);
  if (report.is_revoked) give_up_device();
}

void SyncWorker::note_outcome(const sync::RunReport& report) {
  shown::SyncProgress progress;
  if (report.failure) {
    if (!problem_since_) problem_since_ = clock_.now();
    progress.problem = problem_key(*report.failure, server_->is_stranger());
  } else {
    problem_since_.reset();
    if (report.is_copy) progress.problem = "sync.problem.copy";
    if (report.is_revoked) progress.problem = "sync.problem.revoked";
  }
  progress.problem_since = problem_since_;
  const bool is_new = has_news(report);
  if (is_new) store_.tell([](Desk& desk) { desk.note_news(); });
  outbox_.post(app::SyncEnded{std::move(progress), is_new});
}

void SyncWorker::plan(const sync::RunReport& report) {
  failure_count_ = report.failure ? failure_count_ + 1 : 0;
  const auto pause = sync::next_delay(report, failure_count_, any_number(random_));
  const std::lock_guard lock{mutex_};
  next_run_ = std::chrono::steady_clock::now() + pause;
  is_told_to_wait_ = report.failure && report.retry_after;
}

/// Erases everything, once everything was handed in; what is left keeps trying to get there.
void SyncWorker::give_up_device() {
  const auto standing = store_.ask([](sync::DeviceStore& store) { return store.standing(); });
  if (!standing || standing.value().unsent_count > 0 || standing.value().unsent_blob_count > 0) return;
  {
    const std::lock_guard lock{mutex_};
    is_begun_ = false;
    next_run_.reset();
  }
  server_.reset();
  session_ = {};
  store_.tell([](Desk& desk) { desk.erase(); });
}

}  // namespace aftercare::work
