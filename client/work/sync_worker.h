#pragma once

#include "client/work/outbox.h"
#include "client/work/store_proxy.h"
#include "sync/engine/report.h"
#include "sync/transport/https_server.h"

#include <condition_variable>
#include <optional>
#include <string>
#include <thread>

namespace aftercare::work {

/// Speaks with the server, on a thread of its own, and asks the store worker for everything it needs of the
/// disk. One run after another, with the pauses of sync/engine/schedule.h; a quiet tablet sleeps through
/// them.
class SyncWorker {
 public:
  SyncWorker(StoreProxy& store, Outbox& outbox, bool is_by_itself);
  ~SyncWorker() { stop(); }
  SyncWorker(const SyncWorker&) = delete;
  SyncWorker& operator=(const SyncWorker&) = delete;

  // From any thread; all return at once.
  void begin();                  // the folder is open and enrolled
  void wake(bool is_asked_for);  // something was saved; or somebody tapped "sync now"
  void enrol(std::string line);
  /// Gives up the network: the call that is under way ends, and the thread with it.
  void stop();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  /// Why the thread woke.
  struct Call {
    std::optional<std::string> enrolment_line;
  };

  void live(const std::stop_token& stop);
  std::optional<Call> next(const std::stop_token& stop);
  [[nodiscard]] bool is_due() const;

  void enrol_device(const std::stop_token& stop, const std::string& line);
  Done enrol_at(const std::stop_token& stop, const std::string& line_text, bool& is_stranger);
  void run_once(const std::stop_token& stop);
  [[nodiscard]] bool connect(const std::stop_token& stop);
  void note_outcome(const sync::RunReport& report);
  void plan(const sync::RunReport& report);
  void give_up_device();

  StoreProxy& store_;
  Outbox& outbox_;
  const bool is_by_itself_;

  // The thread's own
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<sync::HttpsServer> server_;
  sync::Session session_;
  std::uint32_t failure_count_ = 0;
  std::optional<Instant> problem_since_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool is_begun_ = false;
  bool is_woken_ = false;
  bool is_asked_for_ = false;
  bool is_told_to_wait_ = false;  // by the server
  std::optional<SteadyTime> next_run_;
  std::optional<std::string> enrolment_line_;

  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace aftercare::work
