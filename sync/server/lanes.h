#pragma once

#include "sync/server/http.h"
#include "sync/server/live.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace aftercare::server {

/// What the writer lane needs of an organisation's store. Called by one thread at a time.
class WriteTarget {
 public:
  virtual ~WriteTarget() = default;
  virtual Done begin() = 0;
  /// Durable when it returns without an error. Full when the disk is.
  virtual Done commit() = 0;
  /// Ends the transaction, whatever state it is in. Fine when there is none.
  virtual void rollback() = 0;
  /// Around each job; they do not nest.
  virtual Done savepoint() = 0;
  virtual Done release() = 0;
  /// Undoes what was written since `savepoint`, and releases it.
  virtual Done rollback_to() = 0;
};

/// The store of an organisation, nullptr when there is no such organisation. Outlives the lanes.
using FindTarget = std::function<WriteTarget*(const OrganisationId&)>;

/// A route's answer that has to be written first. `run` writes and says what to answer; the answer
/// leaves the house only after the commit. A response with a status of 400 or more undoes what the job
/// wrote, unless it `keeps_writes`.
struct WriteJob {
  OrganisationId organisation_id;
  std::function<Response(WriteTarget&)> run;
};

/// The job for a store of a known class, which is what FindTarget hands out in this program.
template <class Store, class Run>
[[nodiscard]] WriteJob write_job(const OrganisationId& organisation_id, Run run) {
  return {organisation_id, [run = std::move(run)](WriteTarget& target) mutable -> Response {
            return run(static_cast<Store&>(target));
          }};
}

struct LaneLimits {
  std::size_t read_thread_count = 4;
  std::size_t read_queue_count_max = 256;
  std::size_t slow_thread_count = 1;  // password hashing: 64 MB and 100 ms each, on purpose
  std::size_t slow_queue_count_max = 16;
  std::size_t write_thread_count = 2;       // organisations that write at the same time
  std::size_t write_queue_count_max = 256;  // for each organisation
  std::size_t group_count_max = 128;
  std::chrono::milliseconds group_wait_max{5};
};

/// Where a handler runs.
enum class Lane {
  Inline,  // on the thread of the socket: answers even when every lane is full; must not touch a disk
  Read,
  Slow,
};

/// The threads that do the work, each lane with a bounded queue, so that a flood is answered with 503
/// and not with memory.
///
/// Writes of one organisation are grouped: one transaction for all jobs that wait (at most
/// `group_wait_max` or `group_count_max`), each in a savepoint of its own, one fsync, and only then the
/// answers. If the commit fails, every job of the group is told so.
class Lanes {
 public:
  using Answer = std::function<void(Response)>;

  Lanes(const LaneLimits& limits, FindTarget find_target, Live& live);
  ~Lanes();  // flushes
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  /// False when the queue is full or the lanes are stopped: then `task` never runs. Not for Lane::Inline.
  [[nodiscard]] bool offer(Lane lane, std::function<void()> task);
  /// `answer` is called once, from the writer's thread after the commit, or at once with 503.
  void write(WriteJob job, Answer answer);
  /// Runs a job and waits: for the command line and for start-up, never from a lane.
  [[nodiscard]] Response write_and_wait(WriteJob job);

  /// Finishes everything that was taken, then ends the threads. Later offers are refused.
  void stop();

  [[nodiscard]] std::uint64_t group_count() const { return group_count_; }
  [[nodiscard]] std::uint64_t job_count() const { return job_count_; }

 private:
  struct Pool;
  struct Waiting {
    WriteJob job;
    Answer answer;
  };
  struct Writer {
    OrganisationId organisation_id;
    std::deque<Waiting> jobs;
    bool is_queued = false;  // in ready_, or with a thread
  };

  void run_writer();
  void run_group(Writer& writer);
  std::optional<Waiting> next_of(Writer& writer);

  const LaneLimits limits_;
  const FindTarget find_target_;
  Live& live_;
  std::unique_ptr<Pool> read_;
  std::unique_ptr<Pool> slow_;

  std::mutex mutex_;
  std::condition_variable has_ready_;
  std::map<OrganisationId, Writer> writers_;
  std::deque<Writer*> ready_;
  bool is_stopping_ = false;
  std::vector<std::thread> write_threads_;
  std::atomic<std::uint64_t> group_count_ = 0;
  std::atomic<std::uint64_t> job_count_ = 0;
};

}  // namespace aftercare::server
