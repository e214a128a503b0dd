#include "sync/server/lanes.h"

#include <spdlog/spdlog.h>

#include <exception>
#include <future>
#include <utility>

namespace aftercare::server {
namespace {

// What a client is told about a failure of ours. The log gets the rest.
Response answer_of(const Error& error, std::string_view step) {
  spdlog::error("writing: {} failed: {}", step, error.detail);
  if (error.kind == ErrorKind::Full) return problem(Problem::DiskFull);
  if (error.kind == ErrorKind::Busy) return problem(Problem::Busy);
  return problem(Problem::ServerError);
}

}  // namespace

/// Threads that share one bounded queue.
struct Lanes::Pool {
  Pool(std::size_t thread_count, std::size_t queue_max) : queue_count_max(queue_max) {
    for (std::size_t i = 0; i < thread_count; ++i) threads.emplace_back([this] { run(); });
  }
  ~Pool() { stop(); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  bool offer(std::function<void()> task) {
    {
      const std::scoped_lock lock(mutex);
      if (is_stopping || tasks.size() >= queue_count_max) return false;
      tasks.push_back(std::move(task));
    }
    has_task.notify_one();
    return true;
  }

  void stop() {
    {
      const std::scoped_lock lock(mutex);
      is_stopping = true;
    }
    has_task.notify_all();
    for (auto& thread : threads) {
      if (thread.joinable()) thread.join();
    }
  }

  void run() {
    for (;;) {
      std::function<void()> task;
      {
        std::unique_lock lock(mutex);
        has_task.wait(lock, [this] { return is_stopping || !tasks.empty(); });
        if (tasks.empty()) return;
        task = std::move(tasks.front());
        tasks.pop_front();
      }
      try {
        task();
      } catch (const std::exception& error) {
        spdlog::error("a task ended with an exception: {}", error.what());
      }
    }
  }

  const std::size_t queue_count_max;
  std::mutex mutex;
  std::condition_variable has_task;
  std::deque<std::function<void()>> tasks;
  bool is_stopping = false;
  std::vector<std::thread> threads;
};

Lanes::Lanes(const LaneLimits& limits, FindTarget find_target, Live& live)
    : limits_(limits),
      find_target_(std::move(find_target)),
      live_(live),
      read_(std::make_unique<Pool>(limits.read_thread_count, limits.read_queue_count_max)),
      slow_(std::make_unique<Pool>(limits.slow_thread_count, limits.slow_queue_count_max)) {
  for (std::size_t i = 0; i < limits_.write_thread_count; ++i)
    write_threads_.emplace_back([this] { run_writer(); });
}

Lanes::~Lanes() { stop(); }

bool Lanes::offer(Lane lane, std::function<void()> task) {
  return (lane == Lane::Slow ? *slow_ : *read_).offer(std::move(task));
}

void Lanes::write(WriteJob job, Answer answer) {
  {
    const std::scoped_lock lock(mutex_);
    auto& writer = writers_[job.organisation_id];
    writer.organisation_id = job.organisation_id;
    if (!is_stopping_ && writer.jobs.size() < limits_.write_queue_count_max) {
      writer.jobs.push_back({std::move(job), std::move(answer)});
      if (!writer.is_queued) {
        writer.is_queued = true;
        ready_.push_back(&writer);
        has_ready_.notify_one();
      }
      return;
    }
  }
  answer(problem(Problem::Busy));
}

Response Lanes::write_and_wait(WriteJob job) {
  std::promise<Response> promise;
  auto future = promise.get_future();
  write(std::move(job), [&promise](Response response) { promise.set_value(std::move(response)); });
  return future.get();
}

void Lanes::stop() {
  // Tasks of the read lanes may still hand in writes, so those end first.
  read_->stop();
  slow_->stop();
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  has_ready_.notify_all();
  for (auto& thread : write_threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Lanes::run_writer() {
  for (;;) {
    Writer* writer = nullptr;
    {
      std::unique_lock lock(mutex_);
      has_ready_.wait(lock, [this] { return is_stopping_ || !ready_.empty(); });
      if (ready_.empty()) return;
      writer = ready_.front();
      ready_.pop_front();
    }

    run_group(*writer);

    const std::scoped_lock lock(mutex_);
    if (writer->jobs.empty()) {
      writers_.erase(writers_.find(writer->organisation_id));
    } else {
      ready_.push_back(writer);
      has_ready_.notify_one();
    }
  }
}

std::optional<Lanes::Waiting> Lanes::next_of(Writer& writer) {
  const std::scoped_lock lock(mutex_);
  if (writer.jobs.empty()) return std::nullopt;
  auto waiting = std::move(writer.jobs.front());
  writer.jobs.pop_front();
  return waiting;
}

void Lanes::run_group(Writer& writer) {
  struct Finished {
    Answer answer;
    Response response;
  };
  std::vector<Finished> group;
  auto* const target = find_target_(writer.organisation_id);
  std::optional<Response> failure;  // of the group as a whole
  std::uint64_t feed_seq = 0;

  if (target == nullptr) {
    failure = problem(Problem::NotFound, "there is no such organisation here");
  } else if (const auto begun = target->begin(); !begun) {
    failure = answer_of(begun.error(), "begin");
  }

  const auto first_at = std::chrono::steady_clock::now();
  while (group.size() < limits_.group_count_max) {
    auto waiting = next_of(writer);
    if (!waiting) break;
    group.push_back({std::move(waiting->answer), Response{}});
    auto& response = group.back().response;
    ++job_count_;
    // A begin that failed would fail again for each job; all that wait are told at once.
    if (failure) continue;

    if (const auto saved = target->savepoint(); !saved) {
      failure = answer_of(saved.error(), "savepoint");
      break;
    }
    bool keeps = false;
    try {
      response = waiting->job.run(*target);
      keeps = response.status < 400 || response.keeps_writes;
    } catch (const std::exception& error) {
      spdlog::error("writing: a job ended with an exception: {}", error.what());
      response = problem(Problem::ServerError);
    }
    // SQLite ends the whole transaction by itself on some errors (a full disk is one); then the
    // savepoint is gone, and what earlier jobs of the group wrote is gone with it.
    const auto settled = keeps ? target->release() : target->rollback_to();
    if (!settled) {
      failure = answer_of(settled.error(), keeps ? "release" : "rollback to the savepoint");
      if (response.status == kind_of(Problem::DiskFull).status) failure = problem(Problem::DiskFull);
      break;
    }
    if (keeps && response.feed_seq) feed_seq = std::max(feed_seq, *response.feed_seq);
    if (std::chrono::steady_clock::now() - first_at >= limits_.group_wait_max) break;
  }

  if (target != nullptr && !failure) {
    if (const auto committed = target->commit(); !committed) failure = answer_of(committed.error(), "commit");
  }
  if (target != nullptr && failure) target->rollback();
  ++group_count_;

  if (!failure && feed_seq > 0) live_.publish(writer.organisation_id, feed_seq);
  for (auto& finished : group) finished.answer(failure ? *failure : std::move(finished.response));
}

}  // namespace aftercare::server
